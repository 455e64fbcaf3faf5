import { watchCompletions } from '../run/completion';
import { runExecution } from '../run/execution';
import type { Pacer } from '../run/pace';
import { readHistory } from '../target/collect';
import type { DeployedMachine } from '../target/deployment';
import type { HotCalls } from '../target/hot/calls';
import { traceExecution, type MachineState } from '../trace';
import type { RunningSystem, StartContext, SystemUnderTest } from './system';

export interface StepFunctionsOptions {
  /** Deployed already: machines of both types share their role and are made together. */
  readonly machine: DeployedMachine;
  readonly states: readonly MachineState[];
  /** The account's buckets of DescribeExecution and ListExecutions, shared by all machines of a run. */
  readonly describes: Pacer;
  readonly lists: Pacer;
}

/** A Standard workflow: started, watched until it has ended, its history read afterwards. */
export const standard = (options: StepFunctionsOptions): SystemUnderTest => ({
  name: 'standard',
  label: 'Standard',
  prepare: ({ door }, context) => Promise.resolve(standardOn(door.hot, options, context)),
});

export const standardOn = (
  hot: HotCalls,
  { machine, states, describes, lists }: StepFunctionsOptions,
  { clock, random, signal, callSignal = signal, rules }: StartContext,
): RunningSystem => {
  const watch = watchCompletions({ hot, clock, machineArn: machine.arn, describes, lists });
  const starter = {
    ...{ type: 'STANDARD' as const, startArn: machine.startArn, machineArn: machine.arn },
    ...{ hot, clock, random, signal, callSignal, watch },
    ...(rules ? { rules } : {}),
  };
  return {
    name: 'standard',
    traces: 'histories',
    ...{ states, machine },
    start: (name, input, intendedAt, onAccepted) =>
      runExecution({ ...starter, ...(onAccepted ? { onAccepted } : {}) }, name, input, intendedAt),
    trace: async (id) => traceExecution(await readHistory(hot, id, (call) => call(), { signal }), states),
    abort: async (id, callsOut) =>
      watch.stopped(id, await hot.stopExecution(id, 'The benchmark was stopped.', { signal: callsOut })),
    warm: (connections) => hot.warm(connections, false),
    stop: (why) => watch.stop(why),
    remove: () => Promise.resolve(),
  };
};
