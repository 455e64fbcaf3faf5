/**
 * One interface for a system under test. The two Step Functions types, the event-driven chain, the gateway and a generated
 * "as code" twin implement it; a further one is one more file here and a line in `registry.ts`.
 */
import type { Clock } from '../model/clock';
import type { SystemName } from '../model/machine';
import type { ExecutionTrace } from '../model/visit';
import type { Outcome } from '../run/execution';
import type { ArmUsage } from '../cost/usage';
import type { Deployment } from '../target/deployment';
import type { MachineState } from '../trace';

/** What starting one order needs beside its text. */
export interface StartContext {
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborted by a stop: no call is made again. */
  readonly signal: AbortSignal;
}

/** A system that is up and takes orders. */
export interface RunningSystem {
  readonly name: SystemName;
  /** Its stages or states, as figures are keyed. */
  readonly states: readonly MachineState[];
  /**
   * Starts one order and resolves when it has ended, or when that cannot be learnt. `name` is the idempotency key. Never
   * rejects but for bugs.
   */
  start(name: string, input: string, intendedAt: number): Promise<Outcome>;
  /** How long each stage of a finished order took; undefined where the system does not say. `id` is the outcome's executionArn. */
  trace(id: string): Promise<ExecutionTrace | undefined>;
  /** Gives up what is waited for. */
  stop(why: string): void;
  /** Takes down what only it needed; what is in the ledger is removed with the rest. */
  remove(): Promise<void>;
  /** What was used besides what traces show, added to the arm's usage before it is priced. */
  usage?(usage: ArmUsage): ArmUsage;
}

/** How to bring a system up on a target. */
export interface SystemUnderTest {
  readonly name: SystemName;
  /** For people: "Event-driven". */
  readonly label: string;
  prepare(deployment: Deployment, context: StartContext): Promise<RunningSystem>;
}
