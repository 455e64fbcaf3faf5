import { formatMs } from '../../model/format';
import type { Arm, SamplePoint } from '../../model/run';
import { hasLatency } from '../../stats';
import type { Axis, Mark } from './charts';
import type { ExperimentResult } from './sections';

/** An arm with samples, and the run it is of. */
export interface Shown {
  readonly result: ExperimentResult;
  readonly arm: Arm;
}

export const shown = (results: readonly ExperimentResult[]): readonly Shown[] =>
  results.flatMap((result) => result.document.arms.flatMap((arm) => (arm.samples.length > 0 ? [{ result, arm }] : [])));

export const formOf = (sample: SamplePoint): Mark['form'] =>
  sample.status !== 'succeeded' ? 'failed' : sample.cold === true ? 'cold' : 'warm';

export const coldWarm = 'A dot is a warm execution, a ring a cold one, a cross one that did not succeed';

export const ended = (arm: Arm): readonly SamplePoint[] => arm.samples.filter(hasLatency);

/** At least 1, so that an axis has a length. */
export const greatest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 1);

/** At most so many, evenly picked. */
export const thin = <T>(list: readonly T[], most: number): readonly T[] => {
  const stride = Math.ceil(list.length / most);
  return stride <= 1 ? list : list.filter((_, i) => i % stride === 0);
};

export const seconds = (title: string, max: number): Axis => ({ title, text: (value) => formatMs(value), max });
