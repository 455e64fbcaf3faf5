/** What AWS adds to JSONata and what it takes away. */
import { createHash, randomUUID } from 'node:crypto';
import type jsonata from 'jsonata';
import type { ScopeHost } from './contract';
import { javaRandom } from './javaOrder';

/** Under this name an evaluation finds the host's clock and chance; no expression can spell it. */
export const hostBinding = '\u0000host';

/** Under this name `$now` and `$millis` find the time of the evaluation, epoch ms. */
export const clockBinding = '\u0000now';

/** `$range` refuses to allocate more than this: AWS's bound, as measured there. */
const maxRangeLength = 360_145;
export const memoryExceeded = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** The way JSONata's own functions fail: a coded object, which is not an Error. */
export interface CodedError {
  readonly code: string;
  readonly message: string;
}

// The evaluator fills in the sentence of D3137 from `message`.
function fail(message: string): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- jsonata's error objects are plain
  throw { code: 'D3137', message } satisfies CodedError;
}

/** An expression that outgrew its limits; it has no code. */
export class LimitExceeded extends Error {}

const hostOf = (focus: jsonata.Focus): ScopeHost | undefined =>
  focus.environment.lookup(hostBinding) as ScopeHost | undefined;

type Registered = readonly [signature: string, implementation: (this: jsonata.Focus, ...args: never[]) => unknown];

const functions: Readonly<Record<string, Registered>> = {
  parse: ['<s?:x>', (text?: string) => (text === undefined ? undefined : parse(text))],
  partition: ['<an?:a>', (list?: unknown[], size?: number) => partition(list, size)],
  range: ['<nnn?:a<n>>', (from?: number, to?: number, step?: number) => range(from, to, step)],
  hash: ['<ss?:s>', (text?: string, algorithm?: string) => hash(text, algorithm)],
  random: [
    '<n?:n>',
    function (seed?: number) {
      return seed === undefined ? (hostOf(this)?.random() ?? Math.random()) : javaRandom(seed).nextDouble();
    },
  ],
  uuid: [
    '<:s>',
    function () {
      return hostOf(this)?.uuid() ?? randomUUID();
    },
  ],
  millis: [
    '<:n>',
    function () {
      return timeOf(this);
    },
  ],
  now: [
    '<s?s?:s>',
    function (picture?: string, zone?: string) {
      const format = this.environment.lookup('fromMillis') as
        { implementation?: (this: unknown, ...args: unknown[]) => unknown } | undefined;
      return format?.implementation?.call(this, timeOf(this), picture, zone) ?? new Date(timeOf(this)).toISOString();
    },
  ],
};

/** Registers those of AWS's functions that an expression mentions, and takes `$eval` from it. */
export function registerAwsFunctions(expression: jsonata.Expression, mentioned: ReadonlySet<string>): void {
  expression.assign('eval', undefined);
  for (const name of mentioned) {
    const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (known)
      expression.registerFunction(name, known[1] as (this: jsonata.Focus, ...args: unknown[]) => unknown, known[0]);
  }
}

/** The execution's clock, not this machine's: a virtual hour is an hour to `$now()`. */
const timeOf = (focus: jsonata.Focus): number => Math.floor(focus.environment.lookup(clockBinding) as number);

function parse(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('Invalid JSON');
  }
  // A number that no double holds is no JSON to AWS, though it is to JavaScript.
  if (/[eE]\+?\d{3}/.test(text) && !allFinite(value)) return fail('Invalid JSON');
  return value;
}

function allFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(allFinite);
}

function partition(list: unknown[] | undefined, size: number | undefined): unknown {
  if (list === undefined || list.length === 0) return undefined;
  const chunk = size === undefined ? list.length : Math.trunc(size);
  if (chunk < 0) fail('Second argument must be zero or greater');
  if (chunk === 0) return undefined;
  const chunks: unknown[][] = [];
  for (let at = 0; at < list.length; at += chunk) chunks.push(list.slice(at, at + chunk));
  return chunks;
}

/** A single number stands for itself, not in a list: so does AWS. */
function range(first: number | undefined, last: number | undefined, step: number | undefined): unknown {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0 || (by > 0 ? from > to : from < to)) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  if (count > maxRangeLength) throw new LimitExceeded(memoryExceeded);
  if (count === 1) return from;
  return Array.from({ length: count }, (_, index) => from + index * by);
}

function hash(text: string | undefined, algorithm: string | undefined): unknown {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = algorithms[algorithm];
  if (!name) return fail(`Invalid algorithm: ${algorithm}`);
  return createHash(name).update(text, 'utf8').digest('hex');
}
