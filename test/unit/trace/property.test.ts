import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalContributions, statesOfDefinition, traceExecution } from '../../../src/trace';
import { definitionOf, simulate, type Step } from './simulate';

const ms = fc.integer({ min: 0, max: 500 });

/** Steps whose names are unique within the machine, as ASL demands; a Map's iterations share the shape and differ in time. */
const steps = (prefix: string, depth: number): fc.Arbitrary<Step[]> =>
  fc
    .array(step(prefix, depth), { minLength: 1, maxLength: 4 })
    .map((list) => list.map((each, i) => rename(each, `${prefix}${i}`)));
const rename = (each: Step, name: string): Step => ({ ...each, name });
const step = (prefix: string, depth: number): fc.Arbitrary<Step> => {
  const task = fc.record({
    kind: fc.constant('task' as const),
    name: fc.constant(''),
    attempts: fc.array(fc.tuple(ms, ms, ms), { minLength: 1, maxLength: 3 }),
    gap: ms,
  });
  const wait = fc.record({ kind: fc.constant('wait' as const), name: fc.constant(''), ms, gap: ms });
  if (depth === 0) return fc.oneof(task, wait);
  const parallel = fc
    .tuple(fc.array(steps('', depth - 1), { minLength: 1, maxLength: 3 }), ms, fc.nat(1e9))
    .map(([branches, gap, salt]): Step => ({
      kind: 'parallel',
      name: '',
      gap,
      branches: branches.map((branch, b) => unique(branch, `${prefix}p${salt}b${b}`)),
    }));
  const map = fc
    .tuple(
      steps('', depth - 1),
      fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 3 }),
      ms,
      fc.nat(1e9),
    )
    .map(([inner, delays, concurrency, gap, salt]): Step => {
      const named = unique(inner, `${prefix}m${salt}`);
      return {
        kind: 'map',
        name: '',
        gap,
        concurrency,
        iterations: delays.map((delay) =>
          named.map((each) => (each.kind === 'wait' ? { ...each, ms: each.ms + delay } : each)),
        ),
      };
    });
  return fc.oneof(task, wait, parallel, map);
};
const unique = (list: readonly Step[], prefix: string): Step[] =>
  list.map((each, i) => {
    const name = `${prefix}_${i}`;
    if (each.kind === 'parallel')
      return { ...each, name, branches: each.branches.map((branch, b) => unique(branch, `${name}b${b}`)) };
    if (each.kind === 'map')
      return { ...each, name, iterations: each.iterations.map((iteration) => unique(iteration, `${name}i`)) };
    return { ...each, name };
  });

const scale = 2 ** 24;

/**
 * The plan with its times so far apart that no two ways through it take equally long: each leaf has a bit of its own below `scale`.
 * The leaf numbered `longer` takes 1 ms more.
 */
const apart = (plan: readonly Step[], longer?: number): { readonly plan: Step[]; readonly leaves: number } => {
  let leaves = 0;
  const own = () => {
    const leaf = leaves++;
    return 2 ** leaf + (leaf === longer ? 1 : 0);
  };
  const walk = (list: readonly Step[]): Step[] =>
    list.map((each): Step => {
      const gap = each.gap * scale;
      if (each.kind === 'wait') return { ...each, gap, ms: each.ms * scale + own() };
      if (each.kind === 'map') return { ...each, gap, iterations: each.iterations.map(walk) };
      if (each.kind === 'parallel') return { ...each, gap, branches: each.branches.map(walk) };
      const extra = own();
      return {
        ...each,
        gap,
        attempts: each.attempts.map(([queue, work, backoff], i) => [
          queue * scale,
          work * scale + (i === 0 ? extra : 0),
          backoff * scale,
        ]),
      };
    });
  return { plan: walk(plan), leaves };
};

describe('the critical path', () => {
  it('is what makes the whole longer when it gets longer, and nothing else is', () => {
    fc.assert(
      fc.property(
        steps('S', 2).filter((plan) => apart(plan).leaves <= 20),
        (found) => {
          const named = unique(found, 'S');
          const { plan, leaves } = apart(named);
          const { events, wallMs } = simulate(plan);
          const trace = traceExecution(events, statesOfDefinition(definitionOf(plan)));
          const onPath = trace.criticalPath.flatMap((index) => {
            const { type, enteredAt, exitedAt } = trace.visits[index]!;
            return type === 'Map' || type === 'Parallel' ? [] : [Math.log2((exitedAt! - enteredAt) % scale)];
          });
          const decisive = Array.from({ length: leaves }, (_, leaf) => leaf).filter(
            (leaf) => simulate(apart(named, leaf).plan).wallMs > wallMs,
          );
          expect(onPath.toSorted((a, b) => a - b)).toEqual(decisive);
        },
      ),
      { numRuns: 100, seed: 11 },
    );
  });
});

describe('any history', () => {
  it('has stage parts that sum to each visit, transitions as they were, and a critical path that sums to the whole', () => {
    fc.assert(
      fc.property(steps('S', 2), (plan) => {
        const { events, transitions, wallMs } = simulate(unique(plan, 'S'));
        const trace = traceExecution(events, statesOfDefinition(definitionOf(unique(plan, 'S'))));
        expect(trace.unplaced).toBeUndefined();
        for (const visit of trace.visits) {
          const { pre, queue, work, wait, backoff, post } = visit.parts;
          expect(pre + queue + work + wait + backoff + post).toBe(visit.exitedAt! - visit.enteredAt);
          expect(visit.outcome).toBe('exited');
        }
        expect(trace.transitionTotalMs).toBe(transitions);
        const onPath = trace.criticalPath.reduce((sum, index) => sum + (trace.visits[index]!.transitionInMs ?? 0), 0);
        const own = [...criticalContributions(trace).values()].reduce((sum, each) => sum + each, 0);
        expect(own + onPath).toBe(wallMs);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
