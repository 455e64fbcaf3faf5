/** Wait: until a time, or for a number of seconds, told in any of the language's forms. */
import type { Json } from '../../model/json';
import { chain } from '../chain';
import type { MaybePromise } from '../contract';
import { evaluationFailure, runtimeFailure } from '../failures';
import { done } from '../leave';
import type { NumberField, WaitNode } from '../nodes';
import { aborted, type Failure, type Outcome } from '../outcome';
import { parseTimestamp, QueryError } from '../query';
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
  if (seconds) return chain(read(visit, seconds), (value) => secondsOf(visit, seconds, value));
  if (timestamp) return chain(read(visit, timestamp), (value) => untilOf(visit, timestamp, value));
  return 0;
};

/** A path that leads nowhere has words of its own in a Wait. */
const read = (visit: Visit, field: NumberField): MaybePromise<Json> => {
  if (field.form !== 'path') return field.evaluate(visit);
  try {
    return field.evaluate(visit);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    throw new QueryError(
      'States.Runtime',
      `The ${field.field}Path parameter does not reference an input value: ${field.source}`,
    );
  }
};

const secondsOf = (visit: Visit, field: NumberField, found: Json): number | Failure => {
  const value = field.form === 'path' && typeof found === 'string' && /^[+-]?\d+$/.test(found) ? Number(found) : found;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value * 1000;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  const negative = typeof value === 'number' && Number.isInteger(value);
  if (field.form === 'path')
    return runtimeFailure(
      visit,
      negative
        ? `The SecondsPath parameter references a negative value: ${field.source} == ${shown}`
        : `The SecondsPath parameter cannot be parsed as a long value: ${field.source} == ${shown}`,
    );
  return evaluationFailure(
    visit,
    negative
      ? `The Seconds field references a negative value: ${shown}`
      : `The Seconds field cannot be parsed as a long value: ${shown}`,
    'Seconds',
  );
};

const untilOf = (visit: Visit, field: NumberField, value: Json): number | Failure => {
  const at = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (at !== undefined) return at - visit.flow.run.host.clock.now();
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  if (field.form === 'path')
    return runtimeFailure(
      visit,
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${field.source} == ${shown}`,
    );
  return evaluationFailure(
    visit,
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown}`,
    'Timestamp',
  );
};
