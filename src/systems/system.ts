/**
 * One interface for a system under test. The two Step Functions types, the event-driven chain, the gateway and a generated
 * "as code" twin implement it; a further one is one more file here and a line in `registry.ts`.
 */
import type { Clock } from '../model/clock';
import type { SystemName } from '../model/machine';
import type { ExecutionTrace } from '../model/visit';
import type { Outcome } from '../run/execution';
import type { RetryRules } from '../run/retry';
import type { DeployedMachine, Deployment } from '../target/deployment';
import type { MachineState } from '../trace';

/** What starting one order needs beside its text. */
export interface StartContext {
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborted by a stop: no call is made again. */
  readonly signal: AbortSignal;
  /** Aborted a moment later: calls that are out are given up. */
  readonly callSignal?: AbortSignal;
  readonly rules?: RetryRules;
}

/** One child of a distributed Map, its states as states of the workflow. */
export interface ChildTrace {
  readonly trace: ExecutionTrace;
  readonly weight: number;
}

/** A system that is up and takes orders. */
export interface RunningSystem {
  readonly name: SystemName;
  /** Told apart from another of its name: `unlogged`. */
  readonly variant?: string;
  /** Its stages or states, as figures are keyed. */
  readonly states: readonly MachineState[];
  /**
   * How traces are read: `own`, each at once from the system itself; `histories`, each by calls under a quota; `log`, many at a
   * time out of a log group.
   */
  readonly traces: 'own' | 'histories' | 'log';
  /** What Step Functions has of it. */
  readonly machine?: DeployedMachine;
  /** Lambda functions that it alone knows of: their REPORT lines within the load are its own. */
  readonly functions?: readonly string[];
  /**
   * Starts one order and resolves when it has ended, or when that cannot be learnt. `name` is the idempotency key;
   * `onAccepted` is called with the order's id once the system has taken it. Never rejects but for bugs.
   */
  start(name: string, input: string, intendedAt: number, onAccepted?: (id: string) => void): Promise<Outcome>;
  /** How long each stage of a finished order took; undefined where the system does not say. `id` is the outcome's executionArn. */
  trace(id: string): Promise<ExecutionTrace | undefined>;
  /** Traces of what an order's distributed Maps ran, each with how many children it stands for; given once, before the order's own. */
  children?(id: string): readonly ChildTrace[];
  /** Ends an order in flight, where the system can. */
  abort?(id: string, signal?: AbortSignal): Promise<void>;
  /** Opens as many connections as a load needs at once. */
  warm?(connections: number): Promise<void>;
  /** Gives up what is waited for. */
  stop(why: string): void;
  /** Takes down what only it needed; what is in the ledger is removed with the rest. */
  remove(): Promise<void>;
}

/** How to bring a system up on a target. */
export interface SystemUnderTest {
  readonly name: SystemName;
  /** For people: "Event-driven". */
  readonly label: string;
  prepare(deployment: Deployment, context: StartContext): Promise<RunningSystem>;
}
