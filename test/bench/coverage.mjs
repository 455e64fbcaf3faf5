// How often a 95 % interval holds the truth: percentiles and differences of two arms over seeded log-normal samples, and how often a split in
// cold and warm is found where there is one and where there is none. `node test/bench/coverage.mjs [--trials 1000] [--json]`. Asserts nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const folder = await mkdtemp(path.join(os.tmpdir(), 'stepbench-coverage-'));
const outfile = path.join(folder, 'coverage.cjs');
await bundle({
  stdin: {
    contents: `export * from './src/stats'; export { normal, seeded } from './src/stats/random'; export { normalQuantile } from './src/stats/intervals';`,
    resolveDir: root,
    loader: 'ts',
  },
  outfile,
});
const { compareDistributions, compareSamples, distribution, normal, normalQuantile, seeded, splitInTwo } =
  createRequire(import.meta.url)(outfile);
await rm(folder, { recursive: true, force: true });

const asked = process.argv.indexOf('--trials');
const trials = asked < 0 ? 1000 : Number(process.argv[asked + 1]);
const percentiles = { p50: 0.5, p95: 0.95, p99: 0.99 };
const sigma = 0.5;
const faster = 0.7;
const random = seeded(20261125);
const logNormal = (n, scale = 1, spread = sigma) =>
  Float64Array.from({ length: n }, () => scale * Math.exp(spread * normal(random)));
const holds = (interval, truth) => interval[0] <= truth && truth <= interval[1];

/** Share of trials whose interval holds the truth, of those that have one; undefined where none has. */
const covered = (results) => {
  const told = results.filter((each) => each !== undefined);
  return told.length === 0 ? undefined : told.filter(Boolean).length / told.length;
};
const rows = [];
for (const n of [10, 25, 100, 1000]) {
  const found = { percentile: {}, unpaired: {}, paired: {}, state: {} };
  for (const kind of Object.keys(found)) for (const p of Object.keys(percentiles)) found[kind][p] = [];
  for (let i = 0; i < trials; i++) {
    const [base, other] = [logNormal(n), logNormal(n, faster)];
    const [first, second] = [distribution(base), distribution(other)];
    // What both of a pair share (an hour, a warm cache) is half of the spread.
    const shared = logNormal(n, 1, sigma * Math.SQRT1_2);
    const own = (scale) => logNormal(n, scale, sigma * Math.SQRT1_2).map((value, k) => value * shared[k]);
    const unpaired = compareSamples(base, other, { baseline: 'a', candidate: 'b', seed: i });
    const paired = compareSamples(own(1), own(faster), { baseline: 'a', candidate: 'b', paired: true, seed: i });
    for (const [name, p] of Object.entries(percentiles)) {
      const interval = first.ci95?.[name];
      found.percentile[name].push(interval && holds(interval, Math.exp(sigma * normalQuantile(p))));
      found.unpaired[name].push(unpaired[name] ? holds(unpaired[name].ci95, faster - 1) : undefined);
      found.paired[name].push(paired[name] ? holds(paired[name].ci95, faster - 1) : undefined);
      const state = compareDistributions(first, second, name)?.ci95;
      found.state[name].push(state ? holds(state, faster - 1) : undefined);
    }
  }
  const names = {
    percentile: 'percentile (order statistics)',
    unpaired: 'difference of two arms',
    paired: 'difference of two arms in pairs',
    state: 'difference of two states (from their intervals)',
  };
  for (const [kind, each] of Object.entries(found))
    rows.push({
      n,
      what: names[kind],
      ...Object.fromEntries(Object.entries(each).map(([p, told]) => [p, covered(told)])),
    });
}

/** Share of trials in which latencies are split in two, and of the samples that then stand on the right side. */
const splits = [10, 25, 100, 1000].flatMap((n) =>
  [
    ['warm alone, spread 0.5', 0, 1, 0.5],
    ['warm alone, spread 0.1', 0, 1, 0.1],
    ['a fifth cold, 3 times as long, spread 0.1', 0.2, 3, 0.1],
    ['a fifth cold, 1.5 times as long, spread 0.1', 0.2, 1.5, 0.1],
  ].map(([what, share, times, spread]) => {
    let [split, right] = [0, 0];
    for (let i = 0; i < trials; i++) {
      const cold = Math.round(n * share);
      const values = logNormal(n, 1, spread).map((value, k) => (k < cold ? value * times : value));
      const cut = splitInTwo(values.slice().sort());
      if (!cut) continue;
      split++;
      right += values.filter((value, k) => value > cut.threshold === k < cold).length / n;
    }
    return { n, what, split: split / trials, right: split > 0 ? right / split : undefined };
  }),
);

const share = (value) => (value === undefined ? '–' : `${(value * 100).toFixed(1)} %`).padStart(8);
if (process.argv.includes('--json')) console.log(JSON.stringify({ trials, rows, splits }));
else {
  console.log(
    `Share of ${trials} seeded trials whose 95 % interval holds the truth; log-normal latencies of spread ${sigma}, the second arm ${faster} times the first.`,
  );
  console.log(
    `${'n'.padStart(5)}  ${'interval of a'.padEnd(48)} ${'p50'.padStart(8)} ${'p95'.padStart(8)} ${'p99'.padStart(8)}`,
  );
  for (const { n, what, p50, p95, p99 } of rows)
    console.log(`${String(n).padStart(5)}  ${what.padEnd(48)} ${share(p50)} ${share(p95)} ${share(p99)}`);
  console.log('\nCold and warm told apart by two clusters (no REPORT lines)');
  console.log(`${'n'.padStart(5)}  ${'latencies'.padEnd(48)} ${'split in'.padStart(8)} ${'right'.padStart(8)}`);
  for (const { n, what, split, right } of splits)
    console.log(`${String(n).padStart(5)}  ${what.padEnd(48)} ${share(split)} ${share(right)}`);
}
