import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseExperiment, type Experiment } from '../../../src/experiment/declaration';
import { forecastTrials } from '../../../src/experiment/spending';
import { trialsOf } from '../../../src/experiment/trials';

const folder = path.resolve(__dirname, '../../../examples/order-booking');
const parsed = parseExperiment(JSON.parse(readFileSync(path.join(folder, 'experiments.json'), 'utf8')));
const experiment = (parsed.ok ? parsed.value : undefined) as Experiment;
const trials = (names: readonly string[], scale = 1) =>
  trialsOf(
    experiment,
    experiment.rows.filter(({ name }) => names.includes(name)),
    folder,
    { target: { kind: 'aws' }, scale },
  );

describe('what an experiment is forecast to cost on an account', () => {
  it('counts a run that rows share once', async () => {
    const one = await forecastTrials(await trials(['execution-duration']), 'us-east-1');
    expect(one).toMatchObject({ runs: 1, executions: 50 });
    // 13 transitions of 25 Standard executions, and little besides.
    expect(one.usd).toBeGreaterThan(25 * 13 * 0.000025);
    expect(one.usd).toBeLessThan(25 * 13 * 0.000025 * 1.2);
    expect(
      await forecastTrials(await trials(['execution-duration', 'state-transition-duration']), 'us-east-1'),
    ).toEqual(one);
  });

  it('has all four systems in it, and grows with the load', async () => {
    const full = await forecastTrials(await trials(['concurrent-payload-warm']), 'us-east-1');
    expect(full.executions).toBe(4 * 5_501);
    const small = await forecastTrials(await trials(['concurrent-payload-warm'], 0.1), 'us-east-1');
    expect(small.usd).toBeGreaterThan(0);
    expect(full.usd! / small.usd!).toBeGreaterThan(5);
  });

  it('says that it does not know where a price is missing', async () => {
    expect((await forecastTrials(await trials(['execution-duration']), 'xx-nowhere-1')).usd).toBeNull();
  });
});
