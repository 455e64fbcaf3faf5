import type { Problem } from '../model/machine';

const brokenText = 'INVALID_JSON_DESCRIPTION';
const noTarget = 'MISSING_TRANSITION_TARGET';
const noEnd = 'MISSING_END_STATE';

/** The machine (a path; empty for the outermost) in which a `Next`, a `Default` or the `StartAt` leads nowhere; null for other problems. */
const machineThatLeadsNowhere = ({ code, path }: Problem): string | null =>
  code === noTarget
    ? (/^(.*)\/(?:States\/[^/]+\/(?:[^/]+\[\d+\]\/)?(?:Next|Default)|StartAt)$/.exec(path)?.[1] ?? null)
    : null;

/** The machine of a state that nothing leads to; null for other problems. */
const machineOfUnreached = ({ code, path }: Problem): string | null =>
  code === noTarget ? (/^(.*)\/States\/[^/]+$/.exec(path)?.[1] ?? null) : null;

/**
 * The problems worth a person's eyes: one for each mistake. The service names consequences as well. While the text itself is broken, all
 * that follows (missing brackets at the end, fields that seem to be absent) is one; where a way leads nowhere, the states that
 * nothing leads to and the end that is not found follow from it. A `StartAt` is no way to an end.
 */
export const worthShowing = (problems: readonly Problem[]): readonly Problem[] => {
  const broken = problems.find((problem) => problem.code === brokenText && problem.severity === 'error');
  if (broken) return [broken];
  const open = new Set(problems.map(machineThatLeadsNowhere).filter((machine) => machine !== null));
  if (open.size === 0) return problems;
  // Only the outermost machine needs an end.
  const endLost = problems.some((problem) => problem.path !== '/StartAt' && machineThatLeadsNowhere(problem) === '');
  return problems.filter((problem) => {
    const unreached = machineOfUnreached(problem);
    return (unreached === null || !open.has(unreached)) && !(endLost && problem.code === noEnd);
  });
};

export const errorsOf = (problems: readonly Problem[]): readonly Problem[] =>
  worthShowing(problems).filter((problem) => problem.severity === 'error');
