import type { Distribution } from '../model/distribution';
import type { RunDocument } from '../model/run';
import { shortLoad } from './figures';
import { csv } from './table';

/** One row a sample of every arm, warm-ups marked; times in ms. */
export const samplesCsv = (document: RunDocument): string =>
  csv(
    [
      'arm',
      'system',
      'type',
      'load',
      'warmup',
      'index',
      'name',
      'atMs',
      'latencyMs',
      'status',
      'cold',
      'error',
      'saturated',
      'cut',
    ],
    document.arms.flatMap((arm, i) =>
      (
        [
          ['false', arm.samples],
          ['true', arm.warmupSamples ?? []],
        ] as const
      ).flatMap(([warmup, samples]) =>
        samples.map((sample) => [
          i,
          arm.system,
          arm.type,
          shortLoad(arm.load),
          warmup,
          sample.index,
          sample.name,
          sample.atMs,
          sample.latencyMs,
          sample.status,
          sample.cold === null ? null : String(sample.cold),
          sample.error,
          sample.saturated ? 'true' : 'false',
          sample.cut ? 'true' : 'false',
        ]),
      ),
    ),
  );

const figures = ['n', 'min', 'mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const;
const of = (distribution: Distribution | null): (number | null)[] =>
  figures.map((name) => distribution?.[name] ?? null);

/** One row a state of every arm; times in ms, money in USD per million executions. */
export const statesCsv = (document: RunDocument): string =>
  csv(
    [
      'arm',
      'system',
      'type',
      'load',
      'path',
      'stateType',
      'visits',
      'retries',
      'failures',
      'coldStarts',
      ...figures.map((name) => `duration.${name}`),
      ...figures.map((name) => `transition.${name}`),
      'pre',
      'queue',
      'work',
      'wait',
      'backoff',
      'post',
      'criticalShare',
      'costPerMillion',
    ],
    document.arms.flatMap((arm, i) =>
      arm.states.map(({ parts, ...state }) => [
        i,
        arm.system,
        arm.type,
        shortLoad(arm.load),
        state.path,
        state.type,
        state.visits,
        state.retries,
        state.failures,
        state.coldStarts,
        ...of(state.durationMs),
        ...of(state.transitionMs),
        parts.pre,
        parts.queue,
        parts.work,
        parts.wait,
        parts.backoff,
        parts.post,
        state.criticalShare,
        state.costPerMillion,
      ]),
    ),
  );
