import { describe, expect, it } from 'vitest';
import type { RunDocument, SweepFit } from '../../../src/model/run';
import { fitVariants, terminalReport, variantTables } from '../../../src/report';
import { armTitle } from '../../../src/report/figures';
import { fitTable } from '../../../src/report/fits';
import { orderArm, runDocument } from './document';

const variant = (name: string, gap: number, latency: number): RunDocument => {
  const arm = orderArm('STANDARD', 10, gap).snapshot({ final: true });
  const document = runDocument();
  return {
    ...document,
    workflow: { ...document.workflow, name },
    // As many visits as the variant has transitions, and latencies exactly on 100 + 20 × transitions.
    arms: [
      {
        ...arm,
        cost: null,
        traced: 10,
        states: arm.states.map((state, i) => ({ ...state, retries: 0, visits: i === 0 ? latency * 10 : 0 })),
        latencyMs: { ...arm.latencyMs!, p50: 100 + 20 * latency },
      },
    ],
  };
};

describe('variants', () => {
  const documents = [variant('six', 5, 6), variant('nine', 8, 9), variant('fourteen', 10, 14)];

  it('are fitted by the transitions of an execution: ms per transition, R² and residuals', () => {
    const [p50, total] = fitVariants(documents);
    expect(p50).toMatchObject({ system: 'standard', over: 'transitions', of: 'p50', unit: 'ms per transition' });
    expect(p50?.slope).toBeCloseTo(20, 9);
    expect(p50?.intercept).toBeCloseTo(100, 9);
    expect(p50?.r2).toBeCloseTo(1, 9);
    expect(p50?.points.map(({ x }) => x)).toEqual([6, 9, 14]);
    expect(total?.of).toBe('transitionTotal');
  });

  it('stand in one table, each with its line and what is off it', () => {
    const [table, line] = variantTables(documents, 'en');
    expect(table?.rows.map(([name, , transitions, n]) => [name, transitions, n])).toEqual([
      ['six', '6', '10'],
      ['nine', '9', '10'],
      ['fourteen', '14', '10'],
    ]);
    expect(line?.notes[0]).toMatch(/^Standard: p50 grows by 20.* ms per transition \(R² 1\.00, n = 3 values/);
    expect(line?.rows[2]).toEqual(['14', '380 ms', '380 ms', expect.stringMatching(/^[+−]0/)]);
  });

  it('whose histories are missing take no part in the line', () => {
    const unread = { ...documents[0]!, arms: documents[0]!.arms.map((arm) => ({ ...arm, states: [] })) };
    expect(fitVariants([unread, ...documents])[0]?.points).toHaveLength(3);
    expect(variantTables([unread])[0]?.rows[0]?.[2]).toBe('–');
  });
});

describe('lines through a sweep', () => {
  const fit: SweepFit = {
    system: 'express',
    over: 'payload',
    of: 'p50',
    unit: 'ms per KB',
    slope: 2,
    intercept: 10,
    r2: 0.5,
    points: [
      { x: 1, y: 14, residual: 2 },
      { x: 10, y: 28, residual: -2 },
    ],
  };

  it('show measured, line and residual', () => {
    const table = fitTable(fit, 'en');
    expect(table.title).toBe('Line · Express · p50 over payload, KB');
    expect(table.rows).toEqual([
      ['1', '14.0 ms', '12.0 ms', '+2.00 ms'],
      ['10', '28.0 ms', '30.0 ms', '−2.00 ms'],
    ]);
  });

  it('are in the terminal’s report', () => {
    expect(terminalReport({ ...runDocument(), fits: [fit] })).toContain('residual');
    expect(terminalReport({ ...runDocument(), fits: [fit] }, { detail: false })).not.toContain('residual');
  });

  it('name each arm by its payload', () =>
    expect(armTitle({ system: 'standard', load: { kind: 'burst', executions: 5 }, payloadBytes: 1024 })).toBe(
      'Standard · a burst of 5 with 1,024 bytes',
    ));
});
