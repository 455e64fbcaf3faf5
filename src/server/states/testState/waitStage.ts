/** A tested Wait: whether its delay can be told. It is not waited for. */
import { numberField } from '../../../engine/fields';
import { readDelay, secondsOf, untilOf } from '../../../engine/states/wait';
import type { Json } from '../../../model/json';
import { StateFailure } from './inspection';
import type { Pipeline } from './pipeline';

/** Throws StateFailure, or what the evaluation threw. */
export async function checkDelay(pipe: Pipeline, entered: Json): Promise<void> {
  const { state, language } = pipe.request;
  const seconds = numberField(state, 'Seconds', language);
  const field = seconds ?? numberField(state, 'Timestamp', language);
  if (!field) return;
  const value = await readDelay(field, pipe.scope(entered));
  const delay = seconds ? secondsOf(field, value) : untilOf(field, value, 0);
  if (typeof delay === 'number') return;
  if (field.form === 'path') throw new StateFailure('States.Runtime', delay, true);
  throw new StateFailure('States.QueryEvaluationError', delay);
}
