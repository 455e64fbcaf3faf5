import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/views/compareRuns';
import { english } from '../../../src/views/words';
import { arm, dist, run } from './runFixture';

const samples = (around: number) =>
  Array.from({ length: 40 }, (_, index) => ({
    index,
    name: `e${index}`,
    atMs: index,
    latencyMs: around + (index % 7),
    status: 'succeeded' as const,
    cold: null,
  }));
const measured = (type: 'STANDARD' | 'EXPRESS', around: number, concurrency = 5) =>
  arm(type, [], {
    samples: samples(around),
    latencyMs: dist(around),
    load: { kind: 'iterations', executions: 40, concurrency },
  });

describe('two runs against each other', () => {
  it('are compared arm by arm, the later against the earlier', () => {
    const [standard, express] = compareRuns(
      run([measured('STANDARD', 500), measured('EXPRESS', 80)]),
      run([measured('STANDARD', 1000), measured('EXPRESS', 80)]),
      english,
    );
    expect(standard!.p50!.difference).toBeCloseTo(-0.5, 1);
    expect(standard!.sentence).toContain('Standard before');
    expect(express!.candidate).toBe('Express');
  });
  it('leave out a type that one of them lacks, and an arm without figures', () => {
    const before = run([measured('STANDARD', 1000), { ...measured('EXPRESS', 80), latencyMs: null }]);
    expect(compareRuns(run([measured('EXPRESS', 80)]), before, english)).toEqual([]);
  });
  it('match the steps of a sweep by their load', () => {
    const sweep = (factor: number) =>
      run([measured('STANDARD', 100 * factor, 1), measured('STANDARD', 300 * factor, 10)]);
    const found = compareRuns(sweep(2), sweep(1), english);
    expect(found.map((one) => Math.round(one.p50!.difference * 10) / 10)).toEqual([1, 1]);
  });
});
