/** Leaving a state: its output as text, within the payload's limit. */
import type { Json } from '../model/json';
import { exceedsPayload } from './limits';
import { failure, type Done, type Outcome } from './outcome';
import type { Settled, StateNode } from './nodes';
import type { Visit } from './visit';

/** AWS's words for an output above 256 KiB; `what` is the state, or the service or function a task called. */
export const tooLarge = (what: string): string =>
  `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;

/** AWS's words for what a task would send above 256 KiB, as a user of the service reports them (mbc-cqrs-serverless, pull request 466). */
export const tooMuchSent = (state: string): string =>
  `The state/task '${state}' provided parameters with a size exceeding the maximum number of bytes service limit.`;

/** `text` where the output's text is known already. */
export const done = (visit: Visit, settled: Settled, next: StateNode | undefined, text?: string): Outcome => {
  const { output, assigned } = settled;
  const known = output === visit.rawInput ? visit.text : (text ?? JSON.stringify(output));
  if (exceedsPayload(known)) return failure('States.DataLimitExceeded', tooLarge(visit.node.name));
  if (assigned === undefined) return { kind: 'done', output, text: known, next };
  const assignedTexts = textsOf(assigned);
  if (assignedTexts === undefined) return { kind: 'done', output, text: known, next };
  if (exceedsPayload(Object.values(assignedTexts).join('')))
    return failure('States.DataLimitExceeded', tooMuchAssigned(visit.node.name));
  return { kind: 'done', output, text: known, next, assigned, assignedTexts };
};

/** The variables of one Assign may have 256 KiB together (AWS's limit; the words are ours). */
const tooMuchAssigned = (state: string): string =>
  `The state/task '${state}' assigned variables with a size exceeding the maximum number of bytes service limit.`;

/** Variables as an exit shows them, each as its own JSON text; undefined for none at all. */
const textsOf = (assigned: Readonly<Record<string, Json>>): Done['assignedTexts'] => {
  let texts: Record<string, string> | undefined;
  for (const [name, value] of Object.entries(assigned)) (texts ??= {})[name] = JSON.stringify(value);
  return texts;
};
