import type { HistoryEvent } from '../model/event';
import { eventFromHistory } from '../trace';
import type { CallOptions, HotCalls } from './hot/calls';

/** Makes one call when the quota allows, again when it fails; throws when it is given up. */
export type Paced = <T>(call: () => Promise<T>) => Promise<T>;

const pageSize = 1_000;

/**
 * The whole history of a Standard execution, page by page. Without execution data (inputs and outputs) a page is a tenth
 * of the size; timings need none.
 */
export const readHistory = async (
  hot: HotCalls,
  executionArn: string,
  paced: Paced,
  options: CallOptions & { readonly includeExecutionData?: boolean } = {},
): Promise<readonly HistoryEvent[]> => {
  const { includeExecutionData = false, ...call } = options;
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const page = await paced(() =>
      hot.getExecutionHistory(
        { executionArn, maxResults: pageSize, includeExecutionData, ...(token ? { nextToken: token } : {}) },
        call,
      ),
    );
    for (const event of page.events) events.push(eventFromHistory(event));
    nextToken = page.nextToken;
  } while (nextToken);
  return events;
};

/** The last events of an execution that may still run, newest first, without data: one call. */
export const readLatest = async (
  hot: HotCalls,
  executionArn: string,
  most: number,
  options: CallOptions = {},
): Promise<readonly HistoryEvent[]> => {
  const page = await hot.getExecutionHistory(
    { executionArn, maxResults: most, reverseOrder: true, includeExecutionData: false },
    options,
  );
  return page.events.map(eventFromHistory);
};

/**
 * Reads a log group from a moment on, page by page. Empty pages with a token are normal: CloudWatch says so while it is
 * still searching. `onMessage` may see a message more than once.
 */
export const readLog = async (
  hot: HotCalls,
  query: {
    readonly logGroupName: string;
    readonly startTime?: number;
    readonly endTime?: number;
    readonly filterPattern?: string;
  },
  paced: Paced,
  onMessage: (message: string, timestamp: number) => void,
  options: CallOptions & { readonly enough?: () => boolean } = {},
): Promise<void> => {
  const { enough, ...call } = options;
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const page = await paced(() => hot.filterLogEvents({ ...query, ...(token ? { nextToken: token } : {}) }, call));
    for (const event of page.events) onMessage(event.message, event.timestamp);
    nextToken = page.nextToken;
  } while (nextToken && enough?.() !== true);
};
