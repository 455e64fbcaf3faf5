/** A distribution of added latency, in ms; samples below 0 count as 0. */
export type LatencyDistribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | {
      readonly kind: 'normal';
      readonly mean: number;
      readonly sd: number;
      readonly min?: number;
      readonly max?: number;
    }
  | {
      readonly kind: 'lognormal';
      readonly median: number;
      readonly sigma: number;
      readonly min?: number;
      readonly max?: number;
    }
  /** Drawn uniformly from the samples. */
  | { readonly kind: 'empirical'; readonly samples: readonly number[] };

/** What a service adds to a task. `cold` applies when the environment is new (Lambda only). */
export interface TaskLatency {
  readonly queue?: LatencyDistribution;
  readonly work: LatencyDistribution;
  readonly cold?: LatencyDistribution;
  /** Lambda: share (0 to 1) of executions that find all their environments gone although some are idle, as after a pause. */
  readonly coldShare?: number;
}

export interface TypeLatency {
  /** StartExecution accepted → ExecutionStarted, and the first state entered. */
  readonly start?: LatencyDistribution;
  /** Exited → next entered. */
  readonly transition?: LatencyDistribution;
  /** By service (`lambda`, `dynamodb`, `sns`, `sqs`, `events`, `states`), or `lambda:NAME` for one function; `default` else. */
  readonly tasks?: Readonly<Record<string, TaskLatency>>;
}

/** Latency profile of the embedded server: what it adds so that local figures teach something. Format `stepbench.profile/1`. */
export interface LatencyProfile {
  readonly schema: 'stepbench.profile/1';
  readonly name: string;
  readonly description?: string;
  readonly types: { readonly STANDARD?: TypeLatency; readonly EXPRESS?: TypeLatency };
  /** Calls made to the server from outside a workflow (a function's own SDK calls, a gateway, an event chain). */
  readonly direct?: TypeLatency;
}
