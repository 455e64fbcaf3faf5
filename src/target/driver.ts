import type { JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';

/**
 * Load from within the account: a Standard state machine whose distributed Map starts the workflow under test. AWS's hard
 * limit is 10,000 children of a Map Run in parallel; it dispatches up to 1,000 Express or 100 Standard children a second
 * (Step Functions service quotas).
 */
export const mostDriven = 10_000;
const dispatchPerSecond = { EXPRESS: 1_000, STANDARD: 100 } as const;

/** A state's input holds at most 256 KiB (Step Functions service quotas); some is left for what the service adds. */
const mostInputBytes = 230_000;
/** An Express child lives five minutes at most; some is left for the call itself. */
const mostExpressChildMs = 270_000;
/** Until the Map Run is up. */
const setUpMs = 2_000;

/** What a driver has to do; the same for all steps of a load. */
export interface DriverShape {
  readonly type: WorkflowType;
  /** Starts at given times, or a number of slots that each wait for the end. */
  readonly model: 'open' | 'closed';
  readonly thinkMs: number;
  /** The type of the Map Run's children. */
  readonly child: WorkflowType;
}

/** Which children a load needs: a Standard one is needed to wait for a Standard workflow, or for longer than five minutes. */
export const driverShape = (
  type: WorkflowType,
  load:
    | { readonly model: 'open'; readonly startsAt: readonly number[] }
    | { readonly model: 'closed'; readonly thinkMs: number },
): DriverShape => {
  if (load.model === 'closed')
    return {
      type,
      model: 'closed',
      thinkMs: load.thinkMs,
      child: type === 'STANDARD' || load.thinkMs > 0 ? 'STANDARD' : 'EXPRESS',
    };
  const fits = leadMs(load.startsAt, 'EXPRESS') + (load.startsAt.at(-1) ?? 0) < mostExpressChildMs;
  // A synchronous call of an Express workflow may itself take five minutes.
  return { type, model: 'open', thinkMs: 0, child: fits ? 'EXPRESS' : 'STANDARD' };
};

/** How long before the first start the children have to be dispatched so that each is there when it is due, ms. */
export const leadMs = (startsAt: readonly number[], child: WorkflowType): number =>
  Math.ceil(
    startsAt.reduce((most, at, k) => Math.max(most, ((k + 1) / dispatchPerSecond[child]) * 1_000 - at), 0) + setUpMs,
  );

/**
 * ASL of the driver (JSONata). Its input is a `DriverInput`. A child waits until its start is due, starts one execution under the
 * name by which it will be found, and in a closed model waits for its end.
 */
export const driverDefinition = (
  { type, model, thinkMs, child }: DriverShape,
  startArn: string,
  partition: string,
): JsonObject => {
  const start: JsonObject = {
    Type: 'Task',
    Resource: resourceOf(type, model, partition),
    Arguments: {
      StateMachineArn: startArn,
      Name: '{% $states.input.name %}',
      // An SDK integration takes the text itself; the optimised one makes it of a value.
      Input: type === 'EXPRESS' ? '{% $string($states.input.input) %}' : '{% $states.input.input %}',
    },
    // Only where the start itself was thrown back: a workflow that failed is a result.
    Retry: [
      {
        ErrorEquals: [
          'StepFunctions.ThrottlingException',
          'StepFunctions.TooManyRequestsException',
          'Sfn.ThrottlingException',
          'Sfn.TooManyRequestsException',
        ],
        IntervalSeconds: 1,
        MaxAttempts: 8,
        BackoffRate: 1.5,
        JitterStrategy: 'FULL',
      },
    ],
    Output: {},
    ...(thinkMs > 0 ? { Next: 'Think' } : { End: true }),
  };
  const states: JsonObject = {
    ...(model === 'open' ? { Due: { Type: 'Wait', Timestamp: '{% $states.input.at %}', Next: 'Start' } } : {}),
    Start: start,
    ...(thinkMs > 0 ? { Think: { Type: 'Wait', Seconds: Math.max(1, Math.round(thinkMs / 1_000)), End: true } } : {}),
  };
  const item = '$states.context.Map.Item';
  return {
    Comment: 'Made by StepBench to generate load; removed after the run.',
    QueryLanguage: 'JSONata',
    StartAt: 'Drive',
    States: {
      Drive: {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        ItemSelector: {
          name: `{% $states.input.prefix & $string($states.input.first + ${item}.Index) %}`,
          // JSONata looks at every element of an array to take one out by a computed index: only the short pool is read so.
          input: `{% $exists(${item}.Value.v) ? ${item}.Value.v : $states.input.pool[${item}.Index % $count($states.input.pool)] %}`,
          ...(model === 'open'
            ? {
                at: `{% $fromMillis($toMillis($states.context.Execution.StartTime) + $states.input.lead + ${item}.Value.t) %}`,
              }
            : {}),
        },
        MaxConcurrency: '{% $states.input.concurrency %}',
        ToleratedFailurePercentage: 100,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: child },
          StartAt: model === 'open' ? 'Due' : 'Start',
          States: states,
        },
        Output: {},
        End: true,
      },
    },
  };
};

const resourceOf = (type: WorkflowType, model: DriverShape['model'], partition: string): string => {
  const start = `arn:${partition}:states:::`;
  if (type === 'EXPRESS') return `${start}aws-sdk:sfn:startSyncExecution`;
  return `${start}states:startExecution${model === 'closed' ? '.sync:2' : ''}`;
};

/** States that one child enters, each a transition where the child is Standard. */
export const childStates = ({ model, thinkMs }: DriverShape): number =>
  1 + (model === 'open' ? 1 : 0) + (thinkMs > 0 ? 1 : 0);

/** One start: when it is due, ms after the first may be (only in an open model), and its input where it has one of its own. */
export interface DriverItem {
  readonly t?: number;
  readonly v?: unknown;
}

/** What one execution of the driver is told. */
export interface DriverInput {
  readonly items: readonly DriverItem[];
  /** Inputs that executions take in turn, where not each has its own. */
  readonly pool?: readonly unknown[];
  /** Index of the first execution; they are called prefix + index. */
  readonly first: number;
  readonly prefix: string;
  readonly concurrency: number;
  /** Ms from its own start to the first start that is due. */
  readonly lead: number;
}

const mostInPool = 16;
const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/**
 * Packs the starts of a load into one input: each with an input of its own where all of them fit, else with a few that they take
 * in turn. Answers undefined where not even one fits.
 */
export const packItems = (
  count: number,
  offsets: readonly number[] | undefined,
  inputOf: (k: number) => string,
): Pick<DriverInput, 'items' | 'pool'> | undefined => {
  const timed = (k: number): DriverItem => (offsets ? { t: offsets[k] } : {});
  const bare = Array.from({ length: count }, (_, k) => timed(k));
  const left = mostInputBytes - sizeOf(bare);
  const items: DriverItem[] = [];
  const pool: unknown[] = [];
  let used = 0;
  for (let k = 0; k < count; k++) {
    const text = inputOf(k);
    used += Buffer.byteLength(text) + 6;
    const value: unknown = JSON.parse(text);
    if (used <= left) {
      if (pool.length < mostInPool) pool.push(value);
      items.push({ ...timed(k), v: value });
    } else return pool.length > 0 ? { items: bare, pool } : undefined;
  }
  return { items };
};

/** How many different inputs the executions have. */
export const inputsOf = ({ items, pool }: DriverInput): number => pool?.length ?? items.length;
