import { describe, expect, it } from 'vitest';
import { compareExecution } from './compare';
import { hasCorpus, readCases, type ExecutionCase } from './corpus';
import { directDriver } from './direct';
import type { Driver } from './driver';
import { exceptions } from './exceptions';
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

describe.skipIf(!hasCorpus)('recorded executions, engine alone (needs ../shared/corpus)', () => {
  it('answers as AWS answered', { timeout: 300_000 }, async () => {
    const tally = new Tally(directDriver.name);
    for (const recorded of readCases())
      if (!only || recorded.id.includes(only)) await judge(directDriver, recorded, tally);
    console.log(tally.table(only !== undefined));
    for (const tier of [1, 2, 3] as const)
      expect(tally.share(tier), `tier ${tier}`).toBeGreaterThanOrEqual(required[tier]);
  });
});
