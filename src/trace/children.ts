import type { HistoryEvent } from '../model/event';
import { isObject, type JsonObject } from '../model/json';
import type { ExecutionTrace } from '../model/visit';
import type { MachineState } from './states';

/** An execution that a task started. */
export interface StartedChild {
  readonly arn: string;
  /** What a synchronous Express execution said of its own bill. */
  readonly billed?: { readonly durationMs: number; readonly memoryMb: number };
}

/** Executions that a history tells of and that have histories of their own. */
export interface Children {
  /** Runs of distributed Maps, each with the name of its state. */
  readonly mapRuns: readonly { readonly arn: string; readonly map: string }[];
  readonly started: readonly StartedChild[];
}

const services = new Set(['states', 'aws-sdk:sfn']);

/** A nested execution's output names are capitalised where the integration is Step Functions' own, and where it is the SDK's. */
const field = (output: JsonObject, name: string): unknown =>
  output[name] ?? output[`${name.charAt(0).toLowerCase()}${name.slice(1)}`];

const parse = (text: string | undefined): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const startedBy = ({ details }: HistoryEvent): StartedChild | undefined => {
  const output = parse(details.output);
  const arn = output && field(output, 'ExecutionArn');
  if (!output || typeof arn !== 'string') return undefined;
  const billing = field(output, 'BillingDetails');
  const durationMs = isObject(billing) ? field(billing, 'BilledDurationInMilliseconds') : undefined;
  const memoryMb = isObject(billing) ? field(billing, 'BilledMemoryUsedInMB') : undefined;
  return {
    arn,
    ...(typeof durationMs === 'number' && typeof memoryMb === 'number' ? { billed: { durationMs, memoryMb } } : {}),
  };
};

/**
 * The children of an execution, each once: Map Runs from MapRunStarted (a redrive goes on with the same run), nested executions from
 * the outputs of `states:startExecution` in all its forms and of `aws-sdk:sfn` calls. Without outputs in the history
 * (includeExecutionData false) nested ones are not seen.
 */
export const childrenOf = (events: readonly HistoryEvent[]): Children => {
  const byId = new Map<number, HistoryEvent>();
  const mapRuns = new Map<string, string>();
  const started = new Map<string, StartedChild>();
  for (const event of events) {
    byId.set(event.id, event);
    const { type, details } = event;
    if (type === 'MapRunStarted' && details.mapRunArn !== undefined) {
      let before: HistoryEvent | undefined = event;
      while (before && before.type !== 'MapStateEntered') before = byId.get(before.previousEventId);
      mapRuns.set(details.mapRunArn, before?.details.name ?? '');
    } else if (
      (type === 'TaskSubmitted' || type === 'TaskSucceeded') &&
      services.has(details.resourceType ?? '') &&
      /^start(?:Sync)?Execution/.test(details.resource ?? '')
    ) {
      const child = startedBy(event);
      if (child) started.set(child.arn, { ...started.get(child.arn), ...child });
    }
  }
  return { mapRuns: [...mapRuns].map(([arn, map]) => ({ arn, map })), started: [...started.values()] };
};

/** States inside a distributed Map, as its children name them, and the prefix under which the workflow has them. */
export const statesInside = (
  states: readonly MachineState[],
  map: string,
): { readonly states: readonly MachineState[]; readonly prefix: string } => {
  const outer = states.find((state) => state.type === 'Map' && (state.name ?? state.path.split('/').pop()) === map);
  const prefix = `${outer?.path ?? map}/ItemProcessor/`;
  return {
    prefix,
    states: states
      .filter((state) => state.path.startsWith(prefix))
      .map(({ path, type, name }) => ({ path: path.slice(prefix.length), type, ...(name ? { name } : {}) })),
  };
};

/** A child's states as states of the workflow. */
export const underPrefix = (trace: ExecutionTrace, prefix: string): ExecutionTrace => ({
  ...trace,
  visits: trace.visits.map((visit) => ({ ...visit, path: `${prefix}${visit.path}` })),
});

/** Standard executions have histories; `…:express:…` ones have none. */
export const isExpressArn = (arn: string): boolean => arn.split(':')[5] === 'express';
