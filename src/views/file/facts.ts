import type { StateOutline, WorkflowType } from '../../model/machine';
import type { ArmType } from '../../model/system';
import type { Arm, RunDocument, StateFigures } from '../../model/run';

/** What a run knows of one state in one arm. */
export interface TypeFact {
  readonly type: ArmType;
  readonly armIndex: number;
  readonly figures: StateFigures;
  /** Relative change of the median against the run before; null where there is none or it is within 5 %. */
  readonly trend: number | null;
}

/** What stands above one state of the file. */
export interface StateFacts {
  /** Path in the file now, and in the run: they differ after a renaming. */
  readonly path: string;
  readonly measuredPath: string;
  readonly types: readonly TypeFact[];
  readonly retries: number;
  readonly cold: number;
  readonly visits: number;
  /** 0…1, the larger of the types'. */
  readonly criticalShare: number;
  /** The state with the largest share of the critical path. */
  readonly slowest: boolean;
  /** Its text is not what was measured. */
  readonly stale: boolean;
}

/** An arm that is a workflow, and its index in the run. */
export interface ShownArm {
  readonly arm: Arm & { readonly type: WorkflowType };
  readonly index: number;
}

const isWorkflowArm = (arm: Arm): arm is Arm & { readonly type: WorkflowType } =>
  (arm.system === 'standard' || arm.system === 'express') && (arm.type === 'STANDARD' || arm.type === 'EXPRESS');

/** The arm of each type that a reader of the file is shown: the first with executions, so a sweep shows its lightest load. */
export const shownArms = (run: RunDocument): readonly ShownArm[] => {
  const shown = new Map<WorkflowType, ShownArm>();
  run.arms.forEach((arm, index) => {
    if (isWorkflowArm(arm) && !shown.has(arm.type)) shown.set(arm.type, { arm, index });
  });
  return [...shown.values()];
};

/**
 * Which state of the run each state of the file is: the one with its path; else, after a renaming or a move, the one with
 * its text, if that text is unique on both sides and its old path is gone.
 */
export const matchStates = (
  states: readonly StateOutline[],
  measured: readonly { path: string; hash: string }[],
): ReadonlyMap<string, string> => {
  const matches = new Map<string, string>();
  const paths = new Set(measured.map((state) => state.path));
  for (const state of states) if (paths.has(state.path)) matches.set(state.path, state.path);
  const taken = new Set(matches.values());
  const count = (list: readonly { hash: string }[], hash: string) => list.filter((state) => state.hash === hash).length;
  for (const state of states) {
    if (matches.has(state.path)) continue;
    const same = measured.filter((other) => other.hash === state.hash && !taken.has(other.path));
    if (same.length === 1 && count(states, state.hash) === 1) matches.set(state.path, same[0]!.path);
  }
  return matches;
};

/** Fewer visits than this have no interval for their median; see stats/intervals.ts. */
const leastVisits = 6;

/** Change of the median against the run before, where there is data for saying so and the intervals lie apart. */
const trendOf = (now: StateFigures, before: StateFigures | undefined): number | null => {
  const [p50, was] = [now.durationMs?.p50, before?.durationMs?.p50];
  if (p50 === undefined || was === undefined || was <= 0) return null;
  if (now.durationMs!.n < leastVisits || before!.durationMs!.n < leastVisits) return null;
  const [own, other] = [now.durationMs!.ci95?.p50, before!.durationMs!.ci95?.p50];
  if (own && other && own[0] <= other[1] && other[0] <= own[1]) return null;
  const change = (p50 - was) / was;
  // Below a millisecond and below 5 % a difference of two medians is noise, not news.
  return Math.abs(change) < 0.05 || Math.abs(p50 - was) < 1 ? null : change;
};

const byPath = (states: readonly StateFigures[]): ReadonlyMap<string, StateFigures> =>
  new Map(states.map((figures) => [figures.path, figures]));

/** Facts of every state of the file that the run knows, by path. A state that was in the run and never entered has no visits. */
export const stateFacts = (
  states: readonly StateOutline[],
  run: RunDocument,
  last?: RunDocument | null,
): ReadonlyMap<string, StateFacts> => {
  const arms = shownArms(run);
  const earlier = last ? shownArms(last) : [];
  const hashes = new Map(run.workflow.states.map((state) => [state.path, state.hash]));
  const matches = matchStates(states, run.workflow.states);
  const figuresOf = new Map([...arms, ...earlier].map(({ arm }) => [arm, byPath(arm.states)]));
  const facts: StateFacts[] = [];
  for (const state of states) {
    const measuredPath = matches.get(state.path);
    if (measuredPath === undefined) continue;
    const types = arms.flatMap(({ arm, index }): TypeFact[] => {
      const figures = figuresOf.get(arm)?.get(measuredPath);
      if (!figures || figures.visits === 0) return [];
      const before = earlier.find((other) => other.arm.type === arm.type)?.arm;
      const previous = before && figuresOf.get(before)?.get(measuredPath);
      return [{ type: arm.type, armIndex: index, figures, trend: trendOf(figures, previous) }];
    });
    const sum = (pick: (figures: StateFigures) => number) =>
      types.reduce((total, fact) => total + pick(fact.figures), 0);
    facts.push({
      path: state.path,
      measuredPath,
      types,
      visits: sum((figures) => figures.visits),
      retries: sum((figures) => figures.retries),
      cold: sum((figures) => figures.coldStarts),
      criticalShare: Math.max(0, ...types.map((fact) => fact.figures.criticalShare)),
      slowest: false,
      stale: hashes.get(measuredPath) !== state.hash,
    });
  }
  // Only a state without children inside can be the slowest: a Map holds all that happens in it.
  const parents = new Set(states.map((state) => state.parent));
  const ranked = facts
    .filter((fact) => !parents.has(fact.path) && fact.criticalShare > 0)
    .sort((a, b) => b.criticalShare - a.criticalShare);
  return new Map(facts.map((fact) => [fact.path, fact === ranked[0] ? { ...fact, slowest: true } : fact]));
};

/** Paths of the states that take time, slowest first: what "next slow state" walks through. */
export const slowStates = (facts: ReadonlyMap<string, StateFacts>): readonly string[] =>
  [...facts.values()]
    .filter((fact) => fact.criticalShare >= 0.01)
    .sort((a, b) => b.criticalShare - a.criticalShare)
    .map((fact) => fact.path);
