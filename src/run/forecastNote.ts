import {
  assumptionsOfProfile,
  checkForecast,
  coldShares,
  forecast,
  priceTable,
  shareOfProfile,
  stretchOf,
  type CostForecast,
  type ForecastAssumptions,
  type LoadStretch,
} from '../cost';
import type { JsonObject } from '../model/json';
import { isWorkflowType } from '../model/system';
import { loadProfile } from '../server/profile';
import { functionsOf } from './estimate';
import { addNote, type RunState } from './document';
import { laneLabel, type Lane } from './lane';
import type { Prepared } from './prepare';

/** The stretches of load of these lanes in the order in which they began, each after its warm-up; and which of them is whose. */
const stretchesOf = (lanes: readonly Lane[], durationMs: (lane: Lane) => number) => {
  const stretches: LoadStretch[] = [];
  const mine = new Map<Lane, number>();
  const begun = (lane: Lane) => lane.turns[0]?.from ?? Infinity;
  for (const lane of [...lanes].sort((a, b) => begun(a) - begun(b))) {
    const own = stretchOf(lane.type, lane.load, durationMs(lane));
    if (lane.nextWarmup > 0)
      stretches.push({ ...own, executions: lane.nextWarmup, atOnce: Math.min(own.atOnce, lane.nextWarmup) });
    mine.set(lane, stretches.push(own) - 1);
  }
  return { stretches, mine };
};

/**
 * Says of every arm how its bill stands to what was forecast from the definition and the load, and if they are more than 5 % apart,
 * why. On the embedded engine the forecast rests on the latency profile; the bare engine's times are nobody's, so nothing is said of them.
 */
export const tellForecast = async (state: RunState, definition: JsonObject, prepared: Prepared): Promise<void> => {
  const { target } = state.plan;
  const profile = target.kind === 'embedded' ? await loadProfile(target.profile) : undefined;
  if (target.kind !== 'aws' && !profile) return;
  const rates = {
    table: priceTable(),
    region: state.target.region,
    ...(target.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }),
  };
  const lanes = state.lanes.filter((lane) => isWorkflowType(lane.type));
  const expect = (lane: Lane, more: ForecastAssumptions): CostForecast | undefined =>
    isWorkflowType(lane.type)
      ? forecast(definition, lane.type, 1, functionsOf(prepared), rates, {
          ...(prepared.initMs === undefined ? {} : { initMs: { lambda: prepared.initMs } }),
          ...(profile ? assumptionsOfProfile(profile, lane.type) : {}),
          ...more,
        })
      : undefined;
  const { stretches, mine } = stretchesOf(lanes, (lane) => expect(lane, {})?.durationMs ?? 0);
  const shares = coldShares(definition, stretches, { shareOf: shareOfProfile(profile), forced: state.plan.cold });
  for (const lane of lanes) {
    const { cost } = lane.arm.snapshot({ maxPoints: 0 });
    // Of executions whose end is not known there is no bill; an observer's second arm has another log than the definition says.
    if (
      !cost ||
      cost.executions === 0 ||
      lane.unknown.length >= lane.arm.finished ||
      !isWorkflowType(lane.type) ||
      lane.system.variant
    )
      continue;
    const expected = expect(lane, {
      coldShare: shares[mine.get(lane) ?? -1] ?? {},
      payloadBytes: lane.arm.usage().express.payloadBytes || undefined,
    });
    if (!expected) continue;
    const { difference, sentence } = checkForecast(expected, cost);
    const { saturated } = lane.tally;
    const machine =
      Math.abs(difference ?? 0) >= 0.05 && saturated / cost.executions >= 0.05
        ? ` In ${saturated} of ${cost.executions} executions this machine was saturated: what it added to their time is in the bill, and would not be on AWS.`
        : '';
    addNote(state, 'info', `${laneLabel(lane, state.lanes)}: ${sentence}${machine}`);
  }
};
