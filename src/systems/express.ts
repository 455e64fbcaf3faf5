import { watchCompletions } from '../run/completion';
import { runExecution } from '../run/execution';
import type { HotCalls } from '../target/hot/calls';
import type { StepFunctionsOptions } from './standard';
import type { RunningSystem, StartContext, SystemUnderTest } from './system';

/**
 * An Express workflow, called synchronously: the answer is the end. Its traces come out of its log group, many at a time, which
 * the collector does; one by itself cannot be asked for. One that runs cannot be stopped, and ends within five minutes.
 */
export const express = (options: StepFunctionsOptions): SystemUnderTest => ({
  name: 'express',
  label: 'Express',
  prepare: ({ door }, context) => Promise.resolve(expressOn(door.hot, options, context)),
});

export const expressOn = (
  hot: HotCalls,
  { machine, states, describes, lists }: StepFunctionsOptions,
  { clock, random, signal, callSignal = signal, rules }: StartContext,
): RunningSystem => {
  const watch = watchCompletions({ hot, clock, machineArn: machine.arn, describes, lists });
  const starter = {
    ...{ type: 'EXPRESS' as const, startArn: machine.startArn, machineArn: machine.arn },
    ...{ hot, clock, random, signal, callSignal, watch },
    ...(rules ? { rules } : {}),
  };
  return {
    name: 'express',
    traces: 'log',
    ...{ states, machine },
    start: (name, input, intendedAt, onAccepted) =>
      runExecution({ ...starter, ...(onAccepted ? { onAccepted } : {}) }, name, input, intendedAt),
    trace: () => Promise.resolve(undefined),
    warm: (connections) => hot.warm(connections, true),
    stop: (why) => watch.stop(why),
    remove: () => Promise.resolve(),
  };
};
