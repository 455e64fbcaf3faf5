import type { Clock } from '../model/clock';
import { ExpectedError } from '../model/errors';
import type { Arm, Comparison } from '../model/run';
import { money } from '../plan/forecast';
import { compareArms, evaluateThresholds, parseThreshold, type Threshold } from '../stats';
import { addNote, type RunState } from './document';
import { describeLoad } from './shapes';
import type { Lane } from './lane';

const everyMs = 250;

/**
 * USD of an arm so far, warm-up included, and of one execution more. What is in flight is counted at the mean of what has ended,
 * and all at what was forecast as long as nothing is known of it: Standard is billed by histories, which are read later.
 */
const spent = ({ arm, inFlight, type }: Lane, expected: ExpectedCost): { total: number; each: number } => {
  const { cost } = arm.snapshot({ maxPoints: 0 });
  const known = cost?.complete ? cost.perExecution : Math.max(cost?.perExecution ?? 0, expected[type] ?? 0);
  return { total: known * (arm.finished + inFlight.size) + (cost?.warmup ?? 0), each: known };
};

/** USD that one execution of a type was forecast to cost; null where that is not known. */
export type ExpectedCost = Readonly<Partial<Record<Lane['type'], number | null>>>;

/**
 * Answers whether one more may be started: false from the moment on that the cost of all arms, as far as it is known, reaches the
 * cap. Looked at four times a second, and once so many have been started as were affordable at the last look.
 */
export const watchCost = (
  state: RunState,
  maxCost: number,
  clock: Clock,
  expected: ExpectedCost = {},
): (() => boolean) => {
  if (maxCost <= 0) return () => true;
  let reached = false;
  let lookedAt = -Infinity;
  let affordable = 0;
  return () => {
    if (reached) return false;
    if (affordable >= 1 && clock.now() - lookedAt < everyMs) {
      affordable--;
      return true;
    }
    lookedAt = clock.now();
    const arms = state.lanes.map((lane) => spent(lane, expected));
    const total = arms.reduce((sum, arm) => sum + arm.total, 0);
    affordable = Math.floor((maxCost - total) / Math.max(...arms.map((arm) => arm.each))) - 1;
    if (total < maxCost) return true;
    reached = true;
    addNote(
      state,
      'costCap',
      `No more was started after ${money(total)}: the cap is ${money(maxCost)}. What had been started was measured to its end.`,
    );
    return false;
  };
};

/** An arm says nothing of its thresholds before so many of its executions have ended. */
const fewest = 10;

/**
 * Answers whether more may be started: false from the moment on that a threshold fails, judged by the arms of which at
 * least ten executions have ended. A failed threshold may still recover in its figures; the run stays ended.
 */
export const watchThresholds = (state: RunState, clock: Clock): (() => boolean) => {
  let failed = false;
  let lookedAt = -Infinity;
  return () => {
    if (failed || clock.now() - lookedAt < everyMs) return !failed;
    lookedAt = clock.now();
    const arms = state.lanes.filter((lane) => lane.arm.finished >= fewest).map((lane) => lane.arm.snapshot());
    const [wrong] = evaluateThresholds(state.thresholds, arms, false).filter((each) => !each.ok);
    if (wrong) {
      failed = true;
      addNote(state, 'info', `No more was started: the threshold ${wrong.expression} failed (${String(wrong.value)}).`);
    }
    return !failed;
  };
};

/** The two types under the first load, in a sentence with its interval; paired where executions took turns one by one. */
export const compareTypes = (
  state: RunState,
  steps: readonly (readonly Lane[])[],
  arms: readonly Arm[],
): Comparison | undefined => {
  const [first, second] = steps[0] ?? [];
  if (!first || !second) return undefined;
  const [baseline, candidate] = [arms[first.number], arms[second.number]];
  if (!baseline || !candidate) return undefined;
  const paired = first.load.kind === 'iterations' && first.load.concurrency === 1;
  const comparison = compareArms(baseline, candidate, { paired, seed: state.plan.seed });
  return comparison && steps.length > 1
    ? { ...comparison, sentence: `${comparison.sentence.replace(/\.$/, '')} (${describeLoad(first.load)}).` }
    : comparison;
};

/** Parses the thresholds of a plan. @throws ExpectedError (usage) with every expression that is none. */
export const parseThresholds = (expressions: readonly string[]): readonly Threshold[] => {
  const parsed = expressions.map(parseThreshold);
  const problems = parsed.flatMap((each) => (each.ok ? [] : [each.problem]));
  if (problems.length > 0) throw new ExpectedError(problems.join('\n'), { code: 'usage' });
  return parsed.flatMap((each) => (each.ok ? [each.threshold] : []));
};
