/** The states of a definition in the order of the text, nested ones after the state that holds them. */
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../model/json';
import { stateTypes, type StateOutline, type StateType } from '../model/machine';
import { nodeAt, type LineTable, type Path, type SourceNode } from './sourceTree';

/** A nested machine of a state: its segment in a state's path, and where it stands. */
export interface NestedMachine {
  readonly segment: string;
  readonly path: Path;
  readonly machine: JsonObject;
}

/** Branches of a Parallel, the processor of a Map. */
export function nestedMachines(state: JsonObject): NestedMachine[] {
  const nested: NestedMachine[] = [];
  if (Array.isArray(state.Branches)) {
    state.Branches.forEach((branch: Json, index: number) => {
      if (isObject(branch)) nested.push({ segment: `Branches[${index}]`, path: ['Branches', index], machine: branch });
    });
  }
  for (const field of ['ItemProcessor', 'Iterator']) {
    const machine = state[field];
    if (isObject(machine)) nested.push({ segment: field, path: [field], machine });
  }
  return nested;
}

/** Names of states a state may go to, in its own scope. */
export function targetsOf(state: JsonObject): string[] {
  const targets = new Set<string>();
  const add = (target: Json | undefined): void => {
    if (typeof target === 'string') targets.add(target);
  };
  add(state.Next);
  add(state.Default);
  for (const list of [state.Choices, state.Catch])
    if (Array.isArray(list)) for (const one of list) if (isObject(one)) add(one.Next);
  return [...targets];
}

/** Walks every state of a definition; `statePath` is its key for figures, `at` its place in the document. */
export function* eachState(
  definition: JsonObject,
  at: Path = [],
  prefix = '',
  parent?: string,
): Generator<{ name: string; state: JsonObject; statePath: string; at: Path; parent?: string; scope: JsonObject }> {
  const states = definition.States;
  if (!isObject(states)) return;
  for (const name of Object.keys(states)) {
    const state = states[name];
    if (!isObject(state)) continue;
    const statePath = prefix + name;
    const place = [...at, 'States', name];
    yield { name, state, statePath, at: place, parent, scope: states };
    for (const nested of nestedMachines(state))
      yield* eachState(nested.machine, [...place, ...nested.path], `${statePath}/${nested.segment}/`, statePath);
  }
}

const isStateType = (type: Json | undefined): type is StateType =>
  (stateTypes as readonly Json[]).includes(type as Json);

/** States with ranges and hashes. `root` and `definition` are the same document. */
export function outlineStates(root: SourceNode, definition: JsonObject, lines: LineTable): StateOutline[] {
  const outlines: StateOutline[] = [];
  for (const { name, state, statePath, at, parent, scope } of eachState(definition)) {
    if (!isStateType(state.Type)) continue;
    const { node, entry } = nodeAt(root, at);
    const prefix = statePath.slice(0, statePath.length - name.length);
    const name_ = entry?.keySpan ?? node;
    outlines.push({
      path: statePath,
      name,
      type: state.Type,
      ...(typeof state.Resource === 'string' ? { resource: state.Resource } : {}),
      ...(parent === undefined ? {} : { parent }),
      next: targetsOf(state)
        .filter((target) => Object.hasOwn(scope, target))
        .map((target) => prefix + target),
      nameRange: lines.range(name_.start, name_.end),
      range: lines.range(name_.start, node.end),
      hash: hashOf(state),
    });
  }
  return outlines;
}

/** SHA-256, first 16 hexadecimal digits, of the JSON with its keys in order. */
export const hashOf = (value: Json): string => createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`)
    .join(',')}}`;
}
