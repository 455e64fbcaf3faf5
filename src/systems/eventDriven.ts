import type { Outcome } from '../run/execution';
import { withRetries } from '../run/retry';
import type { ExecutionTrace } from '../model/visit';
import { CallFailure } from '../target/hot/failure';
import { createShelf } from './httpStart';
import type { RunningSystem, SystemUnderTest } from './system';
import { traceStages } from './stageTrace';
import { watchStatus } from './statusTable';

/** The order as a chain of events: a start is one message, and the end is read off the status table. */
export const eventDriven: SystemUnderTest = {
  name: 'event-driven',
  label: 'Event-driven',
  prepare: ({ door }, { clock, random, signal }) => {
    const watch = watchStatus(door, clock);
    const traces = createShelf<ExecutionTrace>();
    const { sdk, clients, region, accountId } = door;
    const TopicArn = `arn:aws:sns:${region}:${accountId}:OrderSubmitted`;

    const submit = async (name: string, input: string): Promise<void> => {
      const order = JSON.parse(input) as Record<string, unknown>;
      try {
        await clients.sns.send(
          new sdk.PublishCommand({ TopicArn, Message: JSON.stringify({ ...order, submission: name }) }),
          { abortSignal: signal },
        );
      } catch (error) {
        throw callFailure(error);
      }
    };

    const start = async (name: string, input: string, intendedAt: number): Promise<Outcome> => {
      let sentAt = clock.now();
      // Subscribed before it is sent: a warm chain can be through before the publish is answered.
      const ending = watch.wait(name);
      const sent = await withRetries(
        () => {
          sentAt = clock.now();
          return submit(name, input);
        },
        { clock, random, signal },
      );
      const { throttles, failures, ambiguous } = sent.tries;
      if (!sent.ok && ambiguous === 0) return { kind: 'notStarted', failure: sent.last, throttles };
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

    const system: RunningSystem = {
      name: 'event-driven',
      states: ['Validate', 'Charge', 'Ship', 'Reject'].map((path) => ({ path, name: path, type: 'Task' as const })),
      start,
      trace: traces.take,
      stop: (why) => watch.stop(why),
      remove: () => Promise.resolve(),
    };
    return Promise.resolve(system);
  },
};

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
