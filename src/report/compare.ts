import { formatChange, formatCount, formatInterval, formatShare, formatUsd, formatMs } from '../model/format';
import type { Interval } from '../model/distribution';
import type { Arm, Comparison, RunDocument } from '../model/run';
import { compareArms, compareDistributions } from '../stats/compare';
import { proportionDifference } from '../stats/intervals';
import { armTitle, endedOf, failedShare, originOf } from './figures';
import type { Table } from './table';

/** A relative change of one figure, (after − before) / before. */
export interface Change {
  readonly before: number;
  readonly after: number;
  /** Null where `before` is 0. */
  readonly difference: number | null;
  readonly ci95: Interval | null;
}

export interface StateChange {
  readonly path: string;
  readonly kind: 'both' | 'added' | 'removed';
  /** The state's own text is another one. */
  readonly edited: boolean;
  readonly n: readonly [number, number];
  readonly p50: Change | null;
  readonly p95: Change | null;
  readonly p99: Change | null;
  readonly transition: Change | null;
  readonly retries: readonly [number, number];
}

export interface ArmChange {
  readonly title: string;
  readonly system: string;
  readonly latency: Comparison;
  readonly p50: Change | null;
  readonly p95: Change | null;
  readonly p99: Change | null;
  readonly costPerMillion: Change | null;
  readonly failedRate: readonly [number, number];
  /** 95 % interval of the difference of these rates; null where an arm has none. */
  readonly failedCi95: Interval | null;
  /** Executions that the rates are of: those that ended by themselves. */
  readonly ended: readonly [number, number];
  readonly states: readonly StateChange[];
}

export interface RunChange {
  readonly before: string;
  readonly after: string;
  readonly arms: readonly ArmChange[];
  /** Arms that only one of the runs has, and what else makes the two hard to compare. */
  readonly notes: readonly string[];
}

/**
 * Type, system, load and swept payload are an arm's key. How many executions a closed or an even load has, and how long it lasts,
 * changes how sure a figure is, not what it is of: runs of 25 and of 100 at one concurrency are compared.
 */
const keyOf = (arm: Arm): string =>
  JSON.stringify([arm.type, arm.system, Object.entries(steady(arm.load)).sort(), arm.payloadBytes ?? null]);

const steady = (load: Arm['load']): object => {
  if (load.kind === 'iterations') return { ...load, executions: null };
  return load.kind === 'arrivalRate' && load.endRate === undefined ? { ...load, durationMs: null } : load;
};

const change = (
  before: number | null | undefined,
  after: number | null | undefined,
  ci95: Interval | null = null,
): Change | null =>
  before === null || before === undefined || after === null || after === undefined
    ? null
    : { before, after, difference: before === 0 ? null : after / before - 1, ci95 };

const stateChanges = (before: Arm, after: Arm): StateChange[] => {
  const old = new Map(before.states.map((state) => [state.path, state]));
  const paths = [...new Set([...after.states, ...before.states].map((state) => state.path))];
  const fresh = new Map(after.states.map((state) => [state.path, state]));
  return paths.flatMap((path): StateChange[] => {
    const [a, b] = [old.get(path), fresh.get(path)];
    if ((a?.visits ?? 0) + (b?.visits ?? 0) === 0) return [];
    const at = (of: 'durationMs' | 'transitionMs', percentile: 'p50' | 'p95' | 'p99'): Change | null =>
      change(
        a?.[of]?.[percentile],
        b?.[of]?.[percentile],
        compareDistributions(a?.[of] ?? null, b?.[of] ?? null, percentile)?.ci95 ?? null,
      );
    return [
      {
        path,
        kind: a && b ? 'both' : a ? 'removed' : 'added',
        edited: a !== undefined && b !== undefined && a.hash !== b.hash,
        n: [a?.visits ?? 0, b?.visits ?? 0],
        p50: at('durationMs', 'p50'),
        p95: at('durationMs', 'p95'),
        p99: at('durationMs', 'p99'),
        transition: at('transitionMs', 'p50'),
        retries: [a?.retries ?? 0, b?.retries ?? 0],
      },
    ];
  });
};

const failedOf = (arm: Arm): readonly [number, number] => [endedOf(arm) - arm.executions.succeeded, endedOf(arm)];

const armChange = (before: Arm, after: Arm, seed: number): ArmChange => {
  const latency = compareArms(before, after, { baseline: 'the first run', candidate: 'the second run', seed });
  const at = (percentile: 'p50' | 'p95' | 'p99'): Change | null =>
    change(before.latencyMs?.[percentile], after.latencyMs?.[percentile], latency[percentile]?.ci95 ?? null);
  return {
    title: armTitle(after),
    system: after.system,
    latency,
    p50: at('p50'),
    p95: at('p95'),
    p99: at('p99'),
    costPerMillion: change(before.cost?.perMillion, after.cost?.perMillion),
    failedRate: [failedShare(before) ?? 0, failedShare(after) ?? 0],
    failedCi95: proportionDifference(failedOf(before), failedOf(after)),
    ended: [endedOf(before), endedOf(after)],
    states: stateChanges(before, after),
  };
};

/** What changed from one run to another, arm by arm and state by state. */
export const compareRuns = (before: RunDocument, after: RunDocument): RunChange => {
  const old = new Map(before.arms.map((arm) => [keyOf(arm), arm]));
  const notes: string[] = [];
  const [a, b] = [originOf(before), originOf(after)];
  if (a !== b) notes.push(`The runs were measured in different places: ${a} ${b}`);
  if (before.workflow.name !== after.workflow.name)
    notes.push(`The runs are of different workflows: ${before.workflow.name} and ${after.workflow.name}.`);
  if (before.status.kind !== 'finished' || after.status.kind !== 'finished') notes.push('Not both runs were finished.');
  const arms: ArmChange[] = [];
  for (const arm of after.arms) {
    const partner = old.get(keyOf(arm));
    if (!partner) notes.push(`Only the second run has ${armTitle(arm)}.`);
    else arms.push(armChange(partner, arm, after.plan.seed));
    old.delete(keyOf(arm));
  }
  for (const arm of old.values()) notes.push(`Only the first run has ${armTitle(arm)}.`);
  return { before: before.id, after: after.id, arms, notes };
};

/** A limit on how much worse a figure may get. */
export interface FailIf {
  readonly expression: string;
  readonly metric: 'latency' | 'states' | 'cost' | 'failed';
  readonly percentile: 'p50' | 'p95' | 'p99';
  /** One state by path or name; every state where absent. */
  readonly state?: string;
  /** Relative worsening, 0.1 for 10 %; for `failed`, of the rate itself. */
  readonly limit: number;
}

export type ParsedFailIf =
  { readonly ok: true; readonly rules: readonly FailIf[] } | { readonly ok: false; readonly problem: string };

/**
 * Reads `10%` (p50 and p95 of latency, p50 of every state), `latency.p95>10%`, `states.Charge.p50>20%`, `states.p95>20%`,
 * `cost>5%` or `failed>1%`; the last two also as thresholds call them, `cost.perMillion` and `failed.rate`.
 */
export const parseFailIf = (expression: string): ParsedFailIf => {
  const text = expression.trim();
  const limitOf = (number: string): number => Number(number) / 100;
  const bare = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (bare) {
    const limit = limitOf(bare[1]!);
    return {
      ok: true,
      rules: [
        { expression, metric: 'latency', percentile: 'p50', limit },
        { expression, metric: 'latency', percentile: 'p95', limit },
        { expression, metric: 'states', percentile: 'p50', limit },
      ],
    };
  }
  const parts =
    /^(latency|states|cost|failed)(?:(?<=cost)\.perMillion|(?<=failed)\.rate|\.(.+?))??(?:\.(p50|p95|p99))?\s*>\s*(\d+(?:\.\d+)?)\s*%$/s.exec(
      text,
    );
  const [, metric, state, percentile = 'p50', number = ''] = parts ?? [];
  if (!parts || (state !== undefined && metric !== 'states')) {
    return {
      ok: false,
      problem: `“${expression}” is no limit for --fail-if: write 10%, latency.p95>10%, states.NAME.p50>20%, cost>5% or failed>1%`,
    };
  }
  return {
    ok: true,
    rules: [
      {
        expression,
        metric: metric as FailIf['metric'],
        percentile: percentile as FailIf['percentile'],
        limit: limitOf(number),
        ...(state === undefined ? {} : { state }),
      },
    ],
  };
};

/** A figure that got worse than a rule allows, in a sentence. */
export interface Regression {
  readonly rule: string;
  readonly what: string;
  readonly sentence: string;
}

const beyond = (found: Change | null, limit: number): boolean =>
  found !== null && found.difference !== null && found.difference > limit;

/** Beyond the limit, and not explainable by chance: the interval lies wholly above 0. */
const worse = (found: Change, limit: number): boolean =>
  beyond(found, limit) && found.ci95 !== null && found.ci95[0] > 0;

const isMeant = ({ state }: FailIf, { path }: StateChange): boolean =>
  state === undefined || path === state || path.endsWith(`/${state}`);

/** Rules that name a state neither run has: a slip that would let every regression pass. */
export const aimless = (changed: RunChange, rules: readonly FailIf[]): readonly string[] => {
  const states = changed.arms.flatMap((arm) => arm.states);
  return rules.flatMap((rule) =>
    rule.state !== undefined && !states.some((state) => isMeant(rule, state))
      ? [
          `“${rule.expression}”: neither run entered a state ${rule.state}. They entered ${[...new Set(states.map(({ path }) => path))].join(', ') || 'none'}.`,
        ]
      : [],
  );
};

export interface Judgement {
  readonly regressions: readonly Regression[];
  /** Figures beyond a limit of which there is too little data to say that it was not chance. */
  readonly unjudged: readonly string[];
}

/** Every regression of a comparison under the rules. */
export const regressionsOf = (changed: RunChange, rules: readonly FailIf[]): readonly Regression[] =>
  judge(changed, rules).regressions;

/** "50.0 % failed instead of 1.67 % (95 % interval of the difference 34.2–61.0 %, n = 60 and 60)" */
const failedSentence = ({ failedRate: [before, after], failedCi95, ended }: ArmChange): string => {
  const interval = failedCi95 ? `95 % interval of the difference ${formatInterval(failedCi95, 'share')}, ` : '';
  return `${formatShare(after)} failed instead of ${formatShare(before)} (${interval}n = ${formatCount(ended[0])} and ${formatCount(ended[1])})`;
};

/** A bill is counted, not drawn: it needs no interval. All else does. */
export const judge = (changed: RunChange, rules: readonly FailIf[]): Judgement => {
  const found: Regression[] = [];
  const unjudged = new Set<string>();
  const report = (rule: FailIf, what: string, figure: Change | null, format: (value: number) => string): void => {
    if (!figure || !beyond(figure, rule.limit)) return;
    if (rule.metric !== 'cost' && figure.ci95 === null)
      unjudged.add(
        `${what} went from ${format(figure.before)} to ${format(figure.after)}, but there are too few samples for an interval: it is not judged.`,
      );
    if (rule.metric !== 'cost' && !worse(figure, rule.limit)) return;
    const interval = figure.ci95 ? `, 95 % interval ${formatInterval(figure.ci95, 'share')}` : '';
    found.push({
      rule: rule.expression,
      what,
      sentence: `${what} rose by ${formatShare(figure.difference, { digits: 2 })} (${format(figure.before)} → ${format(figure.after)}${interval}), more than ${formatShare(rule.limit, { digits: 2 })}.`,
    });
  };
  for (const rule of rules) {
    for (const arm of changed.arms) {
      if (rule.metric === 'latency')
        report(rule, `${arm.title}: ${rule.percentile} of latency`, arm[rule.percentile], formatMs);
      else if (rule.metric === 'cost') report(rule, `${arm.title}: cost per million`, arm.costPerMillion, formatUsd);
      else if (rule.metric === 'failed') {
        const [before, after] = arm.failedRate;
        if (after - before <= rule.limit) continue;
        const what = `${arm.title}: ${failedSentence(arm)}`;
        if (arm.failedCi95 && arm.failedCi95[0] > 0)
          found.push({ rule: rule.expression, what: arm.title, sentence: `${what}.` });
        else unjudged.add(`${what}: that may be chance, so it is not judged.`);
      } else
        for (const state of arm.states) {
          if (!isMeant(rule, state)) continue;
          report(rule, `${arm.title}: ${rule.percentile} of ${state.path}`, state[rule.percentile], formatMs);
        }
    }
  }
  return { regressions: found, unjudged: [...unjudged] };
};

const cell = (found: Change | null, format: (value: number) => string): readonly [string, string, string] =>
  found === null
    ? ['–', '–', '']
    : [
        `${format(found.before)} → ${format(found.after)}`,
        found.difference === null ? '–' : formatChange(found.difference),
        found.ci95 ? `[${formatInterval(found.ci95, 'share')}]` : '',
      ];

/** Tables of a comparison: one an arm, its states in the order of the workflow. */
export const comparisonTables = (changed: RunChange): Table[] =>
  changed.arms.map((arm) => {
    const row = (
      name: string,
      n: readonly [number, number],
      p50: Change | null,
      p95: Change | null,
      note: string,
    ): string[] => [name, `${n[0]} → ${n[1]}`, ...cell(p50, formatMs), ...cell(p95, formatMs), note];
    const left = (title: string) => ({ title, align: 'left' as const });
    const right = (title: string) => ({ title, align: 'right' as const });
    const cost = arm.costPerMillion;
    return {
      title: arm.title,
      columns: [
        left('figure'),
        right('n'),
        right('p50'),
        right('change'),
        left('95 %'),
        right('p95'),
        right('change'),
        left('95 %'),
        left(''),
      ],
      rows: [
        row('latency', arm.latency.n, arm.p50, arm.p95, ''),
        ...arm.states.map((state) =>
          row(
            state.path,
            state.n,
            state.p50,
            state.p95,
            [
              state.kind === 'both' ? '' : state.kind,
              state.edited ? 'edited' : '',
              state.retries[0] === state.retries[1] ? '' : `retries ${state.retries[0]} → ${state.retries[1]}`,
            ]
              .filter(Boolean)
              .join(', '),
          ),
        ),
      ],
      notes: [
        arm.latency.sentence,
        ...(cost
          ? [`A million executions cost ${formatUsd(cost.before)} before and ${formatUsd(cost.after)} after.`]
          : []),
        ...(arm.failedRate[0] === arm.failedRate[1] ? [] : [`${failedSentence(arm)}.`]),
        'Intervals of states are recovered from those of each run.',
      ],
    };
  });
