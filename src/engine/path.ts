/** The interpreter's loop: from state to state along one path, without a promise as long as nothing waits. */
import type { Json } from '../model/json';
import { chain } from './chain';
import { caught } from './catch';
import type { MaybePromise } from './contract';
import { failureOf } from './failures';
import type { Flow } from './flow';
import { assignedTexts } from './leave';
import type { StateNode } from './nodes';
import { noDetails } from './history';
import { aborted, failure, type Done, type Failure, type Outcome } from './outcome';
import { isDue, yieldTurn } from './pacer';
import { retryDelay, type RetryCounts } from './retry';
import { runState } from './states';
import { Visit } from './visit';
import { pause } from './waiting';

/** Runs the states from `start` on until the path ends. `shown` is the first input as it was sent, where that differs. */
export const runPath = (flow: Flow, start: StateNode, input: Json, text: string, shown = text): MaybePromise<Outcome> => {
  const { run } = flow;
  const { host } = run;
  let node = start;
  let entryText = shown;
  for (;;) {
    if (flow.dead) return aborted;
    if (run.history.events.length >= run.maxEvents) return tooManyEvents(run.maxEvents);
    const delay = host.latency ? host.latency.transition(run.identity.type) : 0;
    if (delay > 0 || isDue(entryText.length)) {
      const [at, value, valueText, seen] = [node, input, text, entryText];
      const wait = delay > 0 ? pause(flow, delay) : yieldTurn(host.clock);
      return wait.then(() => (flow.dead ? aborted : chain(step(flow, at, value, valueText, seen), (end) => follow(flow, end))));
    }
    const outcome = step(flow, node, input, text, entryText);
    if (outcome instanceof Promise) return outcome.then((end) => follow(flow, end));
    if (outcome.kind !== 'done' || !outcome.next) return outcome;
    ({ output: input, text, next: node = outcome.next } = outcome);
    entryText = text;
  }
};

/** On from a state that had to be waited for. */
const follow = (flow: Flow, outcome: Outcome): MaybePromise<Outcome> =>
  outcome.kind === 'done' && outcome.next && !flow.dead ? runPath(flow, outcome.next, outcome.output, outcome.text) : outcome;

const tooManyEvents = (most: number): Failure =>
  failure('States.Runtime', `The execution reached the maximum number of history events (${most}).`, { fatal: true });

/** One state: entry, attempts, exit. */
const step = (flow: Flow, node: StateNode, input: Json, text: string, shown: string): MaybePromise<Outcome> => {
  const visit = new Visit(flow, node, input, text);
  visit.enteredId = flow.emit(node.entered, { name: node.name, input: shown });
  flow.visit = visit;
  const outcome = attempt(visit);
  if (outcome instanceof Promise) return outcome.then((end) => conclude(visit, end));
  return outcome.kind === 'failed' ? conclude(visit, outcome) : leave(visit, outcome);
};

/** One attempt at the state's work. Never throws, never rejects. */
const attempt = (visit: Visit): MaybePromise<Outcome> => {
  try {
    const outcome = runState(visit);
    return outcome instanceof Promise ? outcome.catch((thrown: unknown) => failureOf(visit, thrown)) : outcome;
  } catch (thrown) {
    return failureOf(visit, thrown);
  }
};

/** Retry, then Catch, then the state's exit or the failure. */
const conclude = (visit: Visit, outcome: Outcome, counts: RetryCounts = []): MaybePromise<Outcome> => {
  const { flow, node } = visit;
  if (flow.dead) return aborted;
  if (outcome.kind !== 'failed') return leave(visit, outcome);
  const delay = node.retriers.length > 0 ? retryDelay(node.retriers, counts, outcome, () => flow.run.host.random()) : undefined;
  if (delay !== undefined) {
    visit.retryCount++;
    return pause(flow, delay).then(() => (flow.dead ? aborted : chain(attempt(visit), (end) => conclude(visit, end, counts))));
  }
  if (!outcome.fatal && node.type === 'Map') flow.emit('MapStateFailed', noDetails);
  if (!outcome.fatal && node.type === 'Parallel') flow.emit('ParallelStateFailed', noDetails);
  return node.catchers.length > 0 ? chain(caught(visit, outcome), (end) => leave(visit, end)) : outcome;
};

const hasAny = (assigned: Readonly<Record<string, Json>>): boolean => {
  for (const _ in assigned) return true;
  return false;
};

const leave = (visit: Visit, outcome: Outcome): Outcome => {
  const { flow, node } = visit;
  if (flow.dead) return aborted;
  if (outcome.kind !== 'done') return outcome;
  const { assigned } = outcome as Done;
  if (assigned === undefined || !hasAny(assigned)) flow.emit(node.exited, { name: node.name, output: outcome.text });
  else {
    flow.variables = { ...flow.variables, ...assigned };
    flow.emit(node.exited, { name: node.name, output: outcome.text, assignedVariables: assignedTexts(assigned) });
  }
  flow.visit = undefined;
  return outcome;
};
