/** The load of a run: its steps under its caps, driven from here or from the account. */
import type { Deployment } from '../target/deployment';
import type { Collector } from './collecting';
import { logPatienceMs } from './collecting';
import { derivedRole } from './deploying';
import { deployDrivers, driveBlock, type Driver, type DrivingContext } from './distributed';
import { addNote } from './document';
import { estimateOf } from './estimate';
import { watchCost, watchThresholds } from './figures';
import type { Lane } from './lane';
import { runBlock, type LoadingContext } from './loading';
import { lookOn } from './looking';
import type { Run } from './run';
import { monitorSaturation } from './saturation';
import type { Session } from './session';
import type { StandingWatch } from './standing';
import { runSteps } from './steps';

/** A driver for each type, each under a role that may start that machine and no other. */
export const bringUpDrivers = ({ io, prepared, state }: Run, deployment: Deployment, lanes: readonly Lane[]) =>
  deployDrivers(deployment, prepared.workflow.name, lanes, (definition, name) =>
    derivedRole(definition, name, false, { runId: state.id, options: io.options, ask: io.ask }, deployment),
  );

/** The steps of the load; a stop or the cap on cost ends it early. */
export const loadSteps = async (
  run: Run,
  session: Session,
  steps: readonly (readonly Lane[])[],
  collector: Collector,
  drivers?: ReadonlyMap<string, Driver>,
  watch?: StandingWatch,
): Promise<void> => {
  const { plan, io, state, stop, keeper, random, prepared, reach } = run;
  const { clock } = io;
  const monitor = monitorSaturation(clock);
  const { usd } = estimateOf(session.definition, session.door.region, prepared, plan);
  const underCap = watchCost(state, plan.maxCost, clock, usd);
  const holding = plan.abortOnFail && plan.thresholds.length > 0 ? watchThresholds(state, clock) : () => true;
  const mayStart = () => underCap() && holding();
  const context: LoadingContext = {
    ...{ clock, random, mayStart, monitor },
    inputs: prepared.inputs,
    sharesMachine: /^https?:\/\/(127\.|localhost|\[::1\])/.test(session.door.connection.endpoint ?? ''),
    signal: stop.stop,
    lines: keeper.lines,
    onGone: (why) => reach.lose(why),
  };
  stop.arm(state.lanes);
  const looking = lookOn(clock, state.lanes, collector, watch);
  try {
    const driving: DrivingContext = {
      ...{ ...context, door: session.door, quotas: session.quotas, callSignal: stop.calls },
      ...(io.rules ? { rules: io.rules } : {}),
      patienceMs: logPatienceMs(plan),
      onNote: (message) => addNote(state, 'info', message),
    };
    await runSteps(steps, context, {
      warmup: plan.warmup,
      whole: drivers !== undefined,
      onPhase: (phase) => (state.status = { kind: 'running', phase }),
      run: (block) => {
        const driver = drivers?.get(block.lane.type);
        return driver ? driveBlock(block.lane, driver, driving) : runBlock(block, context);
      },
    });
  } finally {
    await looking();
    monitor.stop();
  }
};
