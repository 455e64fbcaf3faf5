/** What stands in the way of running a workflow as Express. */
import { isObject, type JsonObject } from '../model/json';
import { eachState } from './outline';
import { parseResource } from './resource';

export interface Blocker {
  /** The state's path, as figures are keyed by; '' for the workflow as a whole. */
  readonly path: string;
  readonly kind: 'sync' | 'callback' | 'activity' | 'distributedMap' | 'duration';
  readonly reason: string;
}

/** An Express execution ends after this many seconds. */
const expressSeconds = 300;

/**
 * Every reason, in the order of the definition. States inside a distributed Map are left out: that Map is a blocker itself.
 * Waits and timeouts are judged only where they are written as numbers.
 */
export function blockers(definition: JsonObject): Blocker[] {
  const found: Blocker[] = [];
  const inside: string[] = [];
  for (const { state, statePath } of eachState(definition)) {
    if (inside.some((map) => statePath.startsWith(`${map}/`))) continue;
    const add = (kind: Blocker['kind'], reason: string): void => void found.push({ path: statePath, kind, reason });
    if (state.Type === 'Task' && typeof state.Resource === 'string') addTask(state.Resource, add);
    if (
      state.Type === 'Map' &&
      isObject(state.ItemProcessor) &&
      isObject(state.ItemProcessor.ProcessorConfig) &&
      state.ItemProcessor.ProcessorConfig.Mode === 'DISTRIBUTED'
    ) {
      inside.push(statePath);
      add('distributedMap', 'A distributed Map runs only in a Standard workflow');
    }
    if (state.Type === 'Wait' && typeof state.Seconds === 'number' && state.Seconds >= expressSeconds) {
      add('duration', `It waits ${state.Seconds} s: an Express execution ends after ${expressSeconds} s`);
    }
  }
  return found;
}

function addTask(resource: string, add: (kind: Blocker['kind'], reason: string) => void): void {
  const parsed = parseResource(resource.replaceAll(/[$#]\{[^}]*\}/g, 'x'));
  if (parsed?.kind === 'activity') add('activity', 'An activity works only in a Standard workflow');
  else if (parsed?.pattern === 'waitForTaskToken')
    add('callback', "Waiting for a task token ('.waitForTaskToken') works only in a Standard workflow");
  else if (parsed?.pattern === 'sync' || parsed?.pattern === 'sync:2')
    add('sync', "Waiting for a job ('.sync') works only in a Standard workflow");
}
