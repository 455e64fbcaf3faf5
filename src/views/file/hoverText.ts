import { formatCount, formatInterval, formatMs, formatShare, formatUsd } from '../../model/format';
import type { RunDocument, StateFigures } from '../../model/run';
import type { StateFacts, TypeFact } from './facts';
import { simulatedText, typeName } from './phrases';
import type { Speech, Words } from '../words';

const partColours = {
  pre: '--vscode-charts-foreground',
  queue: '--vscode-charts-yellow',
  work: '--vscode-charts-blue',
  wait: '--vscode-disabledForeground',
  backoff: '--vscode-charts-red',
  post: '--vscode-charts-foreground',
} as const;
type Part = keyof typeof partColours;

const partName = (part: Part, t: Words): string =>
  ({
    pre: t('before'),
    queue: t('queued'),
    work: t('work'),
    wait: t('waiting'),
    backoff: t('backing off'),
    post: t('after'),
  })[part];

/** Widths that sum to `columns`, each part that exists at least one column wide. Exported for its test. */
export const barWidths = (parts: readonly number[], columns: number): readonly number[] => {
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (total <= 0) return parts.map(() => 0);
  const widths = parts.map((part) => (part <= 0 ? 0 : Math.max(1, Math.round((part / total) * columns))));
  const largest = widths.indexOf(Math.max(...widths));
  widths[largest]! += columns - widths.reduce((sum, width) => sum + width, 0);
  return widths;
};

const stageBar = (figures: StateFigures, { t, locale }: Speech): string => {
  const entries = (Object.keys(partColours) as Part[])
    .map((part) => [part, figures.parts[part]] as const)
    .filter(([, ms]) => ms >= 0.05);
  if (entries.length === 0) return '';
  const widths = barWidths(
    entries.map(([, ms]) => ms),
    32,
  );
  const bar = entries
    .map(([part], index) => `<span style="color:var(${partColours[part]});">${'█'.repeat(widths[index]!)}</span>`)
    .join('');
  const names = entries.map(
    ([part, ms]) =>
      `<span style="color:var(${partColours[part]});">■</span> ${partName(part, t)} ${formatMs(ms, locale)}`,
  );
  return `${bar}\n\n${names.join(' &nbsp; ')}`;
};

/** Text from a file is text: nothing in it may become a link, an icon or markup. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+\-.!|~$]/g, '\\$&')
    .replaceAll('\n', ' ');

const typeSection = (fact: TypeFact, speech: Speech): string => {
  const { t, locale } = speech;
  const { figures } = fact;
  const { durationMs: duration, transitionMs: transition } = figures;
  const lines = [`**${typeName(fact.type)}** · n ${formatCount(figures.visits, locale)}`];
  const bar = stageBar(figures, speech);
  if (bar) lines.push(bar);
  if (duration) {
    const withInterval = (name: 'p50' | 'p95' | 'p99') => {
      const interval = duration.ci95?.[name];
      return `${formatMs(duration[name], locale)}${interval ? ` (${formatInterval(interval, 'ms', locale)})` : ''}`;
    };
    lines.push(
      `| p50 | p95 | p99 | ${t('slowest')} | ${t('transition in')} |\n|--:|--:|--:|--:|--:|\n` +
        `| ${withInterval('p50')} | ${withInterval('p95')} | ${withInterval('p99')} | ${formatMs(duration.max, locale)} | ${formatMs(transition?.p50, locale)} |`,
    );
  }
  const special: string[] = [];
  if (figures.criticalShare > 0)
    special.push(t('{0} of the critical path', formatShare(figures.criticalShare, { digits: 2, locale })));
  if (figures.coldStarts > 0)
    special.push(t('{0} of {1} cold', formatCount(figures.coldStarts, locale), formatCount(figures.visits, locale)));
  if (figures.retries > 0)
    special.push(t(figures.retries === 1 ? '{0} retry' : '{0} retries', formatCount(figures.retries, locale)));
  if (figures.costPerMillion !== null)
    special.push(t('{0} per million executions', formatUsd(figures.costPerMillion, locale)));
  for (const [error, count] of Object.entries(figures.errors))
    special.push(`${escapeMarkdown(error)} × ${formatCount(count, locale)}`);
  if (special.length > 0) lines.push(special.join(' · '));
  return lines.join('\n\n');
};

const commandLink = (text: string, command: string, args: unknown) =>
  `[${text}](command:${command}?${encodeURIComponent(JSON.stringify([args])).replace(/[()]/g, (bracket) => (bracket === '(' ? '%28' : '%29'))})`;

/** The hover of one state as Markdown (with the few styled spans that VS Code allows). */
export const hoverText = (facts: StateFacts, run: RunDocument, speech: Speech): string => {
  const { t, locale } = speech;
  const simulated = simulatedText(run.target.simulated, speech);
  const when = new Date(run.startedAt).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const sections = [`**${escapeMarkdown(facts.path)}**${simulated ? ` · ${escapeMarkdown(simulated)}` : ''} · ${when}`];
  if (facts.stale) sections.push(`$(history) ${t('This state was edited after it was measured.')}`);
  if (facts.types.length === 0) sections.push(t('No execution reached this state.'));
  else {
    sections.push(...facts.types.map((fact) => typeSection(fact, speech)));
    const links = [commandLink(t('Show in panel'), 'stepbench.showState', { tab: 'states', path: facts.measuredPath })];
    links.push(
      commandLink(t('Timeline of the slowest execution'), 'stepbench.showTimeline', {
        tab: 'timeline',
        path: facts.measuredPath,
        armIndex: facts.types[0]!.armIndex,
      }),
    );
    sections.push(links.join(' · '));
  }
  return sections.join('\n\n');
};
