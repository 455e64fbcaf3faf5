import path from 'node:path';
import { systemNames, type SystemName } from '../model/machine';
import type { Load, Plan, Target } from '../model/plan';
import { planSystems } from '../model/system';
import type { WorkflowSettings } from '../model/settings';
import { costCap, defaultPlan } from '../plan';
import { inputSourceOf } from '../run/inputs';
import { usageError, type Option, type Parsed } from './command';

/** The arguments that make a plan, as DESIGN.md fixes them. */
export const planOptions: readonly Option[] = [
  {
    name: 'type',
    value: 'standard|express|both|code',
    help: 'which types to run; both is a paired run (default: both). "code" is the workflow as a service of your own. Several with commas, also event-driven and gateway where stepbench.json describes them',
  },
  {
    name: 'target',
    value: 'local|URL|aws[:PROFILE]',
    help: 'the embedded engine, an endpoint such as LocalStack, or an account (default: local)',
  },
  { name: 'region', value: 'R', help: 'region of an endpoint or account; the embedded engine is in us-east-1' },
  { name: 'role', value: 'ARN', help: 'role of the state machine on an account; else one is derived from its tasks' },
  { name: 'executions', value: 'N', help: 'executions of each type and step (default: 25)' },
  {
    name: 'concurrency',
    value: 'C[,C…]',
    help: 'executions at a time; a list is a sweep, one arm for each (default: 1)',
  },
  { name: 'think', value: '30s', help: 'pause of each slot between two executions' },
  {
    name: 'burst',
    value: 'N[,N…]',
    help: 'N executions at once, instead of --executions and --concurrency; a list is a sweep',
  },
  {
    name: 'rate',
    value: 'R[-R]|R,R[,R…]',
    help: 'starts a second, evenly or rising from one rate to another; needs --duration. A list is a sweep',
  },
  { name: 'duration', value: '30s', help: 'how long --rate lasts: 500ms, 30s, 5m, 1h' },
  {
    name: 'max-in-flight',
    value: 'N',
    help: 'with --rate: what would exceed it is dropped and counted (default: 1000)',
  },
  { name: 'payload', value: 'BYTES[,BYTES…]', help: 'sweep over the size that {{bytes}} takes in the input' },
  {
    name: 'input',
    value: 'FILE|FOLDER',
    help: 'input of an execution: a JSON file, JSON Lines taken in turn, or a folder of files drawn at random (order@3.json three times as often); a name of "inputs" in stepbench.json; filled per execution ({{uuid}}, {{index}}, {{randomInt a b}}, {{bytes n}})',
  },
  { name: 'warmup', value: 'N', help: 'executions before the measured ones, shown apart (default: 0)' },
  { name: 'seed', value: 'N', help: 'of order, inputs and simulated latencies (default: 1)' },
  {
    name: 'profile',
    value: 'study|none|FILE',
    help: 'latencies simulated on the embedded engine (default: that of stepbench.json, else study)',
  },
  { name: 'cold', help: 'force a cold start of each function (embedded engine)' },
  {
    name: 'threshold',
    value: 'EXPR',
    multiple: true,
    help: 'such as latency.p95<800, states.Charge.p95<300, cost.perMillion<30, failed.rate<0.01; exit 1 if one fails',
  },
  { name: 'abort-on-fail', help: 'start nothing more once a threshold fails' },
  {
    name: 'max-cost',
    value: 'USD',
    help: 'start nothing more once the measured cost reaches it (default: 1 on an account)',
  },
  {
    name: 'driver',
    help: 'generate the load within the account, by a distributed Map of up to 10,000 children: past what one machine can start',
  },
  {
    name: 'observer',
    help: 'run one type twice, in turns, with a log at level ALL and without: what observing adds in latency and money',
  },
  { name: 'keep', help: 'keep what was deployed' },
];

const number = (parsed: Parsed, name: string): number | undefined => {
  const text = parsed.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw usageError(`--${name} takes a number, not "${text}".`);
  return value;
};

const numbers = (parsed: Parsed, name: string): readonly number[] | undefined =>
  parsed
    .text(name)
    ?.split(',')
    .map((part) => {
      const value = Number(part);
      if (part.trim() === '' || !Number.isFinite(value))
        throw usageError(`--${name} takes a number or several with commas between, not "${parsed.text(name)}".`);
      return value;
    });

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `30s`, `5m`, `1h` → ms. */
export const parseDuration = (text: string, option: string): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (!match) throw usageError(`--${option} takes a duration such as 500ms, 30s, 5m or 1h, not "${text}".`);
  return Number(match[1]) * (units[match[2] as string] as number);
};

const systemsByWord: Readonly<Record<string, readonly SystemName[]>> = {
  both: ['standard', 'express'],
  code: ['as-code'],
  ...Object.fromEntries(systemNames.map((name) => [name, [name]])),
};

/** `both`, `standard,code`, … → the systems, each once, in their order. */
export const parseSystems = (text = 'both'): readonly SystemName[] => [
  ...new Set(
    text.split(',').flatMap((word) => {
      const systems = Object.hasOwn(systemsByWord, word.trim()) ? systemsByWord[word.trim()] : undefined;
      if (!systems)
        throw usageError(
          `--type takes standard, express, both or code, or several with commas between, not "${text}". event-driven and gateway are for workflows whose stepbench.json describes them.`,
        );
      return systems;
    }),
  ),
];

export const parseTarget = (
  text: string | undefined,
  more: { region?: string; roleArn?: string; profile: string },
): Target => {
  const { region, roleArn, profile } = more;
  if (text === undefined || text === 'local') return { kind: 'embedded', profile };
  if (/^https?:\/\//.test(text)) return { kind: 'endpoint', url: text, ...(region ? { region } : {}) };
  const aws = /^aws(?::(.+))?$/.exec(text);
  if (!aws) throw usageError(`--target takes local, a URL, or aws[:PROFILE], not "${text}".`);
  return {
    kind: 'aws',
    ...(aws[1] ? { profile: aws[1] } : {}),
    ...(region ? { region } : {}),
    ...(roleArn ? { roleArn } : {}),
  };
};

/** What each shape of load has no use for: said, rather than left out in silence. */
const strangers = {
  burst: ['executions', 'think', 'max-in-flight'],
  rate: ['executions', 'think'],
  iterations: ['duration', 'max-in-flight'],
} as const;

const refuseStrangers = (parsed: Parsed, shape: keyof typeof strangers): void => {
  const wrong = strangers[shape].filter((name) => parsed.text(name) !== undefined);
  if (wrong.length === 0) return;
  const options = wrong.map((name) => `--${name}`).join(' and ');
  throw usageError(
    shape === 'iterations'
      ? `${options} ${wrong.length === 1 ? 'goes' : 'go'} with --rate.`
      : `${options} ${wrong.length === 1 ? 'does' : 'do'} not go with --${shape}${shape === 'burst' ? ': its number is that of the executions' : ': rate and duration say how many executions there are'}.`,
  );
};

export const parseLoad = (parsed: Parsed): Load => {
  const burst = numbers(parsed, 'burst');
  const concurrency = numbers(parsed, 'concurrency');
  const rate = parsed.text('rate');
  const given = [burst && '--burst', concurrency && '--concurrency', rate !== undefined && '--rate'].filter(
    (each) => typeof each === 'string',
  );
  if (given.length > 1)
    throw usageError(`${given.join(' and ')} exclude each other: they are different shapes of load.`);
  refuseStrangers(parsed, burst ? 'burst' : rate !== undefined ? 'rate' : 'iterations');
  const payload = numbers(parsed, 'payload');
  const base = baseLoad(parsed, burst, concurrency, rate);
  if (!payload) return base;
  if (base.kind === 'sweep') throw usageError('--payload cannot be swept together with another list.');
  return { kind: 'sweep', over: 'payload', values: payload, base };
};

const baseLoad = (
  parsed: Parsed,
  burst: readonly number[] | undefined,
  concurrency: readonly number[] | undefined,
  rate: string | undefined,
): Load => {
  if (burst) {
    const load: Extract<Load, { kind: 'burst' }> = { kind: 'burst', executions: burst[0] ?? 0 };
    return burst.length > 1 ? { kind: 'sweep', over: 'burst', values: burst, base: load } : load;
  }
  if (rate !== undefined) {
    const duration = parsed.text('duration');
    if (duration === undefined) throw usageError('--rate needs --duration, such as --duration 30s.');
    const list = /^[^-,]+(,[^-,]+)+$/.test(rate);
    const [from, to, ...rest] = rate.split(list ? ',' : '-').map((part) => (part.trim() === '' ? NaN : Number(part)));
    if (from === undefined || (!list && rest.length > 0) || ![from, to ?? 0, ...rest].every(Number.isFinite))
      throw usageError(
        `--rate takes starts a second, such as 20, 5-50 for a rising one, or 5,20,50 for a sweep, not "${rate}".`,
      );
    const load: Extract<Load, { kind: 'arrivalRate' }> = {
      kind: 'arrivalRate',
      rate: from,
      ...(to !== undefined && !list ? { endRate: to } : {}),
      durationMs: parseDuration(duration, 'duration'),
      maxInFlight: number(parsed, 'max-in-flight') ?? 1_000,
    };
    return list ? { kind: 'sweep', over: 'rate', values: [from, to ?? 0, ...rest], base: load } : load;
  }
  const think = parsed.text('think');
  const load: Extract<Load, { kind: 'iterations' }> = {
    kind: 'iterations',
    executions: number(parsed, 'executions') ?? 25,
    concurrency: concurrency?.[0] ?? 1,
    ...(think !== undefined ? { thinkMs: parseDuration(think, 'think') } : {}),
  };
  return concurrency && concurrency.length > 1
    ? { kind: 'sweep', over: 'concurrency', values: concurrency, base: load }
    : load;
};

/** The plan of a command line. Inputs come from --input, else from the first of stepbench.json. */
export const planOf = async (
  parsed: Parsed,
  file: string,
  settings: WorkflowSettings,
  folder: string,
  cwd: string,
): Promise<Plan> => {
  if (parsed.text('region') !== undefined && /^(local)?$/.test(parsed.text('target') ?? ''))
    throw usageError(
      '--region goes with an endpoint or an account: the embedded engine is in us-east-1. What a run costs elsewhere says: stepbench cost last --region R',
    );
  const region = parsed.text('region') ?? settings.region;
  const roleArn = parsed.text('role');
  const named = parsed.text('profile') ?? settings.profile ?? 'study';
  const profile = /[/\\]|\.json$/.test(named)
    ? path.resolve(parsed.text('profile') === undefined ? folder : cwd, named)
    : named;
  const target = parseTarget(parsed.text('target'), { region, roleArn, profile });
  const base = defaultPlan(file, { target });
  return {
    ...base,
    ...planSystems(parseSystems(parsed.text('type'))),
    load: parseLoad(parsed),
    input: await inputOf(parsed.text('input'), settings, folder, cwd),
    warmup: number(parsed, 'warmup') ?? base.warmup,
    seed: number(parsed, 'seed') ?? base.seed,
    maxCost: costCap(target, number(parsed, 'max-cost')),
    thresholds: parsed.texts('threshold'),
    ...(parsed.flag('abort-on-fail') ? { abortOnFail: true } : {}),
    keep: parsed.flag('keep'),
    ...(parsed.flag('cold') ? { cold: true } : {}),
    ...(parsed.flag('driver') ? { driver: true } : {}),
    ...(parsed.flag('observer') ? { observer: true } : {}),
  };
};

const inputOf = async (
  given: string | undefined,
  settings: WorkflowSettings,
  folder: string,
  cwd: string,
): Promise<Plan['input']> => {
  const labelled = settings.inputs ?? {};
  if (given !== undefined && Object.hasOwn(labelled, given))
    return inputSourceOf(path.resolve(folder, labelled[given] as string));
  if (given !== undefined) return inputSourceOf(path.resolve(cwd, given));
  const first = Object.values(labelled)[0];
  return first === undefined
    ? { kind: 'value', label: 'empty object', value: {} }
    : inputSourceOf(path.resolve(folder, first));
};
