import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LatencyProfile } from '../../../src/model/profile';
import {
  engineLatency,
  latencyOf,
  loadProfile,
  parseProfile,
  profileProblems,
  sampleLatency,
  taskLatency,
} from '../../../src/server/profile';
import { draws } from './services/context';

const minimal: LatencyProfile = { schema: 'stepbench.profile/1', name: 'mine', types: {} };

describe('loadProfile', () => {
  it('gives nothing for none and for nothing', async () => {
    expect(await loadProfile('none')).toBeUndefined();
    expect(await loadProfile(undefined)).toBeUndefined();
  });

  it('knows the shipped one, which is valid by its schema too', async () => {
    const study = await loadProfile('study');
    expect(study?.name).toBe('study');
    const schema = JSON.parse(readFileSync('schemas/profile.schema.json', 'utf8')) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    expect(
      validate(JSON.parse(readFileSync('src/server/profiles/study.json', 'utf8'))),
      JSON.stringify(validate.errors),
    ).toBe(true);
  });

  it('reads a file, and says what is wrong with one', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'profile-'));
    const file = path.join(folder, 'p.json');
    writeFileSync(file, JSON.stringify(minimal));
    expect(await loadProfile(file)).toEqual(minimal);
    writeFileSync(file, '{');
    await expect(loadProfile(file)).rejects.toThrow(/p\.json is not JSON/);
    await expect(loadProfile(path.join(folder, 'absent.json'))).rejects.toThrow(
      /give study, none, or a file that can be read/,
    );
  });
});

describe('profileProblems', () => {
  it('tells all problems at once, each with its place', () => {
    const problems = profileProblems({
      schema: 'other',
      name: '',
      types: {
        EXPRESS: {
          transition: { kind: 'gauss' },
          tasks: {
            lambda: { work: { kind: 'normal', mean: -1, sd: 'x' } },
            sns: { queue: { kind: 'constant', ms: 1 } },
          },
        },
        OTHER: {},
      },
      direct: { start: { kind: 'empirical', samples: [] } },
      extra: 1,
    });
    expect(problems).toEqual([
      'schema must be "stepbench.profile/1"',
      'name must be a text',
      expect.stringMatching(/^extra is unknown/),
      expect.stringMatching(/^types\.OTHER is unknown/),
      expect.stringMatching(/^types\.EXPRESS\.transition\.kind must be one of constant, normal, lognormal, empirical/),
      'types.EXPRESS.tasks.lambda.work.mean must be a number from 0',
      'types.EXPRESS.tasks.lambda.work.sd must be a number from 0',
      'types.EXPRESS.tasks.sns.work is missing',
      'direct.start.samples must be a list of numbers that is not empty',
    ]);
  });

  it('sees bounds that cross, a median of 0 and a share above 1', () => {
    const task = {
      work: { kind: 'normal', mean: 1, sd: 1, min: 3, max: 2 },
      cold: { kind: 'lognormal', median: 0, sigma: 1 },
      coldShare: 2,
    };
    expect(profileProblems({ ...minimal, types: { STANDARD: { tasks: { lambda: task } } } })).toEqual([
      'types.STANDARD.tasks.lambda.coldShare must be a number from 0 to 1',
      'types.STANDARD.tasks.lambda.work.min is above its max',
      'types.STANDARD.tasks.lambda.cold.median must be above 0',
    ]);
  });

  it('never throws on any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(profileProblems(value))));
    expect(() => parseProfile([], 'here')).toThrow('Latency profile here: it must be a JSON object');
  });
});

describe('sampleLatency', () => {
  it('draws what the distribution says', () => {
    expect(sampleLatency(undefined, Math.random)).toBe(0);
    expect(sampleLatency({ kind: 'constant', ms: 7 }, Math.random)).toBe(7);
    expect(sampleLatency({ kind: 'empirical', samples: [1, 2, 3, 4] }, () => 0.6)).toBe(3);
    // u = 1 − e^(−1/2), v = 0: the deviate is exactly 1.
    const one = (): (() => number) => draws(1 - Math.exp(-0.5), 0);
    expect(sampleLatency({ kind: 'normal', mean: 10, sd: 2 }, one())).toBeCloseTo(12, 10);
    expect(sampleLatency({ kind: 'lognormal', median: 10, sigma: 0.5 }, one())).toBeCloseTo(10 * Math.exp(0.5), 10);
    expect(sampleLatency({ kind: 'normal', mean: 10, sd: 2, max: 11 }, one())).toBe(11);
  });

  it('is never negative and never outside its bounds', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (u, v) => {
          const drawn = sampleLatency({ kind: 'normal', mean: 1, sd: 50, max: 60 }, draws(u, v));
          return drawn >= 0 && drawn <= 60;
        },
      ),
    );
  });

  it('has the mean it claims', () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const mean = (distribution: Parameters<typeof sampleLatency>[0]): number => {
      let sum = 0;
      for (let i = 0; i < 20_000; i++) sum += sampleLatency(distribution, random);
      return sum / 20_000;
    };
    expect(mean({ kind: 'normal', mean: 103, sd: 18 })).toBeCloseTo(103, 0);
    // The mean of a log-normal is median · e^(σ²/2); that of the study's Standard transition is 72.8 ms.
    expect(Math.abs(mean({ kind: 'lognormal', median: 68.5, sigma: 0.35 }) - 72.8)).toBeLessThan(1);
  });
});

describe('looking entries up', () => {
  const work = (ms: number): { work: { kind: 'constant'; ms: number } } => ({ work: { kind: 'constant', ms } });
  const tasks = { 'lambda:charge': work(1), lambda: work(2), sns: work(3), default: work(4) };
  const profile: LatencyProfile = {
    ...minimal,
    types: { EXPRESS: { start: { kind: 'constant', ms: 5 }, transition: { kind: 'constant', ms: 1 }, tasks } },
    direct: { tasks: { default: work(9) } },
  };

  it('prefers the function, then the service, then the default', () => {
    const express = latencyOf(profile, 'EXPRESS');
    expect(taskLatency(express, 'lambda', 'charge')).toBe(tasks['lambda:charge']);
    expect(taskLatency(express, 'lambda', 'stepbench-7f-charge')).toBe(tasks['lambda:charge']);
    expect(taskLatency(express, 'lambda', 'recharge')).toBe(tasks.lambda);
    expect(taskLatency(express, 'sns')).toBe(tasks.sns);
    expect(taskLatency(express, 'sqs')).toBe(tasks.default);
    expect(taskLatency(latencyOf(profile, 'STANDARD'), 'sns')).toBeUndefined();
    expect(taskLatency(latencyOf(profile, 'direct'), 'dynamodb')).toEqual(work(9));
  });

  it('gives the engine its delays', () => {
    const latency = engineLatency(profile, Math.random);
    expect([latency?.start('EXPRESS'), latency?.transition('EXPRESS'), latency?.transition('STANDARD')]).toEqual([
      5, 1, 0,
    ]);
    expect(engineLatency(undefined, Math.random)).toBeUndefined();
  });

  it('hands fine delays out in whole ms, and all of them in the end', () => {
    const fine = { ...profile, types: { EXPRESS: { transition: { kind: 'constant' as const, ms: 0.88 } } } };
    const latency = engineLatency(fine, Math.random);
    const waits = Array.from({ length: 100 }, () => latency?.transition('EXPRESS') ?? NaN);
    expect(waits.every((wait) => wait === 0 || wait === 1)).toBe(true);
    expect(Math.abs(waits.reduce((a, b) => a + b, 0) - 88)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['fine', 0.88],
    ['long', 79],
  ])('takes off the next %s ones what timers were late', (_, ms) => {
    const timed = { ...profile, types: { EXPRESS: { transition: { kind: 'constant' as const, ms } } } };
    const latency = engineLatency(timed, Math.random)!;
    let passed = 0;
    for (let i = 0; i < 1000; i++) {
      const wait = latency.transition('EXPRESS');
      const late = wait > 0 ? 1.2 : 0;
      if (wait > 0) latency.late?.('EXPRESS', late);
      passed += wait + late;
    }
    expect(Math.abs(passed - 1000 * ms)).toBeLessThan(3);
  });

  it('makes up for 25 ms and no more, each type for its own', () => {
    const timed = { kind: 'constant' as const, ms: 100 };
    const latency = engineLatency(
      { ...profile, types: { EXPRESS: { transition: timed }, STANDARD: { transition: timed } } },
      Math.random,
    )!;
    latency.late?.('STANDARD', 4_000);
    expect([latency.transition('STANDARD'), latency.transition('STANDARD'), latency.transition('EXPRESS')]).toEqual([
      75, 100, 100,
    ]);
  });
});
