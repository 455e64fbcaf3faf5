import type { HotCalls } from '../target/hot/calls';
import { onMachine, type StepFunctionsOptions } from './stepFunctions';
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

export const expressOn = (hot: HotCalls, options: StepFunctionsOptions, context: StartContext): RunningSystem => ({
  name: 'express',
  traces: 'log',
  ...onMachine(hot, 'EXPRESS', options, context).system,
  trace: () => Promise.resolve(undefined),
  warm: (connections) => hot.warm(connections, true),
});
