import { transitionsOfArm } from '../cost';
import { formatCount, formatInterval, formatMs, formatNumber, formatUsd } from '../model/format';
import type { Arm, RunDocument, SweepFit } from '../model/run';
import { fitSweep } from '../stats';
import { armTitle } from './figures';
import { fitSentence, fitTable } from './fits';
import type { Table } from './table';

interface VariantArm {
  readonly name: string;
  readonly arm: Arm;
  /** Of one execution, retries among them. */
  readonly transitions: number;
}

const armsOf = (documents: readonly RunDocument[]): VariantArm[] =>
  documents.flatMap((document) =>
    document.arms.map((arm) => ({ name: document.workflow.name, arm, transitions: transitionsOfArm(arm) })),
  );

/**
 * Lines through variants of a workflow under the same load: latency and total transition time over the transitions of an
 * execution, for each system. Variants whose histories could not be read are left out.
 */
export const fitVariants = (documents: readonly RunDocument[]): SweepFit[] => {
  const arms = armsOf(documents).filter(({ transitions }) => transitions > 0);
  return fitSweep(
    arms.map(({ arm }) => arm),
    { over: 'transitions', values: arms.map(({ transitions }) => transitions) },
  );
};

/** One line a variant and arm, then the lines through them. */
export const variantTables = (documents: readonly RunDocument[], locale?: string): Table[] => [
  {
    title: 'Variants',
    columns: ['workflow', 'arm', 'transitions', 'n', 'p50', '', 'p95', 'transition total p50', 'USD/million'].map(
      (title, i) => ({ title, align: i < 2 || title === '' ? 'left' : 'right' }),
    ),
    rows: armsOf(documents).map(({ name, arm, transitions }) => [
      name,
      armTitle(arm),
      transitions > 0 ? formatNumber(transitions, { locale }) : '–',
      formatCount(arm.latencyMs?.n ?? 0, locale),
      formatMs(arm.latencyMs?.p50, locale),
      arm.latencyMs?.ci95?.p50 ? `[${formatInterval(arm.latencyMs.ci95.p50, 'ms', locale)}]` : '',
      formatMs(arm.latencyMs?.p95, locale),
      formatMs(arm.transitionTotalMs?.p50, locale),
      arm.cost ? `${formatUsd(arm.cost.perMillion, locale)}${arm.cost.complete ? '' : ' + ?'}` : '–',
    ]),
    notes: ['Each workflow was run by itself, one after the other, under the same load.'],
  },
  ...fitVariants(documents).map((fit) => {
    const table = fitTable(fit, locale);
    return { ...table, notes: [fitSentence(fit), ...table.notes] };
  }),
];
