/** `${Name}` in a definition: filled in by SAM, CDK, Terraform or `stepbench.json` before AWS sees the text. */
import { isObject, type Json } from '../model/json';

/** One level of braces may nest, as in Terraform's `${lookup({a = 1}, "a")}`. */
const pattern = /\$\{(?:[^{}\n]|\{[^{}\n]*\})*\}/g;

/** Serverless writes `#{AWS::AccountId}` for the same. */
const anyPattern = /[$#]\{(?:[^{}\n]|\{[^{}\n]*\})*\}/;

/** Whether a text has something in it that is filled in later, so that nothing can be said of it yet. */
export const hasPlaceholder = (text: string): boolean => anyPattern.test(text);

export interface Placeholder {
  /** What stands between the braces. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Names that SAM, CDK and Terraform give; `${…}` around anything else (a JSONata group, say) is not a placeholder. */
const plausibleName = /^[A-Za-z_][\w.:/-]*(?:\[[\w".-]+\][\w.]*)*$/;

/** All placeholders of a text, in order, repeated ones too. */
export function findPlaceholders(text: string): Placeholder[] {
  return [...text.matchAll(pattern)]
    .map((match) => ({ name: match[0].slice(2, -1).trim(), start: match.index, end: match.index + match[0].length }))
    .filter(({ name }) => plausibleName.test(name));
}

/**
 * Fills placeholders into a text. `missing` are names without a value, each once; they stay as they are.
 * Inside JSON strings the values are put in as they stand, as SAM does.
 */
export function substitute(
  text: string,
  substitutions: Readonly<Record<string, string>>,
): { text: string; missing: string[] } {
  const missing = new Set<string>();
  const filled = text.replace(pattern, (whole) => {
    const name = whole.slice(2, -1).trim();
    if (Object.hasOwn(substitutions, name)) return substitutions[name] as string;
    if (plausibleName.test(name)) missing.add(name);
    return whole;
  });
  return { text: filled, missing: [...missing] };
}

/** The same on a parsed value: keys and texts; a text that was a bare placeholder becomes the JSON value it is given. */
export function substituteValue(
  value: Json,
  substitutions: Readonly<Record<string, string>>,
  isBare: (text: string) => boolean,
): Json {
  if (typeof value === 'string') {
    if (!value.includes('${')) return value;
    const filled = substitute(value, substitutions).text;
    return filled !== value && isBare(value) ? bareValue(filled) : filled;
  }
  // Most of a definition has nothing to fill in: that is given back as it is, not copied.
  if (Array.isArray(value)) {
    const before = value as readonly Json[];
    const items = before.map((item) => substituteValue(item, substitutions, isBare));
    return items.every((item, index) => item === before[index]) ? (value as Json) : items;
  }
  if (!isObject(value)) return value;
  let isSame = true;
  const filled = Object.entries(value).map(([key, item]): [string, Json] => {
    const name = key.includes('${') ? substitute(key, substitutions).text : key;
    const inside = substituteValue(item as Json, substitutions, isBare);
    if (name !== key || inside !== item) isSame = false;
    return [name, inside];
  });
  return isSame ? value : Object.fromEntries(filled);
}

function bareValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
