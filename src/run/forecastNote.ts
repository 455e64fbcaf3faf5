import { assumptionsOfProfile, checkForecast, forecast, priceTable } from '../cost';
import type { JsonObject } from '../model/json';
import { isWorkflowType, typeWords } from '../model/system';
import { loadProfile } from '../server/profile';
import { functionsOf } from './confirm';
import { addNote, type RunState } from './document';
import type { Prepared } from './prepare';

/**
 * Says of every arm how its bill stands to what was forecast from the definition, and if they are more than 5 % apart, why. On the
 * embedded engine the forecast rests on the latency profile; the bare engine's times are nobody's, so nothing is said of them.
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
  for (const lane of state.lanes) {
    const { cost } = lane.arm.snapshot({ maxPoints: 0 });
    // The definition says nothing of what another system's calls cost, and an observer's second arm has another log.
    if (!cost || cost.executions === 0 || !isWorkflowType(lane.type) || lane.system.variant) continue;
    const assumed = profile ? assumptionsOfProfile(profile, lane.type) : {};
    const expected = forecast(definition, lane.type, 1, functionsOf(prepared), rates, {
      ...assumed,
      payloadBytes: lane.arm.usage().express.payloadBytes || undefined,
    });
    addNote(state, 'info', `${typeWords[lane.type]}: ${checkForecast(expected, cost).sentence}`);
  }
};
