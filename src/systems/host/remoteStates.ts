import type { JsonObject } from '../../model/json';
import type { Clock } from '../../model/clock';
import { ServiceError } from '../../server/contract';
import type { Api } from '../../server/services/protocol';
import type { StatesBackend } from '../../server/services/statesBackend';

/** Between two looks at an execution that is waited for, ms: the first, and the longest. */
const firstLookMs = 50;
const longestMs = 2_000;

/** Dates as the API has them on the wire. */
const onTheWire = (answer: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      (value as unknown) instanceof Date ? (value as unknown as Date).getTime() / 1_000 : value,
    ]),
  );

/**
 * Step Functions for tasks that start another workflow. Code is not told when that one ends: it looks, ever more seldom.
 * @param states operations by their names, dates as Date objects.
 */
export const createRemoteStates = (states: Api, clock: Clock): StatesBackend => {
  const call = async (action: string, input: JsonObject) => onTheWire(await states.call(action, input));
  return {
    call,
    onFinished: (executionArn, callback) => {
      const ended = new AbortController();
      const look = async () => {
        for (let pause = firstLookMs; !ended.signal.aborted; pause = Math.min(longestMs, pause * 1.5)) {
          await clock.sleep(pause, ended.signal);
          try {
            const description = await call('DescribeExecution', { executionArn });
            if (description['status'] !== 'RUNNING') return callback(description);
          } catch (error) {
            // Gone, or never there: no later look would tell more. A throttle or a broken line may pass.
            if (error instanceof ServiceError && error.status < 500 && !/Throttl/.test(error.code))
              return callback({ executionArn, status: 'FAILED', error: error.code, cause: error.message });
          }
        }
      };
      look().catch(() => undefined);
      return () => ended.abort();
    },
  };
};
