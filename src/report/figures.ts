import {
  formatCount,
  formatInterval,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  formatUsd,
} from '../model/format';
import type { Distribution } from '../model/distribution';
import type { Load } from '../model/plan';
import type { Arm, RunDocument } from '../model/run';
import { fitSentence, fitTable } from './fits';
import { systemName } from './names';
import type { Table } from './table';

/** A setting as it was set, not rounded. */
const exact = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

/** `25 at concurrency 1`, `a burst of 100`, `20/s for 30 s`. */
export const shortLoad = (load: Load): string => {
  switch (load.kind) {
    case 'iterations':
      return `${formatCount(load.executions)} at concurrency ${formatCount(load.concurrency)}${load.thinkMs ? `, ${exact(load.thinkMs)} apart` : ''}`;
    case 'burst':
      return `a burst of ${formatCount(load.executions)}`;
    case 'arrivalRate':
      return `${formatNumber(load.rate)}${load.endRate === undefined ? '' : `→${formatNumber(load.endRate)}`}/s for ${exact(load.durationMs)}`;
    case 'sweep':
      return `${shortLoad(load.base)}, over ${load.over} ${load.values.join(', ')}`;
  }
};

export { systemName };

/** `Standard · 25 at concurrency 1`. */
export const armTitle = (arm: Pick<Arm, 'system' | 'load' | 'payloadBytes'>): string =>
  `${systemName(arm)} · ${shortLoad(arm.load)}${arm.payloadBytes === undefined ? '' : ` with ${formatCount(arm.payloadBytes)} bytes`}`;

/** Where the figures come from, in a sentence. */
export const originOf = (document: Pick<RunDocument, 'target'>): string => {
  const { target } = document;
  if (target.kind === 'endpoint')
    return `Simulated: measured on ${target.endpoint ?? 'an endpoint'}; latencies are that endpoint’s, not those of AWS.`;
  if (target.kind === 'aws')
    return target.endpoint
      ? `Measured on ${target.endpoint}, to which AWS’s settings lead, as account ${target.account ?? 'unknown'}, ${target.region}; latencies are that endpoint’s.`
      : `Measured on AWS, account ${target.account ?? 'unknown'}, ${target.region}.`;
  const profile =
    target.simulated === 'none'
      ? 'on the bare engine, without latency of a service'
      : `with the latency profile “${target.simulated ?? 'unknown'}”`;
  return `Simulated: measured on this machine’s embedded engine ${profile}.`;
};

const left = (title: string) => ({ title, align: 'left' as const });
const right = (title: string) => ({ title, align: 'right' as const });

const coldText = (arm: Arm): string => {
  const count = (figures: Distribution | null | undefined): string =>
    figures ? `${formatMs(figures.p50)} (n = ${formatCount(figures.n)})` : '–';
  return `${count(arm.coldLatencyMs)} cold, ${count(arm.warmLatencyMs)} warm`;
};

/** Executions that ended by themselves, well or not. */
export const endedOf = ({ executions }: Pick<Arm, 'executions'>): number =>
  executions.succeeded + executions.failed + executions.timedOut + executions.aborted - (executions.cut ?? 0);

/** The share of these that did not end well; null where there are none. */
export const failedShare = (arm: Pick<Arm, 'executions'>): number | null => {
  const n = endedOf(arm);
  return n === 0 ? null : (n - arm.executions.succeeded) / n;
};

const failures = (arm: Arm): string[] => {
  const { failed, timedOut, aborted, cut = 0, throttled, dropped, unknown = 0 } = arm.executions;
  const parts = Object.entries({
    ...{ failed, 'timed out': timedOut, aborted: aborted - cut, 'cut off by the stop': cut },
    ...{ throttled, dropped, unknown },
  });
  return parts.filter(([, count]) => count > 0).map(([name, count]) => `${formatCount(count)} ${name}`);
};

/** One line an arm: what was asked, what came out. */
export const armsTable = (document: RunDocument, locale?: string): Table => {
  const notes = [
    `${originOf(document)} Latency from the intended start to the end; the 95 % interval is that of p50, where n allows one.`,
  ];
  for (const arm of document.arms) {
    const wrong = failures(arm);
    if (wrong.length > 0)
      notes.push(
        `${armTitle(arm)}: ${wrong.join(', ')}${Object.keys(arm.errors).length > 0 ? ` (${errorsText(arm.errors)})` : ''}.`,
      );
    if (arm.coldBasis)
      notes.push(
        `${armTitle(arm)}: p50 ${coldText(arm)}${arm.coldBasis === 'clusters' ? ', told apart only by two clusters of latency' : ''}.`,
      );
    if (arm.warmups > 0)
      notes.push(
        `${armTitle(arm)}: ${formatCount(arm.warmups)} warm-up ${arm.warmups === 1 ? 'execution is' : 'executions are'} kept apart.`,
      );
  }
  return {
    title: `${document.workflow.name}`,
    columns: [
      left('arm'),
      left('model'),
      right('n'),
      right('p50'),
      left('95 % interval'),
      right('p95'),
      right('p99'),
      right('max'),
      right('transitions'),
      right('per second'),
      right('failed'),
      right('USD/million'),
    ],
    rows: document.arms.map((arm) => {
      const latency = arm.latencyMs;
      const failed = failedShare(arm);
      return [
        armTitle(arm),
        arm.model,
        formatCount(latency?.n ?? 0, locale),
        formatMs(latency?.p50, locale),
        latency?.ci95?.p50 ? `[${formatInterval(latency.ci95.p50, 'ms', locale)}]` : '',
        formatMs(latency?.p95, locale),
        formatMs(latency?.p99, locale),
        formatMs(latency?.max, locale),
        formatMs(arm.transitionTotalMs?.p50, locale),
        formatRate(arm.throughputPerSecond, locale),
        failed === 0 ? '0' : formatShare(failed, { locale }),
        arm.cost ? `${formatUsd(arm.cost.perMillion, locale)}${arm.cost.complete ? '' : ' + ?'}` : '–',
      ];
    }),
    notes,
  };
};

const errorsText = (errors: Readonly<Record<string, number>>): string =>
  Object.entries(errors)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([name, count]) => `${name} ×${formatCount(count)}`)
    .join(', ');

/** One line a state of one arm, in the order of the workflow; states that were never entered are left out and counted. */
export const statesTable = (arm: Arm, locale?: string): Table => {
  const visited = arm.states.filter((state) => state.visits > 0);
  const unvisited = arm.states.length - visited.length;
  const ms = (value: number | undefined): string => formatMs(value, locale);
  const n = endedOf(arm) + (arm.executions.cut ?? 0);
  return {
    title: `States · ${armTitle(arm)}`,
    columns: [
      left('state'),
      left('type'),
      right('visits'),
      right('retries'),
      right('p50'),
      right('p95'),
      right('transition in p50'),
      right('queue'),
      right('work'),
      right('wait'),
      right('backoff'),
      right('rest'),
      right('critical'),
      right('USD/million'),
    ],
    rows: visited.map((state) => [
      state.path,
      state.type,
      formatCount(state.visits, locale),
      formatCount(state.retries, locale),
      ms(state.durationMs?.p50),
      ms(state.durationMs?.p95),
      ms(state.transitionMs?.p50),
      ms(state.parts.queue),
      ms(state.parts.work),
      ms(state.parts.wait),
      ms(state.parts.backoff),
      ms(state.parts.pre + state.parts.post),
      // Two decimals would make a share of a few microseconds "0.00 %".
      state.criticalShare > 0 && state.criticalShare < 0.0001
        ? `< ${formatShare(0.0001, { digits: 1, locale })}`
        : formatShare(state.criticalShare, { locale }),
      formatUsd(state.costPerMillion, locale),
    ]),
    notes: [
      `From ${formatCount(arm.traced ?? n, locale)} of ${formatCount(n, locale)} histories; stage parts are means and sum to the mean duration.`,
      // Without a history nobody knows what was entered.
      ...(unvisited > 0 && (arm.traced ?? n) > 0
        ? [`${formatCount(unvisited, locale)} ${unvisited === 1 ? 'state was' : 'states were'} not entered.`]
        : []),
    ],
  };
};

/** The bill of an arm, line by line. */
export const costTable = (arm: Arm, locale?: string): Table | null => {
  const { cost } = arm;
  if (!cost) return null;
  const missing = cost.lines.filter((line) => line.amount === null);
  return {
    title: `Cost · ${armTitle(arm)}`,
    columns: [
      left('what'),
      right('quantity'),
      left('unit'),
      right('unit price'),
      right('amount'),
      left('known as'),
      left('note'),
    ],
    rows: [
      ...cost.lines.map((line) => [
        line.label,
        line.amount === null && line.quantity === 0 ? '?' : formatNumber(line.quantity, { locale }),
        line.unit,
        formatUsd(line.unitPrice, locale),
        formatUsd(line.amount, locale),
        line.provenance,
        line.note ?? '',
      ]),
      ['total', '', '', '', formatUsd(cost.total, locale), '', ''],
    ],
    notes: [
      `Per execution ${formatUsd(cost.perExecution, locale)}, per million ${formatUsd(cost.perMillion, locale)}, of which Step Functions itself ${formatUsd(cost.orchestrationPerMillion, locale)}; n = ${formatCount(cost.executions, locale)}. Prices of ${cost.pricesOf}, ${cost.region}, without free tier.`,
      ...(missing.length > 0 ? [`Not in the sum: ${missing.map((line) => line.label).join(', ')}.`] : []),
    ],
  };
};

/** Every table of a document, in the order a reader wants them. */
export const tablesOf = (document: RunDocument, locale?: string): Table[] => [
  armsTable(document, locale),
  ...document.arms.flatMap((arm) =>
    [statesTable(arm, locale), costTable(arm, locale)].filter((table) => table !== null),
  ),
  ...(document.fits ?? []).map((fit) => fitTable(fit, locale)),
];

/** Comparison, lines through a sweep, thresholds and notes, in sentences. */
export const sentencesOf = (document: RunDocument): string[] => [
  ...(document.status.kind === 'failed' ? [`The run failed: ${document.status.message}`] : []),
  ...(document.status.kind === 'stopped' ? [`The run was stopped: ${document.status.reason}`] : []),
  ...(document.comparison ? [document.comparison.sentence] : []),
  ...(document.fits ?? []).map(fitSentence),
  ...(document.thresholds ?? []).map(
    (threshold) =>
      `${threshold.ok ? 'Passed' : 'FAILED'}: ${threshold.expression} (${threshold.value === null ? 'no value' : formatNumber(threshold.value)})`,
  ),
  // Where the figures come from is said above them.
  ...document.notes.flatMap((note) => (note.kind === 'simulated' ? [] : [note.message])),
];
