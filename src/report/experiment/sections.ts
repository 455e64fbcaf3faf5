import type { Rates } from '../../cost';
import type { Experiment, ExperimentRow } from '../../experiment/declaration';
import type { RunDocument } from '../../model/run';
import type { Table } from '../table';

/** A run of an experiment, and which row it belongs to. */
export interface ExperimentResult {
  readonly row: ExperimentRow;
  readonly workflow: string;
  readonly document: RunDocument;
}

/** All that a report of an experiment is made of. */
export interface ExperimentFindings {
  readonly experiment: Experiment;
  readonly results: readonly ExperimentResult[];
  readonly rates: Rates;
}

/** One drawing. `id` names its file; the legend's colours are the chart's. */
export interface Figure {
  readonly id: string;
  readonly caption: string;
  readonly svg: string;
  readonly legend: readonly { readonly name: string; readonly colour: number }[];
}

/** A part of a report, in whatever form it is written. */
export interface Section {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

export const left = (title: string) => ({ title, align: 'left' as const });
export const right = (title: string) => ({ title, align: 'right' as const });

export const labelOf = ({ labels }: Experiment, workflow: string): string =>
  labels?.[workflow] ?? workflow.replace(/(\.asl)?\.(json|ya?ml)$/, '');

export { colourOf } from '../names';

/** Every run was made on an account: then figures speak of AWS. */
export const isMeasured = ({ results }: ExperimentFindings): boolean =>
  results.length > 0 && results.every(({ document }) => document.target.kind === 'aws');
