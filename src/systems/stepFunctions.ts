import { watchCompletions, type CompletionWatch } from '../run/completion';
import { runExecution } from '../run/execution';
import type { Pacer } from '../run/pace';
import type { WorkflowType } from '../model/machine';
import type { DeployedMachine } from '../target/deployment';
import type { HotCalls } from '../target/hot/calls';
import type { MachineState } from '../trace';
import type { RunningSystem, StartContext } from './system';

export interface StepFunctionsOptions {
  /** Deployed already: machines of both types share their role and are made together. */
  readonly machine: DeployedMachine;
  readonly states: readonly MachineState[];
  /** The account's buckets of DescribeExecution and ListExecutions, shared by all machines of a run. */
  readonly describes: Pacer;
  readonly lists: Pacer;
}

/** What both types have in common: a start is a call under the execution's name, and the end is the call's or what is watched for. */
export const onMachine = (
  hot: HotCalls,
  type: WorkflowType,
  { machine, states, describes, lists }: StepFunctionsOptions,
  { clock, random, signal, callSignal = signal, rules }: StartContext,
): {
  readonly watch: CompletionWatch;
  readonly system: Pick<RunningSystem, 'machine' | 'states' | 'start' | 'stop' | 'remove'>;
} => {
  const watch = watchCompletions({ hot, clock, machineArn: machine.arn, describes, lists });
  const starter = {
    ...{ type, startArn: machine.startArn, machineArn: machine.arn },
    ...{ hot, clock, random, signal, callSignal, watch },
    ...(rules ? { rules } : {}),
  };
  return {
    watch,
    system: {
      ...{ machine, states },
      start: (name, input, intendedAt, onAccepted) =>
        runExecution({ ...starter, ...(onAccepted ? { onAccepted } : {}) }, name, input, intendedAt),
      stop: (why) => watch.stop(why),
      remove: () => Promise.resolve(),
    },
  };
};
