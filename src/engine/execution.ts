/** One execution: its start, its end, its history; stoppable at any moment. */
import type { ExecutionStatus, EventDetails, HistoryEvent } from '../model/event';
import type { Json } from '../model/json';
import type { EngineHost, ExecutionIdentity, MaybePromise } from './contract';
import { Flow } from './flow';
import { History } from './history';
import { expressEvents, expressMs, historyEvents } from './limits';
import type { CompiledMachine } from './nodes';
import type { Outcome } from './outcome';
import { Pacer } from './pacer';
import { resumePath, runPath, type Stay } from './path';
import { Run } from './run';

export interface StartOptions {
  readonly identity: ExecutionIdentity;
  readonly input: Json;
  /** The input as it was sent: shown as such in ExecutionStarted and the first entry. Compact JSON of `input` unless told. */
  readonly inputText?: string;
  readonly variables?: Readonly<Record<string, Json>>;
  /** Of the parent, for a Map Run's child. */
  readonly pacer?: Pacer;
  /** Told of each event as it is written. Must not throw. */
  readonly onEvent?: (event: HistoryEvent) => void;
}

export class Execution {
  status: ExecutionStatus = 'RUNNING';
  /** `output` as AWS shows it: compact JSON. */
  outputText: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** Epoch ms; undefined while it runs. */
  stoppedAt: number | undefined;
  identity: ExecutionIdentity;
  readonly #machine: CompiledMachine;
  readonly #history: History;
  /** Until it has begun. */
  #options: StartOptions | undefined;
  #input: Json | undefined;
  readonly #host: EngineHost;
  readonly #pacer: Pacer;
  #output: Json | undefined;
  #flow: Flow | undefined;
  /** Where a redrive goes on. */
  #left: Stay | undefined;
  #cancelTimers: (() => void)[] = [];
  #settle: (() => void) | undefined;
  #done: Promise<void> | undefined;

  constructor(machine: CompiledMachine, options: StartOptions, host: EngineHost) {
    this.#machine = machine;
    this.#options = options;
    this.#input = options.input;
    this.#host = host;
    this.#pacer = options.pacer ?? new Pacer();
    this.identity = options.identity;
    this.#history = new History(
      () => host.clock.now(),
      options.onEvent,
      // AWS ends an execution with its 25,000th event, so that the machine's own are one fewer.
      options.identity.type === 'STANDARD' ? historyEvents - 1 : expressEvents,
    );
  }

  /** Append-only; ids are places counted from 1. */
  get history(): readonly HistoryEvent[] {
    return this.#history.events;
  }

  /** Undefined unless it succeeded. */
  get output(): Json | undefined {
    return this.#output ?? (this.outputText === undefined ? undefined : (JSON.parse(this.outputText) as Json));
  }

  /**
   * Lets go of what the history has too, for one who keeps that elsewhere: the input and the output, for a Map Run's child
   * (`keepTexts`) only the parsed output.
   */
  forget(keepTexts: boolean): void {
    this.#output = undefined;
    if (keepTexts) return;
    this.outputText = undefined;
    this.#input = undefined;
  }

  /** Characters of the data it keeps for a redrive, about: variables. */
  get held(): number {
    return this.redrivable ? JSON.stringify(this.#left?.variables).length : 0;
  }

  /** After `forget` it is read from the history, which has to be whole again then. */
  get input(): Json {
    return (this.#input ??= JSON.parse(this.#history.events[0]?.details.input ?? 'null') as Json);
  }

  get machine(): CompiledMachine {
    return this.#machine;
  }

  /** Resolves when the execution (or its last redrive) is over, however it ended. Never rejects. */
  get done(): Promise<void> {
    if (this.status !== 'RUNNING') return Promise.resolve();
    return (this.#done ??= new Promise((resolve) => (this.#settle = resolve)));
  }

  /** Called once, by startExecution. */
  start(): void {
    const delay = this.#host.latency?.start(this.identity.type) ?? 0;
    if (delay > 0) this.#cancelTimers.push(this.#host.clock.after(delay, () => this.#begin()));
    else this.#begin();
  }

  /** Ends it from outside as ABORTED; nothing of it runs on. Without effect once it is over. */
  stop(error?: string, cause?: string): void {
    if (this.status !== 'RUNNING') return;
    this.#kill();
    this.#history.close('ExecutionAborted', 0, {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.#end('ABORTED', { error, cause });
  }

  /** Whether RedriveExecution may take it up again. */
  get redrivable(): boolean {
    return (
      this.identity.type === 'STANDARD' &&
      this.status !== 'RUNNING' &&
      this.status !== 'SUCCEEDED' &&
      !this.#history.full &&
      this.#left !== undefined
    );
  }

  /** Goes on from the state that failed, was aborted or timed out. Throws where it is not `redrivable`. */
  redrive(): void {
    const left = this.#left;
    if (!this.redrivable || !left) throw new Error(`Execution ${this.identity.name} cannot be redriven.`);
    const redriveCount = this.identity.redriveCount + 1;
    this.identity = { ...this.identity, redriveCount, redrivenAt: this.#host.clock.now() };
    this.status = 'RUNNING';
    this.#done = undefined;
    this.error = this.cause = this.stoppedAt = undefined;
    // No recording of a redrive is at hand: the event follows the last one, and the state goes on without a new entry.
    const previous = this.#history.append('ExecutionRedriven', this.#history.events.length, { redriveCount });
    const shown = this.#history.events[left.enteredId - 1]?.details.input ?? 'null';
    const input = JSON.parse(shown) as Json;
    this.#run(new Flow(this.#newRun(), previous, left.variables), (flow) =>
      resumePath(flow, left, input, compactText(shown, input)),
    );
  }

  #begin(): void {
    const { inputText, variables } = this.#options ?? {};
    this.#options = undefined;
    const { identity, input } = this;
    const shown = inputText ?? JSON.stringify(input);
    const details: EventDetails = {
      input: shown,
      roleArn: identity.roleArn,
      ...(identity.stateMachineAliasArn === undefined ? {} : { stateMachineAliasArn: identity.stateMachineAliasArn }),
      ...(identity.stateMachineVersionArn === undefined
        ? {}
        : { stateMachineVersionArn: identity.stateMachineVersionArn }),
    };
    this.#history.append('ExecutionStarted', 0, details);
    const text = inputText === undefined ? shown : compactText(inputText, input);
    // AWS links the first state entered to nothing, not to ExecutionStarted.
    this.#run(new Flow(this.#newRun(), 0, variables ?? {}), (flow) =>
      runPath(flow, this.#machine.start, input, text, shown),
    );
  }

  #newRun(): Run {
    return new Run(this.#machine, this.identity, this.input, this.#host, this.#history, this.#pacer);
  }

  #run(flow: Flow, go: (flow: Flow) => MaybePromise<Outcome>): void {
    const { type } = this.identity;
    this.#flow = flow;
    const seconds = this.#machine.timeoutSeconds;
    const limit = Math.min(
      seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000,
      type === 'EXPRESS' ? expressMs : Number.POSITIVE_INFINITY,
    );
    const outcome = go(flow);
    if (!(outcome instanceof Promise)) return this.#conclude(flow, outcome);
    if (limit !== Number.POSITIVE_INFINITY)
      this.#cancelTimers.push(this.#host.clock.after(limit, () => this.#timeOut()));
    outcome.then(
      (end) => this.#conclude(flow, end),
      // Nothing in the interpreter rejects; should it ever, the execution fails and the process lives.
      (thrown: unknown) =>
        this.#conclude(flow, {
          kind: 'failed',
          error: 'States.Runtime',
          cause: thrown instanceof Error ? thrown.message : String(thrown),
        }),
    );
  }

  #conclude(flow: Flow, outcome: Outcome): void {
    if (flow.dead || this.status !== 'RUNNING') return;
    if (outcome.kind === 'done') {
      this.#history.close('ExecutionSucceeded', flow.previous, { output: outcome.text });
      this.#left = undefined;
      this.#output = outcome.output;
      this.outputText = outcome.text;
      return this.#end('SUCCEEDED', {});
    }
    if (outcome.kind === 'aborted') return;
    if (this.#history.full && this.identity.type === 'EXPRESS') return this.#timeOut();
    const { error, cause } = outcome;
    this.#kill();
    this.#history.close('ExecutionFailed', flow.previous, {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.#end('FAILED', { error, cause });
  }

  #timeOut(): void {
    if (this.status !== 'RUNNING' || !this.#flow) return;
    this.#kill();
    const express = this.identity.type === 'EXPRESS' ? { error: 'States.Timeout' } : {};
    // It belongs to no path: AWS links it to nothing.
    this.#history.close('ExecutionTimedOut', 0, express);
    this.#end('TIMED_OUT', express);
  }

  /** Ends all paths and keeps where a redrive would go on. */
  #kill(): void {
    const flow = this.#flow;
    const visit = flow?.visit;
    this.#left = visit && {
      node: visit.node,
      enteredId: visit.enteredId,
      variables: visit.variables,
      group: visit.group,
    };
    flow?.kill();
  }

  #end(status: ExecutionStatus, { error, cause }: { error?: string; cause?: string }): void {
    this.status = status;
    this.error = error;
    this.cause = cause;
    this.stoppedAt = this.#host.clock.now();
    for (const cancel of this.#cancelTimers) cancel();
    this.#cancelTimers = [];
    this.#flow = undefined;
    this.#settle?.();
    this.#settle = this.#done = undefined;
  }
}

/**
 * `raw` as compact JSON. Where it spells numbers that JSON.stringify would spell otherwise (`0.0`, `1e3`, more than 15
 * digits), they stay as they were sent.
 */
const compactText = (raw: string, value: Json): string => {
  const plain = JSON.stringify(value);
  if (raw === plain || !/\d[.eE]|\d{16}/.test(raw)) return plain;
  return raw.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, (_, text: string | undefined) =>
    text === undefined ? '' : JSON.stringify(JSON.parse(text)),
  );
};
