import type { Json } from './json';
import type { SystemName, WorkflowType } from './machine';

/** Where it runs. Only the client's configuration differs between the three. */
export type Target =
  | { readonly kind: 'embedded'; /** Name of a shipped profile, a file, or `none`. */ readonly profile: string }
  | { readonly kind: 'endpoint'; readonly url: string; readonly region?: string }
  | { readonly kind: 'aws'; readonly profile?: string; readonly region?: string; readonly roleArn?: string };

/** The form of the load. Closed shapes wait for replies, open ones do not. */
export type Load =
  | {
      readonly kind: 'iterations';
      readonly executions: number;
      readonly concurrency: number;
      readonly thinkMs?: number;
    }
  | { readonly kind: 'burst'; readonly executions: number }
  | {
      readonly kind: 'arrivalRate';
      /** Starts a second at the beginning and, if ramping, at the end. */
      readonly rate: number;
      readonly endRate?: number;
      readonly durationMs: number;
      readonly maxInFlight: number;
    }
  | {
      readonly kind: 'sweep';
      readonly over: 'concurrency' | 'rate' | 'burst' | 'payload';
      readonly values: readonly number[];
      readonly base: Exclude<Load, { kind: 'sweep' }>;
    };

/** Where an execution's input comes from. Templates (`{{uuid}}`, `{{index}}`, …) are filled per execution. */
export type InputSource =
  | { readonly kind: 'value'; readonly label: string; readonly value: Json }
  | { readonly kind: 'file'; readonly path: string; readonly weight?: number }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'lines'; readonly path: string };

/** All that a run needs to be told; plain data, kept in the run document. */
export interface Plan {
  /** Absolute path of the ASL file. */
  readonly file: string;
  readonly types: readonly WorkflowType[];
  /** Systems under test where they are others than the types alone; `types` are then those of them that Step Functions has. */
  readonly systems?: readonly SystemName[];
  readonly target: Target;
  readonly load: Load;
  readonly input: InputSource;
  readonly warmup: number;
  readonly seed: number;
  /** USD; a run stops starting new executions when its measured cost reaches it. */
  readonly maxCost: number;
  /** k6-like expressions: `latency.p95<800`. */
  readonly thresholds: readonly string[];
  /** Start nothing more once a threshold fails. */
  readonly abortOnFail?: boolean;
  /** Keep what was deployed. */
  readonly keep: boolean;
  /** Force cold starts (embedded only). */
  readonly cold?: boolean;
  /** A state machine that is deployed already, by ARN, name or alias, run as it is: nothing is created but executions. */
  readonly existing?: { readonly machine: string };
  /** The load comes from within the account, out of a distributed Map: past what one machine can start. */
  readonly driver?: boolean;
  /** One type twice, with a log at ALL and without: what observing costs in latency and money. */
  readonly observer?: boolean;
}
