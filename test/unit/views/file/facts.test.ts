import { describe, expect, it } from 'vitest';
import { matchStates, shownArms, slowStates, stateFacts } from '../../../../src/views/file/facts';
import { arm, dist, figures, run, state } from '../runFixture';

const charge = figures('Charge', 2110, { criticalShare: 0.52, retries: 4, coldStarts: 6 });

describe('facts of the states', () => {
  it('gathers both types of a state, and sums what is special over them', () => {
    const facts = stateFacts(
      [state('Charge')],
      run([arm('STANDARD', [charge]), arm('EXPRESS', [figures('Charge', 1640, { retries: 1 })])]),
    ).get('Charge')!;
    expect(facts.types.map((fact) => [fact.type, fact.armIndex, fact.figures.durationMs?.p50])).toEqual([
      ['STANDARD', 0, 2110],
      ['EXPRESS', 1, 1640],
    ]);
    expect(facts).toMatchObject({ retries: 5, cold: 6, visits: 50, criticalShare: 0.52, stale: false });
  });

  it('marks a state whose text changed since it was measured, and only that one', () => {
    const measured = run([arm('STANDARD', [charge, figures('Ship', 10)])]);
    const facts = stateFacts([state('Charge', { hash: 'another' }), state('Ship')], measured);
    expect([...facts.values()].map((fact) => fact.stale)).toEqual([true, false]);
  });

  it('tells a state that was not reached from one that the run does not know', () => {
    const facts = stateFacts(
      [state('Charge'), state('New', { hash: 'new' })],
      run([arm('STANDARD', [figures('Charge', 1, { visits: 0 })])]),
    );
    expect(facts.get('Charge')!.types).toEqual([]);
    expect(facts.has('New')).toBe(false);
  });

  it('calls the slowest state the one with the largest share, never the Map around it', () => {
    const inside = figures('Orders/ItemProcessor/Check', 90, { criticalShare: 0.6 });
    const states = [
      state('Orders', { type: 'Map' }),
      state('Orders/ItemProcessor/Check', { parent: 'Orders' }),
      state('Charge'),
    ];
    const facts = stateFacts(
      states,
      run([
        arm('STANDARD', [
          figures('Orders', 100, { criticalShare: 0.9 }),
          inside,
          figures('Charge', 5, { criticalShare: 0.1 }),
        ]),
      ]),
    );
    expect([...facts.values()].filter((fact) => fact.slowest).map((fact) => fact.path)).toEqual([
      'Orders/ItemProcessor/Check',
    ]);
    expect(slowStates(facts)[0]).toBe('Orders');
  });

  it('shows a trend only where the difference is more than noise', () => {
    const before = run([arm('STANDARD', [figures('Charge', 1000), figures('Ship', 100), figures('IsValid', 0.2)])]);
    const now = run([arm('STANDARD', [figures('Charge', 1200), figures('Ship', 102), figures('IsValid', 0.4)])]);
    const facts = stateFacts(
      ['Charge', 'Ship', 'IsValid'].map((path) => state(path)),
      now,
      before,
    );
    expect(facts.get('Charge')!.types[0]!.trend).toBeCloseTo(0.2);
    expect(facts.get('Ship')!.types[0]!.trend).toBeNull();
    expect(facts.get('IsValid')!.types[0]!.trend).toBeNull();
  });
});

describe('a trend', () => {
  const trend = (now: Parameters<typeof figures>[2], before: Parameters<typeof figures>[2]) =>
    stateFacts(
      [state('Charge')],
      run([arm('STANDARD', [figures('Charge', 1200, now)])]),
      run([arm('STANDARD', [figures('Charge', 1000, before)])]),
    ).get('Charge')!.types[0]!.trend;
  const known = (p50: number, low: number, high: number, n = 25) => ({
    durationMs: { ...dist(p50, p50 * 2, n), ci95: { p50: [low, high] as const } },
  });
  it('is told where the intervals lie apart', () =>
    expect(trend(known(1200, 1150, 1260), known(1000, 950, 1100))).toBeCloseTo(0.2));
  it('is not told where they overlap, nor of a handful of visits', () => {
    expect(trend(known(1200, 1050, 1260), known(1000, 950, 1100))).toBeNull();
    expect(trend(known(1200, 1150, 1260, 4), known(1000, 950, 1100))).toBeNull();
  });
});

describe('matching a file with a run', () => {
  const measured = [
    { path: 'Charge', hash: 'a' },
    { path: 'Ship', hash: 'b' },
  ];
  it('follows a state that was renamed, by its text', () => {
    expect(matchStates([state('ChargeCard', { hash: 'a' }), state('Ship', { hash: 'b' })], measured)).toEqual(
      new Map([
        ['Ship', 'Ship'],
        ['ChargeCard', 'Charge'],
      ]),
    );
  });
  it('does not guess between two states of the same text', () => {
    const twins = [state('One', { hash: 'a' }), state('Two', { hash: 'a' })];
    expect(matchStates(twins, measured).size).toBe(0);
  });
  it('prefers the path over the text', () => {
    expect(matchStates([state('Charge', { hash: 'b' }), state('Ship', { hash: 'a' })], measured)).toEqual(
      new Map([
        ['Charge', 'Charge'],
        ['Ship', 'Ship'],
      ]),
    );
  });
});

describe('arms that a file shows', () => {
  it('takes the first of each type, so that a sweep shows its lightest load, and no other system', () => {
    const gateway = { ...arm('STANDARD', []), system: 'gateway' };
    const document = run([gateway, arm('EXPRESS', [charge]), arm('EXPRESS', [])]);
    expect(shownArms(document).map(({ arm: one, index }) => [one.type, index])).toEqual([['EXPRESS', 1]]);
  });
});
