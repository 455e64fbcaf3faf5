import {
  architectures,
  costArchitectures,
  parametersOfArm,
  studyCosts,
  type ArchitectureCost,
  type ParameterValues,
} from '../../cost';
import { formatCount, formatMs, formatNumber, formatUsd } from '../../model/format';
import type { Arm, RunDocument } from '../../model/run';
import { describeLoad } from '../../plan';
import { systemName } from '../figures';
import type { Table } from '../table';
import { plot, type PlotSeries } from './charts';
import { colourOf, isMeasured, left, right, type ExperimentFindings, type Figure, type Section } from './sections';

const secondsPerMonth = 730 * 3600;

/** What a month of a system costs, and of which arm's figures it is made. */
export interface SystemCost {
  readonly system: string;
  readonly arm: Arm;
  /** At a volume; the parameters are the arm's. */
  readonly month: (executions: number) => ArchitectureCost;
  readonly instances: (executions: number) => number;
}

/** Of fewer executions a mean is no base for a month. */
const fewest = 20;
/** From this share of saturated samples on a bill is that of a busy machine: functions are billed for what they wait. */
const mostSaturated = 0.05;

/** A simulated service has room for any load: what its orders take longer than under a small one is this machine's. */
const mostLonger = 1.25;

const isLarge = ({ executions: { succeeded }, latencyMs }: Arm): boolean => succeeded >= fewest && latencyMs !== null;

const isSound = (arm: Arm, { target, arms }: RunDocument): boolean => {
  const { samples, latencyMs } = arm;
  if (!isLarge(arm) || samples.filter(({ saturated }) => saturated).length >= mostSaturated * samples.length)
    return false;
  if (target.kind === 'aws') return true;
  const least = arms
    .filter((each) => each.system === arm.system && isLarge(each))
    .reduce((low, each) => Math.min(low, each.latencyMs?.p50 ?? Infinity), Infinity);
  return (latencyMs?.p50 ?? Infinity) <= mostLonger * least;
};

/**
 * The arm of each system that its cost is drawn from: one whose figures are sound before one whose are not, a load before single
 * orders, warm before cold, then the largest.
 */
export const costArms = ({ results, experiment }: ExperimentFindings): readonly Arm[] => {
  const first = experiment.references?.values[0]?.workflow ?? experiment.rows[0]?.workflows[0];
  const rank = (draw: string, cold: boolean | undefined) => (draw === 'load' ? (cold ? 1 : 2) : 0);
  const candidates = results
    .filter(({ workflow }) => workflow === first)
    .flatMap(({ row, document }) =>
      document.arms.flatMap((arm) =>
        arm.cost && arm.executions.succeeded > 0
          ? [{ arm, order: [isSound(arm, document) ? 1 : 0, rank(row.draw, row.cold), arm.executions.succeeded] }]
          : [],
      ),
    );
  const best = new Map<string, (typeof candidates)[number]>();
  for (const each of candidates) {
    const known = best.get(each.arm.system);
    const at = each.order.findIndex((value, i) => value !== known?.order[i]);
    if (!known || (at >= 0 && (each.order[at] ?? 0) > (known.order[at] ?? 0))) best.set(each.arm.system, each);
  }
  return [...best.values()].map(({ arm }) => arm);
};

/** Each system's cost of a month, by its meters and what its arm used; systems without declared meters are left out. */
export const systemCosts = (findings: ExperimentFindings): readonly SystemCost[] => {
  const all = architectures(findings.rates.table);
  return costArms(findings).flatMap((arm): SystemCost[] => {
    const own = all.architectures.find(({ id }) => id === arm.system);
    if (!own) return [];
    const measured = parametersOfArm(arm, all);
    const hasInstances = own.meters.some((meter) => meter.per === 'month');
    const instances = (executions: number): number =>
      hasInstances
        ? Math.max(1, Math.ceil(executions / (secondsPerMonth * Math.max(0.01, arm.throughputPerSecond))))
        : 0;
    const month = (executions: number): ArchitectureCost => {
      const parameters: ParameterValues = {
        ...measured,
        ...(hasInstances ? { instances: instances(executions) } : {}),
      };
      const [cost] = costArchitectures({ ...all, architectures: [own] }, executions, findings.rates, { parameters });
      if (!cost) throw new Error(`${own.id} has no cost.`);
      return cost;
    };
    return [{ system: arm.system, arm, month, instances }];
  });
};

const decades = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.round((Math.log10(to) - Math.log10(from)) * 8) + 1 }, (_, i) => from * 10 ** (i / 8));

/** Figure 10, and the same at today's prices with all that is billed: cost of an execution against its duration. */
const durationFigure = ({ rates, experiment }: ExperimentFindings): Figure => {
  const durations = Array.from({ length: 21 }, (_, i) => 500 + i * 475);
  const volume = experiment.volumes[Math.floor(experiment.volumes.length / 2)] ?? 1e6;
  const rows = durations.map((ms) => ({ ms, rows: studyCosts(ms, volume, rates) }));
  const ids = rows[0]?.rows.map(({ id }) => id) ?? [];
  const series = ids.flatMap((id): PlotSeries[] =>
    (['asStudied', 'today'] as const).map((which) => ({
      name: id,
      colour: colourOf(id),
      dashed: which === 'asStudied',
      line: rows.map(({ ms, rows: of }) => ({ x: ms, y: of.find((each) => each.id === id)?.[which] ?? NaN })),
    })),
  );
  const ys = series.flatMap((each) => (each.line ?? []).map(({ y }) => y)).filter((y) => y > 0);
  return {
    id: 'figure-10',
    caption: `Figure 10. Cost of one order against its duration, logarithmic. Dashed: as the study reckons it, at its prices; solid: at prices of ${rates.table.date} with everything that is billed, at ${formatCount(volume)} orders a month.`,
    svg: plot(
      'Cost of an order against its duration',
      { title: 'duration', text: (value) => formatMs(value), max: 10_000 },
      {
        title: 'USD an order',
        text: formatUsd,
        max: ys.reduce((a, b) => Math.max(a, b), 1e-9),
        log: { min: ys.reduce((a, b) => Math.min(a, b), 1) },
      },
      series,
    ),
    legend: ids.map((id) => ({ name: systemName({ system: id }), colour: colourOf(id) })),
  };
};

const volumeFigure = (costs: readonly SystemCost[], date: string): Figure => {
  const volumes = decades(1_000, 1e9);
  const series = costs.map(({ system, month }): PlotSeries => ({
    name: system,
    colour: colourOf(system),
    line: volumes.map((x) => ({ x, y: month(x).total })),
  }));
  const ys = series.flatMap((each) => (each.line ?? []).map(({ y }) => y)).filter((y) => y > 0);
  return {
    id: 'cost-of-a-month',
    caption: `Cost of a month against its orders, both logarithmic, at prices of ${date}, from what these runs used; without free tier and without the log that timing needs.`,
    svg: plot(
      'Cost of a month against orders a month',
      { title: 'orders a month', text: (v) => formatNumber(v), max: 1e9, log: { min: 1_000 } },
      {
        title: 'USD a month',
        text: formatUsd,
        max: ys.reduce((a, b) => Math.max(a, b), 1),
        log: { min: ys.reduce((a, b) => Math.min(a, b), 1e9) },
      },
      series,
    ),
    legend: costs.map(({ system }) => ({ name: systemName({ system }), colour: colourOf(system) })),
  };
};

const monthTable = (costs: readonly SystemCost[], volumes: readonly number[], measured: boolean): Table => ({
  title: 'Cost of a month',
  columns: [
    left('system'),
    ...volumes.map((each) => right(`${formatCount(each)} orders`)),
    right('one order at most'),
    left('from'),
  ],
  rows: costs.map(({ system, arm, month, instances }) => [
    systemName({ system }),
    ...volumes.map((each) => {
      const count = instances(each);
      return `${formatUsd(month(each).total)}${count > 1 ? ` (${formatCount(count)} instances)` : ''}`;
    }),
    formatUsd(Math.max(...volumes.map((each) => month(each).perExecution ?? 0))),
    `${describeLoad(arm.load)}, n ${formatCount(arm.cost?.executions ?? 0)}`,
  ]),
  notes: [
    `From: the largest load of each that ${
      measured
        ? 'the machine that placed it stood (less than a twentieth of it came in while it was saturated)'
        : 'this machine stood (less than a twentieth of it came in while it was saturated, and the median is at most a quarter above the least: services are simulated, and have room for any load)'
    }, after a warm-up where there is one.`,
    'An instance stands all month. How many are needed: orders spread evenly over the month, at the throughput that one reached in these runs.',
  ],
});

const studyTable = ({ rates, experiment }: ExperimentFindings, costs: readonly SystemCost[]): Table => {
  const volume = experiment.volumes[Math.floor(experiment.volumes.length / 2)] ?? 1e6;
  const express = costs.find(({ system }) => system === 'express');
  const ms = express?.arm.latencyMs?.mean ?? 3_200;
  return {
    title: `One order of ${formatMs(ms)}: the study’s reckoning and today’s`,
    columns: [
      left('system'),
      right('as the study reckons'),
      right('today, all that is billed'),
      left('why they differ'),
    ],
    rows: studyCosts(ms, volume, rates).map((row) => [
      systemName({ system: row.id }),
      formatUsd(row.asStudied),
      formatUsd(row.today),
      row.why,
    ]),
    notes: [`Today: the cost model’s own assumptions, at ${formatCount(volume)} orders a month.`],
  };
};

/** The cheapest at each volume, and what the others cost beside it. */
export const conclusions = (findings: ExperimentFindings): readonly string[] => {
  const costs = systemCosts(findings);
  if (costs.length < 2) return [];
  const simulated = !isMeasured(findings);
  const sentences = findings.experiment.volumes.map((volume) => {
    const [best, ...rest] = costs
      .map(({ system, month }) => ({ system, total: month(volume).total }))
      .sort((a, b) => a.total - b.total);
    const others = rest.map(({ system, total }) => `${systemName({ system })} ${formatUsd(total)}`).join(', ');
    return `At ${formatCount(volume)} orders a month the cheapest is ${systemName(best!)} with ${formatUsd(best!.total)}; ${others}.`;
  });
  const plan = (volume: number) =>
    costs
      .filter(({ system }) => system === 'standard' || system === 'express')
      .map(({ system, month }) => ({ system, total: month(volume).total }))
      .sort((a, b) => a.total - b.total);
  const middle = findings.experiment.volumes[Math.floor(findings.experiment.volumes.length / 2)] ?? 1e6;
  const [cheap, dear] = plan(middle);
  return [
    ...sentences,
    ...(cheap && dear
      ? [
          `With Step Functions, the most cost-effective plan for this workflow is ${systemName(cheap)}: ${formatUsd(cheap.total)} against ${formatUsd(dear.total)} at ${formatCount(middle)} orders a month, where its limits below can be lived with.`,
        ]
      : []),
    simulated
      ? 'Prices are AWS’s; what was used rests on simulated durations, so this ranks the bills of these quantities, not the systems on AWS.'
      : 'Prices are AWS’s, and what was used was measured on the account.',
  ];
};

const tradeOffs: Table = {
  title: 'What each gives for it',
  columns: [left(''), left('Standard'), left('Express'), left('Event-driven'), left('Gateway')],
  rows: [
    [
      'Durability',
      'every transition is kept; up to a year',
      'in memory; lost with its host; 5 minutes',
      'messages wait in SNS and Lambda’s queue; rows in DynamoDB',
      'in the memory of one process; lost with it',
    ],
    [
      'An order runs',
      'once',
      'at least once when started asynchronously; its steps must be idempotent',
      'each message at least once, not in order; every stage must be idempotent',
      'as often as the client asks; a submission id keeps the bill single',
    ],
    [
      'Where an order is',
      'its history, by API and console, for 90 days',
      'its log, if logging is on',
      'a status table that the functions keep',
      'what the service logs',
    ],
    [
      'Failure',
      'Retry and Catch a state; redrive from where it failed',
      'Retry and Catch a state; run again from the start',
      'Lambda’s two retries, then a dead-letter topic and a stage that ends the order',
      'code; what was done before a crash stays half done',
    ],
    [
      'Under load',
      'quotas of starts and transitions a second',
      'high quota of starts; Lambda’s concurrency',
      'Lambda’s concurrency, each stage by itself',
      'one instance’s CPU and Lambda’s concurrency',
    ],
    ['Without orders', 'nothing', 'nothing', 'nothing', 'the instance, all month'],
  ],
  notes: ['As AWS documents them; what these runs measured is above.'],
};

/** The four systems' cost lines, against duration and volume, and what the study aimed for. */
export const costSections = (findings: ExperimentFindings): readonly Section[] => {
  const costs = systemCosts(findings);
  if (costs.length === 0) return [];
  return [
    {
      title: 'Cost',
      sentences: [],
      figures: [durationFigure(findings), volumeFigure(costs, findings.rates.table.date)],
      tables: [monthTable(costs, findings.experiment.volumes, isMeasured(findings)), studyTable(findings, costs)],
    },
    { title: 'The most cost-effective plan', sentences: conclusions(findings), figures: [], tables: [tradeOffs] },
  ];
};
