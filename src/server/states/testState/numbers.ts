/** Number fields of a tested state, judged as an execution judges them. All throw StateFailure, or what the evaluation threw. */
import { numberField, numberIn } from '../../../engine/fields';
import type { Json, JsonObject } from '../../../model/json';
import { StateFailure } from './inspection';
import type { Pipeline } from './pipeline';

/** A number as an execution would judge it. */
export async function numeric(
  pipe: Pipeline,
  fields: JsonObject,
  name: string,
  entered: Json,
  { kind = 'integer', within = '' }: { kind?: 'integer' | 'float'; within?: string } = {},
): Promise<number | undefined> {
  const field = numberField(fields, name, pipe.request.language, within);
  if (!field) return undefined;
  const value = numberIn(field, await field.evaluate(pipe.scope(entered)), kind);
  if (typeof value === 'number') return value;
  if (field.form === 'jsonata') throw new StateFailure('States.QueryEvaluationError', value);
  throw new StateFailure('States.Runtime', value, true);
}

/** A count: a whole number that is not negative. */
export async function counted(
  pipe: Pipeline,
  fields: JsonObject,
  name: string,
  entered: Json,
  within = '',
): Promise<number | undefined> {
  const value = await numeric(pipe, fields, name, entered, { within });
  if ((value ?? 0) < 0) throw new StateFailure('States.Runtime', `${name} cannot be negative.`, true);
  return value;
}

/** Seconds that a Task may take; undefined where it does not say. Its heartbeat is judged too. Both are read of the state's input. */
export async function timeoutOf(pipe: Pipeline): Promise<number | undefined> {
  const timeout = await positive(pipe, 'TimeoutSeconds');
  await positive(pipe, 'HeartbeatSeconds');
  return timeout;
}

async function positive(pipe: Pipeline, name: string): Promise<number | undefined> {
  const { state, language, input } = pipe.request;
  const value = await numeric(pipe, state, name, input);
  if (value === undefined || value > 0) return value;
  const cause = `${name} must be positive.`;
  if (language === 'JSONata') throw new StateFailure('States.QueryEvaluationError', cause);
  throw new StateFailure('States.Runtime', cause, true);
}
