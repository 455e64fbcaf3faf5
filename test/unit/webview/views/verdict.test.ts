import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../../src/model/run';
import { findAll, h, textOf } from '../../../../webview/dom/vnode';
import { shows, unbroken, verdict } from '../../../../webview/views/verdict';
import { recording } from '../helpers';

const base: Comparison = {
  baseline: 'Standard',
  candidate: 'express',
  n: [25, 25],
  p50: { difference: -0.374, ci95: [-0.42, -0.31] },
  costRatio: 0.0128,
  sentence: 'not this one',
};
const said = (change: Partial<Comparison>, locale = 'en') =>
  textOf(h('p', {}, verdict({ ...base, ...change }, recording(locale)))).replaceAll(/\s+/g, ' ');

describe('the difference in a sentence', () => {
  it.each<[string, Partial<Comparison>, string]>([
    [
      'a gain',
      {},
      'Express is 37 % faster than Standard at the median (31–42 %, n = 25 each). It costs 1.3 % of Standard.',
    ],
    [
      'a loss',
      { p50: { difference: 0.2, ci95: [0.1, 0.31] }, costRatio: 2.5, n: [20, 30] },
      'Express is 20 % slower than Standard at the median (10–31 %, n = 20 and 30). It costs 2.50 times as much as Standard.',
    ],
    [
      'pairs without an interval',
      { p50: { difference: -0.1, ci95: null }, paired: true, costRatio: 1.001 },
      'Express is 10 % faster than Standard at the median (n = 25 each, in pairs). It costs the same.',
    ],
    [
      'an interval that holds zero',
      { p50: { difference: -0.02, ci95: [-0.09, 0.05] }, costRatio: null },
      'No difference between Standard and Express is shown at the median (−9.0 to 5.0 %, n = 25 each).',
    ],
    [
      'too little',
      { p50: null, n: [3, 3], costRatio: null },
      'Too few executions to compare Standard and Express (n = 3 each).',
    ],
  ])('tells %s', (_what, change, sentence) => {
    expect(said(change)).toBe(sentence);
  });

  it('lets the figure stand out', () => {
    const [strong] = findAll(h('p', {}, verdict(base, recording())), ({ tag }) => tag === 'strong');
    expect(textOf(strong!)).toBe('37 % faster');
  });

  it('speaks the reader’s language, and leaves names that others gave', () => {
    expect(said({}, 'de')).toMatch(
      /^Express ist im Median 37 % schneller als Standard .*Es kostet 1,3 % von Standard\.$/,
    );
    expect(said({ baseline: 'Standard before' })).toContain('than Standard before at the median');
  });

  it('is good news only where a difference is shown', () => {
    expect(shows(base)).toBe(true);
    expect(shows({ ...base, p50: { difference: 0.01, ci95: [-0.1, 0.1] } })).toBe(false);
    expect(shows({ ...base, p50: null })).toBe(false);
  });

  it('keeps a figure and its unit on one line', () => {
    expect(unbroken('37 % faster (31–42 %), 5 ms, 2 states, 3 s')).toBe(
      '37\u00a0% faster (31\u2060–\u206042\u00a0%), 5\u00a0ms, 2 states, 3\u00a0s',
    );
  });
});
