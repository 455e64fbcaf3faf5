import type { OpenVisit, Scope } from './build';
import type { StateIndex } from './states';

export const top: Scope = { label: '', container: -1, position: 0, begunBy: 0, after: 0 };

/** Where a state stands: its scope and path, as far as the history and the machine tell. */
export interface Scopes {
  /** The scope of a Parallel's branch (or of a Map without iteration events) that begins with the state `name`. */
  readonly branchScope: (container: OpenVisit, name: string, begunBy: number) => { scope: Scope; path: string };
  readonly pathIn: (scope: Scope, name: string) => string;
  readonly lost: (name: string) => { scope: Scope; path: string };
}

export const createScopes = (visits: readonly OpenVisit[], states: StateIndex): Scopes => {
  /** Branch scopes by container and position, the latest try's. */
  const branches = new Map<string, Scope>();

  const branchScope = (container: OpenVisit, name: string, begunBy: number): { scope: Scope; path: string } => {
    const candidates = states.find(container.path, name);
    // Branches may begin with states of one name: each entry takes the next that this try has not used.
    const free =
      candidates.find((state) => branches.get(`${container.index}/${state.branch}`)?.begunBy !== begunBy) ??
      candidates[0];
    const position = free?.branch ?? [...branches.keys()].filter((key) => key.startsWith(`${container.index}/`)).length;
    const outer = container.scope.label;
    const label = `${outer ? `${outer}/` : ''}${container.name}[${position}]`;
    const scope: Scope = {
      label,
      container: container.index,
      position,
      begunBy,
      after: container.startedAfter ?? begunBy,
    };
    branches.set(`${container.index}/${position}`, scope);
    return { scope, path: free?.path ?? `${container.path}/${name}` };
  };

  const pathIn = (scope: Scope, name: string): string => {
    const container = visits[scope.container];
    if (!container) return name;
    const candidates = states.find(container.path, name);
    const placed =
      container.type === 'Parallel' ? candidates.find((state) => state.branch === scope.position) : candidates[0];
    return placed?.path ?? candidates[0]?.path ?? `${container.path}/${name}`;
  };

  /** Where a state is entered whose predecessor is not in the history: by its name, inside the open container if any. */
  const lost = (name: string): { scope: Scope; path: string } => {
    const known = states.anywhere(name);
    for (const state of known) {
      if (state.parent === '') return { scope: top, path: state.path };
      const container = visits.findLast((visit) => visit.path === state.parent && visit.exitedAt === undefined);
      if (container) return branchScope(container, name, 0);
    }
    return { scope: top, path: known[0]?.path ?? name };
  };

  return { branchScope, pathIn, lost };
};
