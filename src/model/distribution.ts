/** An interval, lower then upper bound, in the unit of the figure it belongs to. */
export type Interval = readonly [number, number];

/** Percentiles come from raw samples or merged histograms, never from percentiles; nothing is trimmed. */
export interface Distribution {
  readonly n: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** 95 % intervals, where there are enough samples to have one. */
  readonly ci95?: { readonly p50?: Interval; readonly p95?: Interval; readonly p99?: Interval };
}

/** How a figure is known. Local figures are measured on a simulation and say so wherever they are shown. */
export type Provenance = 'measured' | 'derived' | 'assumed';
