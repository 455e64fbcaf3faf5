/**
 * Latency profiles of the embedded server: read, checked, drawn from. A profile says what the service would have added;
 * every figure measured under one is labelled simulated.
 */
import { readFile } from 'node:fs/promises';
import type { EngineLatency } from '../engine/contract';
import { isObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { LatencyDistribution, LatencyProfile, TaskLatency, TypeLatency } from '../model/profile';
import study from './profiles/study.json';

/** Profiles that come with the product, by name. */
const shipped: Readonly<Record<string, unknown>> = { study };

/** A profile that cannot be read or is wrong: says everything that is, and what to do. */
class ProfileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProfileError';
  }
}

/**
 * A profile by its shipped name or by file. `none` (and nothing) is the bare engine: undefined.
 * Throws ProfileError for a name that is neither, a file that does not parse and a profile that is wrong.
 */
export async function loadProfile(nameOrFile: string | undefined): Promise<LatencyProfile | undefined> {
  if (nameOrFile === undefined || nameOrFile === 'none') return undefined;
  if (Object.hasOwn(shipped, nameOrFile)) return parseProfile(shipped[nameOrFile], nameOrFile);
  let text: string;
  try {
    text = await readFile(nameOrFile, 'utf8');
  } catch {
    const names = [...Object.keys(shipped), 'none'].join(', ');
    throw new ProfileError(`No latency profile '${nameOrFile}': give ${names}, or a file that can be read`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ProfileError(`${nameOrFile} is not JSON: ${(error as Error).message}`);
  }
  return parseProfile(value, nameOrFile);
}

/** Checks a profile as read; `where` names it in messages. All problems are told at once. */
export function parseProfile(value: unknown, where: string): LatencyProfile {
  const problems = profileProblems(value);
  if (problems.length > 0) throw new ProfileError(`Latency profile ${where}: ${problems.join('; ')}`);
  return value as LatencyProfile;
}

/** Everything that is wrong with a profile, each with its place in it; empty if nothing. */
export function profileProblems(value: unknown): string[] {
  const problems: string[] = [];
  if (!isObject(value)) return ['it must be a JSON object'];
  if (value.schema !== 'stepbench.profile/1') problems.push('schema must be "stepbench.profile/1"');
  if (typeof value.name !== 'string' || value.name === '') problems.push('name must be a text');
  only(value, ['$schema', 'schema', 'name', 'description', 'types', 'direct'], '', problems);
  if (!isObject(value.types)) problems.push('types must be an object with STANDARD, EXPRESS or both');
  else {
    only(value.types, ['STANDARD', 'EXPRESS'], 'types', problems);
    for (const type of ['STANDARD', 'EXPRESS']) checkType(value.types[type], `types.${type}`, problems);
  }
  checkType(value.direct, 'direct', problems);
  return problems;
}

function only(value: object, names: readonly string[], at: string, problems: string[]): void {
  for (const name of Object.keys(value)) {
    if (!names.includes(name))
      problems.push(`${at ? `${at}.` : ''}${name} is unknown (known: ${names.filter((n) => n[0] !== '$').join(', ')})`);
  }
}

function checkType(value: unknown, at: string, problems: string[]): void {
  if (value === undefined) return;
  if (!isObject(value)) {
    problems.push(`${at} must be an object`);
    return;
  }
  only(value, ['start', 'transition', 'tasks'], at, problems);
  checkDistribution(value.start, `${at}.start`, problems);
  checkDistribution(value.transition, `${at}.transition`, problems);
  if (value.tasks === undefined) return;
  if (!isObject(value.tasks)) {
    problems.push(`${at}.tasks must be an object: a service, lambda:NAME or default, each with work`);
    return;
  }
  for (const [name, task] of Object.entries(value.tasks)) {
    const place = `${at}.tasks.${name}`;
    if (!isObject(task)) {
      problems.push(`${place} must be an object with work, and queue or cold if wanted`);
      continue;
    }
    only(task, ['queue', 'work', 'cold', 'coldShare'], place, problems);
    const share = task.coldShare;
    if (share !== undefined && !(typeof share === 'number' && share >= 0 && share <= 1))
      problems.push(`${place}.coldShare must be a number from 0 to 1`);
    if (task.work === undefined) problems.push(`${place}.work is missing`);
    for (const part of ['queue', 'work', 'cold']) checkDistribution(task[part], `${place}.${part}`, problems);
  }
}

const parts: Readonly<Record<string, readonly string[]>> = {
  constant: ['ms'],
  normal: ['mean', 'sd'],
  lognormal: ['median', 'sigma'],
  empirical: [],
};

function checkDistribution(value: unknown, at: string, problems: string[]): void {
  if (value === undefined) return;
  const needed = isObject(value) && typeof value.kind === 'string' ? parts[value.kind] : undefined;
  if (!isObject(value) || needed === undefined) {
    problems.push(`${at}.kind must be one of ${Object.keys(parts).join(', ')}`);
    return;
  }
  for (const part of needed) {
    const figure = value[part];
    if (typeof figure !== 'number' || !Number.isFinite(figure) || figure < 0)
      problems.push(`${at}.${part} must be a number from 0`);
  }
  if (value.kind === 'lognormal' && value.median === 0) problems.push(`${at}.median must be above 0`);
  if (value.kind === 'empirical') {
    const samples = value.samples;
    const fine =
      Array.isArray(samples) && samples.length > 0 && samples.every((s) => typeof s === 'number' && Number.isFinite(s));
    if (!fine) problems.push(`${at}.samples must be a list of numbers that is not empty`);
  }
  for (const bound of ['min', 'max']) {
    const figure = value[bound];
    if (figure !== undefined && (typeof figure !== 'number' || !Number.isFinite(figure)))
      problems.push(`${at}.${bound} must be a number`);
  }
  if (typeof value.min === 'number' && typeof value.max === 'number' && value.min > value.max)
    problems.push(`${at}.min is above its max`);
}

/** A standard normal deviate from two uniform ones (Box and Muller, 1958). */
function normalDeviate(random: () => number): number {
  // 1 − u keeps the logarithm finite: random() may be 0 but never 1.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * One draw, in ms, never below 0. `random` is uniform in [0, 1): with a seeded one the same draws come again.
 * `min` and `max` clip: a draw outside becomes the bound.
 */
export function sampleLatency(distribution: LatencyDistribution | undefined, random: () => number): number {
  if (distribution === undefined) return 0;
  switch (distribution.kind) {
    case 'constant':
      return Math.max(0, distribution.ms);
    case 'normal':
      return clip(distribution.mean + distribution.sd * normalDeviate(random), distribution);
    case 'lognormal':
      return clip(distribution.median * Math.exp(distribution.sigma * normalDeviate(random)), distribution);
    case 'empirical':
      return Math.max(0, distribution.samples[Math.floor(random() * distribution.samples.length)] ?? 0);
  }
}

function clip(value: number, bounds: { readonly min?: number; readonly max?: number }): number {
  return Math.max(0, Math.min(bounds.max ?? Infinity, Math.max(bounds.min ?? 0, value)));
}

/** Below this many ms a timer's grain of 1 ms matters. */
const fineMs = 5;

/** So much lateness is made up for at most, ms: a machine that is starved beyond it still shows in the figures. */
const mostMadeUpMs = 25;

/**
 * What the engine waits at a start and at a transition; undefined without a profile. Timers cannot wait 0.9 ms and fire a little
 * late, which over 13 transitions would come out a third too long: fine delays are handed out in whole ms with the rest
 * carried to the next one, and what a transition was late is taken off those that follow. The sum is what was drawn.
 */
export function engineLatency(profile: LatencyProfile | undefined, random: () => number): EngineLatency | undefined {
  if (profile === undefined) return undefined;
  const carried: Record<WorkflowType, number> = { STANDARD: 0, EXPRESS: 0 };
  return {
    start: (type) => sampleLatency(profile.types[type]?.start, random),
    transition(type) {
      const owed = carried[type] + sampleLatency(profile.types[type]?.transition, random);
      const wait = owed >= fineMs ? owed : Math.max(0, Math.floor(owed));
      carried[type] = owed - wait;
      return wait;
    },
    late(type, ms) {
      carried[type] = Math.max(-mostMadeUpMs, carried[type] - ms);
    },
  };
}

/** Who asks for a task: a workflow of a type, or a caller from outside. */
export type Caller = WorkflowType | 'direct';

export function latencyOf(profile: LatencyProfile | undefined, caller: Caller): TypeLatency | undefined {
  return caller === 'direct' ? profile?.direct : profile?.types[caller];
}

/**
 * The entry for a task: that of the one function (`lambda:NAME`; a deployed name that ends in `-NAME` counts, since a run
 * prefixes what it creates), else of the service, else `default`.
 */
export function taskLatency(
  latency: TypeLatency | undefined,
  service: string,
  functionName?: string,
): TaskLatency | undefined {
  const tasks = latency?.tasks;
  if (tasks === undefined) return undefined;
  if (functionName !== undefined) {
    const exact = tasks[`lambda:${functionName}`];
    if (exact !== undefined) return exact;
    for (const [name, entry] of Object.entries(tasks)) {
      if (name.startsWith('lambda:') && functionName.endsWith(`-${name.slice('lambda:'.length)}`)) return entry;
    }
  }
  return tasks[service] ?? tasks.default;
}
