import { describe, expect, it } from 'vitest';
import { pairedDifference, unpairedDifference } from '../../../src/stats/bootstrap';
import { compareArms, compareDistributions, compareSamples } from '../../../src/stats/compare';
import { distribution, quantile } from '../../../src/stats/distribution';
import { normal, seeded } from '../../../src/stats/random';
import { orderArm } from '../report/document';

const lognormal = (n: number, median: number, seed: number): number[] => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => median * Math.exp(0.2 * normal(random)));
};

describe('the bootstrap without drawing', () => {
  it('agrees with drawing', () => {
    const [a, b] = [lognormal(40, 100, 1).sort((x, y) => x - y), lognormal(40, 70, 2).sort((x, y) => x - y)];
    const fast = unpairedDifference(a, b, 0.5, seeded(5), 20_000);
    const random = seeded(6);
    const drawn = Array.from({ length: 5000 }, () => {
      const resample = (list: number[]): number[] =>
        Array.from(list, () => list[Math.floor(random() * list.length)]!).sort((x, y) => x - y);
      return quantile(resample(b), 0.5) / quantile(resample(a), 0.5) - 1;
    }).sort((x, y) => x - y);
    expect(fast[0]).toBeCloseTo(quantile(drawn, 0.025), 1);
    expect(fast[1]).toBeCloseTo(quantile(drawn, 0.975), 1);
  });
  it('covers the truth about as often as it says', () => {
    let hits = 0;
    for (let i = 0; i < 200; i++) {
      const [a, b] = [
        lognormal(50, 100, 2 * i + 1).sort((x, y) => x - y),
        lognormal(50, 80, 2 * i + 2).sort((x, y) => x - y),
      ];
      const [low, high] = unpairedDifference(a, b, 0.5, seeded(i), 800);
      if (low <= -0.2 && -0.2 <= high) hits++;
    }
    expect(hits).toBeGreaterThanOrEqual(180);
  });
  it('is narrower in pairs where pairs share what varies', () => {
    const shared = lognormal(60, 100, 3);
    const candidate = shared.map((value, i) => value * (0.9 + 0.002 * (i % 3)));
    const sort = (list: number[]): number[] => [...list].sort((x, y) => x - y);
    const width = ([low, high]: readonly [number, number]): number => high - low;
    expect(width(pairedDifference(shared, candidate, 0.5, seeded(1)))).toBeLessThan(
      width(unpairedDifference(sort(shared), sort(candidate), 0.5, seeded(1))) / 3,
    );
    expect(() => pairedDifference([1], [1, 2], 0.5, seeded(1))).toThrow('one length');
  });
});

describe('a comparison', () => {
  const names = { baseline: 'Standard', candidate: 'Express' };
  it('is a sentence with its interval and its n', () => {
    const compared = compareSamples(lognormal(25, 5061, 1), lognormal(25, 3200, 2), { ...names, seed: 4 });
    expect(compared.p50!.difference).toBeCloseTo(-0.37, 1);
    expect(compared.sentence).toMatch(
      /^Express is \d\d % faster than Standard at p50, 95 % interval \d\d–\d\d %, n = 25 each\.$/,
    );
    const [low, high] = compared.p50!.ci95!;
    expect(low).toBeLessThan(compared.p50!.difference);
    expect(high).toBeGreaterThan(compared.p50!.difference);
    expect(compared.p95).toBeNull();
    expect(compareSamples(lognormal(25, 5061, 1), lognormal(25, 3200, 2), { ...names, seed: 4 })).toEqual(compared);
  });
  it('turns the other way, and counts unequal arms', () => {
    expect(compareSamples(lognormal(30, 100, 1), lognormal(25, 150, 2), names).sentence).toMatch(
      /^Express is \d\d % slower than Standard .* n = 30 and 25\.$/,
    );
  });
  it('says when nothing can be told', () => {
    const same = lognormal(30, 100, 1);
    expect(compareSamples(same, lognormal(30, 100, 9), names).sentence).toMatch(
      /^No difference between Express and Standard can be told at p50/,
    );
    expect(compareSamples(same.slice(0, 5), same, names)).toMatchObject({
      p50: null,
      sentence: 'There is too little data to compare Express with Standard: n = 5 and 30, and each needs 6 at least.',
    });
    expect(compareSamples([0, 0, 0, 0, 0, 0], same, names).p50).toBeNull();
  });
  it('speaks of the tails where there is data', () => {
    const compared = compareSamples(lognormal(400, 100, 1), lognormal(400, 100, 2), names);
    expect(compared.p95).not.toBeNull();
    expect(compared.p99!.ci95![0]).toBeLessThan(compared.p99!.ci95![1]);
  });
  it('pairs arms by the index of their executions, and knows their costs', () => {
    const [standard, express] = [
      orderArm('STANDARD', 25, 60).snapshot({ final: true }),
      orderArm('EXPRESS', 25, 2).snapshot({ final: true }),
    ];
    const compared = compareArms(standard, express, { paired: true });
    expect(compared).toMatchObject({ paired: true, n: [25, 25] });
    expect(compared.sentence).toContain('in pairs');
    expect(compared.costRatio).toBeLessThan(0.1);
    expect(
      compareArms(
        standard,
        {
          ...express,
          samples: express.samples.slice(0, 10).map((sample) => ({ ...sample, index: sample.index + 100 })),
        },
        { paired: true },
      ),
    ).toMatchObject({ paired: false, n: [25, 10] });
  });
  it('says of a ratio and of its inverse the same', () => {
    const [a, b] = [distribution(lognormal(30, 100, 3)), distribution(lognormal(90, 140, 4))];
    const [there, back] = [compareDistributions(a, b, 'p50')!, compareDistributions(b, a, 'p50')!];
    expect((1 + there.ci95![0]) * (1 + back.ci95![1])).toBeCloseTo(1, 9);
    expect((1 + there.ci95![1]) * (1 + back.ci95![0])).toBeCloseTo(1, 9);
  });
  it('has an interval also where a bound is 0 ms', () => {
    const [a, b] = [
      [0, 0, 0, 1, 2, 2, 3, 3],
      [0, 1, 1, 2, 2, 2, 3, 4],
    ].map(distribution);
    const { ci95, difference } = compareDistributions(a!, b!, 'p50')!;
    expect(ci95![0]).toBeGreaterThanOrEqual(-1);
    expect(ci95![0]).toBeLessThanOrEqual(difference);
    expect(ci95![1]).toBeGreaterThanOrEqual(difference);
  });
  it('recovers an interval from two distributions', () => {
    const [a, b] = [distribution(lognormal(100, 100, 1)), distribution(lognormal(100, 150, 2))];
    const compared = compareDistributions(a, b, 'p50')!;
    expect(compared.difference).toBeCloseTo(0.5, 0);
    expect(compared.ci95![0]).toBeGreaterThan(0.3);
    expect(compared.ci95![1]).toBeLessThan(0.7);
    expect(compareDistributions(a, null, 'p50')).toBeNull();
    expect(compareDistributions(distribution([1, 2]), b, 'p50')!.ci95).toBeNull();
  });
});
