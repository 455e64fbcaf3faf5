import { describe, expect, it } from 'vitest';
import { orderMachine } from '../../panel/fixtures/machine';
import { armOf, runOf } from '../../panel/fixtures/runs';
import { snapshots } from '../../panel/fixtures/snapshots';
import {
  armLabel,
  currentArms,
  dashes,
  failedOf,
  finishedOf,
  isRunning,
  loadLabel,
  loadValue,
  mainArms,
  provenanceLabel,
  systemOf,
} from '../../../webview/systems';
import { recording } from './helpers';

const context = recording();
const arm = (executions: number, done: number) =>
  armOf(orderMachine, { type: 'STANDARD', load: { kind: 'burst', executions }, done });

describe('systems', () => {
  it.each([
    ['standard', 'standard'],
    ['express', 'express'],
    ['event-driven', 'event'],
    ['gateway', 'gateway'],
    ['microservice', 'gateway'],
    ['my own', 'other'],
  ] as const)('knows %s', (system, id) => {
    expect(systemOf({ system, type: 'STANDARD' })).toBe(id);
  });

  it('tells the two architectures beside Step Functions apart by their dashes, not only by colour', () => {
    expect(new Set([dashes.event, dashes.gateway, dashes.other, dashes.standard].map(String)).size).toBe(4);
  });

  it('names the load only where a system was run under several', () => {
    const two = [arm(1, 1), arm(100, 2)];
    expect(armLabel(two[0]!, two, context)).toBe('Standard, 1 at once');
    expect(armLabel(two[0]!, [two[0]!], context)).toBe('Standard');
  });

  it.each([
    [{ kind: 'iterations', executions: 25, concurrency: 5 }, 5, '5 at a time'],
    [{ kind: 'burst', executions: 1000 }, 1000, '1,000 at once'],
    [{ kind: 'arrivalRate', rate: 10, endRate: 40, durationMs: 1000, maxInFlight: 9 }, 40, '40 a second'],
    [{ kind: 'sweep', over: 'burst', values: [1, 2], base: { kind: 'burst', executions: 1 } }, 1, 'sweep'],
  ] as const)('reads the load %j', (load, value, label) => {
    expect(loadValue(load)).toBe(value);
    expect(loadLabel(load, context)).toBe(label);
  });

  it('shows the first load of each system in the tabs, and the latest one that has figures while it runs', () => {
    const run = runOf(orderMachine, [arm(1, 1), arm(100, 2), arm(200, 0)], {
      id: 'r',
      status: { kind: 'finished' },
      planned: 301,
    });
    expect(mainArms(run).map(({ index }) => index)).toEqual([0]);
    expect(currentArms(run).map(({ load }) => loadValue(load))).toEqual([100]);
  });

  it('counts what ended and what ended badly', () => {
    const failed = armOf(orderMachine, { type: 'EXPRESS', load: { kind: 'burst', executions: 9 }, done: 9, failed: 2 });
    expect([finishedOf(failed), failedOf(failed)]).toEqual([9, 2]);
  });

  it('says simulated and the profile wherever a figure is, and neither for a real account', () => {
    const run = snapshots.finished().run!;
    expect(provenanceLabel(run, 'measured', context)).toBe('measured, simulated: study');
    expect(provenanceLabel({ ...run, target: { ...run.target, simulated: 'none' } }, 'derived', context)).toMatch(
      /^derived, simulated/,
    );
    expect(provenanceLabel({ ...run, target: { ...run.target, simulated: null } }, 'derived', context)).toBe('derived');
  });

  it('knows a run that is under way', () => {
    expect(isRunning(snapshots.late().run)).toBe(true);
    expect(isRunning(snapshots.finished().run)).toBe(false);
    expect(isRunning(null)).toBe(false);
  });
});
