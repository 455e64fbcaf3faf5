/** Token buckets of the service's quotas. */
export interface Bucket {
  /** Calls that may come at once. */
  readonly size: number;
  /** Calls per second that come back. */
  readonly refill: number;
}

/** Bucket name (`StartExecution.STANDARD`, `DescribeExecution`, …) → what it should be instead. */
export type QuotaOverrides = Readonly<Record<string, Bucket>>;
