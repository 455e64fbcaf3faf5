import type { SystemName } from '../model/machine';
import type { Arm } from '../model/run';
import { typeOfSystem, typeWords } from '../model/system';

/** A system as people call it: `Standard`, `Event-driven`. */
export const systemName = ({ system }: Pick<Arm, 'system'>): string =>
  Object.hasOwn(typeOfSystem, system)
    ? typeWords[typeOfSystem[system as SystemName]]
    : system === ''
      ? system
      : system[0]!.toUpperCase() + system.slice(1);
