import type { Outcome } from '../run/execution';
import { withRetries } from '../run/retry';
import type { HttpAnswer, HttpCaller } from './http';
import type { StartContext } from './system';

type Ended = Extract<Outcome, { kind: 'ended' }>;

/** What an answer says of how an order ended; undefined where it is no answer of the system. */
export type ReadAnswer = (answer: HttpAnswer) => Pick<Ended, 'status' | 'error' | 'payloadBytes'> | undefined;

export interface HttpOrder {
  readonly name: string;
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly intendedAt: number;
  readonly read: ReadAnswer;
  /** Called with the answer that counted and when it was sent, client clock. */
  readonly onAnswer: (answer: HttpAnswer, sentAt: number, roundTripMs: number) => void;
}

/** One order to a system behind a plain HTTP door, tried again as every call of the runner is; latency is the round trip. */
export const startOverHttp = async (
  caller: HttpCaller,
  order: HttpOrder,
  { clock, random, signal, callSignal = signal, rules }: StartContext,
): Promise<Outcome> => {
  const { name, intendedAt } = order;
  let sentAt = clock.now();
  const answer = await withRetries(
    () => {
      sentAt = clock.now();
      return caller.post(order.path, order.body, order.headers ?? {}, callSignal);
    },
    { clock, random, signal, ...(rules ? { rules } : {}) },
  );
  const roundTripMs = clock.now() - sentAt;
  const { throttles, failures, ambiguous } = answer.tries;
  const measured = { lateMs: Math.max(0, sentAt - intendedAt), roundTripMs, throttles, failures };
  const lost = (why: string): Outcome => ({
    ...measured,
    kind: 'unknown',
    executionArn: name,
    why,
    afterMs: clock.now() - intendedAt,
  });
  if (!answer.ok)
    return ambiguous === 0 ? { kind: 'notStarted', failure: answer.last, throttles } : lost(answer.last.message);
  const ending = order.read(answer.value);
  if (!ending)
    return lost(`the service answered ${answer.value.status}: ${JSON.stringify(answer.value.body).slice(0, 200)}`);
  order.onAnswer(answer.value, sentAt, roundTripMs);
  return { ...measured, ...ending, kind: 'ended', executionArn: name, serviceMs: roundTripMs, startedAt: sentAt };
};

/** Traces that wait to be asked for, each given once. */
export const createShelf = <T>(): { put(id: string, value: T): void; take(id: string): Promise<T | undefined> } => {
  const kept = new Map<string, T>();
  return {
    put: (id, value) => void kept.set(id, value),
    take: (id) => {
      const value = kept.get(id);
      kept.delete(id);
      return Promise.resolve(value);
    },
  };
};
