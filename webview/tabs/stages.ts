import type { Arm, StateFigures } from '../../src/model/run';
import type { Context } from '../context';
import { h, type VNode } from '../dom/vnode';

/** The parts of a bar, in the order of time; grey transition, yellow queue, coloured work, hatched waiting. */
const stageKinds = ['transition', 'queue', 'work', 'wait'] as const;
export type StageKind = (typeof stageKinds)[number];
export type Stages = Readonly<Record<StageKind, number>>;

/** Mean ms of each part of a visit with its transition in. `post` counts as work: the service is closing the state. */
export const stagesOf = (figures: StateFigures): Stages => ({
  transition: figures.transitionMs?.mean ?? 0,
  queue: figures.parts.pre + figures.parts.queue,
  work: figures.parts.work + figures.parts.post,
  wait: figures.parts.wait + figures.parts.backoff,
});

export const stagesTotal = (stages: Stages): number => stageKinds.reduce((total, kind) => total + stages[kind], 0);

/** The one scale all bars of a table share, ms. */
export const sharedScale = (arms: readonly Arm[]): number =>
  arms.reduce(
    (most, arm) => arm.states.reduce((max, figures) => Math.max(max, stagesTotal(stagesOf(figures))), most),
    0,
  );

const labels = { transition: 'transitionIn', queue: 'queued', work: 'work', wait: 'waiting' } as const;

/** `transition in 58.0 ms, work 354 ms`: the bar in words. */
export const stagesText = (stages: Stages, { t, f }: Pick<Context, 't' | 'f'>): string =>
  stageKinds
    .filter((kind) => stages[kind] > 0)
    .map((kind) => `${t(labels[kind])} ${f.ms(stages[kind])}`)
    .join(', ');

export const stageBar = (stages: Stages, scale: number, context: Pick<Context, 't' | 'f'>): VNode => {
  const text = stagesText(stages, context);
  return h(
    'span',
    { class: 'bar', role: 'img', 'aria-label': text === '' ? '–' : text, title: text },
    scale > 0 &&
      stageKinds.map((kind) =>
        stages[kind] > 0
          ? h('span', { key: kind, class: `part ${kind}`, style: { width: `${(stages[kind] / scale) * 100}%` } })
          : false,
      ),
  );
};

export const stageKey = ({ t }: Pick<Context, 't'>): VNode =>
  h(
    'p',
    { class: 'key note', key: 'key' },
    stageKinds.map((kind) => h('span', { key: kind }, h('span', { class: `swatch part ${kind}` }), t(labels[kind]))),
  );
