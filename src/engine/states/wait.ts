/** Wait: until a time, or for a number of seconds, told in any of the language's forms. */
import type { Json } from '../../model/json';
import { chain } from '../chain';
import type { MaybePromise } from '../contract';
import { evaluationFailure, runtimeFailure } from '../failures';
import { done } from '../leave';
import type { NumberField, WaitNode } from '../nodes';
import { aborted, type Failure, type Outcome } from '../outcome';
import { parseTimestamp, QueryError } from '../query';
import type { Scope } from '../query/contract';
import type { Visit } from '../visit';
import { pause } from '../waiting';

export const runWait = (visit: Visit<WaitNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  const input = node.prepare ? node.prepare(visit) : visit.rawInput;
  return chain(input, (value) => {
    visit.input = value;
    return chain(delayOf(visit), (delay) => {
      if (typeof delay !== 'number') return delay;
      const exit = (): MaybePromise<Outcome> =>
        chain(node.settle(visit, value), (settled) => done(visit, settled, node.nextNode));
      return delay <= 0 ? exit() : pause(visit.flow, delay).then(() => (visit.flow.dead ? aborted : exit()));
    });
  });
};

/** Milliseconds from now, or why they cannot be told. */
const delayOf = (visit: Visit<WaitNode>): MaybePromise<number | Failure> => {
  const { seconds, timestamp } = visit.node;
  const field = seconds ?? timestamp;
  if (!field) return 0;
  return chain(readDelay(field, visit), (value): number | Failure => {
    const delay = seconds ? secondsOf(field, value) : untilOf(field, value, visit.flow.run.host.clock.now());
    if (typeof delay === 'number') return delay;
    return field.form === 'path' ? runtimeFailure(visit, delay) : evaluationFailure(visit, delay, field.field);
  });
};

/** The value of a Wait's field: a path that leads nowhere has words of its own here. */
export const readDelay = (field: NumberField, scope: Scope): MaybePromise<Json> => {
  if (field.form !== 'path') return field.evaluate(scope);
  try {
    return field.evaluate(scope);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    throw new QueryError(
      'States.Runtime',
      `The ${field.field}Path parameter does not reference an input value: ${field.source}`,
    );
  }
};

/** Milliseconds to wait, or AWS's words for what is no number of seconds. */
export const secondsOf = (field: NumberField, found: Json): number | string => {
  const value = field.form === 'path' && typeof found === 'string' && /^[+-]?\d+$/.test(found) ? Number(found) : found;
  const whole = typeof value === 'number' && Number.isInteger(value);
  if (whole && value >= 0) return value * 1000;
  const wrong = whole ? 'references a negative value' : 'cannot be parsed as a long value';
  return field.form === 'path'
    ? `The SecondsPath parameter ${wrong}: ${field.source} == ${shownAs(value)}`
    : `The Seconds field ${wrong}: ${shownAs(value)}`;
};

/** Milliseconds from `now` (epoch ms), or AWS's words for what is no time. */
export const untilOf = (field: NumberField, value: Json, now: number): number | string => {
  const at = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (at !== undefined) return at - now;
  return field.form === 'path'
    ? `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${field.source} == ${shownAs(value)}`
    : `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shownAs(value)}`;
};

const shownAs = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
