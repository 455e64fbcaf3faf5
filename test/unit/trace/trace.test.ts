import { describe, expect, it } from 'vitest';
import { statesOfDefinition, traceExecution } from '../../../src/trace';
import type { ExecutionTrace } from '../../../src/model/visit';
import { base, history } from './history';

const names = (trace: ExecutionTrace, indices: readonly number[]) =>
  indices.map((i) => `${trace.visits[i]!.scope}:${trace.visits[i]!.name}`);

const sequence = statesOfDefinition({
  StartAt: 'A',
  States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Task', Next: 'C' }, C: { Type: 'Succeed' } },
});

describe('a straight workflow', () => {
  const events = history([
    ['ExecutionStarted', 0, { input: '{}' }],
    ['PassStateEntered', 0, 'A', 4],
    ['PassStateExited', 2, 'A', 1],
    ['TaskStateEntered', 3, 'B', 50],
    ['TaskScheduled', 4, { resourceType: 'lambda', resource: 'invoke' }, 3],
    ['TaskStarted', 5, {}, 7],
    ['TaskSucceeded', 6, {}, 200],
    ['TaskStateExited', 7, 'B', 2],
    ['SucceedStateEntered', 8, 'C', 40],
    ['SucceedStateExited', 9, 'C', 0],
    ['ExecutionSucceeded', 10, {}, 5],
  ]);
  const trace = traceExecution(events, sequence);

  it('has one visit a state, in order, with its transition', () => {
    expect(trace.visits.map((visit) => [visit.path, visit.transitionInMs, visit.outcome])).toEqual([
      ['A', undefined, 'exited'],
      ['B', 50, 'exited'],
      ['C', 40, 'exited'],
    ]);
    expect(trace.startedAt).toBe(base);
    expect(trace.finishedAt).toBe(base + 312);
  });
  it('gives each stage of a task its part', () => {
    expect(trace.visits[1]!.parts).toEqual({ pre: 3, queue: 7, work: 200, wait: 0, backoff: 0, post: 2 });
  });
  it('sums transitions with the way in and the way out', () => {
    expect(trace.transitionTotalMs).toBe(4 + 50 + 40 + 5);
  });
  it('has every state on the critical path', () => {
    expect(trace.criticalPath).toEqual([0, 1, 2]);
  });
  it('reads the same from events in any order, with repeats', () => {
    expect(traceExecution([...events.toReversed(), events[3]!], sequence)).toEqual(trace);
  });
});

describe('retries and failures of a task', () => {
  it('keeps retries inside one visit and tells backoff apart', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['TaskStateEntered', 0, 'B'],
        ['LambdaFunctionScheduled', 2],
        ['LambdaFunctionStarted', 3],
        ['LambdaFunctionFailed', 4, { error: 'Boom' }, 100],
        ['LambdaFunctionScheduled', 5, {}, 1000],
        ['LambdaFunctionStarted', 6],
        ['LambdaFunctionSucceeded', 7, {}, 30],
        ['TaskStateExited', 8, 'B', 1],
        ['ExecutionSucceeded', 9],
      ]),
      sequence,
    );
    expect(trace.visits).toHaveLength(1);
    expect(trace.visits[0]!.attempts.map((attempt) => [attempt.outcome, attempt.error])).toEqual([
      ['failed', 'Boom'],
      ['succeeded', undefined],
    ]);
    expect(trace.visits[0]!.parts).toEqual({ pre: 10, queue: 20, work: 130, wait: 0, backoff: 1000, post: 1 });
  });
  it('says that a failure was caught where the state exits after it', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['TaskStateEntered', 0, 'B'],
        ['TaskScheduled', 2],
        ['TaskStarted', 3],
        ['TaskTimedOut', 4, { error: 'States.Timeout' }],
        ['TaskStateExited', 5, 'B'],
        ['SucceedStateEntered', 6, 'C'],
        ['SucceedStateExited', 7, 'C'],
        ['ExecutionSucceeded', 8],
      ]),
      sequence,
    );
    expect(trace.visits[0]).toMatchObject({ outcome: 'caught', error: 'States.Timeout' });
    expect(trace.visits[1]).toMatchObject({ previous: 0, transitionInMs: 10 });
  });
  it('ends an uncaught failure where its last attempt closed', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['TaskStateEntered', 0, 'B'],
        ['TaskScheduled', 2],
        ['TaskStarted', 3],
        ['TaskFailed', 4, { error: 'Boom' }],
        ['ExecutionFailed', 5, { error: 'Boom' }],
      ]),
      sequence,
    );
    expect(trace.visits[0]).toMatchObject({ outcome: 'failed', exitedAt: base + 40, error: 'Boom' });
    expect(trace.visits[0]!.exitedEventId).toBeUndefined();
  });
  it('ties EvaluationFailed to the state that shares its predecessor', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['PassStateEntered', 0, 'A'],
        ['PassStateExited', 2, 'A'],
        ['TaskStateEntered', 3, 'B'],
        ['EvaluationFailed', 3, { error: 'States.QueryEvaluationError', state: 'B', location: 'Arguments' }],
        ['ExecutionFailed', 5, { error: 'States.QueryEvaluationError' }],
      ]),
      sequence,
    );
    expect(trace.visits[1]).toMatchObject({
      name: 'B',
      outcome: 'failed',
      error: 'States.QueryEvaluationError',
      exitedAt: base + 40,
    });
    expect(trace.unplaced).toBeUndefined();
  });
  it('names the error of a Fail state', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['FailStateEntered', 0, 'No'],
        ['ExecutionFailed', 2, { error: 'Declined' }],
      ]),
    );
    expect(trace.visits[0]).toMatchObject({ path: 'No', outcome: 'failed', error: 'Declined', exitedAt: base + 10 });
  });
  it('goes on with the same visit after a redrive', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['TaskStateEntered', 0, 'B'],
        ['TaskScheduled', 2],
        ['TaskStarted', 3],
        ['TaskFailed', 4, { error: 'Boom' }],
        ['ExecutionFailed', 5, { error: 'Boom' }],
        ['ExecutionRedriven', 6, { redriveCount: 1 }, 5000],
        ['TaskScheduled', 7],
        ['TaskStarted', 8],
        ['TaskSucceeded', 9],
        ['TaskStateExited', 10, 'B'],
        ['ExecutionSucceeded', 11],
      ]),
      sequence,
    );
    expect(trace).toMatchObject({ redrives: 1, finishedAt: base + 5100 });
    expect(trace.visits).toHaveLength(1);
    expect(trace.visits[0]).toMatchObject({ outcome: 'exited', exitedAt: base + 5090 });
    expect(trace.visits[0]!.attempts).toHaveLength(2);
    expect(trace.visits[0]!.parts.backoff).toBe(5020);
  });
});

const mapped = statesOfDefinition({
  StartAt: 'Orders',
  States: {
    Orders: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Check',
        States: { Check: { Type: 'Task', Next: 'Book' }, Book: { Type: 'Task', End: true } },
      },
      Next: 'Done',
    },
    Done: { Type: 'Pass', End: true },
  },
});

describe('a Map', () => {
  it('keeps iterations apart that run at once', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'Orders'],
        ['MapStateStarted', 2, { length: 2 }],
        ['MapIterationStarted', 3, { name: 'Orders', index: 0 }],
        ['MapIterationStarted', 3, { name: 'Orders', index: 1 }],
        ['TaskStateEntered', 5, 'Check'],
        ['TaskStateEntered', 4, 'Check'],
        ['TaskScheduled', 6],
        ['TaskScheduled', 7],
        ['TaskStarted', 9],
        ['TaskSucceeded', 10],
        ['TaskStateExited', 11, 'Check'], // 12: iteration 0
        ['TaskStarted', 8],
        ['TaskSucceeded', 13],
        ['TaskStateExited', 14, 'Check'], // 15: iteration 1
        ['MapIterationSucceeded', 12, { name: 'Orders', index: 0 }],
        ['MapIterationSucceeded', 15, { name: 'Orders', index: 1 }],
        ['MapStateSucceeded', 15],
        ['MapStateExited', 15, 'Orders'],
        ['PassStateEntered', 19, 'Done'],
        ['PassStateExited', 20, 'Done'],
        ['ExecutionSucceeded', 21],
      ]),
      mapped,
    );
    expect(trace.visits.map((visit) => [visit.path, visit.scope, visit.enteredEventId, visit.exitedEventId])).toEqual([
      ['Orders', '', 2, 19],
      ['Orders/ItemProcessor/Check', 'Orders[1]', 6, 15],
      ['Orders/ItemProcessor/Check', 'Orders[0]', 7, 12],
      ['Done', '', 20, 21],
    ]);
    expect(names(trace, trace.criticalPath)).toEqual([':Orders', 'Orders[1]:Check', ':Done']);
    expect(trace.visits[1]!.transitionInMs).toBeUndefined();
    expect(trace.visits[3]).toMatchObject({ previous: 0, transitionInMs: 10 });
  });

  it('follows sequential iterations through the exit that let the next begin', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'Orders'],
        ['MapStateStarted', 2, { length: 2 }],
        ['MapIterationStarted', 3, { name: 'Orders', index: 0 }],
        ['TaskStateEntered', 4, 'Check'],
        ['TaskStateExited', 5, 'Check'],
        ['MapIterationSucceeded', 6, { name: 'Orders', index: 0 }],
        ['MapIterationStarted', 6, { name: 'Orders', index: 1 }],
        ['TaskStateEntered', 8, 'Check'],
        ['TaskStateExited', 9, 'Check'],
        ['MapIterationSucceeded', 10, { name: 'Orders', index: 1 }],
        ['MapStateSucceeded', 10],
        ['MapStateExited', 10, 'Orders'],
        ['ExecutionSucceeded', 13],
      ]),
      mapped,
    );
    expect(names(trace, trace.criticalPath)).toEqual([':Orders', 'Orders[0]:Check', 'Orders[1]:Check']);
    expect(trace.visits.map((visit) => visit.parent)).toEqual([undefined, 0, 0]);
    expect(trace.visits[2]!.previous).toBeUndefined();
  });

  it('takes a retry of the whole Map for a second attempt of one visit', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'Orders'],
        ['MapStateStarted', 2, { length: 1 }],
        ['MapIterationStarted', 3, { name: 'Orders', index: 0 }],
        ['FailStateEntered', 4, 'Check'],
        ['MapIterationFailed', 5, { name: 'Orders', index: 0 }],
        ['MapStateStarted', 5, { length: 1 }, 2000],
        ['MapIterationStarted', 7, { name: 'Orders', index: 0 }],
        ['FailStateEntered', 8, 'Check'],
        ['MapIterationFailed', 9, { name: 'Orders', index: 0 }],
        ['MapStateFailed', 9],
        ['ExecutionFailed', 11, { error: 'Bad' }],
      ]),
      mapped,
    );
    expect(trace.visits.filter((visit) => visit.name === 'Orders')).toHaveLength(1);
    expect(trace.visits[0]).toMatchObject({ outcome: 'failed' });
    expect(trace.visits[0]!.attempts.map((attempt) => attempt.outcome)).toEqual(['failed', 'failed']);
    expect(trace.visits[0]!.parts.backoff).toBe(2000);
    expect(trace.containerRetries).toBe(1);
    expect(trace.criticalPath).toEqual([0, 1, 2]);
  });

  it('reports siblings of a failure as aborted, and a caught Map as caught', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['MapStateEntered', 0, 'Orders'],
        ['MapStateStarted', 2, { length: 2 }],
        ['MapIterationStarted', 3, { name: 'Orders', index: 0 }],
        ['MapIterationStarted', 3, { name: 'Orders', index: 1 }],
        ['TaskStateEntered', 4, 'Check'],
        ['TaskScheduled', 6],
        ['TaskStateEntered', 5, 'Check'],
        ['TaskScheduled', 8],
        ['TaskStarted', 7],
        ['TaskStarted', 9],
        ['TaskFailed', 10, { error: 'Boom' }],
        ['MapIterationFailed', 12, { name: 'Orders', index: 0 }],
        ['TaskStateAborted', 12],
        ['MapIterationAborted', 12, { name: 'Orders', index: 1 }],
        ['MapStateFailed', 12],
        ['MapStateExited', 16, 'Orders'],
        ['PassStateEntered', 17, 'Done'],
        ['PassStateExited', 18, 'Done'],
        ['ExecutionSucceeded', 19],
      ]),
      mapped,
    );
    expect(trace.visits.map((visit) => [visit.scope, visit.outcome])).toEqual([
      ['', 'caught'],
      ['Orders[0]', 'failed'],
      ['Orders[1]', 'aborted'],
      ['', 'exited'],
    ]);
    expect(names(trace, trace.criticalPath)).toEqual([':Orders', 'Orders[0]:Check', ':Done']);
    expect(trace.unplaced).toBeUndefined();
  });
});

const forked = statesOfDefinition({
  StartAt: 'Order',
  States: {
    Order: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Charge',
          States: { Charge: { Type: 'Task', Next: 'Receipt' }, Receipt: { Type: 'Pass', End: true } },
        },
        { StartAt: 'Ship', States: { Ship: { Type: 'Task', End: true } } },
        { StartAt: 'Charge', States: { Charge: { Type: 'Wait', End: true } } },
      ],
      End: true,
    },
  },
});

describe('a Parallel', () => {
  const events = history([
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, 'Order'],
    ['ParallelStateStarted', 2],
    ['TaskStateEntered', 3, 'Ship'],
    ['TaskStateEntered', 3, 'Charge'],
    ['WaitStateEntered', 3, 'Charge'],
    ['TaskStateExited', 5, 'Charge', 100],
    ['PassStateEntered', 7, 'Receipt'],
    ['PassStateExited', 8, 'Receipt'],
    ['WaitStateExited', 6, 'Charge', 100],
    ['TaskStateExited', 4, 'Ship', 50],
    ['ParallelStateSucceeded', 11],
    ['ParallelStateExited', 11, 'Order'],
    ['ExecutionSucceeded', 13],
  ]);
  it('infers the branch from the state, names alike included, and follows the last to finish', () => {
    const trace = traceExecution(events, forked);
    expect(trace.visits.map((visit) => [visit.path, visit.scope])).toEqual([
      ['Order', ''],
      ['Order/Branches[1]/Ship', 'Order[1]'],
      ['Order/Branches[0]/Charge', 'Order[0]'],
      ['Order/Branches[2]/Charge', 'Order[2]'],
      ['Order/Branches[0]/Receipt', 'Order[0]'],
    ]);
    expect(names(trace, trace.criticalPath)).toEqual([':Order', 'Order[1]:Ship']);
    expect(trace.visits[4]).toMatchObject({ previous: 2, transitionInMs: 10 });
    expect(trace.visits[3]!.parts).toMatchObject({ wait: 220, work: 0 });
  });
  it('does without the machine', () => {
    const trace = traceExecution(events);
    expect(trace.visits.map((visit) => visit.path)).toEqual([
      'Order',
      'Order/Ship',
      'Order/Charge',
      'Order/Charge',
      'Order/Receipt',
    ]);
    expect(names(trace, trace.criticalPath)).toEqual([':Order', 'Order[0]:Ship']);
  });
});
