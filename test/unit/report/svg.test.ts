import { describe, expect, it } from 'vitest';
import { bars, cumulative, escapeHtml, legend, linearScale, lines, scatter } from '../../../src/report/svg';
import { markdownTable, printable, type Table } from '../../../src/report/table';
import { sentencesOf, originOf } from '../../../src/report/figures';
import { runDocument } from './document';

describe('a scale', () => {
  it('has round ticks from nought and maps both ends', () => {
    const scale = linearScale(873, 10, 110);
    expect(scale.ticks).toEqual([0, 200, 400, 600, 800]);
    expect([scale(0), scale(873)]).toEqual([10, 110]);
    expect(linearScale(0.00042, 0, 1).ticks).toHaveLength(5);
  });
  it('bears an axis of nothing', () => {
    for (const max of [0, NaN, -1, Infinity]) expect(linearScale(max, 0, 10)(0.5)).toBe(5);
  });
});

describe('charts', () => {
  it('escape whatever they are told', () => {
    const hostile = '"><script>alert(1)</script>';
    const drawn = [
      bars([{ label: hostile, text: hostile, pieces: [{ kind: 'work', value: 1, title: hostile }] }], hostile),
      legend([hostile]),
      scatter([{ name: hostile, points: [{ x: 1, y: 1 }] }], hostile),
    ].join('');
    expect(drawn).not.toContain('<script>');
    expect(escapeHtml('a\u0000\u202eb&')).toBe('a��b&amp;');
  });
  it('draw a stepped share that ends at the whole', () => {
    const drawn = cumulative([{ name: 'a', values: [100, 300, 200] }], 'x');
    const [first, ...steps] = /d="([^"]+)"/.exec(drawn)![1]!.split('H');
    expect(first).toBe('M64 248');
    expect(steps.map((step) => Number(step.split('V')[0]))).toEqual([276, 488, 700, 700]);
    expect(steps.at(-1)).toBe('700V12');
  });
  it('draw 100,000 values without drawing 100,000 steps', () => {
    const drawn = cumulative([{ name: 'a', values: Array.from({ length: 100_000 }, (_, i) => i) }], 'x');
    expect(drawn.length).toBeLessThan(12_000);
    expect(drawn).not.toContain('NaN');
  });
  it('draw lines through their points in order', () => {
    const drawn = lines(
      [
        {
          name: 'a',
          points: [
            { x: 0, y: 0 },
            { x: 10, y: 50 },
          ],
        },
      ],
      'x',
      String,
    );
    expect(drawn).toContain('d="M64 248L700 12"');
    expect(drawn.match(/<circle/g)).toHaveLength(2);
  });
  it('shorten a long name at its beginning and keep the whole as a title', () => {
    const name = 'Orders/ItemProcessor/' + 'Check'.repeat(10);
    const drawn = bars([{ label: name, text: '', pieces: [] }], 'x');
    expect(drawn).toContain(`<title>${name}</title>`);
    expect(drawn).toContain(`…${name.slice(-37)}`);
  });
});

describe('texts of a report', () => {
  it('cannot break out of a Markdown table', () => {
    const table: Table = {
      title: 't',
      columns: [{ title: 'a', align: 'left' }],
      rows: [['x | y `z` [l](u) <b>\n# h']],
      notes: ['*n*'],
    };
    expect(markdownTable(table).split('\n')[4]).toBe('| x \\| y \\`z\\` \\[l\\](u) &lt;b&gt;�\\# h |');
    expect(printable('\u001b[31m')).toBe('�[31m');
  });
  it('say where figures come from', () => {
    const at = (target: object) =>
      originOf({ target: { kind: 'embedded', region: 'r', simulated: 'study', ...target } });
    expect(at({ kind: 'aws', account: '123', simulated: null })).toBe('Measured on AWS, account 123, r.');
    expect(at({ simulated: 'none' })).toContain('on the bare engine');
    expect(at({ kind: 'endpoint', endpoint: 'http://x', simulated: null })).toBe(
      'Simulated: measured on http://x; latencies are that endpoint’s, not those of AWS.',
    );
  });
  it('say of AWS reached at another address where that is', () => {
    const target = { kind: 'aws', region: 'eu-west-1', account: '222222222222', simulated: null } as const;
    expect(originOf({ target })).toBe('Measured on AWS, account 222222222222, eu-west-1.');
    expect(originOf({ target: { ...target, endpoint: 'http://gateway' } })).toBe(
      'Measured on http://gateway, to which AWS’s settings lead, as account 222222222222, eu-west-1; latencies are that endpoint’s.',
    );
  });
  it('tell how a run ended and what a sweep says; where figures come from is said above', () => {
    const document = runDocument(10);
    const fit = {
      system: 'standard',
      over: 'concurrency',
      of: 'throughput',
      unit: 'executions a second per execution in flight',
      slope: 1.234,
      intercept: 0,
      r2: 0.98,
      points: [
        { x: 1, y: 1, residual: 0 },
        { x: 2, y: 2, residual: 0 },
      ],
      knee: 8,
    } as const;
    expect(sentencesOf({ ...document, status: { kind: 'stopped', reason: 'by hand' }, fits: [fit] })).toEqual([
      'The run was stopped: by hand',
      'Express is 10 % faster at p50.',
      'Standard: throughput grows by 1.23 executions a second per execution in flight (R² 0.98, n = 2 values of concurrency). It levels off at a concurrency of 8.',
      'FAILED: latency.p95<800 (1,235)',
      'Passed: failed.rate<0.1 (0.0400)',
    ]);
  });
});
