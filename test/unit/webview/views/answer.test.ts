import { describe, expect, it, vi } from 'vitest';
import type { RunDocument } from '../../../../src/model/run';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { findAll, textOf } from '../../../../webview/dom/vnode';
import { answer, doubts, remarks } from '../../../../webview/views/answer';
import { unbroken } from '../../../../webview/views/verdict';
import { live, progress } from '../../../../webview/views/live';
import { chartFrame } from '../../../../webview/views/chartFrame';
import { longText } from '../../../../webview/views/longText';
import { click, named, recording, showing } from '../helpers';

vi.mock('@vscode/webview-ui-toolkit', () => ({}));

const finished = snapshots.finished().run!;
const draw = (change: Partial<RunDocument>) =>
  answer({ ...finished, comparison: undefined, thresholds: undefined, ...change }, recording());

describe('the answer', () => {
  it('is nothing before there is one, and is announced when it comes', () => {
    const empty = draw({});
    expect(textOf(empty)).toBe('');
    expect((empty as { props: Record<string, unknown> }).props['aria-live']).toBe('polite');
  });

  it.each([
    [{ kind: 'failed', message: 'No role.' } as const, 'The run could not be done: No role.', 'ruled bad'],
    [{ kind: 'stopped', reason: 'by hand' } as const, 'Stopped: by hand', 'ruled warn'],
    [{ kind: 'stopped', reason: 'stopped by you' } as const, 'Stopped by you.', 'ruled warn'],
  ])('says how a run ended: %j', (status, text, style) => {
    const [rule] = findAll(draw({ status }), ({ tag }) => tag === 'p');
    expect(textOf(rule!)).toBe(text);
    expect(rule!.props.class).toBe(style);
  });

  it.each([
    ['latency.p95<800', 912.4, false, 'Threshold latency.p95<800: missed (912 ms)'],
    ['states.Charge.p95<300', 250, true, 'Threshold states.Charge.p95<300: met (250 ms)'],
    ['throughput>5', 7.25, true, 'Threshold throughput>5: met (7.25)'],
    ['failed<1', null, false, 'Threshold failed<1: missed (–)'],
  ])('says of %s whether it was met, in its unit', (expression, value, ok, text) => {
    expect(textOf(draw({ thresholds: [{ expression, value, ok }] }))).toBe(text);
  });

  it('keeps a figure and its unit on one line', () => {
    expect(unbroken('37 % faster (31–42 %), 5 ms, 2 states, 3 s')).toBe(
      '37\u00a0% faster (31\u2060–\u206042\u00a0%), 5\u00a0ms, 2 states, 3\u00a0s',
    );
  });
});

describe('notes', () => {
  const run = {
    ...finished,
    notes: [
      { kind: 'simulated', message: 'S' },
      { kind: 'saturated', message: 'A' },
      { kind: 'info', message: 'B' },
    ],
  } as const;
  const told = (node: ReturnType<typeof doubts>) =>
    findAll(node, ({ tag }) => tag === 'p').map((note) => [textOf(note), note.props.class]);

  it('are those the title does not say already, doubts marked by a sign and not only by colour', () => {
    expect([told(doubts(run)), told(remarks(run))]).toEqual([[['A', 'note warn']], [['B', 'note']]]);
  });
});

describe('progress', () => {
  const at = (
    change: Partial<RunDocument['progress']>,
    status: RunDocument['status'] = { kind: 'running', phase: 'loading' },
  ) =>
    progress(
      { ...finished, status, progress: { planned: 50, done: 10, running: 5, remainingMs: null, ...change } },
      recording(),
    );

  it.each([
    [12_345, 'about 12 s left'],
    [400, 'about 1 s left'],
    [95_000, 'about 1.6 min left'],
  ])('rounds %d ms to what can be known', (remainingMs, text) => {
    expect(textOf(at({ remainingMs }))).toBe(`10 of 50 ${text}`);
  });

  it('says nothing of the time while it is not known or over', () => {
    expect(textOf(at({ remainingMs: null }))).toBe('10 of 50');
    expect(textOf(at({ remainingMs: 0 }))).toBe('10 of 50');
  });

  it.each([
    ['preparing', 'Preparing…'],
    ['warmingUp', 'Warming up…'],
    ['collecting', 'Collecting histories…'],
    ['cleaning', 'Cleaning up…'],
  ] as const)('says what it does while it is %s', (phase, text) => {
    expect(textOf(at({}, { kind: 'running', phase }))).toBe(text);
  });

  it('never shows more than all, nor divides by nothing', () => {
    const width = (node: ReturnType<typeof at>): string =>
      findAll(node, ({ props }) => props.class === 'fill')[0]!.props.style!.width!;
    expect(width(at({ done: 60 }))).toBe('100%');
    expect(width(at({ planned: 0, done: 0 }))).toBe('0%');
  });
});

describe('the counts', () => {
  const text = (run: RunDocument, width = 360): string =>
    textOf(live(run, showing(snapshots.finished(), width), recording()));

  it('sum over all arms', () => {
    expect(text(finished)).toMatch(/50 started 0 running 49 succeeded 1 failed/);
  });

  it('show throttled and not started ones only where there are some', () => {
    expect(text(finished)).not.toMatch(/throttled|not started/);
    const run = {
      ...finished,
      arms: finished.arms.map((arm) => ({ ...arm, executions: { ...arm.executions, throttled: 2, dropped: 3 } })),
    };
    expect(text(run)).toContain('4 throttled 6 not started');
  });

  it('say of a type without an end whether one may still come', () => {
    const without = { ...finished, arms: finished.arms.map((arm) => ({ ...arm, latencyMs: null })) };
    expect(text({ ...without, status: { kind: 'running', phase: 'loading' } })).toContain('none has ended yet');
    expect(text({ ...without, status: { kind: 'stopped', reason: 'by hand' } })).toContain('none ran to an end');
  });

  it('are a line of text where the column is narrow', () => {
    const classes = (width: number): unknown =>
      findAll(live(finished, showing(snapshots.finished(), width), recording()), ({ tag }) => tag === 'dl')[0]!.props
        .class;
    expect([classes(260), classes(360), classes(1200)]).toEqual(['tiles inline', 'tiles', 'tiles']);
  });
});

describe('a chart’s frame', () => {
  const table = {
    id: 't',
    caption: 'T',
    columns: [{ id: 'a', label: 'A' }],
    rows: [{ key: '1', cells: [{ text: '1', value: 1 }] }],
  };
  const draw = (...actions: Parameters<typeof showing>[2][]) => {
    let made = 0;
    const context = recording();
    const frame = chartFrame(
      {
        id: 'c',
        title: 'Chart',
        sentence: 'It rises.',
        known: 'measured',
        chart: 'the chart',
        table: () => (made++, table),
      },
      showing(snapshots.finished(), 900, ...(actions as never[])),
      context,
    );
    return { frame, context, made: () => made };
  };

  it('says what the chart says and how it is known, and makes no table for nobody', () => {
    const { frame, made } = draw();
    expect(textOf(frame)).toBe('Chart Table Image CSV the chart It rises.  Measured.');
    expect(made()).toBe(0);
  });

  it('copies the table, whole', () => {
    const { frame, context } = draw();
    click(named(frame, 'CSV'));
    expect(context.asked).toEqual([
      { key: 'copy:c', request: { kind: 'copy', text: 'A\r\n1\r\n', what: 'Chart (CSV)' } },
    ]);
  });

  it('shows the table instead, and no image of it', () => {
    const { frame } = draw({ kind: 'toggleTable', chart: 'c' });
    expect(findAll(frame, ({ tag }) => tag === 'table')).toHaveLength(1);
    expect(textOf(frame)).not.toContain('Image');
  });

  it('says that it was copied, or why not', () => {
    expect(textOf(draw({ kind: 'asked', key: 'copy:c', asked: { kind: 'done' } }).frame)).toContain('Copied');
    expect(
      textOf(draw({ kind: 'asked', key: 'image:c', asked: { kind: 'refused', message: 'The disk is full.' } }).frame),
    ).toContain('The disk is full.');
  });
});

describe('a long text', () => {
  it('is set out where it is JSON, and shown as it came where it is not', () => {
    expect(textOf(longText('Input', '{"a":1}', 'x', recording()))).toBe('Input {\n  "a": 1\n}');
    expect(textOf(longText('Input', '</script>{', 'x', recording()))).toBe('Input </script>{');
    expect(textOf(longText('Output', '', 'x', recording()))).toBe('Output –');
  });

  it('is cut, and the whole of it can be had', () => {
    const text = JSON.stringify({ list: Array.from({ length: 600 }, (_, index) => index) });
    const context = recording();
    const view = longText('Output', text, 'Title', context);
    expect(textOf(view).length).toBeLessThan(2200);
    click(named(view, 'Show all (2,900 B)'.replace('2,900', text.length.toLocaleString('en-US'))));
    expect(context.asked).toEqual([{ key: 'text:Output', request: { kind: 'showText', title: 'Title', text } }]);
  });
});
