import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSystemPricer, priceTable } from '../../../src/cost';
import { parseExperiment, type Experiment, type ExperimentRow } from '../../../src/experiment/declaration';
import { resizeLoad } from '../../../src/experiment/trials';
import type { SystemName } from '../../../src/model/machine';
import type { Load } from '../../../src/model/plan';
import type { Arm, RunTarget } from '../../../src/model/run';
import { planSystems, systemOfType, typeOfSystem } from '../../../src/model/system';
import { defaultPlan } from '../../../src/plan';
import {
  calibrate,
  conclusions,
  experimentFigures,
  experimentHtml,
  experimentMarkdown,
  sectionsOf,
  systemCosts,
  type ExperimentFindings,
} from '../../../src/report/experiment';
import { costArms } from '../../../src/report/experiment/costs';
import { loadSteps } from '../../../src/run/shapes';
import { createArm, meanInterval } from '../../../src/stats';
import { runDocument } from '../store/fixtures';

const file = path.resolve(__dirname, '../../../examples/order-booking/experiments.json');
const parsed = parseExperiment(JSON.parse(readFileSync(file, 'utf8')));
const experiment = (parsed.ok ? parsed.value : undefined) as Experiment;
const rates = { table: priceTable(), region: 'us-east-1' };

/** Means of the study, by workflow and system; other systems take three seconds. */
const meanOf = (workflow: string, system: SystemName): number => {
  const found = experiment.references?.values.find(
    (each) => each.workflow === workflow && each.system === system && each.of === 'latency.mean',
  );
  return typeof found?.value === 'number' ? found.value : 3_000;
};

const armOf = (workflow: string, system: SystemName, load: Load, slow: number): Arm => {
  const type = typeOfSystem[system];
  const context = { states: [], definitionBytes: 1_000, functions: {} };
  const arm = createArm({
    ...{ type, system: systemOfType[type], load },
    states: [{ path: 'A', type: 'Task', hash: '' }],
    price: createSystemPricer(type, context, rates),
  });
  const n = load.kind === 'burst' ? load.executions : load.kind === 'iterations' ? load.executions : 0;
  for (let i = 0; i < n; i++) {
    const latencyMs = meanOf(workflow, system) * slow * (1 + ((i % 5) - 2) / 20);
    const index = arm.add({
      ...{ name: `n${i}`, atMs: i * 10, latencyMs, serviceMs: latencyMs },
      status: i % 11 === 10 ? 'failed' : 'succeeded',
      cold: i % 4 === 0,
    });
    arm.addTrace(index, {
      ...{ startedAt: 0, finishedAt: 1, criticalPath: [], events: 5, visits: [] },
      transitionTotalMs: system === 'standard' ? 947 : 12,
    });
  }
  arm.addReport({ functionName: 'f', billedMs: 1_000 * n, memoryMb: 128 });
  return arm.snapshot({ final: true });
};

const findingsOf = (
  target: RunTarget,
  slow = 1,
  rows: readonly ExperimentRow[] = experiment.rows,
): ExperimentFindings => ({
  experiment,
  rates,
  results: rows.flatMap((row) =>
    row.workflows.map((workflow, i) => {
      const load = resizeLoad(row.load, { runs: 25, scale: 0.03 });
      const arms = loadSteps(load).flatMap((step) =>
        row.systems.map((system) => armOf(workflow, system, step.load, slow)),
      );
      const plan = { ...defaultPlan(file), ...planSystems(row.systems), load };
      const notes = [{ kind: 'saturated' as const, message: 'This machine was <busy>.' }];
      return { row, workflow, document: runDocument(`${row.name}-${i}`, { target, arms, plan, notes }) };
    }),
  ),
});

const simulated: RunTarget = { kind: 'embedded', region: 'us-east-1', simulated: 'study' };
const real: RunTarget = { kind: 'aws', region: 'us-east-1', account: '123456789012', simulated: null };
let findings: ExperimentFindings;
let html: string;
let markdown: string;
beforeAll(() => {
  findings = findingsOf(simulated);
  html = experimentHtml(findings);
  markdown = experimentMarkdown(findings);
});

describe('the report of an experiment', () => {
  it('redraws figures 5 to 10, every one with its caption', () => {
    for (const number of [5, 6, 7, 8, 9, 10]) {
      expect(html).toContain(`Figure ${number}. `);
      expect(markdown).toContain(`Figure ${number}. `);
    }
    const figures = experimentFigures(findings);
    for (const id of ['figure-5', 'figure-6', 'figure-7', 'figure-8', 'figure-9-concurrent-payload-cold', 'figure-10'])
      expect([...figures.keys()]).toContain(`figures/${id}.svg`);
    for (const [name, svg] of figures) {
      expect(markdown).toContain(`](${name})`);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('draws every execution, cold ones as rings and failed ones as crosses', () => {
    const svg = experimentFigures(findings).get('figures/figure-5.svg') ?? '';
    const count = (pattern: RegExp) => [...svg.matchAll(pattern)].length;
    // Four sizes of 25: a quarter cold, those in turn 11 and 22 failed.
    expect(count(/<circle/g) + count(/m-3-3l6 6/g)).toBe(100);
    expect(count(/m-3-3l6 6/g)).toBe(8);
    expect(count(/class="s1 open"/g)).toBe(4 * 7);
    // A mean with its interval for each size.
    expect(count(/h18"/g)).toBe(4);
  });

  it('draws p95 and throughput of all systems in one chart, point by point', () => {
    const svg = experimentFigures(findings).get('figures/figure-9-concurrent-payload-warm-throughput-p95.svg') ?? '';
    const loads = new Set([1, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]).size;
    for (const colour of [0, 1, 2, 3]) {
      expect([...svg.matchAll(new RegExp(`<circle class="s${colour}"`, 'g'))]).toHaveLength(2 * loads);
      expect([...svg.matchAll(new RegExp(`<path class="s${colour} line"`, 'g'))]).toHaveLength(2);
    }
    for (const word of ['p95', 'orders a second', 'Event-driven', 'viewBox="0 0 720 580"']) expect(svg).toContain(word);
  });

  it('accounts for every order, says where the machine was saturated, and what each system did', () => {
    const section = sectionsOf(findings).find(({ title }) => title === 'Concurrent orders, after warm-up');
    const orders = 4 * (1 + 3 + 6 + 9 + 12 + 15 + 18 + 21 + 24 + 27 + 30);
    expect(section?.sentences[0]).toMatch(
      new RegExp(`^${orders} orders were placed: \\d+ succeeded, \\d+ failed, of 0 `),
    );
    expect(section?.sentences.join(' ')).toContain('Gateway, 30 at once: ');
    expect(section?.sentences.join(' ')).not.toContain('saturated');
    const busy = findingsOf(simulated, 1, experiment.rows.slice(4, 5));
    const results = busy.results.map((result) => ({
      ...result,
      document: {
        ...result.document,
        arms: result.document.arms.map((arm) => ({
          ...arm,
          samples: arm.samples.map((sample, i) => (i % 2 === 0 ? { ...sample, saturated: true } : sample)),
        })),
      },
    }));
    const [loaded] = sectionsOf({ ...busy, results }).filter(({ title }) => title.startsWith('Concurrent'));
    expect(loaded?.sentences[1]).toMatch(/itself saturated/);
    const saturated = loaded?.tables[0]?.columns.findIndex(({ title }) => title === 'saturated') ?? -1;
    expect(loaded?.tables[0]?.rows.at(-1)?.[saturated]).toBe('50.0 %');
  });

  it('reckons costs from the largest load that the machine stood, not from what it was too busy for', () => {
    const [warm] = findingsOf(simulated, 1, experiment.rows.slice(4, 5)).results;
    const loads = (arms: readonly Arm[]) =>
      costArms({ ...findings, results: [{ ...warm!, document: { ...warm!.document, arms } }] }).map((arm) => [
        arm.system,
        arm.load.kind === 'burst' ? arm.load.executions : 0,
      ]);
    const { arms } = warm!.document;
    const all = [...new Set(arms.map(({ system }) => system))];
    expect(loads(arms)).toEqual(all.map((system) => [system, 30]));
    const busyFrom = (least: number) =>
      arms.map((arm) =>
        arm.load.kind === 'burst' && arm.load.executions >= least
          ? { ...arm, samples: arm.samples.map((sample) => ({ ...sample, saturated: true })) }
          : arm,
      );
    expect(loads(busyFrom(27))).toEqual(all.map((system) => [system, 24]));
    // Simulated services have room for all: orders that take longer waited for this machine.
    const slower = arms.map((arm) =>
      arm.latencyMs && arm.load.kind === 'burst' && arm.load.executions > 24
        ? { ...arm, latencyMs: { ...arm.latencyMs, p50: 2 * arm.latencyMs.p50 } }
        : arm,
    );
    expect(loads(slower)).toEqual(all.map((system) => [system, 24]));
    // Where none is sound the largest is still the best there is.
    expect(loads(busyFrom(1))).toEqual(all.map((system) => [system, 30]));
  });

  it('holds cold against warm, load by load, where both were run', () => {
    const both = sectionsOf(findings).find(({ title }) => title === 'Cold and warm apart');
    expect(both?.tables[0]?.rows).toHaveLength(11 * 4);
    expect([...(both?.figures[0]?.svg ?? '').matchAll(/stroke-dasharray/g)]).toHaveLength(4);
    const warmAlone = sectionsOf(findingsOf(simulated, 1, experiment.rows.slice(4, 5)));
    expect(warmAlone.map(({ title }) => title)).not.toContain('Cold and warm apart');
  });

  it('says nothing undefined', () => {
    expect(html).not.toMatch(/NaN|undefined|\[object|Infinity/);
    expect(markdown).not.toMatch(/NaN|undefined|\[object|Infinity/);
    expect(html).toContain('This machine was &lt;busy&gt;.');
    expect(html).not.toMatch(/<script|https?:\/\//);
  });

  it('is a calibration and no evidence about AWS where it is simulated, and says no such thing of an account', () => {
    expect(html).toContain('it is no evidence about AWS');
    expect(markdown).toContain('it is no evidence about AWS');
    const measured = findingsOf(real);
    for (const text of [experimentHtml(measured), experimentMarkdown(measured)]) {
      expect(text).not.toMatch(/no evidence|[Ss]imulated|[Cc]alibration/);
      expect(text).toContain('Measured on AWS, account 123456789012');
    }
  });

  it('shows the study beside what came out, and what is off by more than a tenth', () => {
    const all = calibrate(findings);
    expect(all).toHaveLength(9);
    expect(all.every((each) => each.within && each.n > 0)).toBe(true);
    expect(html).toContain('9 of 9 figures are within 10 %');
    expect(html).toContain('Express took 37 % less time than Standard; the source has 37 %.');
    const slower = calibrate(findingsOf(simulated, 1.2));
    expect(slower.filter((each) => !each.within).map((each) => each.reference.of)).toEqual(
      Array.from({ length: 7 }, () => 'latency.mean'),
    );
    expect(slower[0]?.difference).toBeCloseTo(0.2, 1);
    expect(calibrate(findingsOf(simulated, 1, experiment.rows.slice(3)))[0]).toMatchObject({
      measured: null,
      within: false,
    });
  });

  it('draws the conclusion from the bills: the cheapest at each volume, and the better Step Functions type', () => {
    const costs = systemCosts(findings);
    expect(costs.map(({ system }) => system).sort()).toEqual(['event-driven', 'express', 'gateway', 'standard']);
    for (const volume of experiment.volumes) {
      const [best] = costs
        .map(({ system, month }) => ({ system, total: month(volume).total }))
        .sort((a, b) => a.total - b.total);
      expect(best?.total).toBeGreaterThan(0);
      const sentence = conclusions(findings).find((each) =>
        each.startsWith(`At ${volume.toLocaleString('en')} orders`),
      );
      expect(sentence?.toLowerCase().replace('-', ' ')).toContain(`the cheapest is ${best?.system.replace('-', ' ')}`);
    }
    expect(conclusions(findings).join(' ')).toContain('the most cost-effective plan for this workflow is Express');
    expect(html).toContain('Durability');
    // The gateway stands all month; at many orders it takes more of them.
    const gateway = costs.find(({ system }) => system === 'gateway')!;
    expect(gateway.month(0).total).toBeCloseTo(730 * 0.0168, 2);
    expect(gateway.instances(1)).toBe(1);
    expect(gateway.instances(1e12)).toBeGreaterThan(10);
  });

  it('accounts for every order under load', () => {
    const section = sectionsOf(findings).find(({ title }) => title.includes('every function cold'));
    expect(section?.sentences[0]).toMatch(/orders were placed: \d+ succeeded, \d+ failed, of 0 the end is not known/);
  });

  it('tells of what there is where rows are left out, or nothing ran', () => {
    const some = findingsOf(simulated, 1, experiment.rows.slice(0, 1));
    const titles = sectionsOf(some).map(({ title }) => title);
    expect(titles).toContain('State transition duration');
    expect(titles).not.toContain('Number of states');
    expect(experimentHtml({ experiment, rates, results: [] })).toContain(experiment.title);
    expect(sectionsOf({ experiment, rates, results: [] })).toEqual([]);
  });
});

describe('the interval of a mean', () => {
  it('is Student’s', () => {
    // Ten values 1…10: mean 5.5, s 3.0277, t(9) 2.262.
    const [low, high] = meanInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])!;
    expect(low).toBeCloseTo(3.334, 2);
    expect(high).toBeCloseTo(7.666, 2);
    expect(meanInterval([1, 2, 3])).toBeUndefined();
    expect(meanInterval([5, 5, 5, 5])).toEqual([5, 5]);
  });
});
