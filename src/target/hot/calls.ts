import { isObject, type JsonObject } from '../../model/json';
import type { ExecutionStatus } from '../../model/event';
import type { Connection } from '../clients';
import { createOutstanding } from './outstanding';
import {
  createAgents,
  createHotCall,
  logsService,
  openConnections,
  statesService,
  type Agents,
  type HotCall,
} from './transport';

export interface StartInput {
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onSent?: () => void;
}

/** Times are epoch ms on the service's clock. */
export interface ExecutionEnd {
  readonly executionArn: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly error?: string;
  readonly cause?: string;
  readonly output?: string;
}

export interface SyncEnd extends ExecutionEnd {
  readonly billedDurationMs?: number;
  readonly billedMemoryMb?: number;
}

export interface LogPage {
  readonly events: readonly { readonly eventId: string; readonly timestamp: number; readonly message: string }[];
  readonly nextToken?: string;
}

export interface ExecutionItem {
  readonly executionArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
}

/** The calls that are made for every execution, over the lean transport. Each throws CallFailure. */
export interface HotCalls {
  startExecution(input: StartInput, options?: CallOptions): Promise<{ executionArn: string; startedAt: number }>;
  startSyncExecution(input: StartInput, options?: CallOptions): Promise<SyncEnd>;
  describeExecution(executionArn: string, options?: CallOptions): Promise<ExecutionEnd>;
  listExecutions(
    /** Of a machine, or of a Map Run. */
    input: {
      stateMachineArn?: string;
      mapRunArn?: string;
      maxResults: number;
      nextToken?: string;
      statusFilter?: string;
    },
    options?: CallOptions,
  ): Promise<{ executions: readonly ExecutionItem[]; nextToken?: string }>;
  /** One page of events as the API writes them. */
  getExecutionHistory(
    input: {
      executionArn: string;
      maxResults: number;
      includeExecutionData: boolean;
      reverseOrder?: boolean;
      nextToken?: string;
    },
    options?: CallOptions,
  ): Promise<{ events: readonly JsonObject[]; nextToken?: string }>;
  filterLogEvents(
    input: { logGroupName: string; startTime?: number; endTime?: number; nextToken?: string; filterPattern?: string },
    options?: CallOptions,
  ): Promise<LogPage>;
  /** Answers when it was stopped, epoch ms. */
  stopExecution(executionArn: string, cause: string, options?: CallOptions): Promise<number>;
  /** Opens connections for so many calls at once, to where synchronous starts go or to where all others do. */
  warm(count: number, synchronous: boolean): Promise<void>;
  destroy(): void;
}

/** Past the five minutes of an Express execution; the socket is quiet while the workflow runs. */
const syncTimeoutMs = 330_000;
const callTimeoutMs = 30_000;

const ms = (value: unknown): number | undefined => (typeof value === 'number' ? Math.round(value * 1000) : undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Written field by field: it is made for every execution. */
const ending = (body: JsonObject): { -readonly [K in keyof SyncEnd]: SyncEnd[K] } => {
  const end: { -readonly [K in keyof SyncEnd]: SyncEnd[K] } = {
    executionArn: text(body['executionArn']) ?? '',
    status: (text(body['status']) ?? 'RUNNING') as ExecutionStatus,
    startedAt: ms(body['startDate']) ?? 0,
  };
  const { stopDate, error, cause, output } = body;
  if (typeof stopDate === 'number') end.stoppedAt = Math.round(stopDate * 1000);
  if (typeof error === 'string') end.error = error;
  if (typeof cause === 'string') end.cause = cause;
  if (typeof output === 'string') end.output = output;
  return end;
};

const started = (body: JsonObject) => ({
  executionArn: text(body['executionArn']) ?? '',
  startedAt: ms(body['startDate']) ?? 0,
});

const syncEnding = (body: JsonObject): SyncEnd => {
  const end = ending(body);
  const billing = body['billingDetails'];
  if (isObject(billing)) {
    const { billedDurationInMilliseconds: durationMs, billedMemoryUsedInMB: memoryMb } = billing;
    if (typeof durationMs === 'number') end.billedDurationMs = durationMs;
    if (typeof memoryMb === 'number') end.billedMemoryMb = memoryMb;
  }
  return end;
};

const defined = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });

export const createHotCalls = (
  connection: Connection,
  now: () => number,
  timeouts: { readonly callMs?: number; readonly syncMs?: number } = {},
  agents: Agents = createAgents(),
): HotCalls => {
  const outstanding = createOutstanding();
  const states: HotCall = createHotCall(connection, statesService, agents, outstanding, now);
  const logs: HotCall = createHotCall(connection, logsService, agents, outstanding, now);
  const timeoutMs = timeouts.callMs ?? callTimeoutMs;
  return {
    startExecution: (input, options) =>
      states('StartExecution', input as unknown as JsonObject, { timeoutMs, ...options }).then(started),
    startSyncExecution: (input, options) =>
      states('StartSyncExecution', input as unknown as JsonObject, {
        ...options,
        hostPrefix: 'sync-',
        timeoutMs: timeouts.syncMs ?? syncTimeoutMs,
      }).then(syncEnding),
    describeExecution: async (executionArn, options) =>
      ending(await states('DescribeExecution', { executionArn }, { timeoutMs, ...options })),
    listExecutions: async (input, options) => {
      const body = await states('ListExecutions', { ...input }, { timeoutMs, ...options });
      const items = (body['executions'] ?? []) as readonly JsonObject[];
      return {
        executions: items.map((item) => ({ ...ending(item), name: text(item['name']) ?? '' })),
        ...defined('nextToken', text(body['nextToken'])),
      };
    },
    getExecutionHistory: async (input, options) => {
      const body = await states('GetExecutionHistory', { ...input }, { timeoutMs, ...options });
      return {
        events: (body['events'] ?? []) as readonly JsonObject[],
        ...defined('nextToken', text(body['nextToken'])),
      };
    },
    filterLogEvents: async (input, options) => {
      const body = await logs('FilterLogEvents', { ...input }, { timeoutMs, ...options });
      return {
        events: (body['events'] ?? []) as unknown as LogPage['events'],
        ...defined('nextToken', text(body['nextToken'])),
      };
    },
    stopExecution: async (executionArn, cause, options) => {
      const body = await states('StopExecution', { executionArn, cause }, { timeoutMs, ...options });
      return ms(body['stopDate']) ?? 0;
    },
    warm: (count, synchronous) => openConnections(connection, statesService, agents, count, synchronous ? 'sync-' : ''),
    destroy: () => agents.destroy(),
  };
};
