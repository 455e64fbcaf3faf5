import type { Problem } from '../../model/machine';
import type { Load } from '../../model/plan';
import { arrivalRate } from './arrivalRate';
import { burst } from './burst';
import { iterations } from './iterations';
import type { Schedule } from './shape';
import { describeBase, plannedBase, sweep, sweepSteps, validateBase, type BaseLoad, type LoadStep } from './sweep';

export type { Schedule } from './shape';
export type { BaseLoad, LoadStep } from './sweep';

/** All that is wrong with a load, at once. */
export const validateLoad = (load: Load, path = '/load'): readonly Problem[] =>
  load.kind === 'sweep' ? sweep.validate(load, path) : validateBase(load, path);

/** A load in a sentence, without its full stop. */
export const describeLoad = (load: Load): string => (load.kind === 'sweep' ? sweep.describe(load) : describeBase(load));

/** Executions a load means to start, for one type. */
export const plannedExecutions = (load: Load): number =>
  load.kind === 'sweep' ? sweep.planned(load) : plannedBase(load);

/** The loads that run one after the other. */
export const loadSteps = (load: Load): readonly LoadStep[] => (load.kind === 'sweep' ? sweepSteps(load) : [{ load }]);

export const scheduleOf = (load: BaseLoad): Schedule => {
  switch (load.kind) {
    case 'iterations':
      return iterations.schedule(load);
    case 'burst':
      return burst.schedule(load);
    case 'arrivalRate':
      return arrivalRate.schedule(load);
  }
};

export const blocksOf = (load: BaseLoad): readonly BaseLoad[] => {
  switch (load.kind) {
    case 'iterations':
      return iterations.blocks(load);
    case 'burst':
      return burst.blocks(load);
    case 'arrivalRate':
      return arrivalRate.blocks(load);
  }
};
