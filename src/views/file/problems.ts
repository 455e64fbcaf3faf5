import type { Problem } from '../../model/machine';

const brokenText = 'INVALID_JSON_DESCRIPTION';

/**
 * The problems worth a person's eyes: while the text itself is broken, only where it breaks first, since all that follows
 * (missing brackets at the end, fields that seem to be absent) is a consequence.
 */
export const worthShowing = (problems: readonly Problem[]): readonly Problem[] => {
  const broken = problems.find((problem) => problem.code === brokenText && problem.severity === 'error');
  return broken ? [broken] : problems;
};

export const errorsOf = (problems: readonly Problem[]): readonly Problem[] =>
  worthShowing(problems).filter((problem) => problem.severity === 'error');
