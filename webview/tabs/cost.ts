import type { Arm, RunDocument } from '../../src/model/run';
import { canvasChart } from '../charts/draw';
import type { ChartSpec } from '../charts/spec';
import { wideFrom, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { armLabel, dashes, isRunning, mainArms, provenanceLabel, simulatedLabel, systemOf } from '../systems';
import { capital, chartFrame } from '../views/chartFrame';
import { dataTable } from '../views/dataTable';
import { vacant } from '../views/vacant';
import { breakEvenOf, monthlyOf, stepOf, volumeAt, volumeSteps } from './costModel';

const date = (iso: string, locale: string): string => {
  const at = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at.getTime())
    ? iso
    : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
};

/** Per million executions: what Step Functions bills, what the services behind it bill, together. */
const breakdown = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  // At the narrowest the services are what is left to the total.
  const withServices = state.width >= 300;
  const first = arms[0]!.cost!;
  return h(
    'section',
    { key: 'breakdown', class: 'frame full narrowtable', 'aria-label': t('costBreakdown') },
    h('h2', {}, t('costBreakdown')),
    h(
      'table',
      { class: 'figures' },
      h('caption', { class: 'hidden' }, t('costBreakdown')),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td', {}),
          [t('orchestration'), ...(withServices ? [t('services')] : []), t('total')].map((label) =>
            h('th', { scope: 'col', key: label }, label),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        arms.map((arm) => {
          const cost = arm.cost!;
          return h(
            'tr',
            { key: arm.system, class: `sys-${systemOf(arm)}` },
            h('th', { scope: 'row' }, h('span', { class: 'swatch' }), armLabel(arm, arms, context)),
            h('td', {}, f.usd(cost.orchestrationPerMillion)),
            withServices && h('td', {}, f.usd(cost.perMillion - cost.orchestrationPerMillion)),
            h('td', { class: 'strong' }, f.usd(cost.perMillion)),
          );
        }),
      ),
    ),
    h(
      'p',
      { class: 'note' },
      `${t('pricesOf', first.region, date(first.pricesOf, f.locale))} · ${[...new Set(arms.map((arm) => t('nCount', f.count(arm.cost!.executions))))].join(', ')} · ${[...new Set(arms.flatMap((arm) => arm.cost!.lines.map((line) => t(line.provenance))))].join(', ')}${run.target.simulated === null ? '' : `, ${simulatedLabel(run.target.simulated, context)}`}${arms.some((arm) => !arm.cost!.complete) ? ` · ${t('incompleteCost')}` : ''}`,
    ),
  );
};

const plural = (unit: string): string => (/sh$/.test(unit) ? `${unit}es` : `${unit}s`);

/** Prices too small to be read are those of a million. */
const unitPrice = (price: number, unit: string, { f }: Context): VNode =>
  price < 0.001
    ? h('span', {}, f.price(price * 1e6), h('span', { class: 'unit' }, ` / ${f.axisCount(1e6)} ${plural(unit)}`))
    : h('span', {}, f.price(price), h('span', { class: 'unit' }, ` / ${unit}`));

/** Quantity × price = amount, a line each, with how each is known. */
const lines = (arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  return h(
    'section',
    { key: 'lines', class: 'frame full' },
    h('h2', {}, t('costLines')),
    dataTable(
      {
        id: 'cost',
        caption: t('costLines'),
        columns: [
          { id: 'line', label: t('cost'), text: true },
          { id: 'system', label: t('system'), text: true },
          { id: 'quantity', label: t('quantity') },
          { id: 'price', label: t('unitPrice') },
          { id: 'amount', label: t('amount') },
          { id: 'known', label: t('known'), text: true },
        ],
        rows: arms.flatMap((arm) =>
          arm.cost!.lines.map((line) => ({
            key: `${arm.system}/${line.meter}`,
            cells: [
              {
                text: line.label,
                node: h(
                  'span',
                  { title: line.note },
                  line.label,
                  line.note !== undefined && h('span', { class: 'note block' }, line.note),
                ),
              },
              { text: armLabel(arm, arms, context) },
              { text: f.number(Number(line.quantity.toPrecision(4))), value: line.quantity },
              {
                text: line.unitPrice === null ? t('priceMissing') : f.usd(line.unitPrice),
                value: line.unitPrice,
                node:
                  line.unitPrice === null
                    ? h('span', { class: 'unit' }, t('priceMissing'))
                    : unitPrice(line.unitPrice, line.unit, context),
              },
              { text: f.usd(line.amount), value: line.amount },
              { text: t(line.provenance) },
            ],
          })),
        ),
      },
      state,
      context,
    ),
  );
};

const slider = (state: PanelState, { t, f, dispatch }: Context): VNode =>
  h(
    'label',
    { class: 'slider', key: 'slider' },
    h(
      'span',
      { class: 'spread' },
      h('span', { class: 'label' }, t('monthlyVolume')),
      h('span', {}, f.count(state.ui.volume)),
    ),
    h('input', {
      type: 'range',
      min: '0',
      max: String(volumeSteps),
      step: '1',
      prop: { value: String(stepOf(state.ui.volume)) },
      'aria-valuetext': f.count(state.ui.volume),
      on: {
        input: (event) =>
          dispatch({ kind: 'volume', volume: volumeAt(Number((event.currentTarget as HTMLInputElement).value)) }),
      },
    }),
  );

const volumes = Array.from({ length: volumeSteps / 5 + 1 }, (_, index) => volumeAt(index * 5));

const monthly = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const { volume } = state.ui;
  const costs = monthlyOf(arms, volume);
  const sentence = t(
    'monthlySentence',
    f.count(volume),
    costs.map(({ arm, monthly: amount }) => `${armLabel(arm, arms, context)} ${f.usd(amount)}`).join(', '),
  );
  const spec: ChartSpec = {
    height: state.width >= wideFrom ? 240 : 190,
    series: arms.map((arm) => ({
      id: arm.system,
      label: armLabel(arm, arms, context),
      system: systemOf(arm),
      shape: 'line',
      mark: 'none',
      dash: dashes[systemOf(arm)],
      points: volumes.map((x) => ({ x, y: arm.cost!.perExecution * x })),
    })),
    x: {
      title: t('monthlyVolume'),
      format: f.axisCount,
      logarithmic: true,
      min: 1000,
      max: 1e9,
      ticks: [1e3, 1e5, 1e7, 1e9],
    },
    y: { format: (value) => `$${f.axisCount(value)}`, logarithmic: true, ticks: [0.01, 1, 100, 1e4, 1e6] },
    markers: [{ x: volume, label: f.axisCount(volume), system: 'grey' }],
  };
  return chartFrame(
    {
      id: 'monthly',
      title: t('monthlyCost'),
      above: slider(state, context),
      sentence,
      known: `${provenanceLabel(run, 'derived', context)}; ${t('volumeAssumed')}`,
      chart: canvasChart('monthly', spec, sentence),
      table: () => ({
        id: 'monthly',
        caption: t('monthlyCost'),
        columns: [
          { id: 'volume', label: t('monthlyVolume') },
          ...arms.map((arm) => ({ id: arm.system, label: armLabel(arm, arms, context) })),
        ],
        rows: volumes.map((x) => ({
          key: String(x),
          cells: [
            { text: f.count(x), value: x },
            ...arms.map((arm) => ({ text: f.usd(arm.cost!.perExecution * x), value: arm.cost!.perExecution * x })),
          ],
        })),
      }),
    },
    state,
    context,
  );
};

const breakEven = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode | false => {
  const { t, f } = context;
  const model = breakEvenOf(arms);
  if (!model) return false;
  const most = Math.min(model.limitMs, (model.crossingMs ?? model.limitMs) * 1.4);
  const steps = Array.from({ length: 11 }, (_, index) => (most * index) / 10);
  const sentence = model.crossingMs === null ? t('breakEvenNever') : t('breakEvenSentence', f.ms(model.crossingMs));
  const line = (system: 'standard' | 'express', y: (ms: number) => number): ChartSpec['series'][number] => ({
    id: system,
    label: t(system),
    system,
    shape: 'line',
    mark: 'none',
    dash: [],
    points: steps.map((x) => ({ x, y: y(x) * 1e6 })),
  });
  const spec: ChartSpec = {
    height: state.width >= wideFrom ? 240 : 190,
    series: [line('standard', () => model.standard), line('express', model.express)],
    x: {
      title: t('breakEvenAxis'),
      format: f.axisMs,
      time: true,
      min: 0,
      max: most,
    },
    y: { format: (value) => `$${f.axisCount(value)}`, min: 0 },
    markers:
      model.crossingMs === null ? [] : [{ x: model.crossingMs, label: f.axisMs(model.crossingMs), system: 'grey' }],
  };
  return chartFrame(
    {
      id: 'break-even',
      title: t('breakEven'),
      sentence,
      known: provenanceLabel(run, 'derived', context),
      chart: canvasChart('break-even', spec, sentence),
      table: () => ({
        id: 'break-even',
        caption: t('breakEven'),
        columns: [
          { id: 'duration', label: t('duration') },
          { id: 'standard', label: t('standard') },
          { id: 'express', label: t('express') },
        ],
        rows: steps.map((ms) => ({
          key: String(ms),
          cells: [
            { text: f.ms(ms), value: ms },
            { text: f.usd(model.standard * 1e6), value: model.standard * 1e6 },
            { text: f.usd(model.express(ms) * 1e6), value: model.express(ms) * 1e6 },
          ],
        })),
      }),
    },
    state,
    context,
  );
};

const forecast = (state: PanelState, run: RunDocument | null, { t }: Context): VNode | false => {
  const text = state.snapshot!.forecast;
  return (
    text !== null &&
    !isRunning(run) &&
    h(
      'section',
      { class: 'frame full', key: 'forecast' },
      h('h2', {}, t('forecast')),
      h('p', { class: 'note' }, capital(text)),
    )
  );
};

export const costTab = (state: PanelState, context: Context): VNode => {
  const { run } = state.snapshot!;
  const arms = run
    ? mainArms(run)
        .map(({ arm }) => arm)
        .filter((arm) => arm.cost !== null)
    : [];
  if (!run || arms.length === 0) {
    const measured = run?.arms.some((arm) => arm.samples.length > 0) === true;
    return vacant(run, 'emptyCost', context, {
      ...(measured ? { instead: 'noCost' } : {}),
      more: forecast(state, run, context),
    });
  }
  return h(
    'div',
    { class: 'frames pairs' },
    breakdown(run, arms, state, context),
    monthly(run, arms, state, context),
    breakEven(run, arms, state, context),
    lines(arms, state, context),
    forecast(state, run, context),
  );
};
