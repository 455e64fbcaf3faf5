import { describe, expect, it } from 'vitest';
import { costTable, statesTable } from '../../../src/report/figures';
import { htmlReport } from '../../../src/report';
import { colourOf } from '../../../src/report/names';
import type { Arm, RunDocument } from '../../../src/model/run';
import { runDocument } from './document';

const base = runDocument(20);
const at = (arm: Arm | undefined, concurrency: number): Arm => ({
  ...arm!,
  load: { kind: 'iterations', executions: 20, concurrency },
});
const [standard, express] = base.arms;
const swept: RunDocument = {
  ...base,
  arms: [1, 10, 50, 100].flatMap((concurrency) => [at(standard, concurrency), at(express, concurrency)]),
};

const legendOf = (html: string): Map<string, string> =>
  new Map(
    [...html.matchAll(/<rect class="(s\d[^"]*)" width="10" height="10"\/><\/svg>([^<]+)<\/span>/g)].map(
      ([, kind = '', name = '']) => [name, kind],
    ),
  );

describe('the colours of a report', () => {
  it('are one a system, whatever the number of loads: shades and dashes tell these apart', () => {
    const legend = legendOf(htmlReport(swept));
    expect(Object.fromEntries(legend)).toMatchObject({
      'Standard · 20 at concurrency 1 (n = 20)': 's0',
      'Express · 20 at concurrency 1 (n = 20)': 's1',
      'Standard · 20 at concurrency 10 (n = 20)': 's0 v1',
      'Express · 20 at concurrency 10 (n = 20)': 's1 v1',
      'Standard · 20 at concurrency 50 (n = 20)': 's0 v2',
      'Express · 20 at concurrency 100 (n = 20)': 's1 v3',
      Standard: 's0',
      Express: 's1',
    });
  });

  it('are those of the marks too', () => {
    const html = htmlReport(swept);
    for (const kind of ['s0', 's1', 's0 v1', 's1 v3']) {
      expect(html).toContain(`<circle class="${kind}"`);
      expect(html).toContain(`<path class="${kind} line"`);
    }
    expect(html).not.toMatch(/class="s[2-5][ "]/);
    // Each has its style: blue and purple, light and dark.
    expect(html).toContain('--s0:#0969da;--s1:#8250df');
    expect(html).toContain('--s0:#58a6ff;--s1:#bc8cff');
    for (const variant of ['v1', 'v2', 'v3']) expect(html).toContain(`.line.${variant}{stroke-dasharray`);
  });

  it('do not depend on which systems a run has', () => {
    const alone = legendOf(htmlReport({ ...base, arms: [at(express, 1)] }));
    expect([...alone]).toEqual([['Express · 20 at concurrency 1 (n = 20)', 's1']]);
  });

  it.each([
    ['standard', 0],
    ['express', 1],
    ['express-unlogged', 1],
    ['event-driven', 2],
    ['gateway', 3],
    ['as-code', 4],
    ['something', 5],
  ])('%s', (system, colour) => expect(colourOf(system)).toBe(colour));
});

describe('the figures of a report', () => {
  it('have their n in every chart', () => {
    const html = htmlReport(base);
    expect(html).toMatch(/[\d.]+ ms · n = 20</);
    expect(html).toMatch(/\$[\d.]+ · n = 20</);
  });

  it('say of a bill that is incomplete so, in the chart and below the table', () => {
    const cost = standard!.cost!;
    const [first, ...rest] = cost.lines;
    const incomplete: Arm = {
      ...standard!,
      cost: { ...cost, complete: false, lines: [{ ...first!, quantity: 0, amount: null }, ...rest] },
    };
    expect(htmlReport({ ...base, arms: [incomplete] })).toMatch(/\$[\d.]+ and more · n = 20</);
    const table = costTable(incomplete)!;
    expect(table.rows[0]?.slice(0, 2)).toEqual([first!.label, '?']);
    expect(table.notes.at(-1)).toBe(`Not in the sum: ${first!.label}.`);
  });

  it('never read 0.00 %: a share of almost nothing says that it is below a hundredth', () => {
    const shares = [0, 0.000_02, 0.000_1, 0.5].map((criticalShare) => ({ ...standard!.states[0]!, criticalShare }));
    const { rows, columns } = statesTable({ ...standard!, states: shares });
    const critical = columns.findIndex(({ title }) => title === 'critical');
    expect(rows.map((row) => row[critical])).toEqual(['0 %', '< 0.01 %', '0.01 %', '50.0 %']);
  });
});
