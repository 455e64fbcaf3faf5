import { isObject, type JsonObject } from '../model/json';
import { stateTypes, type StateType } from '../model/machine';

/** What a trace needs to know of a state. StateOutline has it all; the states of a run document have path and type. */
export interface MachineState {
  readonly path: string;
  readonly type: StateType;
  readonly name?: string;
  readonly parent?: string;
}

/** Every state of a definition with its path, outer before inner. What is no state is passed over: a history may still be read. */
export const statesOfDefinition = (
  definition: JsonObject,
): (MachineState & { readonly name: string; readonly state: JsonObject })[] => {
  const found: (MachineState & { name: string; state: JsonObject })[] = [];
  const walk = (scope: unknown, prefix: string, parent: string | undefined): void => {
    if (!isObject(scope) || !isObject(scope.States)) return;
    for (const [name, state] of Object.entries(scope.States)) {
      if (!isObject(state) || !stateTypes.includes(state.Type as StateType)) continue;
      const path = `${prefix}${name}`;
      found.push({ path, name, type: state.Type as StateType, parent, state });
      if (Array.isArray(state.Branches))
        state.Branches.forEach((branch, i) => walk(branch, `${path}/Branches[${i}]/`, path));
      for (const field of ['ItemProcessor', 'Iterator']) walk(state[field], `${path}/${field}/`, path);
    }
  };
  walk(definition, '', undefined);
  return found;
};

interface Placed {
  readonly path: string;
  readonly name: string;
  /** Position among a Parallel's branches; 0 in a Map. */
  readonly branch: number;
}

/** States by the path of what encloses them ('' at the top) and their name. A name may stand in several branches. */
export interface StateIndex {
  find(parent: string, name: string): readonly Placed[];
  /** Every state of that name, wherever it stands: for histories with gaps. */
  anywhere(name: string): readonly (Placed & { readonly parent: string })[];
}

const segment = /^(?:Branches\[(\d+)\]|ItemProcessor|Iterator)\/([\s\S]+)$/;

const build = (states: readonly MachineState[]): StateIndex => {
  const paths = new Set(states.map((state) => state.path));
  const inside = new Map<string, Map<string, Placed[]>>();
  const everywhere = new Map<string, (Placed & { parent: string })[]>();
  for (const state of states) {
    const parent = state.parent ?? parentOf(state.path, paths);
    const rest = parent === '' ? undefined : segment.exec(state.path.slice(parent.length + 1));
    const name = state.name ?? rest?.[2] ?? state.path;
    const placed = { path: state.path, name, branch: Number(rest?.[1] ?? 0), parent };
    const level = inside.get(parent) ?? new Map<string, Placed[]>();
    inside.set(parent, level);
    level.set(name, [...(level.get(name) ?? []), placed]);
    everywhere.set(name, [...(everywhere.get(name) ?? []), placed]);
  }
  return {
    find: (parent, name) => inside.get(parent)?.get(name) ?? [],
    anywhere: (name) => everywhere.get(name) ?? [],
  };
};

/** The longest enclosing state's path; a name may itself contain a slash, so the known paths decide. */
const parentOf = (path: string, paths: ReadonlySet<string>): string => {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const outer = path.slice(0, at);
    if (paths.has(outer) && segment.test(path.slice(at + 1))) return outer;
  }
  return '';
};

const known = new WeakMap<readonly MachineState[], StateIndex>();

/** The index of a list of states; built once a list. */
export const indexStates = (states: readonly MachineState[]): StateIndex => {
  let index = known.get(states);
  if (!index) {
    index = build(states);
    known.set(states, index);
  }
  return index;
};
