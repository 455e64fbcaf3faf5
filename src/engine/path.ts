/** The interpreter's loop: from state to state along one path, without a promise as long as nothing waits. */
import type { Json } from '../model/json';
import { chain } from './chain';
import { caught } from './catch';
import type { MaybePromise } from './contract';
import { failureOf } from './failures';
import type { Flow } from './flow';
import { noDetails } from './history';
import { historyEvents } from './limits';
import type { StateNode } from './nodes';
import { aborted, failure, type Outcome } from './outcome';
import { retryDelay, type RetryCounts } from './retry';
import { runState } from './states';
import { Visit } from './visit';
import { pause } from './waiting';

/** Runs the states from `start` on until the path ends. `shown` is the first input as it was sent, where that differs. */
export const runPath = (flow: Flow, start: StateNode, input: Json, text: string, shown = text): MaybePromise<Outcome> =>
  new PathRunner(flow).run(start, input, text, shown);

/** A stay that was not left, by the little that is in no event. */
export type Stay = Pick<Visit, 'node' | 'enteredId' | 'variables' | 'group'>;

/** Goes on from such a stay without entering its state again; `flow` is a new path in place of the old one. */
export const resumePath = (flow: Flow, left: Stay, input: Json, text: string): MaybePromise<Outcome> =>
  new PathRunner(flow).resume(left, input, text);

/** One promise a path at most, however many of its states wait: a loop of 25,000 tasks must not nest as many promises. */
class PathRunner {
  #resolve: ((end: Outcome) => void) | undefined;
  /** An end that came before anybody waited for it. */
  #end: Outcome | undefined;

  constructor(private readonly flow: Flow) {}

  run(start: StateNode, input: Json, text: string, shown: string): MaybePromise<Outcome> {
    return this.#advance(start, input, text, shown) ?? new Promise((resolve) => (this.#resolve = resolve));
  }

  resume(left: Stay, input: Json, text: string): MaybePromise<Outcome> {
    const visit = new Visit(this.flow, left.node, input, text);
    visit.enteredId = left.enteredId;
    visit.resumed = left.group;
    this.flow.visit = visit;
    const end = this.#work(visit);
    if (end?.kind === 'done' && end.next) this.#goOn(end);
    else if (end) return end;
    return this.#end ?? new Promise((resolve) => (this.#resolve = resolve));
  }

  /** On until the path ends, or until something has to be waited for (undefined). */
  #advance(start: StateNode, startInput: Json, startText: string, startShown: string): Outcome | undefined {
    const { flow } = this;
    const { run } = flow;
    const { host } = run;
    let [node, input, text, shown] = [start, startInput, startText, startShown];
    for (;;) {
      if (flow.dead) return aborted;
      if (run.history.full) return tooManyEvents;
      const delay = host.latency ? host.latency.transition(run.identity.type) : 0;
      if (delay > 0 || run.pacer.isDue(shown.length)) {
        this.#later(delay > 0 ? transit(flow, delay) : run.pacer.nextTurn(host.clock), node, input, text, shown);
        return undefined;
      }
      const outcome = this.#step(node, input, text, shown);
      if (outcome === undefined || outcome.kind !== 'done' || !outcome.next) return outcome;
      node = outcome.next;
      input = outcome.output;
      text = shown = outcome.text;
    }
  }

  /** One state: entry, attempts, exit. Undefined where it waits; the path then goes on by itself. */
  #step(node: StateNode, input: Json, text: string, shown: string): Outcome | undefined {
    const visit = new Visit(this.flow, node, input, text);
    visit.enteredId = this.flow.emit(node.entered, { name: node.name, input: shown });
    this.flow.visit = visit;
    return this.flow.run.history.full ? tooManyEvents : this.#work(visit);
  }

  #work(visit: Visit): Outcome | undefined {
    const outcome = attempt(visit);
    if (outcome instanceof Promise) {
      outcome.then(
        (end) => this.#goOn(conclude(visit, end)),
        (thrown: unknown) => this.#goOn(conclude(visit, failureOf(visit, thrown))),
      );
      return undefined;
    }
    const end = outcome.kind === 'failed' ? conclude(visit, outcome) : leave(visit, outcome);
    if (!(end instanceof Promise)) return end;
    this.#goOn(end);
    return undefined;
  }

  #goOn(outcome: MaybePromise<Outcome>): void {
    if (outcome instanceof Promise) {
      void outcome.then((end) => this.#goOn(end));
      return;
    }
    const end =
      outcome.kind === 'done' && outcome.next
        ? this.#advance(outcome.next, outcome.output, outcome.text, outcome.text)
        : outcome;
    if (!end) return;
    this.#end = end;
    this.#resolve?.(end);
  }

  #later(wait: Promise<void>, node: StateNode, input: Json, text: string, shown: string): void {
    void wait.then(() => {
      if (this.flow.dead) return;
      const end = this.#step(node, input, text, shown);
      if (end) this.#goOn(end);
    });
  }
}

/** Waits out a simulated transition, and tells the profile how late that ended. */
const transit = async (flow: Flow, ms: number): Promise<void> => {
  const { host, identity } = flow.run;
  const due = host.clock.now() + ms;
  await pause(flow, ms);
  host.latency?.late?.(identity.type, host.clock.now() - due);
};

const tooManyEvents = failure(
  'States.Runtime',
  `The execution reached the maximum number of history events (${historyEvents}).`,
  {
    fatal: true,
  },
);

/** One attempt at the state's work. Never throws; what it promises may reject. */
const attempt = (visit: Visit): MaybePromise<Outcome> => {
  try {
    return runState(visit);
  } catch (thrown) {
    return failureOf(visit, thrown);
  }
};

/** Retry, then Catch, then the state's exit or the failure. Never throws or rejects. */
const conclude = (visit: Visit, outcome: Outcome, counts?: RetryCounts): MaybePromise<Outcome> => {
  const { flow, node } = visit;
  if (flow.dead) return aborted;
  if (flow.run.history.full) return tooManyEvents;
  if (outcome.kind !== 'failed') return leave(visit, outcome);
  if (node.retriers.length > 0) {
    const used = counts ?? [];
    const delay = retryDelay(node.retriers, used, outcome, () => flow.run.host.random());
    if (delay !== undefined) return retry(visit, delay, used);
  }
  if (!outcome.fatal && node.type === 'Map') flow.emit('MapStateFailed', noDetails);
  if (!outcome.fatal && node.type === 'Parallel') flow.emit('ParallelStateFailed', noDetails);
  return node.catchers.length > 0 ? chain(caught(visit, outcome), (end) => leave(visit, end)) : outcome;
};

const retry = async (visit: Visit, delay: number, counts: RetryCounts): Promise<Outcome> => {
  visit.retryCount++;
  await pause(visit.flow, delay);
  if (visit.flow.dead) return aborted;
  let outcome: Outcome;
  try {
    outcome = await attempt(visit);
  } catch (thrown) {
    outcome = failureOf(visit, thrown);
  }
  return conclude(visit, outcome, counts);
};

const leave = (visit: Visit, outcome: Outcome): Outcome => {
  const { flow, node } = visit;
  if (flow.dead) return aborted;
  if (outcome.kind !== 'done') return outcome;
  const { assigned, assignedTexts } = outcome;
  if (assigned === undefined) flow.emit(node.exited, { name: node.name, output: outcome.text });
  else {
    flow.variables = { ...flow.variables, ...assigned };
    flow.emit(node.exited, { name: node.name, output: outcome.text, assignedVariables: assignedTexts });
  }
  flow.visit = undefined;
  return flow.run.history.full ? tooManyEvents : outcome;
};
