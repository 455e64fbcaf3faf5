import { isObject } from '../model/json';

/** A token bucket as the service keeps it: `bucket` calls at once, `refill` a second. Infinity where AWS publishes none. */
export interface Bucket {
  readonly bucket: number;
  readonly refill: number;
}

/** The throttled calls and limits that shape a run. */
export interface Quotas {
  readonly stateTransition: Bucket;
  readonly startExecutionStandard: Bucket;
  readonly startExecutionExpress: Bucket;
  readonly describeExecution: Bucket;
  readonly getExecutionHistory: Bucket;
  readonly listExecutions: Bucket;
  readonly stopExecution: Bucket;
  /** Create, Update, Delete of state machines. */
  readonly stateMachineChange: Bucket;
  readonly filterLogEvents: Bucket;
  /** Concurrent executions of all Lambda functions of an account. */
  readonly lambdaConcurrency: number;
}

export type QuotaOverrides = Readonly<Partial<Record<keyof Quotas, number | Partial<Bucket>>>>;

const bigThree = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);
const slowLogs = new Set(['eu-central-1', 'ap-northeast-3', 'ap-southeast-3', 'ca-west-1', 'il-central-1']);
const none: Bucket = { bucket: Infinity, refill: Infinity };

/**
 * Default quotas of a region, from AWS's "Step Functions service quotas" and "CloudWatch Logs quotas" pages as read on
 * 24 November 2026. New accounts have less; `overrides` take what an account really has.
 */
export const regionQuotas = (region: string, overrides: QuotaOverrides = {}): Quotas => {
  const big = bigThree.has(region);
  const logs = region === 'us-east-1' ? 25 : slowLogs.has(region) ? 5 : 10;
  const defaults: Quotas = {
    stateTransition: big ? { bucket: 5_000, refill: 5_000 } : { bucket: 800, refill: 800 },
    startExecutionStandard: big ? { bucket: 1_300, refill: 300 } : { bucket: 800, refill: 150 },
    startExecutionExpress: { bucket: 6_000, refill: 6_000 },
    describeExecution: big ? { bucket: 300, refill: 15 } : { bucket: 250, refill: 10 },
    getExecutionHistory: { bucket: 400, refill: 20 },
    listExecutions: big ? { bucket: 200, refill: 5 } : { bucket: 100, refill: 2 },
    stopExecution: big ? { bucket: 1_000, refill: 200 } : { bucket: 500, refill: 25 },
    stateMachineChange: { bucket: 100, refill: 1 },
    filterLogEvents: { bucket: logs, refill: logs },
    lambdaConcurrency: 1_000,
  };
  return applyOverrides(defaults, overrides);
};

/** Of the embedded engine and of emulators: no bucket, unless the server enforces some and `overrides` say so. */
export const noQuotas = (overrides: QuotaOverrides = {}): Quotas =>
  applyOverrides(
    {
      stateTransition: none,
      startExecutionStandard: none,
      startExecutionExpress: none,
      describeExecution: none,
      getExecutionHistory: none,
      listExecutions: none,
      stopExecution: none,
      stateMachineChange: none,
      filterLogEvents: none,
      lambdaConcurrency: Infinity,
    },
    overrides,
  );

const applyOverrides = (quotas: Quotas, overrides: QuotaOverrides): Quotas => {
  const merged: Record<string, Bucket | number> = { ...quotas };
  for (const [name, value] of Object.entries(overrides)) {
    const current = merged[name];
    if (current === undefined || value === undefined) continue;
    if (typeof value === 'number')
      merged[name] = typeof current === 'number' ? value : { bucket: value, refill: value };
    else if (isObject(value) && typeof current !== 'number') merged[name] = { ...current, ...value };
  }
  return merged as unknown as Quotas;
};

/** Seconds a bucket takes for `calls` sent as fast as it allows; 0 while they fit in the full bucket. */
export const secondsFor = (calls: number, bucket: Bucket): number =>
  calls <= bucket.bucket ? 0 : (calls - bucket.bucket) / bucket.refill;
