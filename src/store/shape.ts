import { isObject, type Json, type JsonObject } from '../model/json';

/** What is wrong at a place of a document; undefined where nothing is. */
type Check = (value: Json | undefined, at: string) => string | undefined;

const kind =
  (what: string, holds: (value: Json | undefined) => boolean): Check =>
  (value, at) =>
    holds(value) ? undefined : `${at} is not ${what}`;

const text = kind('a text', (value) => typeof value === 'string');
const number = kind('a number', (value) => typeof value === 'number');

const object =
  (fields: Readonly<Record<string, Check>> = {}): Check =>
  (value, at) => {
    if (!isObject(value)) return `${at} is not an object`;
    for (const [name, check] of Object.entries(fields)) {
      const problem = check(value[name], at === '' ? name : `${at}.${name}`);
      if (problem) return problem;
    }
    return undefined;
  };

const list =
  (item?: Check): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return `${at} is not a list`;
    for (const [i, each] of (value as readonly Json[]).entries()) {
      const problem = item?.(each, `${at}[${i}]`);
      if (problem) return problem;
    }
    return undefined;
  };

const orNone =
  (check: Check): Check =>
  (value, at) =>
    value === null || value === undefined ? undefined : check(value, at);

const numbers = (...names: readonly string[]): Readonly<Record<string, Check>> =>
  Object.fromEntries(names.map((name) => [name, number]));

const figures = object(numbers('n', 'min', 'mean', 'p50', 'p90', 'p95', 'p99', 'max'));
const load = object({ kind: text });

const arm = object({
  ...{ type: text, system: text, load },
  executions: object(numbers('started', 'succeeded', 'failed', 'timedOut', 'aborted', 'throttled', 'dropped')),
  ...{ latencyMs: orNone(figures), transitionTotalMs: orNone(figures), throughputPerSecond: number },
  states: list(
    object({
      ...{ path: text, type: text, visits: number, retries: number },
      ...{ durationMs: orNone(figures), transitionMs: orNone(figures) },
      parts: object(numbers('pre', 'queue', 'work', 'wait', 'backoff', 'post')),
    }),
  ),
  cost: orNone(
    object({
      lines: list(object({ label: text, quantity: number, unit: text, amount: orNone(number) })),
      ...numbers('total', 'perExecution', 'perMillion', 'executions'),
    }),
  ),
  // Samples are many, and each is read by itself: that they are objects is enough.
  ...{ samples: list(object()), series: list(object()), errors: object() },
});

const document = object({
  ...{ id: text, startedAt: text, status: object({ kind: text }) },
  workflow: object({ name: text, file: text, states: list(object({ path: text })) }),
  target: object({ kind: text, region: text }),
  plan: object({ load }),
  progress: object(numbers('planned', 'done')),
  arms: list(arm),
  notes: list(object({ message: text })),
  thresholds: orNone(list(object({ expression: text }))),
  comparison: orNone(object({ sentence: text })),
});

/**
 * The first place at which a run document has not the form that every view and report takes for granted, as `arms[0].states is not
 * a list`; undefined where it has. What it holds beyond that is the schema's matter (schemas/run.schema.json).
 */
export const shapeProblem = (value: JsonObject): string | undefined => document(value, '');
