import { formatCount, formatMs, formatUsd } from '../model/format';
import type { Load } from '../model/plan';
import type { Arm, RunDocument } from '../model/run';
import { armTitle, originOf, sentencesOf, systemName, tablesOf } from './figures';
import { colourOf } from './names';
import { bars, cumulative, escapeHtml, legend, lines, scatter, type Points } from './svg';
import type { Table } from './table';

export const style = `
:root{color-scheme:light dark;--fg:#1f2328;--soft:#57606a;--bg:#fff;--card:#f6f8fa;--line:#d8dee4;--s0:#0969da;--s1:#8250df;--s2:#9a6700;--s3:#1a7f37;--s4:#bc4c00;--s5:#bf3989;
--queue:#9a6700;--work:#0969da;--wait:#8c959f;--backoff:#cf222e;--rest:#8250df;--bad:#cf222e}
@media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--soft:#9da7b3;--bg:#0d1117;--card:#161b22;--line:#30363d;--s0:#58a6ff;--s1:#bc8cff;--s2:#d29922;--s3:#3fb950;--s4:#f0883e;--s5:#f778ba;
--queue:#d29922;--work:#58a6ff;--wait:#6e7681;--backoff:#f85149;--rest:#bc8cff;--bad:#f85149}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1240px;padding:24px 16px 64px;font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
h1{font-size:24px;margin:0}h2{font-size:17px;margin:36px 0 8px}p{margin:4px 0}.soft,.note{color:var(--soft)}.note{font-size:13px}
.callout{border-left:3px solid var(--s0);background:var(--card);padding:8px 12px;margin:16px 0;border-radius:0 6px 6px 0}.bad{border-color:var(--bad)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;min-width:100%}
th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}th{color:var(--soft);font-weight:600;white-space:normal;vertical-align:bottom}.r{text-align:right}td.long{white-space:normal;min-width:180px}
.chart{width:100%;height:auto;background:var(--card);border-radius:6px;margin:6px 0}.chart text{fill:var(--soft);font-size:11px}.grid{stroke:var(--line)}
${[0, 1, 2, 3, 4, 5].map((i) => `.s${i}{fill:var(--s${i});fill-opacity:.75}.s${i}.line{fill:none;stroke:var(--s${i});stroke-width:1.75}`).join('')}
.v1{fill-opacity:.42}.v2{fill-opacity:.22;stroke:currentColor;stroke-opacity:.5;stroke-width:.75}.v3{fill-opacity:.1;stroke:currentColor;stroke-width:.75}
.line.v1{stroke-dasharray:7 3;fill-opacity:1}.line.v2{stroke-dasharray:3 3;stroke-opacity:1;stroke-width:1.75}.line.v3{stroke-dasharray:1 3;stroke-width:1.75}
${['queue', 'work', 'wait', 'backoff', 'rest'].map((kind) => `.${kind}{fill:var(--${kind})}`).join('')}
${[0, 1, 2, 3, 4, 5].map((i) => `.s${i}.open{fill:none;stroke:var(--s${i});stroke-width:1.25}`).join('')}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px}.legend svg{width:10px;height:10px;margin-right:6px}
@page{margin:12mm}
@media print{body{max-width:none;padding:0;font-size:12px}.scroll{overflow:visible}table{font-size:8px}th,td{padding:2px 4px}td.long{min-width:0}td{white-space:normal}td.r{white-space:nowrap}.note,.legend{font-size:10px}h2{margin-top:20px;break-after:avoid}tr,svg{break-inside:avoid}}
`;

export const htmlTable = (table: Table): string => `
<h2>${escapeHtml(table.title)}</h2>
<div class="scroll" tabindex="0"><table><thead><tr>${table.columns.map((column) => `<th scope="col" class="${column.align === 'right' ? 'r' : ''}">${escapeHtml(column.title)}</th>`).join('')}</tr></thead>
<tbody>${table.rows.map((row) => `<tr>${row.map((cell, i) => `<td class="${table.columns[i]!.align === 'right' ? 'r' : ''}${cell.length > 36 ? ' long' : ''}">${escapeHtml(cell)}</td>`).join('')}</tr>`).join('')}</tbody></table></div>
${table.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('')}`;

/** Most points of an arm in one chart; more are thinned evenly and the caption says so. */
const mostPoints = 2000;

const thin = <T>(list: readonly T[]): readonly T[] => {
  const stride = Math.ceil(list.length / mostPoints);
  return stride <= 1 ? list : list.filter((_, i) => i % stride === 0);
};

/** Colour by system as everywhere; several loads of one system are shades of it, and dashes where they are lines. */
const classesOf = (arms: readonly Arm[]): readonly string[] =>
  arms.map((arm, i) => {
    const variant = arms.slice(0, i).filter(({ system }) => system === arm.system).length;
    return `s${colourOf(arm.system)}${variant === 0 ? '' : ` v${Math.min(3, variant)}`}`;
  });

const latencyCharts = (arms: readonly Arm[]): string => {
  const shown = arms.filter((arm) => arm.samples.length > 0);
  if (shown.length === 0) return '';
  const classes = classesOf(shown);
  const points: Points[] = shown.map((arm, i) => ({
    name: armTitle(arm),
    kind: classes[i]!,
    points: thin(arm.samples).map((sample) => ({
      x: sample.atMs,
      y: sample.latencyMs,
      failed: sample.status !== 'succeeded',
    })),
  }));
  const thinned = shown.some((arm) => arm.samples.length > mostPoints);
  return `<h2>Latency</h2>
<p class="note">Every execution by its intended start; a cross did not succeed.${thinned ? ` At most ${formatCount(mostPoints)} of an arm are drawn.` : ''}</p>
${legend(
  shown.map((arm) => `${armTitle(arm)} (n = ${formatCount(arm.samples.length)})`),
  classes,
)}
${scatter(points, 'Latency of every execution against its intended start')}
<p class="note">Share of executions that took at most so long.</p>
${cumulative(
  shown.map((arm, i) => ({
    name: armTitle(arm),
    kind: classes[i]!,
    values: arm.samples.map((sample) => sample.latencyMs),
  })),
  'Cumulative distribution of latency',
)}`;
};

const stateChart = (arm: Arm): string => {
  const rows = arm.states.filter((state) => state.visits > 0);
  if (rows.length === 0) return '';
  const kinds = ['queue', 'work', 'wait', 'backoff', 'rest'] as const;
  return `<h2>Where the time goes · ${escapeHtml(armTitle(arm))}</h2>
<p class="note">Mean duration of a visit by stage; the way into a state is in the table.</p>
${legend(kinds, kinds)}
${bars(
  rows.map((state) => {
    const { pre, post, ...parts } = state.parts;
    const values = { ...parts, rest: pre + post };
    return {
      label: state.path,
      pieces: kinds.map((kind) => ({ kind, value: values[kind], title: `${kind}: ${formatMs(values[kind])}` })),
      text: `${formatMs(state.durationMs?.mean)} · n = ${formatCount(state.visits)}`,
    };
  }),
  `Stages of the states of ${armTitle(arm)}`,
)}`;
};

const costChart = (arms: readonly Arm[]): string => {
  const priced = arms.filter((arm) => arm.cost);
  if (priced.length === 0) return '';
  return `<h2>Cost of a million executions</h2>
${legend(['Step Functions', 'services'], ['work', 'queue'])}
${bars(
  priced.map((arm) => {
    const { perMillion, orchestrationPerMillion, complete } = arm.cost!;
    return {
      label: armTitle(arm),
      pieces: [
        {
          kind: 'work',
          value: orchestrationPerMillion,
          title: `Step Functions: ${formatUsd(orchestrationPerMillion)}`,
        },
        {
          kind: 'queue',
          value: Math.max(0, perMillion - orchestrationPerMillion),
          title: `services: ${formatUsd(perMillion - orchestrationPerMillion)}`,
        },
      ],
      text: `${formatUsd(perMillion)}${complete ? '' : ' and more'} · n = ${formatCount(arm.cost!.executions)}`,
    };
  }),
  'Cost of a million executions',
)}`;
};

/** What a sweep varies, as far as the loads of the arms show it. */
const sweptValue = (load: Load): number | null =>
  load.kind === 'iterations'
    ? load.concurrency
    : load.kind === 'burst'
      ? load.executions
      : load.kind === 'arrivalRate'
        ? load.rate
        : null;

const sweepChart = (arms: readonly Arm[]): string => {
  const systems = [...new Set(arms.map((arm) => arm.system))];
  const series = systems.map((system): Points => {
    const points = arms
      .filter((arm) => arm.system === system && arm.latencyMs && sweptValue(arm.load) !== null)
      .map((arm) => ({ x: sweptValue(arm.load)!, y: arm.latencyMs!.p50 }));
    return { name: system, kind: `s${colourOf(system)}`, points: points.sort((a, b) => a.x - b.x) };
  });
  if (!series.some((each) => new Set(each.points.map((point) => point.x)).size > 1)) return '';
  return `<h2>Latency against load</h2>
<p class="note">p50 of each arm against its concurrency, burst or rate.</p>
${legend(
  systems.map((system) => systemName({ system })),
  systems.map((system) => `s${colourOf(system)}`),
)}
${lines(series, 'Median latency against load', (value) => formatCount(value))}`;
};

/** One file that holds everything: no scripts, nothing fetched, light or dark as the reader's system has it. */
export const htmlReport = (document: RunDocument, options: { locale?: string } = {}): string => {
  const [arms, ...rest] = tablesOf(document, options.locale);
  const failed = document.status.kind === 'failed' || (document.thresholds ?? []).some((threshold) => !threshold.ok);
  const sentences = sentencesOf(document);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>StepBench: ${escapeHtml(document.workflow.name)}</title><style>${style}</style></head><body>
<h1>${escapeHtml(document.workflow.name)}</h1>
<p class="soft">${escapeHtml(document.workflow.file)} · ${escapeHtml(document.startedAt)} · run ${escapeHtml(document.id)} · seed ${escapeHtml(String(document.plan.seed))} · StepBench ${escapeHtml(document.tool.version)}</p>
<p class="callout">${escapeHtml(originOf(document))}</p>
${sentences.length > 0 ? `<div class="callout${failed ? ' bad' : ''}">${sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('')}</div>` : ''}
${htmlTable(arms!)}
${latencyCharts(document.arms)}
${sweepChart(document.arms)}
${costChart(document.arms)}
${document.arms.map(stateChart).join('')}
${rest.map(htmlTable).join('')}
</body></html>
`;
};
