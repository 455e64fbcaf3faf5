import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../src/run/document';
import { tellForecast } from '../../../src/run/forecastNote';
import { freshCounts } from '../../../src/run/lane';
import type { Prepared } from '../../../src/run/prepare';
import { orderArm, orderDefinition, runDocument } from '../report/document';

const { plan, target, workflow } = runDocument(10);
const prepared = {
  settings: { functions: { check: { code: '.', handler: 'a.b', runtime: 'nodejs20.x' } } },
} as unknown as Prepared;
const stateOf = (profile: string, saturated = 0, arm = orderArm('STANDARD', 10, 60)): RunState =>
  ({
    plan: { ...plan, target: { kind: 'embedded', profile } },
    target,
    workflow,
    notes: [],
    lanes: [
      {
        ...{ type: arm.snapshot().type, system: { name: 'standard' }, arm },
        ...{ load: { kind: 'burst', executions: 10 }, ...freshCounts(), turns: [{ from: 0, to: 1 }] },
        tally: { ...freshCounts().tally, saturated },
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
  it('says that the machine was saturated where that may be what the bill is off by', async () => {
    // The functions of the arm work for some 50 ms, of the other for 5 s.
    const notes = async (workMs: number, saturated: number) => {
      const state = stateOf('study', saturated, orderArm('EXPRESS', 10, workMs));
      await tellForecast(state, orderDefinition, prepared);
      return state.notes[0]?.message ?? '';
    };
    expect(await notes(5_000, 5)).toMatch(
      /In 5 of 10 executions this machine was saturated: what it added to their time is in the bill, and would not be on AWS\.$/,
    );
    expect(await notes(5_000, 0)).not.toContain('saturated');
    const near = stateOf('study', 5);
    await tellForecast(near, orderDefinition, prepared);
    expect(near.notes[0]?.message).toMatch(/\([+−][0-4]\.\d %\)\.$/);
  });

  it('is set against nothing where no end is known', async () => {
    const state = stateOf('study');
    state.lanes[0]?.unknown.push(...Array.from({ length: 10 }, (_, i) => `sb-${i}`));
    await tellForecast(state, orderDefinition, prepared);
    expect(state.notes).toEqual([]);
  });

  it('is not made for the bare engine, whose times are nobody’s', async () => {
    const state = stateOf('none');
    await tellForecast(state, orderDefinition, prepared);
    expect(state.notes).toEqual([]);
  });
});
