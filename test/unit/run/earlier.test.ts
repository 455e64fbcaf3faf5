import { describe, expect, it } from 'vitest';
import { initMsOfArm } from '../../../src/cost';
import type { Arm } from '../../../src/model/run';
import { defaultPlan } from '../../../src/plan';
import { initOfEarlierRuns } from '../../../src/run/earlier';
import { estimateOf } from '../../../src/run/estimate';
import { distribution } from '../../../src/stats';
import { openStore } from '../../../src/store/runs';
import { orderArm, orderDefinition } from '../report/document';
import { runDocument, useFolder } from '../store/fixtures';

const newFolder = useFolder();

/** Ten executions, four of them cold; each of these had its two functions cold, which took 400 ms each. */
const told = (changes: Partial<Arm> = {}): Arm => {
  const arm = orderArm('STANDARD', 10, 60).snapshot({ final: true });
  return {
    ...arm,
    ...{ traced: 10, coldBasis: 'reported' },
    coldLatencyMs: distribution([1_800, 1_800, 1_900, 1_700]),
    warmLatencyMs: distribution([1_000, 1_000, 1_100, 900, 1_000, 1_000]),
    states: arm.states.map((state, i) => ({ ...state, coldStarts: i < 2 ? 4 : 0 })),
    ...changes,
  };
};

describe('what a cold start took', () => {
  it('is what cold executions took longer, shared out among their cold starts', () => {
    expect(initMsOfArm(told())).toBeCloseTo(400, 9);
    // Half of the histories were read, so half of the cold starts were seen.
    const half = told().states.map((state) => ({ ...state, coldStarts: state.coldStarts / 2 }));
    expect(initMsOfArm(told({ traced: 5, states: half }))).toBeCloseTo(400, 9);
  });

  it.each<[string, Partial<Arm>]>([
    ['told apart by clusters alone', { coldBasis: 'clusters' }],
    ['of too few', { coldLatencyMs: distribution([1_800, 1_800]) }],
    ['of no warm ones', { warmLatencyMs: null }],
    ['of no cold start that a state had', { states: [] }],
    ['where cold ones were the quicker', { coldLatencyMs: distribution([500, 500, 500, 500]) }],
    ['without histories', { traced: 0 }],
  ])('is not known %s', (_name, changes) => expect(initMsOfArm(told(changes))).toBeUndefined());
});

describe('earlier runs of a workflow', () => {
  const saved = async () => {
    const store = openStore(newFolder());
    const file = runDocument('x').workflow.file;
    const save = (id: string, changes: Parameters<typeof runDocument>[1]) =>
      store.save(
        runDocument(id, {
          ...{ arms: [told()], target: { kind: 'aws', region: 'us-east-1', simulated: null } },
          ...changes,
        }),
      );
    return { store, file, save };
  };

  it('tell it where one was on an account, the newest first', async () => {
    const { store, file, save } = await saved();
    expect(await initOfEarlierRuns(store, file)).toBeUndefined();
    await save('20261101-100000-aaaaaa', { startedAt: '2026-11-01T10:00:00.000Z' });
    const slower = told({ coldLatencyMs: distribution([2_800, 2_800, 2_900, 2_700]) });
    await save('20261102-100000-bbbbbb', { startedAt: '2026-11-02T10:00:00.000Z', arms: [slower] });
    await save('20261103-100000-cccccc', {
      startedAt: '2026-11-03T10:00:00.000Z',
      arms: [told({ coldBasis: 'clusters' })],
    });
    expect(await initOfEarlierRuns(store, file)).toBeCloseTo(900, 9);
    expect(await initOfEarlierRuns(store, 'another.asl.json')).toBeUndefined();
  });

  it('that were simulated, or did not end, do not', async () => {
    const { store, file, save } = await saved();
    await save('20261101-100000-aaaaaa', { target: { kind: 'embedded', region: 'us-east-1', simulated: 'study' } });
    await save('20261102-100000-bbbbbb', { status: { kind: 'failed', message: 'x' } });
    expect(await initOfEarlierRuns(store, file)).toBeUndefined();
  });

  it('are in the forecast of the next one', () => {
    const settings = { functions: { check: { code: '.', handler: 'a.b', runtime: 'nodejs20.x' } } } as const;
    const plan = defaultPlan('/w/x.asl.json', { load: { kind: 'burst', executions: 10 } });
    const of = (initMs?: number) =>
      estimateOf(orderDefinition, 'us-east-1', { settings, ...(initMs === undefined ? {} : { initMs }) }, plan).usd
        .STANDARD ?? NaN;
    // 700 ms more than the 300 that are assumed, at 128 MB.
    expect(of(1_000) - of()).toBeCloseTo(0.7 * 0.125 * 1.6667e-5, 10);
  });
});
