/** Comparing an answer with a recorded one, by the rules of the corpus' README. */
import type { Json } from '../../src/model/json';
import type { ExecutionCase, RecordedEvent } from './corpus';

/** What a driver saw of one execution, events as GetExecutionHistory gives them. */
export interface Observed {
  readonly status: string;
  readonly outputText?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly events?: readonly RecordedEvent[];
}

/** The recorder turned each text that starts with `{` and parses into an object, once and not within it. */
export const asRecorded = (value: Json | undefined): Json | undefined => {
  if (typeof value === 'string') {
    if (!value.startsWith('{')) return value;
    try {
      return JSON.parse(value) as Json;
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return (value as Json[]).map((item) => asRecorded(item) ?? null);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asRecorded(item)]));
};

/** Words that the recorder put where a value varies and that carry no brackets. */
const standIns = new Set(
  `timestamp date datetime snf_role_arn sfn_role_arn entered-time start-time start-date stop-date map_run_arn execution-arn
  state-machine-arn lambda_function_name lambda_function_1_name activity_arn sqs_queue_url x-amzn-RequestId X-Amzn-Trace-Id
  RequestId generated-uuid topic-arn RandomNumberGenerated`.split(/\s+/),
);

const patterns = new Map<string, RegExp>();

/** Recorded text against a seen one: stand-ins match anything. */
const matchesText = (expected: string, actual: string): boolean => {
  if (expected === actual) return true;
  if (standIns.has(expected) || expected === '"date"') return true;
  if (!/<[^<>]*>|"date"/.test(expected)) return false;
  let pattern = patterns.get(expected);
  if (!pattern) {
    // Stand-ins nest: `<<task_token>:1>`.
    let marked = expected.replace(/(?<=")date(?=")/g, '\0');
    for (let before = ''; before !== marked;) [before, marked] = [marked, marked.replace(/<[^<>]*>/g, '\0')];
    const source = marked
      .split('\0')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]*?');
    patterns.set(expected, (pattern = new RegExp(`^${source}$`)));
  }
  return pattern.test(actual);
};

const isJsonText = (text: string): boolean => /^\s*[[{"0-9tfn-]/.test(text);

/** Some recordings have every output parsed, not only objects; set for the case at hand. */
let outputsParsed = false;

/** First difference as `path: expected …, got …`, or undefined. */
export const difference = (expected: Json | undefined, actual: Json | undefined, at: string): string | undefined => {
  const told = (): string => `${at}: expected ${brief(expected)}, got ${brief(actual)}`;
  if (typeof expected === 'string') {
    if (standIns.has(expected) || (actual !== undefined && /^<[^<>]*>$/.test(expected))) return undefined;
    if (typeof actual !== 'string') return told();
    if (matchesText(expected, actual)) return undefined;
    return sameJson(expected, actual, at) ? undefined : told();
  }
  if (outputsParsed && typeof actual === 'string' && typeof expected !== 'string' && expected !== undefined)
    return difference(expected, parsed(actual), at);
  if (typeof expected === 'number' || typeof expected === 'boolean' || expected === null || expected === undefined)
    return expected === actual ? undefined : told();
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return told();
    for (const [index, item] of (expected as readonly Json[]).entries()) {
      const found = difference(item, (actual as readonly Json[])[index], `${at}[${index}]`);
      if (found) return found;
    }
    return undefined;
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return told();
  const [left, right] = [expected as Record<string, Json>, actual as Record<string, Json>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    // Its length depends on names that the recording has blanked.
    if (key === 'Content-Length' && left[key] !== undefined && right[key] !== undefined) continue;
    const found = difference(left[key], right[key], `${at}.${key}`);
    if (found) return found;
  }
  return undefined;
};

const parsed = (text: string): Json => {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'string' ? '' : value;
  } catch {
    return '';
  }
};

/** Texts of JSON arrays whose objects differ in the order of their keys alone are the same. */
const sameJson = (expected: string, actual: string, at: string): boolean => {
  if (!isJsonText(expected) || !/[[{]/.test(expected)) return false;
  try {
    const [left, right] = [JSON.parse(expected) as Json, JSON.parse(actual) as Json];
    // White space does count: AWS prints compact JSON and passes on what it was sent as it is.
    const spaced = (text: string, value: Json): boolean => JSON.stringify(value).length !== text.length;
    if (!/<[^<>]*>/.test(expected) && spaced(expected, left) !== spaced(actual, right)) return false;
    return typeof left === 'object' && difference(left, right, at) === undefined;
  } catch {
    return false;
  }
};

const brief = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : (JSON.stringify(value) ?? '').slice(0, 300);

/** All differences of one execution from its recording; empty where there are none. */
export const compareExecution = (recorded: ExecutionCase, observed: Observed): string[] => {
  const { expected } = recorded;
  outputsParsed = recorded.normalised?.some((rule) => rule.includes('_convert_output_to_json')) ?? false;
  const found: (string | undefined)[] = [];
  if (expected.status !== null) found.push(difference(expected.status, observed.status, 'status'));
  if (!recorded.volatileOutput) {
    if (expected.outputRaw !== undefined)
      found.push(difference(expected.outputRaw, observed.outputText ?? '', 'output'));
    else if (expected.output !== undefined && observed.outputText !== undefined)
      found.push(difference(expected.output, JSON.parse(observed.outputText) as Json, 'output'));
    else if (expected.output !== undefined) found.push('output: expected some, got nothing');
  }
  if (expected.status === 'FAILED') {
    found.push(difference(expected.error, observed.error, 'error'));
    found.push(difference(expected.cause, asRecorded(observed.cause), 'cause'));
  }
  if (expected.events?.length && observed.events) found.push(...compareEvents(recorded, observed.events));
  return found.filter((text) => text !== undefined);
};

const compareEvents = (recorded: ExecutionCase, seen: readonly RecordedEvent[]): (string | undefined)[] => {
  // Recorded in reverse where that was asked for.
  const expected = [...(recorded.expected.events ?? [])].sort((a, b) =>
    recorded.eventsOrderNormalised ? 0 : Number(a.id) - Number(b.id),
  );
  const actual = seen.map((event) => asRecorded(event as unknown as Json) as unknown as RecordedEvent);
  if (recorded.eventsOrderNormalised) return [compareUnordered(expected, actual)];
  const found: (string | undefined)[] = [];
  if (expected.length !== actual.length) {
    const types = (events: readonly RecordedEvent[]): string => events.map(({ type }) => type).join(' ');
    found.push(`events: expected ${expected.length}, got ${actual.length}: ${types(actual)}`);
  }
  for (const [index, event] of expected.entries()) {
    if (!actual[index]) break;
    found.push(compareEvent(recorded, event, actual[index], `events[${index}]`));
  }
  return found.filter((text) => text !== undefined).slice(0, 3);
};

const compareEvent = (
  recorded: ExecutionCase,
  expected: RecordedEvent,
  actual: RecordedEvent,
  at: string,
): string | undefined => {
  const drop = new Set(['timestamp', ...(recorded.volatileOutput ? ['assignedVariables'] : [])]);
  const prune = (value: unknown): Json =>
    JSON.parse(JSON.stringify(value, (key, item: unknown) => (drop.has(key) ? undefined : item))) as Json;
  const [left, right] = [prune(expected), prune(actual)];
  if (!recorded.volatileOutput) return difference(left, right, at);
  return difference(
    { ...(left as object), stateExitedEventDetails: null },
    { ...(right as object), stateExitedEventDetails: null },
    at,
  );
};

/** Ids are blanked and order is lost within a Parallel: each recorded event needs one of its own. */
const compareUnordered = (expected: readonly RecordedEvent[], actual: readonly RecordedEvent[]): string | undefined => {
  const rest = actual.map(({ id: _id, previousEventId: _previous, timestamp: _at, ...event }) => event);
  for (const event of expected) {
    const { id: _id, previousEventId: _previous, timestamp: _at, ...wanted } = event;
    const place = rest.findIndex((candidate) => difference(wanted, candidate, '') === undefined);
    if (place < 0) return `events: no ${event.type} like ${brief(wanted)}`;
    rest.splice(place, 1);
  }
  // The recorder drops ParallelStateSucceeded.
  const left = rest.filter(({ type }) => type !== 'ParallelStateSucceeded');
  return left.length === 0 ? undefined : `events: too many: ${left.map(({ type }) => type).join(' ')}`;
};
