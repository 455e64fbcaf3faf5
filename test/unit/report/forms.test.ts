/** Corners of the forms in which a run leaves the product: what a spreadsheet, a CI server, a pull request or a terminal makes of it. */
import { describe, expect, it } from 'vitest';
import { junitReport, markdownReport, samplesCsv, terminalReport } from '../../../src/report';
import type { Arm, RunDocument } from '../../../src/model/run';
import { runDocument } from './document';

const base = runDocument(8);
const withArm = (change: (arm: Arm) => Partial<Arm>): RunDocument => {
  const [first, ...rest] = base.arms;
  return { ...base, arms: [{ ...first!, ...change(first!) }, ...rest] };
};
const rowsOf = (text: string) => {
  const [head = '', ...rows] = text.trimEnd().split('\r\n');
  const names = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [names[i]!, cell])));
};

describe('samples as CSV', () => {
  it('leave empty what is not known, and start no formula', () => {
    const [plain, hostile] = rowsOf(
      samplesCsv(
        withArm((arm) => ({
          samples: [
            { ...arm.samples[0]!, cold: null, error: undefined },
            { ...arm.samples[1]!, cold: true, saturated: true, error: '=HYPERLINK()' },
          ],
        })),
      ),
    );
    expect([plain?.cold, plain?.error, plain?.saturated]).toEqual(['', '', 'false']);
    expect([hostile?.cold, hostile?.error, hostile?.saturated]).toEqual(['true', "'=HYPERLINK()", 'true']);
  });
});

describe('thresholds for CI', () => {
  const suite = (thresholds: RunDocument['thresholds']) => junitReport({ ...base, thresholds });

  it('fail with their value, or with that there is none', () => {
    const text = suite([
      { expression: 'latency.p95<800', value: 1234.5678, ok: false },
      { expression: 'states."A&B".p50<1', value: null, ok: false },
      { expression: 'failed.rate<0.1', value: 0.04, ok: true },
    ]);
    expect(text).toContain('tests="3" failures="2" errors="0"');
    expect(text).toContain('latency.p95&lt;800: the value is 1,234.57');
    expect(text).toContain('states.&quot;A&amp;B&quot;.p50&lt;1: there is no value to compare');
    expect(text.match(/<failure/g)).toHaveLength(2);
  });

  it('are none, and no failure, where none were set', () => {
    expect(suite(undefined)).toContain('tests="0" failures="0" errors="0"');
  });
});

describe('a pull request', () => {
  it('takes no markup from a file’s name, and every sentence as a line of its own', () => {
    const text = markdownReport({
      ...base,
      workflow: { ...base.workflow, file: 'a`b`/<img>.asl.json' },
      notes: [
        { kind: 'info', message: 'One *bold* note.' },
        { kind: 'saturated', message: 'Another | note.' },
      ],
    });
    expect(text).toContain('`ab/<img>.asl.json`');
    expect(text).toContain('- One \\*bold\\* note.');
    expect(text).toContain('- Another \\| note.');
  });
});

describe('a terminal', () => {
  it('has each note of a bill once, under the table, by its number', () => {
    const note = 'Said of two lines.';
    const text = terminalReport(
      withArm((arm) => ({
        cost: {
          ...arm.cost!,
          lines: arm.cost!.lines.map((line, i) => ({ ...line, note: i < 2 ? note : 'Said of others.' })),
        },
      })),
    );
    const bill = text.slice(text.indexOf('Cost · Standard'), text.indexOf('States · Express'));
    expect(bill.match(/\[1\]$/gm)).toHaveLength(2);
    expect(bill.split(note)).toHaveLength(2);
    expect(bill).toContain(`  [1] ${note}\n  [2] Said of others.`);
  });
});
