import { expect, test } from 'vitest';
import { randomCredentials, seededRandom } from '../../../src/server/random';

test('a seed repeats its draws, another has others; all in [0, 1), evenly', () => {
  const draws = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 10_000 }, random);
  };
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
  const all = draws(1);
  expect(all.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  const tenths = all.reduce<number[]>(
    (counts, draw) => counts.map((count, n) => (Math.floor(draw * 10) === n ? count + 1 : count)),
    new Array<number>(10).fill(0),
  );
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('credentials look like AWS’s and are new every time', () => {
  const one = randomCredentials();
  expect(one.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(one.secretAccessKey).toHaveLength(40);
  expect(randomCredentials()).not.toEqual(one);
});
