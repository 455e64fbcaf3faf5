import path from 'node:path';
import { loadSettings } from '../asl/settings';
import { ExpectedError } from '../model/errors';
import type { Outcome } from '../run/execution';
import { withRetries } from '../run/retry';
import type { ExecutionTrace } from '../model/visit';
import { CallFailure } from '../target/hot/failure';
import { createLocalServices } from '../target/localServices';
import { createShelf } from './httpStart';
import type { RunningSystem, SystemUnderTest } from './system';
import { traceStages } from './stageTrace';
import { watchStatus } from './statusTable';

export interface EventDrivenOptions {
  /** Absolute folder with the `stepbench.json` of its functions, tables and topics. */
  readonly folder: string;
  /** Topic that takes an order. */
  readonly topic: string;
  readonly statusTable: string;
}

const stages = ['Validate', 'Charge', 'Ship', 'Reject'];

/**
 * The order as a chain of events: a start is one message, and the end is read off the status table. What the chain is made of is
 * created here on a local target; on AWS it is there already (the template of `stepbench experiment` makes it).
 */
export const eventDriven = ({ folder, topic, statusTable }: EventDrivenOptions): SystemUnderTest => ({
  name: 'event-driven',
  label: 'Event-driven',
  prepare: async (deployment, context) => {
    const { clock, random, signal, callSignal = signal, rules } = context;
    const { door } = deployment;
    const { settings, problems } = await loadSettings(path.join(folder, 'chain.asl.json'));
    const wrong = problems.find(({ severity }) => severity === 'error');
    if (wrong) throw new ExpectedError(`${folder}/stepbench.json: ${wrong.message}`, { code: 'usage' });
    if (door.connection.endpoint) await createLocalServices(deployment, settings, folder);
    const watch = watchStatus(door, clock, { table: statusTable });
    const traces = createShelf<ExecutionTrace>();
    const { sdk, clients, region, accountId } = door;
    const TopicArn = `arn:aws:sns:${region}:${accountId}:${topic}`;

    const submit = async (name: string, input: string): Promise<void> => {
      const order = JSON.parse(input) as Record<string, unknown>;
      try {
        await clients.sns.send(
          new sdk.PublishCommand({ TopicArn, Message: JSON.stringify({ ...order, submission: name }) }),
          { abortSignal: callSignal },
        );
      } catch (error) {
        throw callFailure(error);
      }
    };

    const start: RunningSystem['start'] = async (name, input, intendedAt, onAccepted): Promise<Outcome> => {
      let sentAt = clock.now();
      // Subscribed before it is sent: a warm chain can be through before the publish is answered.
      const ending = watch.wait(name);
      const sent = await withRetries(
        () => {
          sentAt = clock.now();
          return submit(name, input);
        },
        { clock, random, signal, ...(rules ? { rules } : {}) },
      );
      const { throttles, failures, ambiguous } = sent.tries;
      if (!sent.ok && ambiguous === 0) {
        watch.forget(name);
        return { kind: 'notStarted', failure: sent.last, throttles };
      }
      onAccepted?.(name);
      const measured = {
        lateMs: Math.max(0, sentAt - intendedAt),
        roundTripMs: clock.now() - sentAt,
        throttles,
        failures,
      };
      const status = await ending;
      if ('lost' in status) {
        return {
          ...measured,
          kind: 'unknown',
          executionArn: name,
          why: status.lost,
          afterMs: clock.now() - intendedAt,
        };
      }
      traces.put(name, traceStages(status.stages, status.submittedAt, status.finishedAt));
      return {
        ...measured,
        kind: 'ended',
        executionArn: name,
        status: status.status === 'Shipped' ? 'succeeded' : 'failed',
        serviceMs: Math.max(0, status.finishedAt - status.submittedAt),
        startedAt: status.submittedAt,
        payloadBytes: input.length,
        ...(status.error === undefined ? {} : { error: status.error }),
      };
    };

    return {
      name: 'event-driven',
      states: stages.map((stage) => ({ path: stage, name: stage, type: 'Task' as const })),
      traces: 'own',
      functions: Object.keys(settings.functions ?? {}),
      start,
      trace: (id) => traces.take(id),
      stop: (why) => watch.stop(why),
      remove: () => Promise.resolve(),
    };
  },
});

/** An SDK error in the runner's terms. */
const callFailure = (error: unknown): CallFailure => {
  const { name, message, $metadata, code } = error as {
    name?: string;
    message?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  if (name === 'AbortError') return new CallFailure('aborted', 'AbortError', 'stopped');
  if (status !== undefined) return new CallFailure('service', name ?? 'Error', message ?? '', status);
  const kind = code === 'ECONNREFUSED' ? 'refused' : name === 'TimeoutError' ? 'timeout' : 'broken';
  return new CallFailure(kind, code ?? name ?? 'Error', message ?? String(error));
};
