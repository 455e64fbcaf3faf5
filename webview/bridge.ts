import type { HostMessage, Request, RequestMessage, TimelineReply } from '../src/protocol';

export interface VsCodeApi {
  postMessage(message: RequestMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Requests a person answers in the editor may take as long as they take; the rest are only acknowledged. */
const patient = new Set<Request['kind']>(['run', 'pickTarget', 'pickWorkflow', 'saveImage', 'timeline']);
const acknowledgeWithinMs = 15_000;

export interface Bridge {
  /** Rejects with an `Error` whose message is for people: the host's own, or that it did not answer. */
  request(request: Request): Promise<TimelineReply | undefined>;
  /** Gives every message of the host to its place; replies settle their request. */
  receive(message: HostMessage): void;
}

interface Waiting {
  readonly resolve: (value: TimelineReply | undefined) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** The panel's end of the protocol: each request has an id and gets exactly one reply. */
export const createBridge = (
  api: Pick<VsCodeApi, 'postMessage'>,
  on: (message: Exclude<HostMessage, { kind: 'reply' }>) => void,
  silence: () => string,
): Bridge => {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  return {
    request(request) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const timer = patient.has(request.kind)
          ? undefined
          : setTimeout(() => {
              waiting.delete(id);
              reject(new Error(silence()));
            }, acknowledgeWithinMs);
        waiting.set(id, { resolve, reject, timer });
        api.postMessage({ id, request });
      });
    },
    receive(message) {
      if (message.kind !== 'reply') {
        on(message);
        return;
      }
      const asked = waiting.get(message.id);
      if (!asked) return;
      waiting.delete(message.id);
      clearTimeout(asked.timer);
      if (message.result.ok) asked.resolve(message.result.value);
      else asked.reject(new Error(message.result.error));
    },
  };
};
