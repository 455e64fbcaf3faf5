import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../src/run/document';
import { tellForecast } from '../../../src/run/forecastNote';
import type { Prepared } from '../../../src/run/prepare';
import { orderArm, orderDefinition, runDocument } from '../report/document';

const { plan, target, workflow } = runDocument(10);
const prepared = {
  settings: { functions: { check: { code: '.', handler: 'a.b', runtime: 'nodejs20.x' } } },
} as unknown as Prepared;
const stateOf = (profile: string): RunState =>
  ({
    plan: { ...plan, target: { kind: 'embedded', profile } },
    target,
    workflow,
    notes: [],
    lanes: [
      {
        ...{ type: 'STANDARD', system: { name: 'standard' }, arm: orderArm('STANDARD', 10, 60) },
        ...{ load: { kind: 'burst', executions: 10 }, nextWarmup: 0, turns: [{ from: 0, to: 1 }] },
      },
    ],
  }) as unknown as RunState;

describe('the forecast of a run', () => {
  it('is set against its bill in a note', async () => {
    const state = stateOf('study');
    await tellForecast(state, orderDefinition, prepared);
    expect(state.notes).toEqual([
      {
        kind: 'info',
        message: expect.stringMatching(
          /^Standard: An execution cost \$0\.0000\d+ where \$0\.0000\d+ were forecast \([+−][\d.]+ %\)/,
        ) as string,
      },
    ]);
  });
  it('is not made for the bare engine, whose times are nobody’s', async () => {
    const state = stateOf('none');
    await tellForecast(state, orderDefinition, prepared);
    expect(state.notes).toEqual([]);
  });
});
