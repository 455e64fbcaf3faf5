import { describe, expect, it } from 'vitest';
import { stateFacts } from '../../../../src/views/file/facts';
import { barWidths, escapeMarkdown, hoverText } from '../../../../src/views/file/hoverText';
import { english } from '../../../../src/views/words';
import { arm, dist, figures, run, state } from '../runFixture';

const speech = { t: english, locale: 'en-US' };
const hover = (document = run([arm('STANDARD', [figures('Charge', 100)])]), outline = state('Charge')) =>
  hoverText(stateFacts([outline], document).get(outline.path)!, document, speech);

describe('the hover of a state', () => {
  it('says where the figures come from, and how many they are', () => {
    expect(hover()).toContain('simulated: study');
    expect(hover()).toContain('**Standard** · n 25');
  });
  it('draws the stage parts that exist, in colours that VS Code lets through', () => {
    const parts = { pre: 0, queue: 25, work: 75, wait: 0, backoff: 0, post: 0 };
    const text = hover(run([arm('STANDARD', [figures('Charge', 100, { parts })])]));
    expect(text).toMatch(
      /<span style="color:var\(--vscode-charts-yellow\);">█{8}<\/span><span style="color:var\(--vscode-charts-blue\);">█{24}<\/span>/,
    );
    expect(text).toContain('queued 25.0 ms');
    expect(text).not.toContain('backing off');
  });
  it('has intervals where the figures have them', () => {
    const durationMs = { ...dist(412, 900), ci95: { p50: [380, 450] as const } };
    expect(hover(run([arm('STANDARD', [figures('Charge', 412, { durationMs })])]))).toContain('412 ms (380–450 ms)');
  });
  it('tells errors, retries, cold starts and cost', () => {
    const text = hover(
      run([
        arm('STANDARD', [
          figures('Charge', 412, { errors: { 'Card.Declined': 3 }, retries: 2, coldStarts: 4, costPerMillion: 25 }),
        ]),
      ]),
    );
    for (const part of ['Card\\.Declined × 3', '2 retries', '4 of 25 cold', '$25.0 per million executions'])
      expect(text).toContain(part);
  });
  it('says that a state was edited, or never reached', () => {
    expect(hover(undefined, state('Charge', { hash: 'edited' }))).toContain('edited after it was measured');
    expect(hover(run([arm('STANDARD', [figures('Charge', 1, { visits: 0 })])]))).toContain(
      'No execution reached this state',
    );
  });
  it('treats a state’s name as text, whatever is in it', () => {
    const evil = '<img src=x onerror=alert(1)> [x](command:evil) $(flame)';
    const text = hover(run([arm('STANDARD', [figures(evil, 10)])]), state(evil));
    expect(text).not.toContain('<img');
    expect(text).not.toContain('](command:evil)');
    expect(text).toContain('&lt;img src=x');
    expect(text).toContain('\\$\\(flame\\)');
    // No bracket of the name may end a link early.
    expect(text.match(/\]\(command:[^)]*\)/g)).toHaveLength(2);
  });
});

describe('bar widths', () => {
  it('sum to the columns, and no part that exists is invisible', () => {
    for (const parts of [
      [1, 1, 1],
      [1000, 1, 1],
      [0, 5, 0],
      [0.1, 99.9, 0.1, 0.1],
    ]) {
      const widths = barWidths(parts, 32);
      expect(widths.reduce((sum, width) => sum + width, 0)).toBe(32);
      parts.forEach((part, index) => expect(widths[index]! > 0).toBe(part > 0));
    }
  });
  it('are nothing for nothing', () => expect(barWidths([0, 0], 32)).toEqual([0, 0]));
});

describe('escaping', () => {
  it('keeps a line one line', () => expect(escapeMarkdown('a\nb*c')).toBe('a b\\*c'));
});
