import { costStates, createArmPricer, priceTable } from '../cost';
import type { Clock } from '../model/clock';
import type { WorkflowType } from '../model/machine';
import type { Plan } from '../model/plan';
import { createArm } from '../stats';
import type { DeployedMachine } from '../target/deployment';
import { watchCompletions } from './completion';
import { functionsOf } from './confirm';
import { systemOf, type Lane } from './lane';
import { createPacer } from './pace';
import type { Prepared } from './prepare';
import type { Session } from './session';
import { loadSteps, plannedExecutions } from './shapes';

/** One lane for each type under each step of the load; the steps of a type share its machine and its watch. */
export const makeLanes = (
  plan: Plan,
  runId: string,
  prepared: Prepared,
  session: Session,
  machines: ReadonlyMap<WorkflowType, DeployedMachine>,
  clock: Clock,
): readonly (readonly Lane[])[] => {
  const { door, quotas, definition } = session;
  const describes = createPacer(quotas.describeExecution, clock);
  const lists = createPacer(quotas.listExecutions, clock);
  const price = createArmPricer(
    {
      states: costStates(definition),
      definitionBytes: prepared.workflow.definitionBytes,
      functions: functionsOf(prepared),
    },
    { table: priceTable(), region: door.region, ...(plan.target.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }) },
  );
  const types = plan.types.map((type) => {
    const machine = machines.get(type);
    if (!machine) throw new Error(`No machine of type ${type} was deployed.`);
    return {
      type,
      machine,
      watch: watchCompletions({ hot: door.hot, clock, machineArn: machine.arn, describes, lists }),
    };
  });
  let number = 0;
  return loadSteps(plan.load).map((step) =>
    types.map(({ type, machine, watch }): Lane => ({
      number,
      type,
      load: step.load,
      ...(step.payloadBytes !== undefined ? { payloadBytes: step.payloadBytes } : {}),
      machine,
      watch,
      arm: createArm({ type, system: systemOf(type), load: step.load, states: prepared.workflow.states, price }),
      namePrefix: `sb-${runId.slice(-6)}-${number++}-`,
      planned: plannedExecutions(step.load),
      nextIndex: 0,
      nextWarmup: 0,
      activeMs: 0,
      inFlight: new Map(),
      unread: [],
      unknown: [],
      tally: {
        throttles: 0,
        failures: 0,
        saturated: 0,
        notStarted: new Map(),
        read: 0,
        incompleteLogs: 0,
        repeated: 0,
      },
    })),
  );
};
