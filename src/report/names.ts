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

const systems = ['standard', 'express', 'event-driven', 'gateway', 'as-code'];

/** Number of the one colour that a system has in every figure, its variants (`express-unlogged`) too: Standard blue, Express purple. */
export const colourOf = (system: string): number => {
  const found = systems.findIndex((each) => system === each || system.startsWith(`${each}-`));
  return found < 0 ? systems.length : found;
};
