/**
 * Runs many paths beside each other, some at a time, and gathers their outputs in order: the branches of a Parallel, the
 * iterations of a Map. What is synchronous stays so.
 */
import type { Json } from '../model/json';
import type { MaybePromise } from './contract';
import { failureOf } from './failures';
import { Flow } from './flow';
import { noDetails } from './history';
import type { Failure, Outcome } from './outcome';
import { resumePath, runPath } from './path';
import type { StateNode } from './nodes';
import type { Group, Visit } from './visit';

/** A path made ready: its events so far are written, its first state is not. */
export interface PathStart {
  readonly flow: Flow;
  readonly start: StateNode;
  readonly input: Json;
  readonly text: string;
}

/**
 * `begin` makes path `index`, which takes the place of `after` (undefined for the first ones). Resolves to the outputs, or
 * to the first failure after all others were aborted.
 */
export const gather = (
  visit: Visit,
  count: number,
  limit: number,
  begin: (index: number, after: Flow | undefined) => MaybePromise<PathStart>,
): MaybePromise<Json[] | Outcome> => {
  const { resumed } = visit;
  const gathering = new Gathering(visit, count, limit, begin);
  visit.group = gathering;
  if (resumed instanceof Gathering) gathering.takeOver(resumed);
  return gathering.run();
};

class Gathering implements Group {
  readonly kind = 'paths';
  readonly #results: Json[];
  readonly #completed: boolean[] = [];
  readonly #children: Flow[] = [];
  #next = 0;
  #running = 0;
  /** Begun, but not yet run. */
  readonly #ready: { index: number; start: MaybePromise<PathStart> }[] = [];
  readonly #resumed: { index: number; left: Flow; flow: Flow }[] = [];
  readonly #again: number[] = [];
  #draining = false;
  #failed: { failure: Failure; index: number } | undefined;
  #end: Json[] | Outcome | undefined;
  #resolve: ((end: Json[] | Outcome) => void) | undefined;

  constructor(
    private readonly visit: Visit,
    private readonly count: number,
    private readonly limit: number,
    private readonly begin: (index: number, after: Flow | undefined) => MaybePromise<PathStart>,
  ) {
    this.#results = new Array<Json>(count);
  }

  /** A redrive: what succeeded stays, what was begun goes on where it was, the rest is still to come. */
  takeOver(former: Gathering): void {
    const { flow } = this.visit;
    for (let index = 0; index < former.#next; index++) {
      this.#completed[index] = former.#completed[index] ?? false;
      this.#results[index] = former.#results[index]!;
      const left = former.#children[index];
      if (this.#completed[index]) continue;
      if (!left?.visit) {
        // It was begun and had not entered a state: begun again.
        this.#again.push(index);
        continue;
      }
      this.#running++;
      this.#resumed.push({
        index,
        left,
        flow: new Flow(flow.run, left.previous, left.variables, left.mapItem, left.iterationOf),
      });
    }
    this.#next = former.#next;
  }

  run(): MaybePromise<Json[] | Outcome> {
    this.visit.flow.children = this.#children;
    for (const index of this.#again) this.#open(undefined, index);
    for (const { index, left, flow } of this.#resumed) {
      const stay = left.visit!;
      this.#follow(index, flow, () => resumePath(flow, stay, stay.rawInput, stay.text));
    }
    // All that may run at once are begun before the first of them goes on, as AWS's events show.
    while (this.#next < this.count && this.#running < this.limit && this.#end === undefined) this.#open(undefined);
    this.#drain();
    if (this.#running === 0 && this.#next >= this.count && this.#end === undefined && !this.#failed)
      this.#finish(this.#results);
    return this.#end ?? new Promise((resolve) => (this.#resolve = resolve));
  }

  #open(after: Flow | undefined, index = this.#next++): void {
    this.#running++;
    try {
      this.#ready.push({ index, start: this.begin(index, after) });
    } catch (thrown) {
      this.#settled(index, undefined, failureOf(this.visit, thrown));
    }
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (let next = this.#ready.shift(); next && this.#end === undefined; next = this.#ready.shift()) {
      const { index, start } = next;
      if (start instanceof Promise) {
        start.then(
          (path) => this.#start(index, path),
          (thrown: unknown) => this.#settled(index, undefined, failureOf(this.visit, thrown)),
        );
      } else this.#start(index, start);
    }
    this.#draining = false;
  }

  #start(index: number, path: PathStart): void {
    if (this.visit.flow.dead || this.#end !== undefined) return;
    this.#follow(index, path.flow, () => runPath(path.flow, path.start, path.input, path.text));
  }

  #follow(index: number, flow: Flow, go: () => MaybePromise<Outcome>): void {
    this.#children[index] = flow;
    const outcome = go();
    if (outcome instanceof Promise) void outcome.then((end) => this.#settled(index, flow, end));
    else this.#settled(index, flow, outcome);
  }

  #settled(index: number, child: Flow | undefined, outcome: Outcome): void {
    if (this.visit.flow.dead || this.#end !== undefined) return;
    if (outcome.kind === 'aborted') return;
    this.#running--;
    if (outcome.kind === 'failed') this.#fail(index, outcome);
    else if (child) this.#succeed(index, child, outcome.output);
    this.#drain();
  }

  #succeed(index: number, child: Flow, output: Json): void {
    this.#results[index] = output;
    this.#completed[index] = true;
    child.dead = true;
    const { flow } = this.visit;
    const last =
      child.iterationOf === undefined
        ? child.previous
        : child.note('MapIterationSucceeded', { name: child.iterationOf, index });
    if (this.#failed) {
      if (this.#running === 0) this.#abort();
      return;
    }
    if (this.#next < this.count) this.#open(child);
    else if (this.#running === 0) {
      flow.previous = last;
      this.#finish(this.#results);
    }
  }

  #fail(index: number, failed: Failure): void {
    if (failed.fatal) return this.#finish(failed);
    if (this.#failed) {
      if (this.#running === 0) this.#abort();
      return;
    }
    this.#failed = { failure: failed, index };
    if (this.#running === 0) return this.#abort();
    // Others are under way: what is due at this very instant still happens, then they are aborted.
    const cancel = this.visit.flow.run.host.clock.after(0, () => this.#abort());
    this.visit.flow.waiting = { cancel };
  }

  /** Tells of the failed one and of each that it takes with it, in their order. */
  #abort(): void {
    if (this.#end !== undefined || this.visit.flow.dead || !this.#failed) return;
    const { flow } = this.visit;
    const { index: failedIndex, failure: failed } = this.#failed;
    const culprit = this.#children[failedIndex];
    const { previous } = culprit ?? flow;
    for (const [index, child] of this.#children.entries()) {
      if (!child) continue;
      if (child === culprit) {
        if (child.iterationOf !== undefined)
          flow.run.history.append('MapIterationFailed', previous, { name: child.iterationOf, index });
      } else if (child.dead) continue;
      abortPath(child, previous, child === culprit ? undefined : index);
    }
    flow.previous = previous;
    this.#finish(failed);
  }

  #finish(end: Json[] | Outcome): void {
    const { flow } = this.visit;
    this.#end = end;
    flow.waiting = undefined;
    for (const child of this.#children) if (child && !child.dead) child.kill();
    flow.children = undefined;
    this.#resolve?.(end);
  }
}

/** Kills a path and writes what AWS tells of an aborted one: its iteration, and the states it has not left. */
const abortPath = (path: Flow, previous: number, index: number | undefined): void => {
  const { history } = path.run;
  const { children } = path;
  const open = path.visit?.node;
  if (index !== undefined && path.iterationOf !== undefined)
    history.append('MapIterationAborted', previous, { name: path.iterationOf, index });
  if (open?.type === 'Task') history.append('TaskStateAborted', previous, noDetails);
  else if (open?.type === 'Wait') history.append('WaitStateAborted', previous, noDetails);
  else if (open?.type === 'Map' || open?.type === 'Parallel') {
    for (const [place, child] of children?.entries() ?? []) if (child && !child.dead) abortPath(child, previous, place);
    if (index !== undefined) history.append(`${open.type}StateAborted`, previous, noDetails);
  }
  path.kill();
};
