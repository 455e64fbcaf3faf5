import type { Reference } from '../../experiment/declaration';
import { formatCount, formatMs, formatNumber, formatShare } from '../../model/format';
import type { Arm } from '../../model/run';
import { systemName } from '../figures';
import { isMeasured, labelOf, left, right, type ExperimentFindings, type Section } from './sections';

/** How far off is still called the same. */
const tolerance = 0.1;

/** A reference beside what was measured of the same. */
export interface Calibrated {
  readonly reference: Reference;
  readonly measured: number | null;
  readonly n: number;
  /** (measured − reference) / reference; 0 within a range, else from its nearer end. */
  readonly difference: number | null;
  readonly within: boolean;
}

const differenceFrom = (value: Reference['value'], measured: number): number => {
  if (typeof value === 'number') return (measured - value) / value;
  const [low, high] = value;
  return measured < low ? (measured - low) / low : measured > high ? (measured - high) / high : 0;
};

const figureOf = (arm: Arm | undefined, of: Reference['of']) =>
  of === 'latency.mean' ? arm?.latencyMs : arm?.transitionTotalMs;

/** Each reference against the runs at concurrency 1, which is what sources of this kind measured. */
export const calibrate = ({ experiment, results }: ExperimentFindings): readonly Calibrated[] =>
  (experiment.references?.values ?? []).map((reference) => {
    const arms = results
      .filter(({ workflow, document }) => workflow === reference.workflow && document.plan.load.kind === 'iterations')
      .flatMap(({ document }) => document.arms)
      .filter(
        ({ system, load }) => system === reference.system && load.kind === 'iterations' && load.concurrency === 1,
      );
    const found = figureOf(arms[0], reference.of);
    const measured = (reference.of === 'transitions.p50' ? found?.p50 : found?.mean) ?? null;
    const difference = measured === null ? null : differenceFrom(reference.value, measured);
    return {
      reference,
      measured,
      n: found?.n ?? 0,
      difference,
      within: difference !== null && Math.abs(difference) <= tolerance,
    };
  });

const what: Readonly<Record<Reference['of'], string>> = {
  'latency.mean': 'mean duration',
  'transitions.mean': 'mean of total transition time',
  'transitions.p50': 'median of total transition time',
};

const valueText = (value: Reference['value']): string =>
  typeof value === 'number' ? formatMs(value) : `${formatMs(value[0])} – ${formatMs(value[1])}`;

/** By how much the second type of the first workflow is faster than the first, there and here. */
const fasterSentence = (all: readonly Calibrated[], workflow: string): string[] => {
  const of = (system: string) =>
    all.find(
      ({ reference }) =>
        reference.workflow === workflow && reference.system === system && reference.of === 'latency.mean',
    );
  const [standard, express] = [of('standard'), of('express')];
  if (!standard?.measured || !express?.measured) return [];
  if (typeof standard.reference.value !== 'number' || typeof express.reference.value !== 'number') return [];
  const there = 1 - express.reference.value / standard.reference.value;
  const here = 1 - express.measured / standard.measured;
  return [
    `Express took ${formatShare(here, { digits: 2 })} less time than Standard; the source has ${formatShare(there, { digits: 2 })}.`,
  ];
};

/** The source's figures beside what came out, and what that says. Nothing where the experiment has no references. */
export const calibrationSection = (findings: ExperimentFindings): Section | undefined => {
  const { references } = findings.experiment;
  const all = calibrate(findings).filter(({ measured }) => measured !== null);
  if (!references || all.length === 0) return undefined;
  const within = all.filter((each) => each.within).length;
  const simulated = !isMeasured(findings);
  return {
    title: simulated ? 'Calibration' : 'Against the study',
    sentences: [
      `${within} of ${all.length} figures are within ${formatNumber(tolerance * 100)} % of what “${references.source}” reports.`,
      ...fasterSentence(all, references.values[0]?.workflow ?? ''),
      ...(simulated
        ? [
            'These runs were simulated with latencies set to what the source reports. That they agree shows that the pipeline measures what is there; it is no evidence about AWS.',
          ]
        : []),
    ],
    figures: [],
    tables: [
      {
        title: 'The study’s figures and these',
        columns: [
          left('figure'),
          left('system'),
          left('workflow'),
          right('study'),
          right(simulated ? 'simulated' : 'measured'),
          right('n'),
          right('difference'),
          left('within 10 %'),
        ],
        rows: all.map(({ reference, measured, n, difference, within: ok }) => [
          what[reference.of],
          systemName({ system: reference.system }),
          labelOf(findings.experiment, reference.workflow),
          valueText(reference.value),
          formatMs(measured),
          formatCount(n),
          difference === 0 && typeof reference.value !== 'number'
            ? 'in the range'
            : formatShare(difference ?? NaN, { digits: 2 }),
          ok ? 'yes' : 'no',
        ]),
        notes: [],
      },
    ],
  };
};
