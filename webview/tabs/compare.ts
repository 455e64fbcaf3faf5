import type { Arm, Comparison, RunDocument } from '../../src/model/run';
import type { Distribution } from '../../src/model/distribution';
import { dropdown } from '../controls';
import { refusal, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { armLabel, loadLabel, mainArms, provenanceLabel, systemOf } from '../systems';
import { vacant } from '../views/vacant';
import { unbroken, verdict } from '../views/verdict';
import { dataTable, type TableCell, type TableSpec } from '../views/dataTable';

/** Two arms against each other: what the second one is measured by comes first. */
export interface Pair {
  readonly label: string;
  readonly baseline: Arm;
  readonly candidate: Arm;
  readonly names: readonly [string, string];
}

const none = 'none';

/** The types of this run, or each arm of it with the same one of the baseline. */
export const pairsOf = (run: RunDocument, baseline: RunDocument | null, context: Context): Pair[] => {
  const arms = mainArms(run).map(({ arm }) => arm);
  if (!baseline) {
    const [first, second] = arms;
    if (!first || !second) return [];
    const names = [armLabel(first, arms, context), armLabel(second, arms, context)] as const;
    const load = run.arms.length > arms.length ? `, ${loadLabel(first.load, context)}` : '';
    const label = `${context.t('against', names[1], names[0])}${load}`;
    return [{ label, baseline: first, candidate: second, names }];
  }
  const earlier = mainArms(baseline).map(({ arm }) => arm);
  return arms.flatMap((candidate) => {
    const before = earlier.find((arm) => arm.system === candidate.system);
    if (!before) return [];
    const name = armLabel(candidate, arms, context);
    return [{ label: name, baseline: before, candidate, names: [context.t('earlier', name), name] as const }];
  });
};

/** (candidate − baseline) / baseline, null where there is nothing to divide by. */
export const relative = (baseline: number | null | undefined, candidate: number | null | undefined): number | null =>
  baseline === null || baseline === undefined || candidate === null || candidate === undefined || baseline === 0
    ? null
    : (candidate - baseline) / baseline;

const signed = (share: number | null, { f }: Context): string =>
  share === null ? '–' : `${share > 0 ? '+' : share < 0 ? '−' : '±'}${f.share(Math.abs(share))}`;

/** Histories have whole ms: what is less has no sign worth telling. */
const signedMs = (ms: number, { f }: Context): string =>
  Math.abs(ms) < 1 ? f.stay(Math.abs(ms)) : `${ms < 0 ? '−' : '+'}${f.ms(Math.abs(ms))}`;

/** Whether the 95 % intervals of the medians lie apart; null where one of them is not known. */
export const apart = (a: Distribution | null, b: Distribution | null): boolean | null => {
  const [left, right] = [a?.ci95?.p50, b?.ci95?.p50];
  return left && right ? left[1] < right[0] || right[1] < left[0] : null;
};

/** Whether the intervals show the difference, in a word or two. */
const certain = (a: Distribution | null, b: Distribution | null, { t }: Context): string => {
  const known = apart(a, b);
  return t(known === null ? 'tooFew' : known ? 'intervalsApart' : 'intervalsOverlap');
};

const withInterval = (distribution: Distribution | null, { f }: Context): TableCell => ({
  text: f.stay(distribution?.p50),
  value: distribution?.p50 ?? null,
  node: h(
    'span',
    { title: distribution ? `n = ${distribution.n}` : undefined },
    f.stay(distribution?.p50),
    distribution?.ci95?.p50 &&
      distribution.p50 >= 1 &&
      h('span', { class: 'note block' }, f.interval(distribution.ci95.p50, 'ms')),
  ),
});

const measures = (pair: Pair, key: string, comparison: Comparison | undefined, context: Context): TableSpec => {
  const { t, f } = context;
  const { baseline: a, candidate: b } = pair;
  const row = (
    label: string,
    left: number | null | undefined,
    right: number | null | undefined,
    format: (value: number | null | undefined) => string,
    known?: Comparison['p50'],
  ): TableSpec['rows'][number] => {
    // The statistics' own difference where there is one: that of pairs is not the difference of the medians.
    const difference = known?.difference ?? relative(left, right);
    return {
      key: label,
      cells: [
        { text: label },
        { text: format(left), value: left ?? null },
        { text: format(right), value: right ?? null },
        {
          text: signed(difference, context),
          value: difference,
          node: h(
            'span',
            {},
            signed(difference, context),
            known?.ci95 && h('span', { class: 'note block' }, f.interval(known.ci95, 'share')),
          ),
        },
      ],
    };
  };
  const count = (n = 0): TableCell => ({ text: f.count(n), value: n });
  const median = row('p50', a.latencyMs?.p50, b.latencyMs?.p50, f.ms, comparison?.p50);
  const rows = [
    {
      ...median,
      cells: [
        median.cells[0]!,
        withInterval(a.latencyMs, context),
        withInterval(b.latencyMs, context),
        median.cells[3]!,
      ],
    },
    row('p95', a.latencyMs?.p95, b.latencyMs?.p95, f.ms, comparison?.p95),
    row('p99', a.latencyMs?.p99, b.latencyMs?.p99, f.ms, comparison?.p99),
    row(t('transitionsTitle'), a.transitionTotalMs?.p50, b.transitionTotalMs?.p50, f.ms),
    row(t('throughputTitle'), a.throughputPerSecond, b.throughputPerSecond, f.rate),
    row(t('costMillion'), a.cost?.perMillion, b.cost?.perMillion, f.usd),
    {
      key: 'n',
      cells: [{ text: 'n' }, count(a.latencyMs?.n), count(b.latencyMs?.n), { text: '' }],
    },
  ];
  return {
    id: `measures:${key}`,
    caption: pair.label,
    compact: true,
    columns: [
      { id: 'name', label: t('figure'), text: true },
      { id: 'a', label: pair.names[0] },
      { id: 'b', label: pair.names[1] },
      { id: 'difference', label: t('difference') },
    ],
    rows,
  };
};

interface StateDifference {
  readonly path: string;
  readonly a: Distribution | null;
  readonly b: Distribution | null;
  readonly ms: number;
}

const stateDifferences = (pair: Pair): StateDifference[] => {
  const other = new Map(pair.baseline.states.map((state) => [state.path, state.durationMs]));
  return pair.candidate.states
    .map((state) => ({ path: state.path, a: other.get(state.path) ?? null, b: state.durationMs }))
    .filter(({ a, b }) => a !== null || b !== null)
    .map(({ path, a, b }) => ({ path, a, b, ms: (b?.p50 ?? 0) - (a?.p50 ?? 0) }))
    .sort((x, y) => Math.abs(y.ms) - Math.abs(x.ms));
};

const stateTable = (pair: Pair, key: string, context: Context): TableSpec => {
  const { t, ask } = context;
  return {
    id: `compare-states:${key}`,
    caption: t('compareStates'),
    compact: true,
    columns: [
      { id: 'name', label: t('state'), text: true },
      { id: 'a', label: pair.names[0] },
      { id: 'b', label: pair.names[1] },
      { id: 'ms', label: t('difference') },
    ],
    rows: stateDifferences(pair).map(({ path, a, b, ms }) => {
      const share = relative(a?.p50, b?.p50);
      const name = path.split('/').at(-1)!;
      return {
        key: path,
        cells: [
          {
            text: path,
            node: h(
              'button',
              {
                class: 'plain',
                title: t('reveal', path),
                on: { click: () => ask('reveal', { kind: 'reveal', path }) },
              },
              name,
            ),
          },
          withInterval(a, context),
          withInterval(b, context),
          {
            text: signedMs(ms, context),
            value: ms,
            node: h(
              'span',
              {},
              signedMs(ms, context),
              Math.abs(ms) >= 1 &&
                h('span', { class: 'note block' }, `${signed(share, context)}, ${certain(a, b, context)}`),
            ),
          },
        ],
      };
    }),
  };
};

const sentenceOf = (pair: Pair, comparison: Comparison | undefined, context: Context): VNode[] => {
  const { t, f } = context;
  // Of the differences that the intervals show; a state visited once is no finding.
  const largest = stateDifferences(pair).find(({ a, b }) => apart(a, b) === true);
  return [
    ...(comparison ? [h('p', { class: 'ruled good', key: 'sentence' }, verdict(comparison, context))] : []),
    ...(largest
      ? [
          h(
            'p',
            { key: 'largest' },
            unbroken(
              t('biggestDifference', largest.path.split('/').at(-1)!, f.ms(largest.b?.p50), f.ms(largest.a?.p50)),
            ),
          ),
        ]
      : []),
  ];
};

const runPicker = (state: PanelState, { t, ask }: Context): VNode | false => {
  const { run, baseline, recent } = state.snapshot!;
  const others = recent.filter((one) => one.id !== run?.id);
  const refused = refusal(state, 'baseline');
  if (others.length === 0 && !baseline) return false;
  const choices = [
    { value: none, label: t('compareTypes') },
    ...others.map((one) => ({ value: one.id, label: `${one.title}, ${one.when}` })),
  ];
  if (baseline && !others.some((one) => one.id === baseline.id))
    choices.push({ value: baseline.id, label: baseline.startedAt.slice(0, 16).replace('T', ' ') });
  return h(
    'div',
    { class: 'pickers', key: 'pickers' },
    h('span', { class: 'note', 'aria-hidden': 'true' }, t('compareWith')),
    dropdown(
      choices,
      baseline?.id ?? none,
      (id) => ask('baseline', { kind: 'baseline', id: id === none ? null : id }),
      { 'aria-label': t('compareWith'), class: 'grow long' },
    ),
    refused !== null && h('p', { class: 'problem', role: 'alert' }, refused),
  );
};

/** The host's sentence for a pair: by its place where there is one for each, else by the name in it. */
const comparisonOf = (
  comparisons: readonly Comparison[],
  pairs: readonly Pair[],
  pair: Pair,
): Comparison | undefined =>
  comparisons.length === pairs.length
    ? comparisons[pairs.indexOf(pair)]
    : comparisons.find((one) => one.candidate.toLowerCase().includes(pair.candidate.system));

export const compareTab = (state: PanelState, context: Context): VNode => {
  const { t } = context;
  const { run, baseline, comparisons } = state.snapshot!;
  if (!run || run.arms.length === 0) return vacant(run, 'emptyCompare', context);
  const pairs = pairsOf(run, baseline, context);
  return h(
    'div',
    { class: 'frames' },
    runPicker(state, context),
    pairs.length === 0 && h('p', { class: 'note', key: 'two' }, t('compareNeedsTwo')),
    pairs.map((pair) => {
      const key = pair.candidate.system;
      const comparison = baseline ? comparisonOf(comparisons ?? [], pairs, pair) : run.comparison;
      return h(
        'section',
        { key, class: `frame sys-${systemOf(pair.candidate)}` },
        h('h2', {}, pair.label),
        sentenceOf(pair, comparison, context),
        dataTable(measures(pair, key, comparison, context), state, context),
        h('h2', { class: 'second' }, t('compareStates')),
        dataTable(stateTable(pair, key, context), state, context),
        h('p', { class: 'note' }, provenanceLabel(run, 'measured', context)),
      );
    }),
  );
};
