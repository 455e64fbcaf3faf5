import { costStates, createSystemPricer, priceTable } from '../cost';
import { systemOfType, typeOfSystem } from '../model/system';
import type { Plan } from '../model/plan';
import { createArm } from '../stats';
import type { RunningSystem } from '../systems/system';
import { functionsOf } from './estimate';
import { freshCounts, type Lane } from './lane';
import type { Prepared } from './prepare';
import type { Session } from './session';
import { loadSteps, plannedExecutions } from './shapes';

/** One lane for each system under each step of the load. */
export const makeLanes = (
  plan: Plan,
  runId: string,
  prepared: Prepared,
  { door, definition }: Session,
  running: readonly RunningSystem[],
): readonly (readonly Lane[])[] => {
  const context = {
    states: costStates(definition),
    definitionBytes: prepared.workflow.definitionBytes,
    functions: functionsOf(prepared),
  };
  const rates = {
    table: priceTable(),
    region: door.region,
    ...(plan.target.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }),
  };
  const systems = running.map((system) => {
    const type = typeOfSystem[system.name];
    const stated =
      system.name === 'event-driven' || system.name === 'gateway'
        ? prepared.settings.systems?.[system.name]?.costs
        : undefined;
    return {
      system,
      type,
      price: createSystemPricer(type, context, rates, stated),
      states: statesOf(system, prepared),
    };
  });
  let number = 0;
  return loadSteps(plan.load).map((step) =>
    systems.map(({ system, type, price, states }): Lane => ({
      number,
      type,
      load: step.load,
      ...(step.payloadBytes !== undefined ? { payloadBytes: step.payloadBytes } : {}),
      system,
      arm: createArm({
        type,
        system: system.variant ? `${systemOfType[type]}-${system.variant}` : systemOfType[type],
        ...step,
        states,
        price,
      }),
      namePrefix: `sb-${runId.slice(-6)}-${number++}-`,
      planned: plannedExecutions(step.load),
      ...freshCounts(),
    })),
  );
};

/** States as figures are keyed: the workflow's own, with their hashes, or the stages of a system that has others. */
const statesOf = (system: RunningSystem, { workflow }: Prepared): Parameters<typeof createArm>[0]['states'] => {
  const own = new Map(workflow.states.map((state) => [state.path, state]));
  return system.states.every(({ path }) => own.has(path))
    ? workflow.states
    : system.states.map(({ path, type }) => ({ path, type, hash: own.get(path)?.hash ?? '' }));
};
