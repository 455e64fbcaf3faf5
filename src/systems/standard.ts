import { readHistory } from '../target/collect';
import type { HotCalls } from '../target/hot/calls';
import { traceExecution } from '../trace';
import { onMachine, type StepFunctionsOptions } from './stepFunctions';
import type { RunningSystem, StartContext, SystemUnderTest } from './system';

/** A Standard workflow: started, watched until it has ended, its history read afterwards. */
export const standard = (options: StepFunctionsOptions): SystemUnderTest => ({
  name: 'standard',
  label: 'Standard',
  prepare: ({ door }, context) => Promise.resolve(standardOn(door.hot, options, context)),
});

export const standardOn = (hot: HotCalls, options: StepFunctionsOptions, context: StartContext): RunningSystem => {
  const { watch, system } = onMachine(hot, 'STANDARD', options, context);
  return {
    name: 'standard',
    traces: 'histories',
    ...system,
    trace: async (id) =>
      traceExecution(await readHistory(hot, id, (call) => call(), { signal: context.signal }), options.states),
    abort: async (id, callsOut) =>
      watch.stopped(id, await hot.stopExecution(id, 'The benchmark was stopped.', { signal: callsOut })),
    warm: (connections) => hot.warm(connections, false),
  };
};
