/** What the interpreter asks of the query languages: everything is compiled once and then only called. */
import type { Json, JsonObject } from '../../model/json';

export type MaybePromise<T> = T | Promise<T>;

/** Time, chance and names for the functions that need them; seeded and scaled by whoever runs the execution. */
export interface ScopeHost {
  /** Epoch ms of the execution's clock: `$now()`, `$millis()`. */
  now(): number;
  /** Uniform in [0, 1): `$random()`, `States.MathRandom` without a seed. */
  random(): number;
  /** A version 4 UUID: `$uuid()`, `States.UUID()`. */
  uuid(): string;
  /** Clock.hold: called while an expression is evaluated in another thread, so that a virtual clock stands still. */
  hold?(): () => void;
}

/** What an expression can see. Never mutated by an evaluation. */
export interface Scope {
  /** The state's input: `$` in JSONPath, `$states.input` in JSONata. */
  readonly input: Json;
  /** The context object (`$$`, `$states.context`), built only when asked for. */
  context(): JsonObject;
  /** Workflow variables in sight, outer scopes included. */
  readonly variables: Readonly<Record<string, Json>>;
  /** `$states.result`, where a field may see it; in JSONPath the task's result is passed as `input` by the caller. */
  readonly result?: Json;
  /** `$states.errorOutput` in a Catch. */
  readonly errorOutput?: Json;
  /** Absent: this machine's own clock and chance. */
  readonly host?: ScopeHost;
}

export type Evaluate<T extends Json = Json> = (scope: Scope) => MaybePromise<T>;
export type EvaluateSync<T extends Json = Json> = (scope: Scope) => T;

/** Where a result is put: `ResultPath` and its kin. Throws QueryError('States.ResultPathMatchFailure'). */
export type Place = (into: Json, value: Json) => Json;

/** A query that failed, with AWS's error name and cause text; the interpreter turns it into events. */
export class QueryError extends Error {
  constructor(
    /** `States.QueryEvaluationError`, `States.ParameterPathFailure`, `States.IntrinsicFailure`, `States.Runtime`, … */
    readonly error: string,
    readonly causeText: string,
    /** Field of the state (`Arguments/x`, `Output`), for EvaluationFailed's `location`. */
    readonly location?: string,
  ) {
    super(causeText);
    this.name = 'QueryError';
  }
}

/**
 * A path, intrinsic call or expression that does not parse. Thrown only while compiling: a validated definition never
 * throws it. `offset` is the UTF-16 index within the text that was given.
 */
export class QuerySyntaxError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
    this.name = 'QuerySyntaxError';
  }
}
