/**
 * Token buckets of the service quotas (Service Quotas page of the developer guide, 2026; CloudWatch Logs' own page). A
 * bucket holds `size` calls and regains `refill` a second.
 */
import type { Clock } from '../model/clock';
import type { WorkflowType } from '../model/machine';
import { ServiceError } from './contract';

export interface Bucket {
  /** Calls that may come at once. */
  readonly size: number;
  /** Calls per second that come back. */
  readonly refill: number;
}

/** Bucket name (`StartExecution.STANDARD`, `StateTransition`, `DescribeExecution`, `FilterLogEvents`, …) → what it is instead. */
export type QuotaOverrides = Readonly<Record<string, Bucket>>;

const big = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

const bucket = (size: number, refill: number): Bucket => ({ size, refill });

/** FilterLogEvents by region: 25/s in us-east-1, 5/s in five, 10/s elsewhere. */
const slowFilter = new Set(['eu-central-1', 'ap-northeast-3', 'ap-southeast-3', 'ca-west-1', 'il-central-1']);
const slowGet = new Set(['us-west-2', 'eu-west-1', 'eu-central-1']);

/** The published buckets of a region. */
export function publishedQuotas(region: string): Readonly<Record<string, Bucket>> {
  const isBig = big.has(region);
  const filter = region === 'us-east-1' ? 25 : slowFilter.has(region) ? 5 : 10;
  const get = region === 'eu-west-3' ? 30 : slowGet.has(region) ? 10 : 25;
  const rare = Object.fromEntries(
    [
      'CreateStateMachine',
      'UpdateStateMachine',
      'DeleteStateMachine',
      'ValidateStateMachineDefinition',
      'CreateActivity',
      'DeleteActivity',
    ].map((name) => [name, bucket(100, 1)]),
  );
  return {
    StateTransition: isBig ? bucket(5_000, 5_000) : bucket(800, 800),
    'StartExecution.STANDARD': isBig ? bucket(1_300, 300) : bucket(800, 150),
    'StartExecution.EXPRESS': bucket(6_000, 6_000),
    DescribeExecution: isBig ? bucket(300, 15) : bucket(250, 10),
    GetExecutionHistory: bucket(400, 20),
    ListExecutions: isBig ? bucket(200, 5) : bucket(100, 2),
    StopExecution: isBig ? bucket(1_000, 200) : bucket(500, 25),
    RedriveExecution: isBig ? bucket(1_300, 300) : bucket(800, 150),
    DescribeStateMachine: bucket(200, 20),
    DescribeStateMachineForExecution: bucket(200, 1),
    DescribeMapRun: bucket(200, 1),
    TestState: bucket(50, 10),
    ...rare,
    FilterLogEvents: bucket(filter, filter),
    GetLogEvents: bucket(get, get),
    DescribeLogStreams: bucket(25, 25),
  };
}

class Level {
  #tokens: number;
  #at: number;

  constructor(
    private readonly bucket: Bucket,
    now: number,
  ) {
    this.#tokens = bucket.size;
    this.#at = now;
  }

  /** Takes one; false when there is none. */
  take(now: number): boolean {
    this.#fill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes one in any case and says how long (ms) its taker has to wait until it is there. */
  owe(now: number): number {
    this.#fill(now);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.bucket.refill) * 1000;
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.bucket.size, this.#tokens + (Math.max(0, now - this.#at) / 1000) * this.bucket.refill);
    this.#at = now;
  }
}

export interface Quotas {
  /** Throws ThrottlingException when the call's bucket is empty. */
  admit(operation: string, type?: WorkflowType): void;
  /** Milliseconds a Standard transition has to wait: AWS delays them, it does not fail them. */
  transitionDelay(): number;
}

/** Quotas on the service's clock. */
export function createQuotas(region: string, clock: Pick<Clock, 'now'>, overrides: QuotaOverrides = {}): Quotas {
  const levels = new Map<string, Level>();
  for (const [name, one] of Object.entries({ ...publishedQuotas(region), ...overrides }))
    levels.set(name, new Level(one, clock.now()));
  const transitions = levels.get('StateTransition');
  return {
    admit: (operation, type) => {
      const level = levels.get(type === undefined ? operation : `${operation}.${type}`) ?? levels.get(operation);
      if (level && !level.take(clock.now())) throw new ServiceError('ThrottlingException', 'Rate exceeded');
    },
    transitionDelay: () => transitions?.owe(clock.now()) ?? 0,
  };
}
