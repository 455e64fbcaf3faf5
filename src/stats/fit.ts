import type { Load } from '../model/plan';
import type { Arm, SweepFit } from '../model/run';
import { findKnee } from './knee';

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Null where all y are alike. */
  readonly r2: number | null;
  readonly residuals: readonly number[];
}

/** Least squares through points; null with fewer than two different x. */
export const fitLine = (xs: readonly number[], ys: readonly number[]): Line | null => {
  const n = xs.length;
  if (n < 2 || ys.length !== n) return null;
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / n;
  const [mx, my] = [mean(xs), mean(ys)];
  let [sxx, sxy, syy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [xs[i]! - mx, ys[i]! - my];
    sxx += dx * dx;
    sxy += dx * dy;
    syy += dy * dy;
  }
  if (sxx === 0) return null;
  const slope = sxy / sxx;
  const intercept = my - slope * mx;
  const residuals = xs.map((x, i) => ys[i]! - (intercept + slope * x));
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  return { slope, intercept, r2: syy === 0 ? null : 1 - squares / syy, residuals };
};

type Swept = 'concurrency' | 'rate' | 'burst';

const sweptOf = (load: Load): readonly [Swept, number] | null => {
  switch (load.kind) {
    case 'iterations':
      return ['concurrency', load.concurrency];
    case 'burst':
      return ['burst', load.executions];
    case 'arrivalRate':
      return ['rate', load.rate];
    case 'sweep':
      return null;
  }
};

const pointsOf = (line: Line, xs: readonly number[], ys: readonly number[]): SweepFit['points'] =>
  xs.map((x, i) => ({ x, y: ys[i]!, residual: line.residuals[i]! }));

const fit = (
  system: string,
  over: SweepFit['over'],
  of: SweepFit['of'],
  unit: string,
  points: readonly (readonly [number, number])[],
): SweepFit | null => {
  const sorted = [...points].sort((a, b) => a[0] - b[0]);
  const [xs, ys] = [sorted.map(([x]) => x), sorted.map(([, y]) => y)];
  // Two points always lie on their line: only a third says anything of it.
  if (new Set(xs).size < 3) return null;
  const line = fitLine(xs, ys);
  if (!line) return null;
  const { slope, intercept, r2 } = line;
  return {
    system,
    over,
    of,
    unit,
    slope,
    intercept,
    r2,
    points: pointsOf(line, xs, ys),
    ...(of === 'throughput' ? { knee: findKnee(xs, ys) } : {}),
  };
};

/**
 * Lines through the arms of a sweep, one set a system: latency and throughput against the load, and, where `swept` says what each arm stood
 * for (bytes of payload, states of a variant), milliseconds per KB or per transition. Systems with fewer than three different values are left out.
 */
export const fitSweep = (
  arms: readonly Arm[],
  swept?: { readonly over: 'payload' | 'transitions'; readonly values: readonly number[] },
): SweepFit[] => {
  const fits: (SweepFit | null)[] = [];
  for (const system of new Set(arms.map((arm) => arm.system))) {
    const own = arms
      .map((arm, i) => ({ arm, value: swept?.values[i] }))
      .filter(({ arm }) => arm.system === system && arm.latencyMs);
    if (swept) {
      const scale = swept.over === 'payload' ? 1024 : 1;
      const unit = swept.over === 'payload' ? 'ms per KB' : 'ms per transition';
      const at = own.flatMap(({ arm, value }) => (value === undefined ? [] : [{ x: value / scale, arm }]));
      fits.push(
        fit(
          system,
          swept.over,
          'p50',
          unit,
          at.map(({ x, arm }) => [x, arm.latencyMs!.p50]),
        ),
      );
      fits.push(
        fit(
          system,
          swept.over,
          'transitionTotal',
          unit,
          at.flatMap(({ x, arm }) => (arm.transitionTotalMs ? [[x, arm.transitionTotalMs.p50] as const] : [])),
        ),
      );
      continue;
    }
    const loads = own.map(({ arm }) => sweptOf(arm.load));
    const kind = loads[0]?.[0];
    if (!kind || !loads.every((load) => load?.[0] === kind)) continue;
    fits.push(
      fit(
        system,
        kind,
        'p50',
        `ms per ${kind === 'rate' ? 'start a second' : 'execution in flight'}`,
        own.map(({ arm }, i) => [loads[i]![1], arm.latencyMs!.p50]),
      ),
    );
    fits.push(
      fit(
        system,
        kind,
        'throughput',
        `executions a second per ${kind === 'rate' ? 'start a second' : 'execution in flight'}`,
        own.map(({ arm }, i) => [loads[i]![1], arm.throughputPerSecond]),
      ),
    );
  }
  return fits.filter((each) => each !== null);
};
