import { formatCount, formatMs, formatNumber, formatUsd } from '../../model/format';
import { meanInterval } from '../../stats';
import type { Arm, SamplePoint } from '../../model/run';
import { systemName } from '../figures';
import type { Table } from '../table';
import { plot, type Mark, type PlotSeries } from './charts';
import {
  colourOf,
  labelOf,
  left,
  right,
  type ExperimentFindings,
  type ExperimentResult,
  type Figure,
  type Section,
} from './sections';
import { coldAgainstWarm, loadSection } from './load';
import { coldWarm, ended, formOf, greatest, seconds, shown, type Shown } from './shown';

/** Mean with the 95 % interval of the mean, from every sample. */
const centre = (values: readonly number[], x: number) => {
  const interval = meanInterval(values);
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return { x, y: mean, low: interval?.[0] ?? mean, high: interval?.[1] ?? mean };
};

const spreadTable = (title: string, rows: readonly Shown[], findings: ExperimentFindings, values: Values): Table => ({
  title,
  columns: [
    left('system'),
    left('workflow'),
    right('n'),
    right('mean'),
    left('95 % of the mean'),
    right('p50'),
    right('min'),
    right('max'),
    right('cold'),
    right('warm'),
  ],
  rows: rows.map(({ result, arm }) => {
    const told = arm.samples.flatMap((sample) => {
      const value = values(sample);
      return value === undefined ? [] : [{ value, cold: sample.cold }];
    });
    const all = told.map(({ value }) => value);
    const sorted = [...all].sort((a, b) => a - b);
    const { y, low, high } = centre(all, 0);
    const middle = sorted.length === 0 ? null : (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
    const apart = (cold: boolean) => {
      const some = told.filter((each) => each.cold === cold).map(({ value }) => value);
      return some.length === 0 ? '–' : `${formatMs(centre(some, 0).y)} (n ${formatCount(some.length)})`;
    };
    return [
      systemName(arm),
      labelOf(findings.experiment, result.workflow),
      formatCount(all.length),
      all.length === 0 ? '–' : formatMs(y),
      all.length < 2 ? '–' : `${formatMs(low)} – ${formatMs(high)}`,
      formatMs(middle),
      formatMs(sorted[0]),
      formatMs(sorted.at(-1)),
      apart(true),
      apart(false),
    ];
  }),
  notes: ['Cold and warm: mean of the executions of which a function, or none, was reported to start cold.'],
});

type Values = (sample: SamplePoint) => number | undefined;
const latency: Values = (sample) => (sample.status === 'unknown' ? undefined : sample.latencyMs);
const transition: Values = (sample) => sample.transitionMs;
const valuesOf = (arm: Arm, values: Values): readonly number[] => arm.samples.flatMap((sample) => values(sample) ?? []);

/** Figures 5 and 6: every execution of every size, one figure a type. */
const statesSection = (results: readonly ExperimentResult[], findings: ExperimentFindings): Section => {
  const all = shown(results);
  const workflows = [...new Set(all.map(({ result }) => result.workflow))];
  const systems = [...new Set(all.map(({ arm }) => arm.system))];
  const numbers: Record<string, number> = { express: 5, standard: 6 };
  const figures = systems.map((system): Figure => {
    const mine = all.filter(({ arm }) => arm.system === system);
    const colour = colourOf(system);
    const positions = workflows.map((_, i) => i + 1);
    const marks = mine.flatMap(({ result, arm }) =>
      ended(arm).map((sample, i) => ({
        // Beside each other by their turn, so that none hides another.
        x: workflows.indexOf(result.workflow) + 1 + (((i * 7) % 25) / 25 - 0.5) * 0.5,
        y: sample.latencyMs,
        form: formOf(sample),
      })),
    );
    const intervals = mine.map(({ result, arm }) =>
      centre(valuesOf(arm, latency), workflows.indexOf(result.workflow) + 1.36),
    );
    const name = systemName({ system });
    return {
      id: `figure-${numbers[system] ?? `states-${system}`}`,
      caption: `${numbers[system] ? `Figure ${numbers[system]}. ` : ''}Number of states and duration, ${name}. ${coldWarm}; beside them the mean and its 95 % interval.`,
      svg: plot(
        `Duration of every execution by number of states, ${name}`,
        {
          title: 'states',
          text: (value) => labelOf(findings.experiment, workflows[value - 1] ?? ''),
          max: workflows.length + 1,
          ticks: positions,
        },
        seconds('duration', greatest(marks.map((mark) => mark.y))),
        [{ name, colour, marks, intervals }],
      ),
      legend: [{ name, colour }],
    };
  });
  return {
    title: results[0]?.row.title ?? 'Number of states',
    sentences: [],
    figures,
    tables: [spreadTable('Duration by number of states', all, findings, latency)],
  };
};

/** Figures 7 and 8: every execution in its turn, both types in one figure. */
const turnsSection =
  (values: Values, figure: { id: string; what: string; log?: boolean }) =>
  (results: readonly ExperimentResult[], findings: ExperimentFindings): Section => {
    const all = shown(results);
    const series = all.map(({ arm }): PlotSeries => {
      const marks = arm.samples.flatMap((sample, i): Mark[] => {
        const y = values(sample);
        return y === undefined ? [] : [{ x: i + 1, y, form: formOf(sample) }];
      });
      return { name: systemName(arm), colour: colourOf(arm.system), marks };
    });
    const ys = series.flatMap((each) => (each.marks ?? []).map((mark) => mark.y));
    const max = greatest(ys);
    const least = ys.filter((y) => y > 0).reduce((low, y) => Math.min(low, y), max);
    return {
      title: results[0]?.row.title ?? figure.what,
      sentences: [],
      figures: [
        {
          id: figure.id,
          caption: `${figure.id.replace('figure-', 'Figure ')}. ${figure.what} of every execution, in the order of their starts${figure.log ? ', logarithmic' : ''}. ${coldWarm}.`,
          svg: plot(
            `${figure.what} of every execution`,
            { title: 'execution', text: formatCount, max: greatest(all.map(({ arm }) => arm.samples.length)) },
            { ...seconds(figure.what, max), ...(figure.log ? { log: { min: least } } : {}) },
            series,
          ),
          legend: series.map(({ name, colour }) => ({ name, colour })),
        },
      ],
      tables: [spreadTable(figure.what, all, findings, values)],
    };
  };

/** Duration against the size of the input. */
const payloadSection = (results: readonly ExperimentResult[]): Section => {
  const all = results.flatMap(({ document }) => {
    const { load } = document.plan;
    const values = load.kind === 'sweep' ? load.values : [];
    const systems = Math.max(1, new Set(document.arms.map((arm) => arm.system)).size);
    return document.arms.map((arm, i) => ({ arm, bytes: values[Math.floor(i / systems)] ?? 0 }));
  });
  const systems = [...new Set(all.map(({ arm }) => arm.system))];
  const series = systems.map((system): PlotSeries => {
    const mine = all.filter(({ arm }) => arm.system === system);
    return {
      name: system,
      colour: colourOf(system),
      marks: mine.flatMap(({ arm, bytes }) =>
        ended(arm).map((sample) => ({ x: bytes, y: sample.latencyMs, form: formOf(sample) })),
      ),
      line: mine.flatMap(({ arm, bytes }) => (arm.latencyMs ? [{ x: bytes, y: arm.latencyMs.p50 }] : [])),
    };
  });
  const kb = (bytes: number) => `${formatNumber(bytes / 1024)} KB`;
  return {
    title: results[0]?.row.title ?? 'Payload size',
    sentences: [],
    figures: [
      {
        id: 'payload-size',
        caption: `Duration against the size that the input was padded with. Lines join the medians. ${coldWarm}.`,
        svg: plot(
          'Duration against payload',
          { title: 'payload', text: kb, max: greatest(all.map(({ bytes }) => bytes)) },
          seconds('duration', greatest(series.flatMap((each) => (each.marks ?? []).map((mark) => mark.y)))),
          series,
        ),
        legend: systems.map((system) => ({ name: systemName({ system }), colour: colourOf(system) })),
      },
    ],
    tables: [
      {
        title: 'Duration and cost by payload',
        columns: [left('system'), right('payload'), right('n'), right('p50'), right('p95'), right('USD/million')],
        rows: all.map(({ arm, bytes }) => [
          systemName(arm),
          kb(bytes),
          formatCount(arm.latencyMs?.n ?? 0),
          formatMs(arm.latencyMs?.p50),
          formatMs(arm.latencyMs?.p95),
          arm.cost ? formatUsd(arm.cost.perMillion) : '–',
        ]),
        notes: [],
      },
    ],
  };
};

const drawn = {
  states: statesSection,
  transitions: turnsSection(transition, { id: 'figure-7', what: 'State transition time', log: true }),
  durations: turnsSection(latency, { id: 'figure-8', what: 'Execution duration' }),
  load: loadSection,
  payload: payloadSection,
};

/** One section a row that has results, in the order of the declaration; where loads were placed cold and warm, one of both. */
export const measuredSections = (findings: ExperimentFindings): readonly Section[] => {
  const { rows } = findings.experiment;
  const lastLoad = rows.findLast(({ draw }) => draw === 'load');
  return rows.flatMap((row) => {
    const results = findings.results.filter((result) => result.row.name === row.name);
    const both = row === lastLoad ? coldAgainstWarm(findings.results) : undefined;
    return [...(results.length === 0 ? [] : [drawn[row.draw](results, findings)]), ...(both ? [both] : [])];
  });
};
