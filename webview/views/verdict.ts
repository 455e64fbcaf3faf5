import type { Comparison } from '../../src/model/run';
import type { Context } from '../context';
import { h, type Child } from '../dom/vnode';
import { systemLabel } from '../systems';

/** A figure and its unit stay on one line, and so do both ends of a range. */
export const unbroken = (text: string): string =>
  text.replace(/(\d) (%|ms|s|min|h)(?!\w)/g, '$1\u00a0$2').replace(/(\d)–(?=[\d$])/g, '$1\u2060–\u2060');

const systems: Readonly<Record<string, string>> = {
  standard: 'standard',
  express: 'express',
  'event-driven': 'event-driven',
  gateway: 'gateway',
  'as-code': 'as-code',
};

/** What a run calls one of its own arms, in the reader's words; what a person or the host named stays as it is. */
const nameOf = (called: string, context: Pick<Context, 't'>): string => {
  const system = systems[called.toLowerCase()];
  return system === undefined ? called : systemLabel({ system, type: 'STANDARD' }, context);
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Left in the text, for `fill`. */
const holes = ['{0}', '{1}', '{2}', '{3}', '{4}'] as const;

/** Text with `{0}`, `{1}`… filled in; only what is a node stands apart, so that the rest is read as one. */
const fill = (text: string, parts: readonly Child[]): Child[] =>
  text.split(/(\{\d\})/).reduce<Child[]>((said, piece) => {
    const hole = /^\{(\d)\}$/.exec(piece);
    const next = hole ? parts[Number(hole[1])] : unbroken(piece);
    const last = said.at(-1);
    if (typeof next === 'string' && typeof last === 'string') return [...said.slice(0, -1), last + next];
    return [...said, next];
  }, []);

/** Of how many executions, and whether in pairs. */
const basis = ({ n, paired }: Comparison, { t, f }: Context): string =>
  [
    n[0] === n[1] ? t('nEach', f.count(n[0])) : t('nAnd', f.count(n[0]), f.count(n[1])),
    ...(paired ? [t('inPairs')] : []),
  ].join(', ');

const price = (ratio: number | null, who: string, baseline: string, { t, f }: Context): Child => {
  if (ratio === null || !Number.isFinite(ratio) || ratio <= 0) return null;
  if (Math.abs(ratio - 1) < 0.005) return ` ${t('costsTheSame', who)}`;
  return unbroken(
    ` ${ratio < 1 ? t('costsShare', f.share(ratio), baseline, who) : t('costsTimes', f.number(Number(ratio.toPrecision(3))), baseline, who)}`,
  );
};

/** Whether a difference is shown at all: there is one, and its interval does not hold zero. */
export const shows = ({ p50 }: Comparison): boolean =>
  p50 !== null && (p50.ci95 === null || p50.ci95[0] > 0 || p50.ci95[1] < 0);

/** The difference of two arms in a sentence, with its interval and what it stands on; the figure itself stands out. */
export const verdict = (comparison: Comparison, context: Context): Child[] => {
  const { t, f } = context;
  const [baseline, candidate] = [nameOf(comparison.baseline, context), nameOf(comparison.candidate, context)];
  const known = basis(comparison, context);
  const cost = (who: string): Child => price(comparison.costRatio, who, baseline, context);
  if (!comparison.p50) return [capital(unbroken(t('tooLittle', baseline, candidate, known))), cost(capital(candidate))];
  const { difference, ci95 } = comparison.p50;
  const interval = (range: readonly [number, number]): string => unbroken(f.interval(range, 'share'));
  if (ci95 && ci95[0] <= 0 && ci95[1] >= 0)
    return [capital(unbroken(t('noDifference', baseline, candidate, interval(ci95), known))), cost(capital(candidate))];
  const size = unbroken(t(difference < 0 ? 'percentFaster' : 'percentSlower', f.share(Math.abs(difference))));
  const range = ci95 && (difference < 0 ? ([-ci95[1], -ci95[0]] as const) : ci95);
  return [
    ...fill(t(range ? 'verdict' : 'verdictPlain', ...holes), [
      capital(candidate),
      h('strong', {}, size),
      baseline,
      range && interval(range),
      unbroken(known),
    ]),
    cost(t('it')),
  ];
};
