import { describe, expect, it } from 'vitest';
import type { ExecutionTrace, Visit } from '../../../src/model/visit';
import { createStays, measuredStanding, openStates } from '../../../src/stats/standing';

const visit = (path: string, enteredAt: number, exitedAt?: number): Visit => ({
  index: 0,
  path,
  name: path,
  type: 'Task',
  scope: '',
  enteredEventId: 1,
  enteredAt,
  ...(exitedAt === undefined ? {} : { exitedAt }),
  outcome: exitedAt === undefined ? 'running' : 'exited',
  attempts: [],
  parts: { pre: 0, queue: 0, work: 0, wait: 0, backoff: 0, post: 0 },
});
const trace = (visits: readonly Visit[], finishedAt?: number): ExecutionTrace => ({
  startedAt: 0,
  ...(finishedAt === undefined ? {} : { finishedAt }),
  visits,
  transitionTotalMs: 0,
  criticalPath: [],
  events: 1,
});
const inStates = (standing: ReturnType<typeof measuredStanding>) =>
  Object.fromEntries(standing.states.map(({ path, executions }) => [path, executions]));

describe('where an execution stands', () => {
  it('is each state it has entered and not left, once', () => {
    const inMap = [visit('A', 0, 10), visit('M', 12), visit('M/B', 14), visit('M/B', 15), visit('M/B', 15, 16)];
    expect(openStates(trace(inMap))).toEqual(['M', 'M/B']);
  });

  it('is nowhere between two states, and once it has ended', () => {
    expect(openStates(trace([visit('A', 0, 10)]))).toEqual([]);
    expect(openStates(trace([visit('A', 0)], 20))).toEqual([]);
  });
});

describe('a sample of those in flight', () => {
  it('is a count where all were asked', () => {
    const standing = measuredStanding(4, 4, [['A'], ['A'], ['B'], []]);
    expect(standing).toMatchObject({ basis: 'measured', inFlight: 4, sampled: 4, between: 1 });
    expect(inStates(standing)).toEqual({ A: 2, B: 1 });
  });

  it('is scaled to all that are under way; what the service has not taken stands nowhere', () => {
    const standing = measuredStanding(100, 90, [['A'], ['A', 'M'], []]);
    expect(inStates(standing)).toEqual({ A: 60, M: 30 });
    expect(standing.between).toBe(40);
  });

  it('says nothing of states where nobody was asked', () => {
    expect(measuredStanding(5, 0, [])).toMatchObject({ sampled: 0, between: 5, states: [] });
  });
});

describe('the stays of those that have ended', () => {
  it('tell nothing before the first', () => {
    expect(createStays().standing(10)).toBeUndefined();
  });

  it('share those in flight out as Little has it', () => {
    const stays = createStays();
    // 100 ms in all: 20 in A, 50 in B, 30 in neither.
    stays.add(trace([visit('A', 0, 20), visit('B', 30, 80)], 100));
    const standing = stays.standing(40)!;
    expect(standing).toMatchObject({ basis: 'derived', inFlight: 40, sampled: 1, between: 12 });
    expect(inStates(standing)).toEqual({ A: 8, B: 20 });
    // λ = 40 in flight / 0.1 s; 400 a second × 0.05 s = 20 in B.
    expect(inStates(standing)['B']).toBe((40 / 0.1) * 0.05);
  });

  it('count a Map once however many iterations lie beside each other', () => {
    const stays = createStays();
    stays.add(trace([visit('M', 0, 100), visit('M/B', 0, 60), visit('M/B', 20, 80), visit('M/B', 20, 30)], 100));
    const standing = stays.standing(10)!;
    expect(inStates(standing)).toEqual({ M: 10, 'M/B': 8 });
    expect(standing.between).toBe(0);
  });

  it('are those of the last hundred', () => {
    const stays = createStays();
    for (let i = 0; i < 100; i++) stays.add(trace([visit('Old', 0, 100)], 100));
    for (let i = 0; i < 100; i++) stays.add(trace([visit('New', 0, 100)], 100));
    expect(inStates(stays.standing(5)!)).toEqual({ New: 5 });
  });

  it('leave out one that has not ended or took no time', () => {
    const stays = createStays();
    stays.add(trace([visit('A', 0)]));
    stays.add(trace([visit('A', 0, 0)], 0));
    expect(stays.standing(1)).toBeUndefined();
  });
});
