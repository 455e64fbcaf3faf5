import { ExpectedError } from '../model/errors';
import { randomUuid } from './random';

/** What a placeholder of an input template can see. */
export interface FillContext {
  readonly index: number;
  readonly random: () => number;
  /** Size that `{{bytes}}` takes without a number: the swept payload. */
  readonly payloadBytes?: number;
}

type Part = string | ((context: FillContext) => string);

export interface Template {
  fill(context: FillContext): string;
  /** False: every filling is the same text. */
  readonly varies: boolean;
}

const placeholder = /"?\{\{\s*([A-Za-z]+)((?:\s+[^\s{}"]+)*)\s*\}\}"?/g;

/** Letters and digits, so that a byte is a character in JSON too. */
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const filler = (bytes: number, random: () => number): string => {
  const start = Math.floor(random() * letters.length);
  return (letters.slice(start) + letters.repeat(Math.ceil(bytes / letters.length))).slice(0, bytes);
};

const whole = (text: string | undefined, where: string): number => {
  const value = Number(text);
  if (text !== undefined && Number.isSafeInteger(value)) return value;
  throw new ExpectedError(`${where} needs whole numbers, not "${text ?? ''}".`, { code: 'usage' });
};

const compilePlaceholder = (name: string, args: readonly string[]): ((context: FillContext) => string | number) => {
  switch (name) {
    case 'uuid':
      return ({ random }) => randomUuid(random);
    case 'index':
      return ({ index }) => index;
    case 'randomInt': {
      const low = whole(args[0], '{{randomInt a b}}');
      const high = whole(args[1], '{{randomInt a b}}');
      if (high < low)
        throw new ExpectedError(`{{randomInt ${low} ${high}}}: the second number must not be the smaller.`, {
          code: 'usage',
        });
      return ({ random }) => low + Math.floor(random() * (high - low + 1));
    }
    case 'bytes': {
      const fixed = args[0] === undefined ? undefined : whole(args[0], '{{bytes n}}');
      if (fixed !== undefined && (fixed < 0 || fixed > 262_144))
        throw new ExpectedError(`{{bytes ${fixed}}}: a payload holds 0 to 262,144 bytes.`, { code: 'usage' });
      return ({ random, payloadBytes }) => filler(payloadBytes ?? fixed ?? 1_024, random);
    }
    default:
      throw new ExpectedError(
        `{{${name}}} is not known in an input; there are {{uuid}}, {{index}}, {{randomInt a b}} and {{bytes n}}.`,
        { code: 'usage' },
      );
  }
};

/**
 * Compiles the JSON text of an input. A placeholder inside a text is filled in place; one that is the whole text of a
 * value becomes a number where it counts (`"{{index}}"` → 7), else a text.
 * @throws ExpectedError for an unknown placeholder or wrong arguments.
 */
export const compileTemplate = (text: string): Template => {
  const parts: Part[] = [];
  let last = 0;
  for (const match of text.matchAll(placeholder)) {
    const [all, name, args] = match as unknown as [string, string, string | undefined];
    const fill = compilePlaceholder(name, (args ?? '').trim().split(/\s+/).filter(Boolean));
    const quoted = all.startsWith('"') && all.endsWith('"');
    // A lone quote at one side belongs to the text around the placeholder.
    const before = !quoted && all.startsWith('"') ? '"' : '';
    const after = !quoted && all.endsWith('"') ? '"' : '';
    parts.push(text.slice(last, match.index) + before);
    parts.push((context) => {
      const value = fill(context);
      return quoted && typeof value === 'string' ? JSON.stringify(value) : String(value);
    });
    if (after) parts.push(after);
    last = match.index + all.length;
  }
  parts.push(text.slice(last));
  const varies = parts.some((part) => typeof part !== 'string');
  const fixed = varies ? '' : parts.join('');
  return {
    varies,
    fill: (context) =>
      varies ? parts.map((part) => (typeof part === 'string' ? part : part(context))).join('') : fixed,
  };
};
