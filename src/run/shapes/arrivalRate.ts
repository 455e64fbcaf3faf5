import { planProblem, positiveNumber, wholeNumber } from './problems';
import { mostConcurrent, mostExecutions, type BaseShape, type LoadOf } from './shape';

const planned = (load: LoadOf<'arrivalRate'>) =>
  Math.max(1, Math.floor(((load.rate + (load.endRate ?? load.rate)) / 2) * (load.durationMs / 1000) + 1e-9));

/**
 * Moment (ms) of the k-th start, k from 0, where the rate goes evenly from `rate` to `endRate`: the time at which the area
 * under the rate reaches k, i.e. the root of r₀t + (r₁ − r₀)t²/2T = k.
 */
const startAt = (load: LoadOf<'arrivalRate'>, k: number): number => {
  const r0 = load.rate;
  const slope = ((load.endRate ?? r0) - r0) / (load.durationMs / 1000);
  if (Math.abs(slope) < 1e-12) return (k / r0) * 1000;
  // The form 2k / (r₀ + √(r₀² + 2·slope·k)) loses no digits when the slope is small.
  return ((2 * k) / (r0 + Math.sqrt(Math.max(0, r0 * r0 + 2 * slope * k)))) * 1000;
};

/** R starts a second for a time, constant or ramping evenly to another rate: the open model, never waiting for replies. */
export const arrivalRate: BaseShape<'arrivalRate'> = {
  kind: 'arrivalRate',
  validate: (load, path) => {
    const problems = [
      ...positiveNumber(`${path}/rate`, 'Rate (starts a second)', load.rate, 10_000),
      ...(load.endRate === undefined
        ? []
        : positiveNumber(`${path}/endRate`, 'End rate (starts a second)', load.endRate, 10_000)),
      ...positiveNumber(`${path}/durationMs`, 'Duration in ms', load.durationMs, 24 * 3_600_000),
      ...wholeNumber(`${path}/maxInFlight`, 'The cap in flight', load.maxInFlight, 1, mostConcurrent),
    ];
    if (problems.length === 0 && planned(load) > mostExecutions)
      problems.push(
        planProblem(
          `${path}/durationMs`,
          `That would be ${planned(load).toLocaleString('en')} executions; one run starts at most ${mostExecutions.toLocaleString('en')}. Lower the rate or the duration.`,
        ),
      );
    return problems;
  },
  describe: (load) =>
    `${load.endRate === undefined ? load.rate : `from ${load.rate} to ${load.endRate}`} starts a second for ${load.durationMs / 1000} s, at most ${load.maxInFlight.toLocaleString('en')} in flight`,
  planned,
  schedule: (load) => ({
    model: 'open',
    startsAt: Array.from({ length: planned(load) }, (_, k) => startAt(load, k)),
    maxInFlight: load.maxInFlight,
  }),
  blocks: (load) => [load],
};
