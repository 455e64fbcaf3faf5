import type { Problem } from '../model/machine';

const brokenText = 'INVALID_JSON_DESCRIPTION';
const noTarget = 'MISSING_TRANSITION_TARGET';

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
 * that follows (missing brackets at the end, fields that seem to be absent) is one; where a way leads nowhere, so are the states
 * that nothing leads to.
 */
export const worthShowing = (problems: readonly Problem[]): readonly Problem[] => {
  const broken = problems.find((problem) => problem.code === brokenText && problem.severity === 'error');
  if (broken) return [broken];
  const open = new Set(problems.map(machineThatLeadsNowhere).filter((machine) => machine !== null));
  if (open.size === 0) return problems;
  return problems.filter((problem) => {
    const machine = machineOfUnreached(problem);
    return machine === null || !open.has(machine);
  });
};

export const errorsOf = (problems: readonly Problem[]): readonly Problem[] =>
  worthShowing(problems).filter((problem) => problem.severity === 'error');
