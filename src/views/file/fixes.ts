import type { Problem, StateOutline } from '../../model/machine';

/** A replacement of the text at the problem's range. */
export interface Fix {
  readonly kind: 'rename';
  readonly from: string;
  readonly to: string;
}

/** Edits between two words (Levenshtein), letters' case not counted. */
export const distance = (left: string, right: string): number => {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
};

/** Words near enough to be meant, nearest first, at most three. */
export const nearest = (word: string, candidates: readonly string[]): readonly string[] =>
  candidates
    .filter((candidate) => candidate !== word)
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .filter(({ edits, candidate }) => edits <= Math.max(2, Math.floor(candidate.length / 2)))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);

const stateTypes = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];
const transitionCodes = /TRANSITION|TARGET|NEXT|START_?AT|MISSING_STATE/i;

/**
 * Fixes of a problem whose range holds `text` (a quoted or bare word): a transition to nowhere gets the names of states
 * of its own scope, a wrong state type the eight types.
 */
export const fixesFor = (
  problem: Pick<Problem, 'code' | 'path'>,
  text: string,
  states: readonly Pick<StateOutline, 'name'>[],
): readonly Fix[] => {
  const word = text.replace(/^["']|["']$/g, '');
  if (word === '' || word.includes('\n')) return [];
  const field = problem.path.split('/').pop() ?? '';
  const isTransition = ['Next', 'Default', 'StartAt'].includes(field) || transitionCodes.test(problem.code);
  const names = field === 'Type' ? stateTypes : isTransition ? states.map((state) => state.name) : [];
  if (names.includes(word)) return [];
  const near = nearest(word, names);
  return (near.length > 0 ? near : field === 'Type' ? [] : names.slice(0, 3)).map((to) => ({
    kind: 'rename',
    from: word,
    to,
  }));
};
