/** One attempt of a task: its clock, its token, its abort signal, and the first of all the ways in which it can end. */
import type { Json } from '../model/json';
import type { Integration, MaybePromise, TaskPhases, TaskRequest, TaskResult } from './contract';
import type { ExecutionIdentity } from './contract';
import type { Waiting } from './flow';
import type { TaskNode } from './nodes';
import { aborted, type Outcome } from './outcome';
import type { TokenOutcome } from './tokens';
import type { Visit } from './visit';

const timedOut: TaskResult = { ok: false, error: 'States.Timeout', event: 'timedOut' };

const runnerFailure = (thrown: unknown): TaskResult => ({
  ok: false,
  error: 'States.Runtime',
  cause: thrown instanceof Error ? thrown.message : String(thrown),
});

/** What becomes of the state once its attempt is over. */
export type Conclude = (visit: Visit<TaskNode>, attempt: Attempt, result: TaskResult) => MaybePromise<Outcome>;

export class Attempt implements TaskPhases, Waiting {
  timeoutSeconds: number | undefined;
  heartbeatSeconds: number | undefined;
  roleArn: string | undefined;
  missedHeartbeat = false;
  #token: { readonly token: string; close(): void } | undefined;
  #abort: AbortController | undefined;
  #started = false;
  #submitted = false;
  #over = false;
  #resolve: ((result: TaskResult) => void) | undefined;
  /** An end that came before the attempt had come to waiting for it. */
  #early: TaskResult | undefined;
  #cancelTimeout: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;

  constructor(readonly visit: Visit<TaskNode>) {}

  /** Made when asked for: most tasks never look. */
  get signal(): AbortSignal {
    return (this.#abort ??= new AbortController()).signal;
  }

  /** Opens the token that a callback or a worker answers with. */
  openToken(): string | undefined {
    this.#token = this.visit.flow.run.host.tokens?.create((outcome) => this.#answered(outcome));
    return this.#token?.token;
  }

  run(parameters: Json, parametersText: string, conclude: Conclude): MaybePromise<Outcome> {
    const { visit } = this;
    const { flow, node } = visit;
    const result = this.#call(parameters, parametersText);
    if (!(result instanceof Promise)) {
      if (!node.waitsForToken || !result.ok) return conclude(visit, this, this.#close(result));
      this.#submittedBy(result);
    }
    flow.waiting = this;
    if (!node.hasToken && result instanceof Promise && this.timeoutSeconds === undefined)
      // Nothing but the runner can end it: no promise of our own is needed.
      return result.then(
        (value) => this.#concludeWith(value, conclude),
        (thrown: unknown) => this.#concludeWith(runnerFailure(thrown), conclude),
      );
    return this.#race(result).then((value) => (flow.dead ? aborted : conclude(visit, this, value)));
  }

  started(workerName?: string): void {
    if (this.#started || this.#over) return;
    this.#started = true;
    const { family } = this.visit.node;
    this.visit.flow.emit(family.started, workerName === undefined ? family.common : { ...family.common, workerName });
    if (family.name === 'Activity') this.#setHeartbeat();
  }

  submitted(output: Json): void {
    if (this.#over) return;
    this.started();
    this.#submitted = true;
    this.visit.flow.emit('TaskSubmitted', { ...this.visit.node.family.common, output: JSON.stringify(output) });
  }

  /** Ended from outside. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#abort?.abort(new Error('aborted'));
  }

  #concludeWith(result: TaskResult, conclude: Conclude): MaybePromise<Outcome> {
    if (this.#over || this.visit.flow.dead) return aborted;
    this.visit.flow.waiting = undefined;
    return conclude(this.visit, this, this.#close(result));
  }

  #call(parameters: Json, parametersText: string): MaybePromise<TaskResult> {
    const { node, flow } = this.visit;
    if (node.waitsForToken && !this.#token) return runnerFailure('This host keeps no task tokens.');
    if (node.integration.service === 'activity') return this.#queue(parametersText);
    try {
      return flow.run.host.tasks.run(new Request(this, parameters, parametersText), this);
    } catch (thrown) {
      return runnerFailure(thrown);
    }
  }

  /** The runner, the token, the timeout and the heartbeat against each other. */
  #race(result: MaybePromise<TaskResult>): Promise<TaskResult> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#early) return this.#finish(this.#early);
      const { clock } = this.visit.flow.run.host;
      if (this.timeoutSeconds !== undefined)
        this.#cancelTimeout = clock.after(this.timeoutSeconds * 1000, () => this.#finish(timedOut));
      if (this.visit.node.family.name !== 'Activity') this.#setHeartbeat();
      if (!(result instanceof Promise)) return;
      result.then(
        (value) => this.#returned(value),
        (thrown: unknown) => this.#finish(runnerFailure(thrown)),
      );
    });
  }

  #queue(input: string): TaskResult {
    const { activities } = this.visit.flow.run.host;
    if (!activities) return runnerFailure('This host has no activities.');
    const withdraw = activities.schedule(this.visit.node.resource, {
      token: this.#token?.token ?? '',
      input,
      started: (workerName) => this.started(workerName),
    });
    if (!withdraw) return runnerFailure('The activity is gone.');
    this.signal.addEventListener('abort', withdraw, { once: true });
    return { ok: true, output: null };
  }

  /** A callback's submission came back: told with its output unless the runner did so itself. */
  #submittedBy(result: TaskResult): void {
    if (result.ok && !this.#submitted && this.visit.node.integration.service !== 'activity')
      this.submitted(result.output);
  }

  #returned(result: TaskResult): void {
    if (this.#over) return;
    if (this.visit.node.waitsForToken && result.ok) this.#submittedBy(result);
    else this.#finish(result);
  }

  #answered(outcome: TokenOutcome): void {
    // Also a `.sync` task whose job was given the token is answered by it, as a recording has it.
    if (this.#over) return;
    if (outcome.kind === 'heartbeat') this.#setHeartbeat();
    else if (outcome.kind === 'succeeded') this.#finish({ ok: true, output: outcome.output, text: outcome.text });
    else this.#finish({ ok: false, error: outcome.error, cause: outcome.cause });
  }

  /** Each heartbeat starts the time anew; an activity's runs from its start on. Only who has a token can send one. */
  #setHeartbeat(): void {
    const { heartbeatSeconds } = this;
    this.#cancelHeartbeat?.();
    if (heartbeatSeconds === undefined || this.#over || !this.visit.node.hasToken) return;
    this.#cancelHeartbeat = this.visit.flow.run.host.clock.after(heartbeatSeconds * 1000, () => {
      this.missedHeartbeat = true;
      this.#finish(timedOut);
    });
  }

  /** The first end counts. */
  #finish(result: TaskResult): void {
    if (this.#over) return;
    if (!this.#resolve) {
      this.#early ??= result;
      return;
    }
    this.visit.flow.waiting = undefined;
    this.#resolve(this.#close(result));
  }

  #close(result: TaskResult): TaskResult {
    if (!this.#started && this.visit.node.family.name !== 'Activity' && hasStarted(result)) this.started();
    this.#over = true;
    if (this.#token || this.#cancelTimeout || this.#cancelHeartbeat) this.#release();
    if (this.#abort && !result.ok && result.event === 'timedOut') this.#abort.abort(new Error('States.Timeout'));
    else if (this.visit.node.family.name === 'Activity') this.#abort?.abort();
    return result;
  }

  #release(): void {
    this.#cancelTimeout?.();
    this.#cancelHeartbeat?.();
    this.#token?.close();
  }
}

/** A runner that told nothing and did not fail before the start is taken to have started. */
const hasStarted = (result: TaskResult): boolean =>
  result.ok ||
  (result.event !== 'scheduleFailed' && result.event !== 'startFailed' && result.error !== 'States.Runtime');

/** A class, so that its signal is made only when asked for. */
class Request implements TaskRequest {
  readonly resourceArn: string;
  readonly integration: Integration;
  readonly execution: ExecutionIdentity;
  readonly stateName: string;
  readonly retryCount: number;
  readonly credentialsRoleArn: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly taskToken: string | undefined;
  readonly #attempt: Attempt;

  constructor(
    attempt: Attempt,
    readonly parameters: Json,
    readonly parametersText: string,
  ) {
    const { visit } = attempt;
    this.#attempt = attempt;
    this.resourceArn = visit.node.resource;
    this.integration = visit.node.integration;
    this.execution = visit.flow.run.identity;
    this.stateName = visit.node.name;
    this.retryCount = visit.retryCount;
    this.credentialsRoleArn = attempt.roleArn;
    this.timeoutSeconds = attempt.timeoutSeconds;
    this.heartbeatSeconds = attempt.heartbeatSeconds;
    this.taskToken = visit.taskToken;
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }
}
