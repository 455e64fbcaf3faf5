export { childrenOf, isExpressArn, statesInside, underPrefix, type Children, type StartedChild } from './children';
export { criticalContributions } from './criticalPath';
export { eventFromHistory, executionsFromLog, eventFromLog, type LoggedExecution } from './events';
export { indexStates, statesOfDefinition, type MachineState } from './states';
export { traceExecution } from './trace';
