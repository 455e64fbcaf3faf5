import { describe, expect, it } from 'vitest';
import type { RunDocument } from '../../../../src/model/run';
import { stateFacts } from '../../../../src/views/file/facts';
import {
  answer,
  phraseCount,
  progressText,
  shortMs,
  simulatedText,
  stateHint,
  statePhrases,
} from '../../../../src/views/file/phrases';
import { english } from '../../../../src/views/words';
import { arm, dist, figures, run, state } from '../runFixture';

const speech = { t: english, locale: 'en-US' };
const phrasesOf = (document: RunDocument, path: string, hash?: string) => {
  const facts = stateFacts([state(path, hash ? { hash } : {})], document).get(path)!;
  return statePhrases(facts, speech).map((phrase) => phrase.text);
};

describe('lenses above a state', () => {
  it('stand in their order: each type, cold, retries, critical path', () => {
    const standard = figures('Charge', 2110, {
      durationMs: dist(2110, 3020),
      transitionMs: dist(60),
      retries: 4,
      coldStarts: 6,
      criticalShare: 0.52,
    });
    const express = figures('Charge', 1640, {
      durationMs: dist(1640, 2200),
      transitionMs: dist(0.6),
      criticalShare: 0.5,
    });
    expect(phrasesOf(run([arm('STANDARD', [standard]), arm('EXPRESS', [express])]), 'Charge')).toEqual([
      '$(flame) Standard 2.11 s · p95 3.02 s · +60.0 ms in · n 25',
      'Express 1.64 s · p95 2.20 s · n 25',
      '6 of 50 cold',
      '4 retries',
      '52 % of the critical path',
    ]);
  });
  it('say nothing twice: a median of less than a millisecond has no percentile', () => {
    expect(
      phrasesOf(
        run([arm('EXPRESS', [figures('IsValid', 0.2, { durationMs: dist(0.2, 0.9), transitionMs: null })])]),
        'IsValid',
      ),
    ).toEqual(['Express < 1 ms · n 25']);
  });
  it('say that a state was not reached', () => {
    expect(phrasesOf(run([arm('STANDARD', [figures('Failed', 1, { visits: 0 })])]), 'Failed')).toEqual(['not reached']);
  });
  it('are as many as is said before they are made', () => {
    const choices = [0, 3].flatMap((coldStarts) =>
      [0, 2].flatMap((retries) =>
        [0.02, 0.1, 0.6].flatMap((criticalShare) =>
          [0, 25].flatMap((visits) =>
            ['measured', 'edited'].map((hash) => ({ coldStarts, retries, criticalShare, visits, hash })),
          ),
        ),
      ),
    );
    for (const { hash, ...more } of choices) {
      const measured = figures('Charge', 12, more);
      const document = run([arm('STANDARD', [measured]), arm('EXPRESS', [measured])]);
      const facts = stateFacts([state('Charge', hash === 'edited' ? { hash } : {})], document).get('Charge')!;
      for (const live of [true, false]) expect(phraseCount(facts, live)).toBe(statePhrases(facts, speech, live).length);
    }
  });
  it('are none for a state that a run has yet to reach', () => {
    const facts = stateFacts([state('Failed')], run([arm('STANDARD', [figures('Failed', 1, { visits: 0 })])])).get(
      'Failed',
    )!;
    expect(statePhrases(facts, speech, true)).toEqual([]);
  });
  it('mark stale figures at both ends', () => {
    const texts = phrasesOf(run([arm('STANDARD', [figures('Charge', 20)])]), 'Charge', 'edited');
    expect(texts[0]).toMatch(/^\$\(history\) /);
    expect(texts.at(-1)).toBe('edited since');
  });
  it('count one retry as one', () => {
    expect(phrasesOf(run([arm('STANDARD', [figures('Charge', 20, { retries: 1 })])]), 'Charge')).toContain('1 retry');
  });
  it('are told in the reader’s numbers', () => {
    const facts = stateFacts([state('Charge')], run([arm('STANDARD', [figures('Charge', 2110)])])).get('Charge')!;
    expect(statePhrases(facts, { t: english, locale: 'de' })[0]!.text).toContain('2,11 s');
  });
});

describe('the hint behind a name', () => {
  it('has the medians only', () => {
    const facts = stateFacts(
      [state('Charge')],
      run([arm('STANDARD', [figures('Charge', 412)]), arm('EXPRESS', [figures('Charge', 398)])]),
    ).get('Charge')!;
    expect(stateHint(facts, speech)).toBe('S 412 ms · E 398 ms');
  });
});

describe('the answer above the file', () => {
  const both = [arm('STANDARD', []), arm('EXPRESS', [])];
  const cost = (perMillion: number) => ({ perMillion }) as never;
  const compared = (difference: number, ci95: readonly [number, number] | null) =>
    run(
      [
        { ...both[0]!, cost: cost(325) },
        { ...both[1]!, cost: cost(4.17) },
      ],
      {
        comparison: {
          baseline: 'standard',
          candidate: 'express',
          n: [25, 25],
          p50: { difference, ci95 },
          costRatio: 0.01,
          sentence: '',
        },
      },
    );
  it('is the comparison where both types ran', () => {
    expect(answer(compared(-0.37, [-0.42, -0.31]), speech)).toBe(
      'Express 37 % faster (31–42 %) · $4.17 against $325 per million',
    );
    expect(answer(compared(0.2, null), speech)).toMatch(/^Express 20 % slower · /);
  });
  it('claims no direction when the interval has both', () => {
    expect(answer(compared(-0.02, [-0.1, 0.06]), speech)).toMatch(/^no difference shown/);
  });
  it('is the figures of the one type that ran, with their count', () => {
    expect(answer(run([arm('STANDARD', [], { latencyMs: dist(5060, 6910) })]), speech)).toBe(
      'Standard 5.06 s · p95 6.91 s · n 25',
    );
  });
  it('puts two types side by side without a word when they were not compared', () => {
    const document = run([
      { ...both[0]!, latencyMs: dist(1860), cost: cost(325) },
      { ...both[1]!, latencyMs: dist(1500, 2000, 24), cost: cost(4.17) },
    ]);
    expect(answer(document, speech)).toBe(
      'Standard 1.86 s · Express 1.50 s · n 25/24 · $325 against $4.17 per million',
    );
  });
  it('is empty where nothing was measured', () => {
    expect(answer(run([arm('STANDARD', [], { latencyMs: null })]), speech)).toBe('');
  });
});

describe('short texts', () => {
  it('says what is simulated, and is silent on a real account', () => {
    expect(simulatedText('study', speech)).toBe('simulated: study');
    expect(simulatedText('none', speech)).toBe('simulated: bare engine');
    expect(simulatedText(null, speech)).toBeNull();
  });
  it('says how far a run is', () => {
    const document = run([], { progress: { planned: 50, done: 36, running: 5, remainingMs: 8600 } });
    expect(progressText(document, speech)).toBe('36 of 50 · 5 running · about 9 s left');
    expect(progressText({ ...document, progress: { ...document.progress, remainingMs: 240_000 } }, speech)).toContain(
      'about 4 min left',
    );
    expect(
      progressText({ ...document, progress: { planned: 50, done: 0, running: 0, remainingMs: null } }, speech),
    ).toBe('0 of 50');
  });
  it('says what goes on before and after the load', () => {
    const at = (phase: 'warmingUp' | 'collecting', done: number) =>
      progressText(
        run([], { status: { kind: 'running', phase }, progress: { planned: 50, done, running: 1, remainingMs: null } }),
        speech,
      );
    expect(at('warmingUp', 0)).toBe('warming up');
    expect(at('collecting', 50)).toBe('50 of 50 · collecting');
  });
  it('does not pretend to see below a millisecond', () => {
    expect(shortMs(0.4, 'en-US')).toBe('< 1 ms');
    expect(shortMs(41.24, 'en-US')).toBe('41.2 ms');
  });
});
