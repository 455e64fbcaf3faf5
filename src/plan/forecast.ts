import type { Plan } from '../model/plan';
import type { ExpectedUsd } from '../cost';
import { systemsOf, typeOfSystem, typeWords, type ArmType } from '../model/system';
import { loadSteps, plannedExecutions } from '../run/shapes';
import { planExecutions, planWarmups } from './defaults';
import { secondsFor, type Quotas } from './quotas';

/** What one execution is expected to take and cost, from an earlier run or from the definition. */
export interface ExecutionEstimate {
  readonly durationMs: number;
  /** Billed transitions of one execution. */
  readonly transitions: number;
  /** USD of one execution of each type and system, null where no price is known, absent where nothing is. */
  readonly usd: ExpectedUsd;
  /** USD of what generates the load from within the account, for the whole plan; null where no price is known. */
  readonly driverUsd?: number | null;
}

export interface Forecast {
  readonly executions: number;
  readonly seconds: number;
  /** Null where no price is known. */
  readonly usd: number | null;
  /** Of Standard histories, how many can be had while the run lasts and a minute after; the rest is sampled. */
  readonly histories: number;
  readonly sentences: { readonly time: string; readonly quota: string; readonly money: string };
}

const unlimited: Quotas['startExecutionStandard'] = { bucket: Infinity, refill: Infinity };

const startsOf = (type: ArmType, quotas: Quotas) =>
  type === 'STANDARD' ? quotas.startExecutionStandard : type === 'EXPRESS' ? quotas.startExecutionExpress : unlimited;

/** Seconds that are given to collecting after the load: past it, histories are sampled. */
const collectSeconds = 60;

/**
 * How long a plan takes, what will be throttled and what it costs, in a sentence each. Derived from the estimate: a
 * closed load takes executions ÷ concurrency × duration, an open one its schedule plus one duration, neither less than
 * the start bucket and the transition bucket allow.
 */
export const forecastPlan = (plan: Plan, quotas: Quotas, estimate: ExecutionEstimate): Forecast => {
  let seconds = 0;
  let startLimited = false;
  let transitionLimited = false;
  for (const type of systemsOf(plan).map((system) => typeOfSystem[system])) {
    for (const { load } of loadSteps(plan.load)) {
      const n = plannedExecutions(load);
      const d = estimate.durationMs / 1000;
      const unthrottled =
        load.kind === 'iterations'
          ? Math.ceil(n / load.concurrency) * (d + (load.thinkMs ?? 0) / 1000)
          : load.kind === 'burst'
            ? d
            : load.durationMs / 1000 + d;
      const starts = secondsFor(n, startsOf(type, quotas));
      const transitions = type === 'STANDARD' ? secondsFor(n * estimate.transitions, quotas.stateTransition) : 0;
      startLimited ||= starts > unthrottled;
      transitionLimited ||= transitions > unthrottled;
      seconds += Math.max(unthrottled, starts + d, transitions);
    }
  }
  const executions = planExecutions(plan);
  const standard = plan.types.includes('STANDARD') ? plannedExecutions(plan.load) : 0;
  const histories = Math.min(
    standard,
    Math.floor(quotas.getExecutionHistory.bucket + quotas.getExecutionHistory.refill * (seconds + collectSeconds)),
  );
  const shares = sharesOf(plan, estimate);
  const usd =
    shares.some((share) => share.usd === null) || shares.every((share) => share.usd === undefined)
      ? null
      : shares.reduce((sum, share) => sum + (share.usd ?? 0), 0);
  return {
    executions,
    seconds,
    usd,
    histories,
    sentences: {
      time: `${executions.toLocaleString('en')} executions take about ${duration(seconds)}.`,
      quota: quotaSentence(startLimited, transitionLimited, standard, histories),
      money: moneySentence(plan, usd, shares),
    },
  };
};

/** A part of the bill; `usd` is absent where nothing is known of it, and null where its price is not. */
interface Share {
  readonly what: string;
  readonly usd?: number | null;
}

/** What each system's executions cost, warm-up included, and what drives them. */
const sharesOf = (plan: Plan, { usd, driverUsd }: ExecutionEstimate): readonly Share[] => {
  const executions = (plannedExecutions(plan.load) + planWarmups(plan)) * (plan.observer ? 2 : 1);
  const systems = systemsOf(plan).map((system): Share => {
    const type = typeOfSystem[system];
    const each = usd[type];
    return { what: typeWords[type], ...(each === undefined ? {} : { usd: each === null ? null : each * executions }) };
  });
  return [...systems, ...(driverUsd === undefined ? [] : [{ what: 'the driver', usd: driverUsd }])];
};

/** ": Standard $0.83, Gateway $0.02" where there is more than one part. */
const partsOf = (shares: readonly Share[]): string => {
  const known = shares.flatMap(({ what, usd }) => (typeof usd === 'number' ? [`${what} ${money(usd)}`] : []));
  return shares.length > 1 && known.length > 0 ? `: ${known.join(', ')}` : '';
};

const moneySentence = ({ target, maxCost }: Plan, usd: number | null, shares: readonly Share[]): string => {
  const unknown = shares.filter((share) => share.usd === undefined).map(({ what }) => what);
  const without = unknown.length > 0 ? `; ${unknown.join(', ')} not in it: nothing is known of it yet` : '';
  const cap = maxCost > 0 ? `; new starts end at ${money(maxCost)}` : '';
  if (target.kind === 'embedded') return 'It costs nothing: nothing runs on AWS.';
  if (target.kind === 'endpoint')
    return maxCost > 0 && usd !== null
      ? `On AWS it would cost ${money(usd)} (derived)${partsOf(shares)}${without}${cap}.`
      : 'It costs nothing: nothing runs on AWS.';
  return usd === null
    ? `The cost cannot be forecast: ${shares.length > unknown.length ? 'a price is not known for this region' : 'nothing is known of it yet'}.`
    : `Forecast cost ${money(usd)} (derived)${partsOf(shares)}${without}${cap}.`;
};

const quotaSentence = (starts: boolean, transitions: boolean, standard: number, histories: number): string => {
  const limits = [...(starts ? ['StartExecution'] : []), ...(transitions ? ['state transitions'] : [])];
  const parts = [
    limits.length > 0 ? `The account's quota of ${limits.join(' and ')} will throttle this load` : '',
    histories < standard
      ? `${histories.toLocaleString('en')} of ${standard.toLocaleString('en')} Standard histories can be read in time; they are sampled at random`
      : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? `${parts.join('; ')}.` : 'No quota stands in the way.';
};

/** "40 s", "3 min", "1.5 h". */
export const duration = (seconds: number): string => {
  if (seconds < 1) return 'a second';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
};

export const money = (usd: number): string => (usd > 0 && usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`);
