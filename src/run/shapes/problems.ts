import type { Problem } from '../../model/machine';

export const planProblem = (path: string, message: string): Problem => ({
  severity: 'error',
  code: 'PLAN_VALUE',
  message,
  path,
});

/** Checks a whole number and says what it should have been. */
export const wholeNumber = (
  path: string,
  what: string,
  value: number,
  least: number,
  most: number,
): readonly Problem[] =>
  Number.isInteger(value) && value >= least && value <= most
    ? []
    : [
        planProblem(
          path,
          `${what} must be a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}, not ${value}.`,
        ),
      ];

export const positiveNumber = (path: string, what: string, value: number, most: number): readonly Problem[] =>
  Number.isFinite(value) && value > 0 && value <= most
    ? []
    : [planProblem(path, `${what} must be a number above 0, up to ${most.toLocaleString('en')}, not ${value}.`)];
