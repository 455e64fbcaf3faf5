import type { ArmType } from '../../model/system';
import { formatCount, formatMs } from '../../model/format';
import type { RunSummary } from '../../store/runs';
import { typeName } from '../file/phrases';
import type { Speech } from '../words';

/** `Standard and Express, 50`; the label that a person gave comes first. */
export const runTitle = (run: Pick<RunSummary, 'label' | 'types' | 'executions'>, { t, locale }: Speech): string => {
  if (run.label) return run.label;
  const names = run.types.map((type) => typeName(type as ArmType));
  const types = names.length === 2 ? t('{0} and {1}', names[0]!, names[1]!) : (names[0] ?? t('Nothing run'));
  return run.executions === 1 ? t('{0}, once', types) : t('{0}, {1}', types, formatCount(run.executions, locale));
};

/** `5.06 s · 24 Nov, 19:40 · simulated: study`: what stands beside a title. */
export const runDetail = (
  run: Pick<RunSummary, 'p50' | 'startedAt' | 'simulated'>,
  { t, locale }: Speech,
  today = new Date(),
): string => {
  const started = new Date(run.startedAt);
  const isToday = started.toDateString() === today.toDateString();
  const when = started.toLocaleString(locale, {
    ...(isToday ? {} : { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = run.p50 === null ? [when] : [formatMs(run.p50, locale), when];
  if (run.simulated !== null) parts.push(t('simulated'));
  return parts.join(' · ');
};
