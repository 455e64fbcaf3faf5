import type { Arm, RunDocument, Standing } from '../../src/model/run';
import type { Context } from '../context';
import { s, type VNode } from '../dom/vnode';
import { isRunning } from '../systems';
import { textWidth } from '../views/svgText';

/** Who stands where at this moment of a live run; null once it is over, or where it is not known yet. */
export interface Now {
  readonly standing: Standing;
  readonly at: ReadonlyMap<string, number>;
}

/**
 * Of a sweep's loads, the one that has executions in flight; of others their only one. Both types take turns, so none in
 * flight is a moment like any other.
 */
export const nowOf = (run: RunDocument | null, chosen: Pick<Arm, 'system'> | undefined): Now | null => {
  if (!run || !chosen || !isRunning(run)) return null;
  const known = run.arms.flatMap((arm) => (arm.system === chosen.system && arm.standing ? [arm.standing] : []));
  const standing = known.find(({ inFlight }) => inFlight > 0) ?? known[0];
  return standing ? { standing, at: new Map(standing.states.map(({ path, executions }) => [path, executions])) } : null;
};

/** All of those in flight were asked: a count, not an estimate. */
const counted = ({ basis, sampled, inFlight }: Standing): boolean => basis === 'measured' && sampled === inFlight;

/** `7` where it was counted, `≈ 7` where it is an estimate; tenths below ten. */
export const nowText = (executions: number, standing: Standing, { f }: Pick<Context, 'f'>): string => {
  const shown = executions >= 9.95 ? Math.round(executions) : Math.round(executions * 10) / 10;
  return counted(standing) ? f.count(shown) : `≈ ${f.plain(shown)}`;
};

/** What is known of this moment, and how. */
export const nowSentence = ({ standing }: Now, { t, f }: Pick<Context, 't' | 'f'>): string => {
  const { inFlight, sampled, between, basis } = standing;
  if (inFlight === 0) return t('noneInFlight');
  const [all, some, of] = [f.count(inFlight), nowText(between, standing, { f }), f.count(sampled)];
  if (basis === 'derived') return t('nowDerived', all, some, of);
  return counted(standing) ? t('nowCounted', all, some) : t('nowSampled', all, some, of);
};

const height = 16;

/** The count of a node as a pill that ends at `right`; a dashed one is derived. */
export const nowPill = (text: string, right: number, middle: number, basis: Standing['basis']): VNode => {
  const width = pillWidth(text);
  return s(
    'g',
    { key: 'now', class: basis === 'derived' ? 'now derived' : 'now', 'aria-hidden': 'true' },
    s('rect', {
      x: (right - width).toFixed(1),
      y: (middle - height / 2).toFixed(1),
      width: width.toFixed(1),
      height,
      rx: height / 2,
    }),
    s(
      'text',
      {
        x: (right - width / 2).toFixed(1),
        y: middle.toFixed(1),
        'text-anchor': 'middle',
        'dominant-baseline': 'central',
      },
      text,
    ),
  );
};

export const pillWidth = (text: string): number => Math.max(22, Math.ceil(textWidth(text, 11)) + 12);
