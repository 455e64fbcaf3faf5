/** Makes histories with known truth from a random plan: events carry their cause, ids follow time, as the service writes them. */
import type { EventDetails, HistoryEvent, HistoryEventType } from '../../../src/model/event';
import type { JsonObject } from '../../../src/model/json';

export type Step =
  | {
      readonly kind: 'task';
      readonly name: string;
      readonly attempts: readonly (readonly [queue: number, work: number, backoff: number])[];
      readonly gap: number;
    }
  | { readonly kind: 'wait'; readonly name: string; readonly ms: number; readonly gap: number }
  | {
      readonly kind: 'map';
      readonly name: string;
      readonly iterations: readonly (readonly Step[])[];
      readonly concurrency: number;
      readonly gap: number;
    }
  | {
      readonly kind: 'parallel';
      readonly name: string;
      readonly branches: readonly (readonly Step[])[];
      readonly gap: number;
    };

interface Cause {
  readonly order: number;
  readonly at: number;
  readonly type: HistoryEventType;
  readonly previous: Cause | undefined;
  readonly details: EventDetails;
}

/** Gaps are the transition times into each step but the first of a scope. */
export const simulate = (steps: readonly Step[]): { events: HistoryEvent[]; transitions: number; wallMs: number } => {
  const causes: Cause[] = [];
  let transitions = 0;
  const emit = (type: HistoryEventType, previous: Cause | undefined, at: number, details: EventDetails = {}): Cause => {
    const cause = { order: causes.length, at, type, previous, details };
    causes.push(cause);
    return cause;
  };
  const runSteps = (list: readonly Step[], first: Cause | undefined, from: number): Cause => {
    let before = first;
    let at = from;
    list.forEach((step, i) => {
      if (i > 0) {
        at += step.gap;
        transitions += step.gap;
      }
      before = runStep(step, before, at);
      at = before.at;
    });
    return before!;
  };
  const runStep = (step: Step, previous: Cause | undefined, at: number): Cause => {
    const { name } = step;
    if (step.kind === 'wait')
      return emit('WaitStateExited', emit('WaitStateEntered', previous, at, { name }), at + step.ms, { name });
    if (step.kind === 'task') {
      let last = emit('TaskStateEntered', previous, at, { name });
      step.attempts.forEach(([queue, work, backoff], i) => {
        if (i > 0) at += backoff;
        last = emit('TaskScheduled', last, at, { resource: 'invoke', resourceType: 'lambda' });
        last = emit('TaskStarted', last, (at += queue));
        last = emit(
          i === step.attempts.length - 1 ? 'TaskSucceeded' : 'TaskFailed',
          last,
          (at += work),
          i === step.attempts.length - 1 ? {} : { error: 'Flaky' },
        );
      });
      return emit('TaskStateExited', last, at, { name });
    }
    const type = step.kind === 'map' ? 'Map' : 'Parallel';
    const entered = emit(`${type}StateEntered`, previous, at, { name });
    const started = emit(
      `${type}StateStarted`,
      entered,
      at,
      step.kind === 'map' ? { length: step.iterations.length } : {},
    );
    let ends: Cause[];
    if (step.kind === 'map') {
      const slots: { free: number; cause: Cause }[] = Array.from({ length: step.concurrency }, () => ({
        free: at,
        cause: started,
      }));
      ends = step.iterations.map((inner, index) => {
        const slot = slots.reduce((a, b) => (b.free < a.free ? b : a));
        const begun = emit('MapIterationStarted', slot.cause, slot.free, { name, index });
        const end = runSteps(inner, begun, slot.free);
        emit('MapIterationSucceeded', end, end.at, { name, index });
        slot.free = end.at;
        slot.cause = end;
        return end;
      });
    } else ends = step.branches.map((inner) => runSteps(inner, started, at));
    const last = ends.reduce((a, b) => (b.at > a.at ? b : a), started);
    emit(`${type}StateSucceeded`, last, last.at);
    return emit(`${type}StateExited`, last, last.at, { name });
  };
  const begin = emit('ExecutionStarted', undefined, 0);
  const end = runSteps(steps, undefined, 0);
  emit('ExecutionSucceeded', end, end.at);
  void begin;
  // A cause was emitted before its effects, so a stable sort by time keeps it before them.
  const sorted = causes.toSorted((a, b) => a.at - b.at || a.order - b.order);
  const ids = new Map(sorted.map((cause, i) => [cause, i + 1]));
  const events = sorted.map((cause, i) => ({
    id: i + 1,
    previousEventId: cause.previous ? ids.get(cause.previous)! : 0,
    timestamp: 1_700_000_000_000 + cause.at,
    type: cause.type,
    details: cause.details,
  }));
  return { events, transitions, wallMs: end.at };
};

/** The ASL the steps would come from. */
export const definitionOf = (steps: readonly Step[]): JsonObject => ({
  StartAt: steps[0]!.name,
  States: Object.fromEntries(
    steps.map((step, i) => {
      const onward: JsonObject = i === steps.length - 1 ? { End: true } : { Next: steps[i + 1]!.name };
      if (step.kind === 'map')
        return [step.name, { Type: 'Map', ItemProcessor: definitionOf(step.iterations[0]!), ...onward }];
      if (step.kind === 'parallel')
        return [step.name, { Type: 'Parallel', Branches: step.branches.map(definitionOf), ...onward }];
      return [step.name, { Type: step.kind === 'task' ? 'Task' : 'Wait', ...onward }];
    }),
  ),
});
