import type { Problem } from '../../model/machine';
import { arrivalRate } from './arrivalRate';
import { burst } from './burst';
import { iterations } from './iterations';
import { planProblem, positiveNumber, wholeNumber } from './problems';
import { mostConcurrent, type LoadOf, type Shape } from './shape';

export type BaseLoad = LoadOf<'iterations' | 'burst' | 'arrivalRate'>;

/** One step of a plan: a load, and how many bytes of `{{bytes}}` payload its inputs carry where that is what is swept. */
export interface LoadStep {
  readonly load: BaseLoad;
  readonly payloadBytes?: number;
}

export const validateBase = (load: BaseLoad, path: string): readonly Problem[] => {
  switch (load.kind) {
    case 'iterations':
      return iterations.validate(load, path);
    case 'burst':
      return burst.validate(load, path);
    case 'arrivalRate':
      return arrivalRate.validate(load, path);
  }
};

export const describeBase = (load: BaseLoad): string => {
  switch (load.kind) {
    case 'iterations':
      return iterations.describe(load);
    case 'burst':
      return burst.describe(load);
    case 'arrivalRate':
      return arrivalRate.describe(load);
  }
};

export const plannedBase = (load: BaseLoad): number => {
  switch (load.kind) {
    case 'iterations':
      return iterations.planned(load);
    case 'burst':
      return burst.planned(load);
    case 'arrivalRate':
      return arrivalRate.planned(load);
  }
};

const stepOf = (load: LoadOf<'sweep'>, value: number): LoadStep => {
  switch (load.over) {
    case 'concurrency': {
      const wanted = load.base.kind === 'arrivalRate' ? value : load.base.executions;
      const thinkMs = load.base.kind === 'iterations' ? load.base.thinkMs : undefined;
      // Fewer executions than slots would never reach the concurrency that the step is named after.
      return {
        load: {
          kind: 'iterations',
          executions: Math.max(wanted, value),
          concurrency: value,
          ...(thinkMs ? { thinkMs } : {}),
        },
      };
    }
    case 'burst':
      return { load: { kind: 'burst', executions: value } };
    case 'rate': {
      const { durationMs, maxInFlight } =
        load.base.kind === 'arrivalRate' ? load.base : { durationMs: 10_000, maxInFlight: mostConcurrent };
      return { load: { kind: 'arrivalRate', rate: value, durationMs, maxInFlight } };
    }
    case 'payload':
      return { load: load.base, payloadBytes: value };
  }
};

export const sweepSteps = (load: LoadOf<'sweep'>): readonly LoadStep[] =>
  load.values.map((value) => stepOf(load, value));

const units = { concurrency: 'concurrency', rate: 'rate', burst: 'burst size', payload: 'payload bytes' } as const;

/** One load after the other over a list of values; each step ends before the next begins. */
export const sweep: Shape<'sweep'> = {
  kind: 'sweep',
  validate: (load, path) => {
    const problems: Problem[] = [];
    if (load.values.length === 0) problems.push(planProblem(`${path}/values`, 'A sweep needs at least one value.'));
    if (new Set(load.values).size !== load.values.length)
      problems.push(
        planProblem(`${path}/values`, 'A sweep cannot hold the same value twice: its steps are told apart by it.'),
      );
    load.values.forEach((value, i) => {
      const at = `${path}/values/${i}`;
      if (load.over === 'rate') problems.push(...positiveNumber(at, 'A rate', value, 10_000));
      else if (load.over === 'payload') problems.push(...wholeNumber(at, 'A payload in bytes', value, 0, 262_144));
      else problems.push(...wholeNumber(at, `A ${units[load.over]}`, value, 1, mostConcurrent));
    });
    problems.push(...validateBase(load.base, `${path}/base`));
    return problems;
  },
  describe: (load) =>
    load.over === 'concurrency' && load.base.kind === 'iterations'
      ? `${load.base.executions.toLocaleString('en')} executions at each concurrency of ${load.values.join(', ')}`
      : `a sweep over ${units[load.over]} ${load.values.join(', ')}` +
        (load.over === 'payload'
          ? `: ${describeBase(load.base)}`
          : load.over === 'rate' && load.base.kind === 'arrivalRate'
            ? `, each for ${load.base.durationMs / 1000} s`
            : ''),
  planned: (load) => sweepSteps(load).reduce((sum, step) => sum + plannedBase(step.load), 0),
};
