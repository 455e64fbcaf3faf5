/** Leaving a state: its output as text, within the payload's limit. */
import type { HistoryEvent } from '../model/event';
import type { Json } from '../model/json';
import { exceedsPayload } from './limits';
import { failure, type Outcome } from './outcome';
import type { Settled, StateNode } from './nodes';
import type { Visit } from './visit';

/** AWS's words for an output above 256 KiB; `what` is the state, or the service or function a task called. */
export const tooLarge = (what: string): string =>
  `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;

/** `text` where the output's text is known already. */
export const done = (visit: Visit, settled: Settled, next: StateNode | undefined, text?: string): Outcome => {
  const { output, assigned } = settled;
  const known = output === visit.rawInput ? visit.text : (text ?? JSON.stringify(output));
  if (exceedsPayload(known)) return failure('States.DataLimitExceeded', tooLarge(visit.node.name));
  return { kind: 'done', output, text: known, next, assigned };
};

/** Variables as an exit shows them: each as its own JSON text. */
export const assignedTexts = (
  assigned: Readonly<Record<string, Json>>,
): HistoryEvent['details']['assignedVariables'] => {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(assigned)) texts[name] = JSON.stringify(value);
  return texts;
};
