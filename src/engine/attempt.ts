/** One attempt of a task: its clock, its token, its abort signal, and the first of all the ways in which it can end. */
import type { EventDetails, HistoryEventType } from '../model/event';
import type { Json } from '../model/json';
import type { MaybePromise, TaskPhases, TaskRequest, TaskResult } from './contract';
import type { TaskNode } from './nodes';
import type { TokenOutcome } from './tokens';
import type { Visit } from './visit';

const timedOut: TaskResult = { ok: false, error: 'States.Timeout', event: 'timedOut' };

const runnerFailure = (thrown: unknown): TaskResult => ({
  ok: false,
  error: 'States.Runtime',
  cause: thrown instanceof Error ? thrown.message : String(thrown),
});

interface Family {
  readonly name: string;
  readonly common: EventDetails;
}

export class Attempt implements TaskPhases {
  timeoutSeconds?: number;
  heartbeatSeconds?: number;
  roleArn?: string;
  missedHeartbeat = false;
  #token?: { readonly token: string; close(): void };
  #abort?: AbortController;
  #family!: Family;
  #started = false;
  #over = false;
  #resolve: ((result: TaskResult) => void) | undefined;
  #early: TaskResult | undefined;
  #cancelTimeout?: () => void;
  #cancelHeartbeat?: () => void;

  constructor(private readonly visit: Visit<TaskNode>) {}

  /** Opens the token that a callback or a worker answers with. */
  openToken(): string | undefined {
    this.#token = this.visit.flow.run.host.tokens?.create((outcome) => this.#answered(outcome));
    return this.#token?.token;
  }

  run(parameters: Json, parametersText: string, family: Family): MaybePromise<TaskResult> {
    this.#family = family;
    const { visit } = this;
    const { flow, node } = visit;
    const { host } = flow.run;
    const { pattern, service } = node.integration;
    const waits = pattern === 'waitForTaskToken' || service === 'activity';
    if (waits && !this.#token) return runnerFailure('This host keeps no task tokens.');

    let result: MaybePromise<TaskResult>;
    if (service === 'activity') result = this.#queueActivity(parametersText);
    else {
      try {
        result = host.tasks.run(this.#request(parameters, parametersText), this);
      } catch (thrown) {
        result = runnerFailure(thrown);
      }
    }
    if (!(result instanceof Promise)) {
      if (!waits || !result.ok) return this.#close(result);
      this.#submittedBy(result);
    }
    return new Promise((resolve) => {
      this.#resolve = resolve;
      flow.waiting = { cancel: () => this.#cancel() };
      if (this.#early) return this.#finish(this.#early);
      this.#setTimers();
      if (result instanceof Promise) result.then((value) => this.#returned(value, waits), (thrown: unknown) => this.#finish(runnerFailure(thrown)));
    });
  }

  started(workerName?: string): void {
    if (this.#started || this.#over) return;
    this.#started = true;
    const { name, common } = this.#family;
    this.visit.flow.emit(`${name}Started` as HistoryEventType, workerName === undefined ? common : { ...common, workerName });
    if (name === 'Activity') this.#setHeartbeat();
  }

  submitted(output: Json): void {
    if (this.#over) return;
    this.started();
    this.visit.flow.emit('TaskSubmitted', { ...this.#family.common, output: JSON.stringify(output) });
  }

  #request(parameters: Json, parametersText: string): TaskRequest {
    const { visit } = this;
    const { node } = visit;
    const signal = (): AbortSignal => (this.#abort ??= new AbortController()).signal;
    return {
      resourceArn: node.resource,
      integration: node.integration,
      parameters,
      parametersText,
      execution: visit.flow.run.identity,
      stateName: node.name,
      retryCount: visit.retryCount,
      credentialsRoleArn: this.roleArn,
      timeoutSeconds: this.timeoutSeconds,
      heartbeatSeconds: this.heartbeatSeconds,
      taskToken: visit.taskToken,
      // Most tasks never ask for their signal, so it is made when they do.
      get signal() {
        return signal();
      },
    };
  }

  #queueActivity(input: string): MaybePromise<TaskResult> {
    const { activities } = this.visit.flow.run.host;
    const token = this.#token?.token ?? '';
    if (!activities) return runnerFailure('This host has no activities.');
    const withdraw = activities.schedule(this.visit.node.resource, {
      token,
      input,
      started: (workerName) => this.started(workerName),
    });
    if (!withdraw) return { ok: false, error: 'ActivityDoesNotExist', cause: 'The specified activity does not exist.', event: 'scheduleFailed' };
    (this.#abort ??= new AbortController()).signal.addEventListener('abort', withdraw, { once: true });
    return { ok: true, output: null };
  }

  /** A callback's submission came back: told with its output unless the runner did so itself. */
  #submittedBy(result: TaskResult): void {
    if (this.visit.node.integration.service === 'activity' || !result.ok) return;
    if (!this.#submittedAlready()) this.submitted(result.output);
  }

  #submittedAlready(): boolean {
    const { history, previous } = { history: this.visit.flow.run.history, previous: this.visit.flow.previous };
    return history.events[previous - 1]?.type === 'TaskSubmitted';
  }

  #returned(result: TaskResult, waits: boolean): void {
    if (this.#over) return;
    if (waits && result.ok) this.#submittedBy(result);
    else this.#finish(result);
  }

  #answered(outcome: TokenOutcome): void {
    if (this.#over) return;
    if (outcome.kind === 'heartbeat') return this.#setHeartbeat();
    const { pattern, service } = this.visit.node.integration;
    // `.sync` has a token for its parameters only; its result is the job's.
    if (pattern !== 'waitForTaskToken' && service !== 'activity') return;
    this.#finish(
      outcome.kind === 'succeeded'
        ? { ok: true, output: outcome.output, text: outcome.text }
        : { ok: false, error: outcome.error ?? '', cause: outcome.cause },
    );
  }

  #setTimers(): void {
    const { clock } = this.visit.flow.run.host;
    if (this.timeoutSeconds !== undefined)
      this.#cancelTimeout = clock.after(this.timeoutSeconds * 1000, () => this.#finish(timedOut));
    if (this.#family.name !== 'Activity') this.#setHeartbeat();
  }

  /** Each heartbeat starts the time anew; an activity's runs from its start on. Only tasks with a token can send one. */
  #setHeartbeat(): void {
    const { heartbeatSeconds } = this;
    this.#cancelHeartbeat?.();
    const { pattern, service } = this.visit.node.integration;
    if (heartbeatSeconds === undefined || this.#over || (pattern !== 'waitForTaskToken' && service !== 'activity')) return;
    this.#cancelHeartbeat = this.visit.flow.run.host.clock.after(heartbeatSeconds * 1000, () => {
      this.missedHeartbeat = true;
      this.#finish(timedOut);
    });
  }

  /** The first end counts; it is kept where the attempt has not yet come to waiting for it. */
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
    if (!this.#started && (result.ok || (result.event !== 'scheduleFailed' && result.event !== 'startFailed' && result.error !== 'States.Runtime')))
      if (this.#family.name !== 'Activity') this.started();
    this.#over = true;
    this.#release();
    if (!result.ok && result.event === 'timedOut') this.#abort?.abort(new Error('States.Timeout'));
    else if (this.#family.name === 'Activity') this.#abort?.abort();
    return result;
  }

  /** Ended from outside. */
  #cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#abort?.abort(new Error('aborted'));
  }

  #release(): void {
    this.#cancelTimeout?.();
    this.#cancelHeartbeat?.();
    this.#token?.close();
  }
}
