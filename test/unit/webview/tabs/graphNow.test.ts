import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../../src/model/run';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { nowOf, nowSentence, nowText } from '../../../../webview/tabs/graphNow';
import { graphTab } from '../../../../webview/tabs/graph';
import { findAll, textOf } from '../../../../webview/dom/vnode';
import { recording, showing } from '../helpers';

const live = snapshots.underWay().run!;
const standard = { system: 'standard' };
const standing = (changes: Partial<Standing> = {}): Standing => ({
  basis: 'measured',
  inFlight: 20,
  sampled: 20,
  between: 3,
  states: [],
  ...changes,
});
const { t, f } = recording();

describe('where executions stand now', () => {
  it('is that of the chosen system while the run goes', () => {
    expect(nowOf(live, standard)?.at.get('ChargeCustomer')).toBe(9);
    expect(nowOf(live, { system: 'express' })?.standing.basis).toBe('derived');
    expect(nowOf(live, { system: 'gateway' })).toBeNull();
  });

  it('is nothing once the run is over, and in a document from before', () => {
    expect(nowOf({ ...live, status: { kind: 'finished' } }, standard)).toBeNull();
    expect(nowOf(snapshots.late().run, standard)).toBeNull();
    expect(nowOf(null, standard)).toBeNull();
  });

  it('is that of the load under way in a sweep', () => {
    const [arm] = live.arms;
    const arms = [0, 7].map((inFlight) => ({ ...arm!, standing: standing({ inFlight }) }));
    expect(nowOf({ ...live, arms }, standard)?.standing.inFlight).toBe(7);
  });

  it.each([
    [9, standing(), '9'],
    [9, standing({ sampled: 10 }), '≈ 9'],
    [9.4, standing({ sampled: 10 }), '≈ 9.4'],
    [123.4, standing({ sampled: 10, inFlight: 400 }), '≈ 123'],
    [0.3, standing({ basis: 'derived' }), '≈ 0.3'],
  ])('%d is shown as it is known', (executions, of, text) => {
    expect(nowText(executions, of, { f })).toBe(text);
  });

  it.each([
    [standing(), '20 in flight, 3 between states (measured, all of them asked).'],
    [
      standing({ inFlight: 400, sampled: 24, between: 33.3 }),
      '400 in flight, ≈ 33 between states (measured on 24 of them',
    ],
    [
      standing({ basis: 'derived', sampled: 80 }),
      '≈ 3 between states (derived by Little’s law from the stays of the last 80',
    ],
    [standing({ inFlight: 0 }), 'None of them is in flight just now.'],
  ])('says how it is known', (of, words) => {
    expect(nowSentence({ standing: of, at: new Map() }, { t, f })).toContain(words);
  });
});

describe('the graph of a live run', () => {
  it('carries the count beside the visits, in the picture and for a screen reader', () => {
    const tab = graphTab(showing(snapshots.underWay()), recording());
    const text = textOf(tab);
    expect(text).toContain('Task · 80×');
    expect(text).toContain('20 in flight');
    const labels = findAll(tab, ({ props }) => props['data-rove'] !== undefined).map(
      ({ props }) => props['aria-description'],
    );
    expect(labels).toContainEqual(expect.stringMatching(/^ChargeCustomer, Task, 9 in it now, /));
    expect(findAll(tab, ({ props }) => props.class === 'now')).toHaveLength(4);
  });

  it('carries none when it is over', () => {
    expect(textOf(graphTab(showing(snapshots.finished()), recording()))).not.toMatch(/in it now|in flight/);
  });
});
