import { describe, expect, it } from 'vitest';
import { exitCodeOf, fileForVariant } from '../../../src/cli/run';
import { runDocument } from '../report/document';

describe('reports of several variants', () => {
  it.each([
    ['report.html', 'report.order-6.html'],
    ['out/run.json', 'out/run.order-6.json'],
    ['states.csv', 'order-6.states.csv'],
    ['out/all.states.csv', 'out/all.order-6.states.csv'],
  ])('%s becomes %s', (given, named) => expect(fileForVariant(given, 'order-6').split('\\').join('/')).toBe(named));
});

describe('the exit code of a run', () => {
  it('is 0, 1 for a threshold that failed, 3 for a run that did not finish or that the disk refused', () => {
    const document = runDocument();
    expect(exitCodeOf({ ...document, thresholds: [] })).toBe(0);
    expect(exitCodeOf({ ...document, thresholds: [{ expression: 'x', value: 1, ok: false }] })).toBe(1);
    expect(exitCodeOf({ ...document, status: { kind: 'stopped', reason: 'r' } })).toBe(3);
    expect(exitCodeOf({ ...document, status: { kind: 'failed', message: 'm' } })).toBe(3);
    expect(exitCodeOf({ ...document, notes: [{ kind: 'unsaved', message: 'The disk is full.' }] })).toBe(3);
    expect(exitCodeOf({ ...document, thresholds: [], notes: [{ kind: 'info', message: 'anything else' }] })).toBe(0);
  });
});
