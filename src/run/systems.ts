import { systemOfType, systemsOf } from '../model/system';
import type { Plan } from '../model/plan';
import { systemUnderTest } from '../systems/registry';
import type { RunningSystem, StartContext } from '../systems/system';
import type { DeployedMachine, Deployment } from '../target/deployment';
import type { WorkflowType } from '../model/machine';
import type { JobIo } from './io';
import { observerVariant } from './observer';
import { createPacer } from './pace';
import type { Prepared } from './prepare';
import type { Session } from './session';
import type { StopSwitch } from './stopping';

interface Of {
  readonly plan: Plan;
  readonly io: JobIo;
  readonly prepared: Prepared;
  readonly random: () => number;
  readonly stop: StopSwitch;
}

/**
 * Brings the plan's systems up, one after the other, in its order. Each is in `up` from the moment it runs, so that what came up
 * before one that fails is taken down too.
 */
export const bringUp = async (
  { plan, io, prepared, random, stop }: Of,
  { quotas, definition }: Session,
  deployment: Deployment,
  machines: ReadonlyMap<WorkflowType, DeployedMachine>,
  up: RunningSystem[],
  observers?: ReadonlyMap<WorkflowType, DeployedMachine>,
): Promise<readonly RunningSystem[]> => {
  const { clock, rules } = io;
  const context: StartContext = {
    ...{ clock, random },
    ...{ signal: stop.stop, callSignal: stop.calls },
    ...(rules ? { rules } : {}),
  };
  const from = {
    ...{ definition, machines },
    states: prepared.machine.states,
    settings: prepared.settings.systems,
    folder: prepared.settingsFolder,
    describes: createPacer(quotas.describeExecution, clock),
    lists: createPacer(quotas.listExecutions, clock),
    ...(io.bundles ? { bundles: io.bundles } : {}),
  };
  for (const name of systemsOf(plan)) up.push(await systemUnderTest(name, from).prepare(deployment, context));
  for (const type of observers?.keys() ?? []) {
    const pair = systemUnderTest(systemOfType[type], { ...from, machines: observers as typeof machines });
    up.push({ ...(await pair.prepare(deployment, context)), variant: observerVariant(type) });
  }
  return up;
};
