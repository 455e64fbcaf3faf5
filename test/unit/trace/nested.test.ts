import { describe, expect, it } from 'vitest';
import type { ExecutionTrace } from '../../../src/model/visit';
import { criticalContributions, statesOfDefinition, traceExecution } from '../../../src/trace';
import { base, history } from './history';

const outcomes = (trace: ExecutionTrace) => trace.visits.map((visit) => [visit.scope, visit.name, visit.outcome]);

const nested = statesOfDefinition({
  StartAt: 'Outer',
  States: {
    Outer: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Inner',
        States: {
          Inner: {
            Type: 'Map',
            Iterator: { StartAt: 'Leaf', States: { Leaf: { Type: 'Pass', End: true } } },
            End: true,
          },
        },
      },
      End: true,
    },
  },
});

describe('a Map inside a Map', () => {
  const trace = traceExecution(
    history([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0, 'Outer'],
      ['MapStateStarted', 2, { length: 1 }],
      ['MapIterationStarted', 3, { name: 'Outer', index: 0 }],
      ['MapStateEntered', 4, 'Inner'],
      ['MapStateStarted', 5, { length: 2 }],
      ['MapIterationStarted', 6, { name: 'Inner', index: 0 }],
      ['PassStateEntered', 7, 'Leaf'],
      ['PassStateExited', 8, 'Leaf', 30],
      ['MapIterationSucceeded', 9, { name: 'Inner', index: 0 }, 0],
      ['MapIterationStarted', 9, { name: 'Inner', index: 1 }, 0],
      ['PassStateEntered', 11, 'Leaf'],
      ['PassStateExited', 12, 'Leaf', 40],
      ['MapIterationSucceeded', 13, { name: 'Inner', index: 1 }, 0],
      ['MapStateSucceeded', 13, {}, 0],
      ['MapStateExited', 13, 'Inner', 0],
      ['MapIterationSucceeded', 16, { name: 'Outer', index: 0 }, 0],
      ['MapStateSucceeded', 16, {}, 0],
      ['MapStateExited', 16, 'Outer', 0],
      ['ExecutionSucceeded', 19, {}, 0],
    ]),
    nested,
  );
  it('closes the inner one first, by the same predecessor', () => {
    expect(outcomes(trace)).toEqual([
      ['', 'Outer', 'exited'],
      ['Outer[0]', 'Inner', 'exited'],
      ['Outer[0]/Inner[0]', 'Leaf', 'exited'],
      ['Outer[0]/Inner[1]', 'Leaf', 'exited'],
    ]);
    expect(trace.visits.map((visit) => visit.path)).toEqual([
      'Outer',
      'Outer/ItemProcessor/Inner',
      'Outer/ItemProcessor/Inner/Iterator/Leaf',
      'Outer/ItemProcessor/Inner/Iterator/Leaf',
    ]);
    expect(trace.unplaced).toBeUndefined();
  });
  it('shares out its time on the critical path without counting any twice', () => {
    expect(trace.criticalPath).toEqual([0, 1, 2, 3]);
    const added = criticalContributions(trace);
    expect([...added.values()].reduce((sum, ms) => sum + ms, 0)).toBe(
      trace.visits[0]!.exitedAt! - trace.visits[0]!.enteredAt,
    );
    expect([added.get(2), added.get(3)]).toEqual([30, 40]);
  });
  it('fails outwards from the leaf to the top', () => {
    const failed = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'Outer'],
        ['MapStateStarted', 2],
        ['MapIterationStarted', 3, { name: 'Outer', index: 0 }],
        ['MapStateEntered', 4, 'Inner'],
        ['MapStateStarted', 5],
        ['MapIterationStarted', 6, { name: 'Inner', index: 0 }],
        ['FailStateEntered', 7, 'Leaf'],
        ['MapIterationFailed', 8, { name: 'Inner', index: 0 }],
        ['MapStateFailed', 8],
        ['MapIterationFailed', 8, { name: 'Outer', index: 0 }],
        ['MapStateFailed', 8],
        ['ExecutionFailed', 12, { error: 'Bad' }],
      ]),
      nested,
    );
    expect(outcomes(failed).map(([, name, outcome]) => [name, outcome])).toEqual([
      ['Outer', 'failed'],
      ['Inner', 'failed'],
      ['Leaf', 'failed'],
    ]);
    expect(failed.criticalPath).toEqual([0, 1, 2]);
  });
});

describe('an empty Map and a distributed one', () => {
  const machine = statesOfDefinition({
    StartAt: 'M',
    States: {
      M: { Type: 'Map', ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true },
    },
  });
  it('has no iterations', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'M'],
        ['MapStateStarted', 2, { length: 0 }],
        ['MapStateSucceeded', 3],
        ['MapStateExited', 3, 'M'],
        ['ExecutionSucceeded', 5],
      ]),
      machine,
    );
    expect(outcomes(trace)).toEqual([['', 'M', 'exited']]);
    expect(trace.visits[0]!.parts).toEqual({ pre: 10, queue: 0, work: 10, wait: 0, backoff: 0, post: 10 });
  });
  it('counts its runs, whose children have histories of their own', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'M'],
        ['MapStateStarted', 2],
        ['MapRunStarted', 3, { mapRunArn: 'a' }],
        ['MapRunSucceeded', 4],
        ['MapStateSucceeded', 5],
        ['MapStateExited', 4, 'M'],
        ['ExecutionSucceeded', 7],
      ]),
      machine,
    );
    expect(trace).toMatchObject({ mapRuns: 1 });
    expect(trace.unplaced).toBeUndefined();
    expect(outcomes(trace)).toEqual([['', 'M', 'exited']]);
  });
  it('fails when its items cannot be evaluated, and may be tried again', () => {
    const failed = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'M'],
        ['EvaluationFailed', 0, { error: 'States.QueryEvaluationError', state: 'M' }],
        ['MapStateFailed', 3],
        ['ExecutionFailed', 4, { error: 'States.QueryEvaluationError' }],
      ]),
      machine,
    );
    expect(failed.visits[0]).toMatchObject({ outcome: 'failed', error: 'States.QueryEvaluationError' });
    expect(failed.unplaced).toBeUndefined();
    const again = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'M'],
        ['EvaluationFailed', 0, { error: 'E', state: 'M' }],
        ['MapStateStarted', 3, { length: 0 }],
        ['MapStateSucceeded', 4],
        ['MapStateExited', 4, 'M'],
        ['ExecutionSucceeded', 6],
      ]),
      machine,
    );
    expect(outcomes(again)).toEqual([['', 'M', 'exited']]);
  });
});

const forked = statesOfDefinition({
  StartAt: 'P',
  States: {
    P: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: { Type: 'Task', End: true } } },
        { StartAt: 'B', States: { B: { Type: 'Task', End: true } } },
        { StartAt: 'W', States: { W: { Type: 'Wait', End: true } } },
      ],
      Next: 'Z',
    },
    Z: { Type: 'Succeed' },
  },
});

describe('a Parallel whose branch fails', () => {
  const begin = [
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, 'P'],
    ['ParallelStateStarted', 2],
    ['TaskStateEntered', 3, 'A'],
    ['TaskStateEntered', 3, 'B'],
    ['WaitStateEntered', 3, 'W'],
    ['TaskScheduled', 4],
    ['TaskScheduled', 5],
    ['TaskStarted', 7],
    ['TaskFailed', 9, { error: 'Boom' }],
  ] as const;
  it('aborts its siblings, each by its own kind of event', () => {
    const trace = traceExecution(
      history([
        ...begin,
        ['TaskStateAborted', 10],
        ['WaitStateAborted', 10],
        ['ParallelStateFailed', 10],
        ['ExecutionFailed', 13, { error: 'Boom' }],
      ]),
      forked,
    );
    expect(outcomes(trace)).toEqual([
      ['', 'P', 'failed'],
      ['P[0]', 'A', 'failed'],
      ['P[1]', 'B', 'aborted'],
      ['P[2]', 'W', 'aborted'],
    ]);
    expect(trace.visits[2]).toMatchObject({ exitedAt: base + 100, attempts: [{ outcome: 'aborted' }] });
    expect(trace.visits[1]).toMatchObject({ exitedAt: base + 90, error: 'Boom' });
    expect(trace.criticalPath).toEqual([0, 1]);
    expect(trace.unplaced).toBeUndefined();
  });
  it('is caught as a whole, and what follows hangs on the Parallel', () => {
    const trace = traceExecution(
      history([
        ...begin,
        ['TaskStateAborted', 10],
        ['WaitStateAborted', 10],
        ['ParallelStateFailed', 10],
        ['ParallelStateExited', 13, 'P'],
        ['SucceedStateEntered', 14, 'Z'],
        ['SucceedStateExited', 15, 'Z'],
        ['ExecutionSucceeded', 16],
      ]),
      forked,
    );
    expect(outcomes(trace).map(([, name, outcome]) => `${name} ${outcome}`)).toEqual([
      'P caught',
      'A failed',
      'B aborted',
      'W aborted',
      'Z exited',
    ]);
    expect(trace.visits[4]).toMatchObject({ previous: 0, transitionInMs: 10 });
  });
  it('goes through its branches again when it is retried', () => {
    const trace = traceExecution(
      history([
        ...begin,
        ['TaskStateAborted', 10],
        ['WaitStateAborted', 10],
        ['ParallelStateStarted', 10, {}, 500],
        ['TaskStateEntered', 13, 'A'],
        ['TaskStateEntered', 13, 'B'],
        ['TaskStateExited', 14, 'A'],
        ['TaskStateExited', 15, 'B'],
        ['ParallelStateExited', 17, 'P'],
        ['SucceedStateEntered', 18, 'Z'],
        ['SucceedStateExited', 19, 'Z'],
        ['ExecutionSucceeded', 20],
      ]),
      forked,
    );
    expect(trace.containerRetries).toBe(1);
    expect(trace.visits[0]!.attempts).toHaveLength(2);
    expect(trace.visits.filter((visit) => visit.name === 'A').map((visit) => visit.scope)).toEqual(['P[0]', 'P[0]']);
    // The failed try is on the way: it decided when the second could begin.
    expect(trace.criticalPath.map((index) => trace.visits[index]!.name)).toEqual(['P', 'A', 'B', 'Z']);
  });
});

describe('an execution that is cut off', () => {
  const open = [
    ['ExecutionStarted', 0],
    ['TaskStateEntered', 0, 'A'],
    ['TaskScheduled', 2],
    ['TaskStarted', 3],
  ] as const;
  it.each(['ExecutionTimedOut', 'ExecutionAborted'] as const)('%s aborts what is open', (type) => {
    const trace = traceExecution(history([...open, [type, type === 'ExecutionAborted' ? 0 : 4, {}, 1000]]));
    expect(trace.visits[0]).toMatchObject({
      outcome: 'aborted',
      exitedAt: base + 1030,
      attempts: [{ outcome: 'aborted', closedAt: base + 1030 }],
    });
    expect(trace.finishedAt).toBe(base + 1030);
    expect(trace.visits[0]!.parts.work).toBe(1000);
  });
});
