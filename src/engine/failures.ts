/** Errors by AWS's names: how an exception of a query becomes a failure of its state, and which names match which. */
import { aborted, failure, type Failure, type Outcome } from './outcome';
import { QueryError } from './query/contract';
import type { Visit } from './visit';

/** AWS tells in which stay an evaluation failed. */
const whereabouts = (visit: Visit): string =>
  `An error occurred while executing the state '${visit.node.name}' (entered at the event id #${visit.enteredId}). `;

/** A States.Runtime failure with AWS's words around `text`. It ends the execution. */
export const runtimeFailure = (visit: Visit, text: string): Failure =>
  failure('States.Runtime', whereabouts(visit) + text, { fatal: true });

/**
 * A failed evaluation of a JSONata field: writes EvaluationFailed. That event points to where its state's entry points,
 * unless something was written since or the state is a Wait.
 */
export const evaluationFailure = (visit: Visit, text: string, location: string | undefined): Failure => {
  const { flow } = visit;
  const error = 'States.QueryEvaluationError';
  const cause = text.startsWith('An error occurred') ? text : whereabouts(visit) + text;
  const previous = flow.previous === visit.enteredId && visit.node.type !== 'Wait' ? visit.cameFrom : flow.previous;
  flow.previous = flow.run.history.append('EvaluationFailed', previous, {
    error,
    cause,
    ...(location === undefined ? {} : { location }),
    state: visit.node.name,
  });
  return failure(error, cause);
};

/** What was thrown in a stay, as the failure AWS would report. Never throws. */
export const failureOf = (visit: Visit, thrown: unknown): Outcome => {
  if (visit.flow.dead) return aborted;
  if (thrown instanceof QueryError) {
    if (thrown.error === 'States.QueryEvaluationError')
      return evaluationFailure(visit, thrown.causeText, thrown.location);
    const cause = thrown.causeText.startsWith('An error occurred')
      ? thrown.causeText
      : whereabouts(visit) + thrown.causeText;
    return failure(thrown.error, cause, thrown.error === 'States.Runtime' ? { fatal: true } : undefined);
  }
  return runtimeFailure(visit, thrown instanceof Error ? thrown.message : String(thrown));
};

/** Whether one of `ErrorEquals` means this failure. States.Runtime is never retried or caught. */
export const matchesError = (errors: readonly string[], failed: Failure): boolean => {
  if (failed.fatal) return false;
  for (const name of errors) {
    if (name === 'States.ALL' || name === failed.error || (failed.alias !== undefined && name === failed.alias))
      return true;
    if (name === 'States.TaskFailed' && failed.error !== 'States.Timeout') return true;
  }
  return false;
};
