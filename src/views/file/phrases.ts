import { formatCount, formatMs, formatShare, formatUsd } from '../../model/format';
import type { RunDocument } from '../../model/run';
import { typeWords, type ArmType } from '../../model/system';
import { systemName } from '../../report';
import { shownArms, type StateFacts, type TypeFact } from './facts';
import type { Speech, Words } from '../words';

/** One lens: a short text and what a click on it opens. */
export interface Phrase {
  readonly text: string;
  readonly opens: {
    readonly tab: 'states' | 'timeline' | 'distribution' | 'compare' | 'cost';
    readonly path?: string;
    readonly armIndex?: number;
  };
  readonly tooltip?: string;
}

export const typeName = (type: ArmType): string => typeWords[type];

/** Below a millisecond no clock of a service tells more. */
export const shortMs = (ms: number, locale: string): string => (ms < 1 ? '< 1 ms' : formatMs(ms, locale));

const trendText = (trend: number | null, locale: string): string =>
  trend === null ? '' : ` ${trend > 0 ? '▲' : '▼'} ${formatShare(Math.abs(trend), { digits: 2, locale })}`;

/** `Standard 412 ms · p95 1.31 s · +58 ms in · n 25 ▼ 12 %`: parts that say nothing new are left out. */
const typePhrase = ({ type, figures, trend }: TypeFact, { t, locale }: Speech): string => {
  const parts: string[] = [];
  const { durationMs: duration, transitionMs: transition } = figures;
  if (duration) {
    parts.push(shortMs(duration.p50, locale));
    if (duration.p95 >= 1 && shortMs(duration.p95, locale) !== parts[0])
      parts.push(`p95 ${shortMs(duration.p95, locale)}`);
  } else parts.push(t('running'));
  if (transition && transition.p50 >= 1) parts.push(t('+{0} in', shortMs(transition.p50, locale)));
  parts.push(`n ${formatCount(figures.visits, locale)}`);
  return `${typeName(type)} ${parts.join(' · ')}${trendText(trend, locale)}`;
};

const plural = (count: number, one: string, many: string, { t, locale }: Speech) =>
  t(count === 1 ? one : many, formatCount(count, locale));

/** From this share of the critical path on a state says so. */
const notableShare = 0.1;

/** The lenses above a state, in their fixed order: types, cold, retries, critical path, not reached; a stale one says so first. */
export const statePhrases = (facts: StateFacts, speech: Speech, live = false): readonly Phrase[] => {
  const { t, locale } = speech;
  const { path, measuredPath } = facts;
  // While a run goes on, a state may still be reached.
  if (facts.types.length === 0)
    return live ? [] : [{ text: t('not reached'), opens: { tab: 'states', path: measuredPath } }];
  const phrases: Phrase[] = facts.types.map((fact) => ({
    text: typePhrase(fact, speech),
    opens: { tab: 'states', path: measuredPath, armIndex: fact.armIndex },
    tooltip: t('Show {0} in the panel', path),
  }));
  if (facts.slowest && phrases[0]) phrases[0] = { ...phrases[0], text: `$(flame) ${phrases[0].text}` };
  if (facts.stale && phrases[0]) {
    phrases[0] = {
      ...phrases[0],
      text: `$(history) ${phrases[0].text}`,
      tooltip: t('Measured before the last change of this state'),
    };
  }
  if (facts.cold > 0) {
    phrases.push({
      text: t('{0} of {1} cold', formatCount(facts.cold, locale), formatCount(facts.visits, locale)),
      opens: { tab: 'distribution', path: measuredPath },
    });
  }
  if (facts.retries > 0)
    phrases.push({
      text: plural(facts.retries, '{0} retry', '{0} retries', speech),
      opens: { tab: 'timeline', path: measuredPath },
    });
  if (facts.criticalShare >= notableShare) {
    phrases.push({
      text: t('{0} of the critical path', formatShare(facts.criticalShare, { digits: 2, locale })),
      opens: { tab: 'timeline', path: measuredPath },
    });
  }
  if (facts.stale) phrases.push({ text: t('edited since'), opens: { tab: 'states', path: measuredPath } });
  return phrases;
};

/** How many phrases stand above a state: known before any is made, since few of a thousand states are ever on the screen. */
export const phraseCount = (facts: StateFacts, live = false): number => {
  if (facts.types.length === 0) return live ? 0 : 1;
  const more = [facts.cold > 0, facts.retries > 0, facts.criticalShare >= notableShare, facts.stale];
  return facts.types.length + more.filter(Boolean).length;
};

/** The hint behind a state's name: medians only. */
export const stateHint = (facts: StateFacts, { t, locale }: Speech): string => {
  if (facts.types.length === 0) return t('not reached');
  const medians = facts.types.map(
    ({ type, figures }) => `${typeName(type)[0]} ${figures.durationMs ? shortMs(figures.durationMs.p50, locale) : '…'}`,
  );
  return `${medians.join(' · ')}${facts.stale ? ` · ${t('edited since')}` : ''}`;
};

/** What a run says in a line: above the file, and in the notification at its end. */
export const answer = (run: RunDocument, { t, locale }: Speech): string => {
  const perMillion = (index: number) => run.arms[index]?.cost?.perMillion;
  const arms = shownArms(run);
  if (arms.length === 2 && run.comparison?.p50) {
    const { difference, ci95 } = run.comparison.p50;
    const [first, second] = arms;
    const text = [
      t(
        difference < 0 ? '{0} {1} faster' : '{0} {1} slower',
        systemName({ system: run.comparison.candidate }),
        formatShare(Math.abs(difference), { digits: 2, locale }),
      ),
    ];
    if (ci95) {
      const [a, b] = [Math.abs(ci95[0]), Math.abs(ci95[1])].sort((x, y) => x - y);
      // An interval on both sides of nothing: no direction was shown.
      if (ci95[0] < 0 && ci95[1] > 0) text[0] = t('no difference shown at the median');
      else
        text[0] += ` (${formatShare(a, { digits: 2, locale }).replace(/\s?%$/, '')}–${formatShare(b, { digits: 2, locale })})`;
    }
    const [costOfSecond, costOfFirst] = [perMillion(second!.index), perMillion(first!.index)];
    if (costOfFirst && costOfSecond)
      text.push(t('{0} against {1} per million', formatUsd(costOfSecond, locale), formatUsd(costOfFirst, locale)));
    return text.join(' · ');
  }
  const measured = arms.filter(({ arm }) => arm.latencyMs);
  const costs = measured.map(({ index }) => perMillion(index));
  if (measured.length === 2) {
    // Two types that were not compared: no word of faster or slower.
    const medians = measured.map(({ arm }) => `${typeName(arm.type)} ${formatMs(arm.latencyMs!.p50, locale)}`);
    const counts = measured.map(({ arm }) => formatCount(arm.latencyMs!.n, locale));
    medians.push(`n ${[...new Set(counts)].join('/')}`);
    if (costs[0] && costs[1])
      medians.push(t('{0} against {1} per million', formatUsd(costs[0], locale), formatUsd(costs[1], locale)));
    return medians.join(' · ');
  }
  return measured
    .map(({ arm, index }) => {
      const cost = perMillion(index);
      const figures = `${typeName(arm.type)} ${formatMs(arm.latencyMs!.p50, locale)} · p95 ${formatMs(arm.latencyMs!.p95, locale)} · n ${formatCount(arm.latencyMs!.n, locale)}`;
      return cost ? `${figures} · ${t('{0} per million', formatUsd(cost, locale))}` : figures;
    })
    .join(' | ');
};

/** `simulated: study`, where figures are. */
export const simulatedText = (simulated: string | null, { t }: Speech): string | null =>
  simulated === null ? null : simulated === 'none' ? t('simulated: bare engine') : t('simulated: {0}', simulated);

/** An estimate is said in whole seconds or minutes. */
const roughTime = (ms: number, locale: string): string => {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 90 ? `${formatCount(seconds, locale)} s` : `${formatCount(Math.round(seconds / 60), locale)} min`;
};

type Phase = Extract<RunDocument['status'], { kind: 'running' }>['phase'];
const phaseText = (phase: Phase, t: Words): string | null =>
  ({
    preparing: t('preparing'),
    deploying: t('deploying'),
    warmingUp: t('warming up'),
    loading: null,
    collecting: t('collecting'),
    cleaning: t('cleaning up'),
  })[phase];

/** `36 of 50 · 5 running · about 9 s left`, or what goes on before and after the load. */
export const progressText = (run: RunDocument, { t, locale }: Speech): string => {
  const { planned, done, running, remainingMs } = run.progress;
  const phase = run.status.kind === 'running' ? phaseText(run.status.phase, t) : null;
  if (phase !== null && done < planned) return phase;
  const parts = [t('{0} of {1}', formatCount(done, locale), formatCount(planned, locale))];
  if (phase !== null) parts.push(phase);
  else if (running > 0) parts.push(t('{0} running', formatCount(running, locale)));
  if (remainingMs !== null && phase === null) parts.push(t('about {0} left', roughTime(remainingMs, locale)));
  return parts.join(' · ');
};
