import { describe, expect, it } from 'vitest';
import { compareExecution } from './compare';
import { hasCorpus, readCases, type ExecutionCase } from './corpus';
import { directDriver } from './direct';
import type { Driver } from './driver';
import { exceptions } from './exceptions';
import { serverDriver } from './server';
import { Tally } from './tally';

/** CONFORMANCE=substring runs and tells of those cases only. */
const only = process.env['CONFORMANCE'];

const required = { 1: 1, 2: 0.95, 3: 0.8 } as const;

const judge = async (driver: Driver, recorded: ExecutionCase, tally: Tally): Promise<void> => {
  const refused = driver.refuses(recorded);
  if (refused !== undefined) return tally.notRun(recorded, refused);
  const differences = await driver.run(recorded).then(
    (observed) => compareExecution(recorded, observed),
    (thrown: unknown) => [`threw ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`],
  );
  if (differences.length === 0) return tally.passed(recorded);
  const excepted = exceptions[recorded.id];
  if (excepted !== undefined) tally.excepted(recorded, excepted);
  else tally.failed(recorded, differences);
};

/** Runs all cases, some beside each other, prints the table and holds it against what is required. */
const conform = async (driver: Driver, beside: number): Promise<void> => {
  const tally = new Tally(driver.name);
  const cases = readCases().filter(({ id }) => !only || id.includes(only));
  const next = cases.values();
  await Promise.all(
    Array.from({ length: beside }, async () => {
      for (const recorded of next) await judge(driver, recorded, tally);
    }),
  );
  console.log(tally.table(only !== undefined));
  for (const tier of [1, 2, 3] as const)
    expect(tally.share(tier), `tier ${tier}`).toBeGreaterThanOrEqual(required[tier]);
};

describe.skipIf(!hasCorpus)('recorded executions (need ../shared/corpus)', () => {
  it('the engine alone answers as AWS answered', { timeout: 300_000 }, () => conform(directDriver, 1));

  it('the server answers the AWS SDK as AWS answered', { timeout: 600_000 }, () => conform(serverDriver, 3));
});
