import type { Comparison, RunDocument } from '../model/run';
import { systemName } from '../report';
import { compareArms } from '../stats';
import type { Words } from './words';

/** A run against an earlier one: one comparison for each arm that both have, of the same system under the same load. */
export const compareRuns = (run: RunDocument, baseline: RunDocument, t: Words): readonly Comparison[] =>
  run.arms.flatMap((arm) => {
    const same = baseline.arms.filter((other) => other.system === arm.system);
    const other =
      same.find((candidate) => JSON.stringify(candidate.load) === JSON.stringify(arm.load)) ??
      (run.arms.length === baseline.arms.length ? same[0] : undefined);
    if (!other?.latencyMs || !arm.latencyMs) return [];
    return [compareArms(other, arm, { baseline: t('{0} before', systemName(arm)), candidate: systemName(arm) })];
  });
