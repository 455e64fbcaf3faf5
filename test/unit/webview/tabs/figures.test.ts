import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { orderMachine } from '../../../panel/fixtures/machine';
import { armOf } from '../../../panel/fixtures/runs';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { binsOf, binWidth } from '../../../../webview/tabs/distribution';
import { breakEvenOf, monthlyOf, stepOf, volumeAt, volumeSteps } from '../../../../webview/tabs/costModel';
import { sweepLines } from '../../../../webview/tabs/sweep';
import { apart, pairsOf, relative } from '../../../../webview/tabs/compare';
import { loadValue } from '../../../../webview/systems';
import { recording } from '../helpers';

vi.mock('@vscode/webview-ui-toolkit', () => ({}));

const run = snapshots.finished().run!;
const [standard, express] = [run.arms[0]!, run.arms[1]!];

describe('the histogram', () => {
  it.each([
    [280, 28, 10],
    [1000, 28, 50],
    [0.9, 9, 0.1],
    [5600, 28, 200],
    [0, 28, 1],
    [NaN, 28, 1],
  ])('takes for a range of %d in %d bins a width of %d', (range, wanted, width) => {
    expect(binWidth(range, wanted)).toBeCloseTo(width, 10);
  });

  it('counts every sample in exactly one bin, warm and cold apart', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            latencyMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
            cold: fc.constantFrom(true, false, null),
          }),
          { minLength: 1 },
        ),
        (samples) => {
          const arm = {
            ...standard,
            samples: samples.map((sample, index) => ({ ...standard.samples[0]!, ...sample, index })),
          };
          const bins = binsOf(arm, 0, 500, 20);
          expect(bins.reduce((sum, bin) => sum + bin.warm + bin.cold, 0)).toBe(samples.length);
          expect(bins.reduce((sum, bin) => sum + bin.cold, 0)).toBe(
            samples.filter((sample) => sample.cold === true).length,
          );
        },
      ),
    );
  });

  it('puts a sample where its bin says', () => {
    const arm = { ...standard, samples: [{ ...standard.samples[0]!, latencyMs: 150, cold: false }] };
    expect(binsOf(arm, 100, 50, 3).map((bin) => [bin.from, bin.to, bin.warm])).toEqual([
      [100, 150, 0],
      [150, 200, 1],
      [200, 250, 0],
    ]);
  });
});

describe('sweep lines', () => {
  it('are the systems measured under several loads, by rising load', () => {
    const lines = sweepLines(snapshots.sweep().run!);
    expect(lines.map(({ system }) => system)).toEqual(['standard', 'express', 'event-driven', 'gateway']);
    for (const { arms } of lines)
      expect(arms.map((arm) => loadValue(arm.load))).toEqual([1, 50, 100, 200, 400, 700, 1000]);
  });

  it('are none for a run under one load', () => {
    expect(sweepLines(run)).toEqual([]);
  });
});

describe('cost', () => {
  it('finds the duration at which Express costs what Standard does, from the run’s own lines', () => {
    const short = armOf(orderMachine, { type: 'STANDARD', load: standard.load, done: 25 });
    const cheap = {
      ...short,
      cost: {
        ...short.cost!,
        lines: short.cost!.lines.map((line) =>
          line.meter === 'states.transitions' ? { ...line, amount: 25 * 0.00003 } : line,
        ),
      },
    };
    const model = breakEvenOf([cheap, express])!;
    expect(model.crossingMs).not.toBeNull();
    expect(model.express(model.crossingMs!)).toBeCloseTo(model.standard, 12);
    expect(model.express(express.latencyMs!.mean) * 25).toBeCloseTo(
      express
        .cost!.lines.filter((line) => line.meter.startsWith('states.'))
        .reduce((sum, line) => sum + line.amount!, 0),
      12,
    );
  });

  it('says never where the five minutes of Express end first', () => {
    expect(breakEvenOf(run.arms)!.crossingMs).toBeNull();
  });

  it('is not compared without both, or without a price', () => {
    expect(breakEvenOf([standard])).toBeNull();
    expect(breakEvenOf([standard, { ...express, cost: null }])).toBeNull();
    const unpriced = {
      ...express,
      cost: { ...express.cost!, lines: express.cost!.lines.map((line) => ({ ...line, amount: null })) },
    };
    expect(breakEvenOf([standard, unpriced])).toBeNull();
  });

  it('of a volume is the run’s cost of one times as many, cheapest first', () => {
    const costs = monthlyOf([standard, { ...standard, cost: null }, express], 1000);
    expect(costs.map(({ arm }) => arm.system)).toEqual(['express', 'standard']);
    expect(costs[1]!.monthly).toBeCloseTo(standard.cost!.perExecution * 1000, 12);
  });

  it('has a slider whose steps come back from their volumes', () => {
    for (let step = 0; step <= volumeSteps; step++) expect(stepOf(volumeAt(step))).toBe(step);
    expect([volumeAt(0), volumeAt(30), volumeAt(volumeSteps)]).toEqual([1000, 1e6, 1e9]);
    expect([stepOf(1), stepOf(1e12)]).toEqual([0, volumeSteps]);
  });
});

describe('comparing', () => {
  it('pairs the types of a run, or each with the same one of the baseline', () => {
    const context = recording();
    expect(pairsOf(run, null, context).map(({ names }) => names)).toEqual([['Standard', 'Express']]);
    expect(pairsOf(run, snapshots.compared().baseline, context).map(({ names }) => names)).toEqual([
      ['Standard, earlier', 'Standard'],
      ['Express, earlier', 'Express'],
    ]);
    expect(pairsOf({ ...run, arms: [standard] }, null, context)).toEqual([]);
    expect(pairsOf(run, { ...run, arms: [standard] }, context)).toHaveLength(1);
  });

  it.each([
    [100, 63, -0.37],
    [0, 5, null],
    [null, 5, null],
    [5, undefined, null],
  ])('takes %s to %s as %s', (baseline, candidate, difference) => {
    const found = relative(baseline, candidate);
    if (difference === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(difference, 10);
  });

  it('calls intervals apart only where they do not touch, and nothing where one is missing', () => {
    const at = (low: number, high: number) => ({ ...standard.latencyMs!, ci95: { p50: [low, high] as const } });
    expect(apart(at(1, 2), at(3, 4))).toBe(true);
    expect(apart(at(3, 4), at(1, 2))).toBe(true);
    expect(apart(at(1, 3), at(2, 4))).toBe(false);
    expect(apart(at(1, 2), { ...standard.latencyMs!, ci95: undefined })).toBeNull();
    expect(apart(null, at(1, 2))).toBeNull();
  });
});
