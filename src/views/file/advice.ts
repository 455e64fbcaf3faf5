import { blockers } from '../../asl';
import type { JsonObject } from '../../model/json';
import { formatMs, formatShare } from '../../model/format';
import type { Problem, StateOutline } from '../../model/machine';
import type { RunDocument } from '../../model/run';
import { stateFacts } from './facts';
import { typeName } from './phrases';
import type { Speech } from '../words';

/** A state with at least this share of the critical path is worth a hint; below it every workflow would have one. */
const dominant = 0.5;

/** What keeps a workflow from running as Express, as hints where it stands; `definition` is a machine without errors. */
export const expressAdvice = (
  definition: JsonObject,
  states: readonly StateOutline[],
  { t }: Speech,
): readonly Problem[] =>
  blockers(definition).flatMap(({ path, reason }) => {
    const state = states.find((candidate) => candidate.path === path);
    return state
      ? [
          {
            severity: 'hint' as const,
            code: 'NOT_EXPRESS',
            message: t('Cannot run as Express. {0}.', reason),
            path: `/States/${path}`,
            range: state.nameRange,
          },
        ]
      : [];
  });

/** What the figures of a run say about the file, as hints at the states' names. Stale figures advise nothing. */
export const performanceAdvice = (
  states: readonly StateOutline[],
  run: RunDocument,
  { t, locale }: Speech,
): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const fact of stateFacts(states, run).values()) {
    if (fact.stale || fact.types.length === 0) continue;
    const state = states.find((candidate) => candidate.path === fact.path)!;
    const hint = (code: string, message: string) =>
      problems.push({ severity: 'hint', code, message, path: `/States/${fact.path}`, range: state.nameRange });
    if (fact.slowest && fact.criticalShare >= dominant) {
      hint(
        'SLOWEST_STATE',
        t('{0} is {1} of the time.', state.name, formatShare(fact.criticalShare, { digits: 2, locale })),
      );
    }
    for (const { type, figures } of fact.types) {
      const { durationMs: duration, transitionMs: transition } = figures;
      if (figures.coldStarts >= 3 && figures.coldStarts / figures.visits >= 0.2) {
        hint(
          'COLD_STARTS',
          t('{0} of {1} {2} visits were cold starts.', figures.coldStarts, figures.visits, typeName(type)),
        );
      }
      if (
        duration &&
        transition &&
        state.type === 'Pass' &&
        transition.p50 > 20 &&
        transition.p50 > 10 * Math.max(1, duration.p50)
      ) {
        hint(
          'COSTLY_PASS',
          t(
            'This Pass state takes {0} of transition in {1} and does nothing that its neighbour could not do.',
            formatMs(transition.p50, locale),
            typeName(type),
          ),
        );
      }
      const backoffShare = duration && duration.mean > 0 ? figures.parts.backoff / duration.mean : 0;
      if (backoffShare >= 0.25) {
        hint(
          'BACKOFF',
          t(
            '{0} of its {1} time is spent backing off between attempts.',
            formatShare(backoffShare, { digits: 2, locale }),
            typeName(type),
          ),
        );
      }
    }
  }
  return problems;
};
