import type { SeriesPoint } from '../model/run';
import { quantile } from './distribution';

/** One entry a second of the arm, kept up as executions start and end. */
export interface Series {
  started(atMs: number): void;
  finished(atMs: number, latencyMs: number, failed: boolean): void;
  points(): readonly SeriesPoint[];
}

interface Second {
  started: number;
  finished: number;
  failed: number;
  latencies: number[];
  point?: SeriesPoint;
}

/** An arm of a day has 86,400 seconds; what lies beyond is counted in the last. */
const limit = 86_400;

export const createSeries = (): Series => {
  const seconds: Second[] = [];
  const at = (ms: number): Second => {
    const index = Math.min(limit - 1, Math.max(0, Math.floor(ms / 1000)));
    while (seconds.length <= index) seconds.push({ started: 0, finished: 0, failed: 0, latencies: [] });
    return seconds[index]!;
  };
  return {
    started: (atMs) => {
      const second = at(atMs);
      second.started++;
      second.point = undefined;
    },
    finished: (atMs, latencyMs, failed) => {
      const second = at(atMs);
      second.finished++;
      if (failed) second.failed++;
      second.latencies.push(latencyMs);
      second.point = undefined;
    },
    points: () => {
      let running = 0;
      return seconds.map((second, index) => {
        running += second.started - second.finished;
        if (second.point?.running === running) return second.point;
        const sorted = Float64Array.from(second.latencies).sort();
        second.point = {
          atMs: index * 1000,
          started: second.started,
          finished: second.finished,
          failed: second.failed,
          running,
          p50: sorted.length > 0 ? quantile(sorted, 0.5) : null,
          p95: sorted.length > 0 ? quantile(sorted, 0.95) : null,
        };
        return second.point;
      });
    },
  };
};
