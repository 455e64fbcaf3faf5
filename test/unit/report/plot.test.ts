import { describe, expect, it } from 'vitest';
import { panels, plot, standaloneSvg, type Axis } from '../../../src/report/experiment/charts';

const x: Axis = { title: 'x', text: String, max: 10 };
const ticksOf = (min: number, max: number): readonly number[] => {
  const svg = plot('p', x, { title: 'y', text: (value) => `y${value}`, max, log: { min } }, []);
  return [...svg.matchAll(/>y([\d.e+-]+)</g)].map((match) => Number(match[1]));
};

describe('plots of an experiment', () => {
  it('have logarithmic axes no longer than they need, with 2 and 5 where powers alone say too little', () => {
    expect(ticksOf(2_650, 38_000)).toEqual([2_000, 5_000, 10_000, 20_000, 50_000]);
    expect(ticksOf(100, 100)).toEqual([100, 200]);
    expect(ticksOf(1, 10)).toEqual([1, 2, 5, 10]);
    expect(ticksOf(1, 1_000_000)).toEqual([1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]);
    expect(ticksOf(0.0000076, 0.0025).map((tick) => Math.round(Math.log10(tick)))).toEqual([-6, -5, -4, -3, -2]);
  });

  it('put panels below one another on one x axis, and grow as a file', () => {
    const series = [{ name: 's', colour: 2, marks: [{ x: 5, y: 5 }] }];
    const y: Axis = { title: 'y', text: String, max: 10 };
    const one = plot('p', x, y, series);
    const two = panels('p', x, [
      { y, series },
      { y, series },
    ]);
    const dots = (svg: string) => [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map((m) => [m[1], Number(m[2])]);
    const [first] = dots(one);
    expect(dots(two)).toEqual([first, [first?.[0], Number(first?.[1]) + 280]]);
    expect(standaloneSvg(one, '', [{ name: 's', colour: 2 }])).toContain('viewBox="0 0 720 300"');
    expect(standaloneSvg(two, '', [{ name: 's', colour: 2 }])).toMatch(/viewBox="0 0 720 580".*height="580"/);
  });
});
