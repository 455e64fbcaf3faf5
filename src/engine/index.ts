/** The embedded interpreter of Amazon States Language: compile a definition once, start it as often as you like. */
import type { EngineHost } from './contract';
import { Execution, type StartOptions } from './execution';
import type { CompiledMachine } from './nodes';

export { Activities } from './activities';
export { createClock, realClock, scaledClock, virtualClock } from './clock';
export { compileMachine, DefinitionError } from './compile';
export { Execution, type StartOptions } from './execution';
export { parseResource } from './integration';
export { MapRun, type MapRunObserver } from './mapRuns';
export type { CompiledMachine } from './nodes';
export { notStarted } from './states/task';
export { TaskTokens, TokenError } from './tokens';

/**
 * Starts an execution and runs it until something has to be waited for; a machine of quick states is over when this
 * returns. Never throws: what goes wrong is the execution's failure.
 */
export const startExecution = (machine: CompiledMachine, options: StartOptions, host: EngineHost): Execution => {
  const execution = new Execution(machine, options, host);
  execution.start();
  return execution;
};
