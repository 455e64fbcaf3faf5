import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { htmlReport, junitReport, markdownReport, samplesCsv, statesCsv, terminalReport } from '../../../src/report';
import { shortLoad } from '../../../src/report/figures';
import { csv, terminalTable, width } from '../../../src/report/table';
import { runDocument } from './document';

const document = runDocument();

describe('schemas/run.schema.json', () => {
  const ajv = new Ajv({ allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(
    JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../schemas/run.schema.json'), 'utf8')) as object,
  );
  it('accepts what a run produces', () => {
    validate(JSON.parse(JSON.stringify(document)));
    expect(validate.errors).toBeNull();
  });
  it('accepts a run that has only begun', () => {
    validate({
      ...document,
      status: { kind: 'running', phase: 'deploying' },
      finishedAt: null,
      arms: [],
      comparison: undefined,
    });
    expect(validate.errors).toBeNull();
  });
  it.each([
    ['another version', { schema: 'stepbench.run/2' }],
    ['no id', { id: '' }],
    ['an unknown status', { status: { kind: 'paused' } }],
    ['an arm without figures', { arms: [{ type: 'STANDARD' }] }],
    ['a type AWS does not have', { arms: [{ ...document.arms[0], type: 'FAST' }] }],
  ])('refuses %s', (_, change) => {
    expect(validate({ ...document, ...change })).toBe(false);
  });
});

describe('the terminal report', () => {
  const text = terminalReport(document);
  it('aligns its columns', () => {
    const lines = text.split('\n');
    const head = lines.findIndex((line) => line.startsWith('state '));
    const column = lines[head]!.indexOf('visits') + 'visits'.length;
    for (const line of lines.slice(head + 2, head + 5)) expect(line[column - 1]).toMatch(/\d/);
  });
  it('says n, that it is simulated and with which profile, and what is missing', () => {
    expect(text).toContain('Simulated: measured on this machine’s embedded engine with the latency profile “study”.');
    expect(text).toMatch(/Standard · 25 at concurrency 1\s+closed\s+25\s+1\.2\d s/);
    expect(text).toContain('1 failed (Order<Declined> ×1)');
    expect(text).toContain('1 state was not entered.');
    expect(text).toContain('FAILED: latency.p95<800 (1,235)');
    expect(text).toContain('Prices of 2026-11-24, us-east-1');
  });
  it('does not say of a state that it was not entered where no history was read', () => {
    const arms = document.arms.map((arm) => ({ ...arm, traced: 0 }));
    expect(terminalReport({ ...document, arms })).not.toContain('not entered');
  });
  it('lets no name move the cursor', () => {
    expect(terminalReport({ ...document, workflow: { ...document.workflow, name: 'a\u001b[2Jb\nc' } })).not.toMatch(
      /\u001b|a\n/,
    );
  });
  it('shows an empty run', () => {
    expect(terminalReport({ ...document, arms: [], status: { kind: 'failed', message: 'no credentials' } })).toContain(
      'The run failed: no credentials',
    );
  });
  it('counts wide characters as two columns', () => {
    expect(width('注文')).toBe(4);
    expect(width('e\u0301')).toBe(1);
    const table = terminalTable({
      title: 't',
      columns: [
        { title: 'a', align: 'left' },
        { title: 'b', align: 'right' },
      ],
      rows: [
        ['注文', '1'],
        ['ab', '22'],
      ],
      notes: [],
    });
    expect(table.split('\n').slice(3)).toEqual(['注文   1', 'ab    22']);
  });
});

describe('the Markdown report', () => {
  it('keeps markup out of names and folds what is long', () => {
    const text = markdownReport(document);
    expect(text).toContain('order \\| &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script>');
    expect(text.match(/<details>/g)).toHaveLength(4);
    for (const line of text.split('\n').filter((each) => each.startsWith('| ')))
      expect(line.replaceAll('\\|', '').split('|').length).toBeGreaterThan(6);
  });
});

describe('the HTML report', () => {
  const html = htmlReport(document);
  it('is one file without scripts or anything fetched', () => {
    expect(html).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(html).not.toContain('onerror');
    expect(html.replaceAll('&lt;', '')).not.toContain('<b>');
    expect(html).toContain('prefers-color-scheme:dark');
  });
  it('draws each execution, each state and each bill', () => {
    expect(html.match(/<circle/g)!.length).toBe(48);
    expect(html.match(/class="s0 line" d="M[\d.]+ [\d.]+m-3-3/g)).toHaveLength(1);
    expect(html.match(/role="img"/g)).toHaveLength(5);
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
  it('draws nothing for an empty run, and says what happened', () => {
    const empty = htmlReport({ ...document, arms: [], status: { kind: 'failed', message: 'a & b' } });
    expect(empty).toContain('The run failed: a &amp; b');
    expect(empty).not.toContain('role="img"');
  });
  it('draws latency against load where loads differ', () => {
    const at = (concurrency: number) => ({
      ...document.arms[0]!,
      load: { kind: 'iterations' as const, executions: 25, concurrency },
    });
    expect(htmlReport({ ...document, arms: [at(1), at(10), at(100)] })).toContain('Latency against load');
    expect(html).not.toContain('Latency against load');
  });
});

describe('CSV', () => {
  it('has a row a sample, warm-ups marked', () => {
    const lines = samplesCsv(document).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 2 * 26);
    expect(lines[4]).toMatch(/^0,standard,STANDARD,25 at concurrency 1,false,3,run-STANDARD-3,/);
    expect(lines.filter((line) => line.includes(',true,0,warm-0,'))).toHaveLength(2);
  });
  it('has a row a state with its distributions, empty where there are none', () => {
    const [head, ...rows] = statesCsv(document)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(rows).toHaveLength(8);
    const column = (name: string) => head!.indexOf(name);
    expect(rows[0]![column('duration.n')]).toBe('25');
    expect(rows[3]![column('path')]).toBe('Never');
    expect(rows[3]![column('duration.p50')]).toBe('');
  });
  it('quotes what must be and disarms formulas', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,"y"', '=1+1'],
          [-5, null],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",\'=1+1\r\n-5,\r\n');
  });
});

describe('JUnit', () => {
  it('has a case a threshold', () => {
    const text = junitReport(document);
    expect(text).toContain('tests="2" failures="1" errors="0"');
    expect(text).toContain('<failure message="latency.p95&lt;800: the value is 1,234.50"/>');
    expect(text).toContain('name="failed.rate&lt;0.1" time="0"/>');
    expect(text).toContain('time="60.000"');
  });
  it('tells a broken run from a failed threshold, and holds no character XML forbids', () => {
    const stopped = junitReport({ ...document, status: { kind: 'stopped', reason: 'Ctrl-C' } });
    expect(stopped).toContain('<error message="stopped: Ctrl-C"/>');
    const text = junitReport({ ...document, status: { kind: 'failed', message: 'boom\u0000\u001b' }, thresholds: [] });
    expect(text).toContain('errors="1"');
    expect(text).toContain('<error message="boom"/>');
  });
});

describe('a load in a few words', () => {
  it.each([
    [
      { kind: 'iterations', executions: 1000, concurrency: 10, thinkMs: 50 } as const,
      '1,000 at concurrency 10, 50 ms apart',
    ],
    [{ kind: 'burst', executions: 100 } as const, 'a burst of 100'],
    [{ kind: 'arrivalRate', rate: 20, endRate: 40, durationMs: 30_000, maxInFlight: 100 } as const, '20→40/s for 30 s'],
    [
      {
        kind: 'sweep',
        over: 'concurrency',
        values: [1, 10],
        base: { kind: 'iterations', executions: 5, concurrency: 1 },
      } as const,
      '5 at concurrency 1, over concurrency 1, 10',
    ],
  ])('%j', (load, words) => expect(shortLoad(load)).toBe(words));
});
