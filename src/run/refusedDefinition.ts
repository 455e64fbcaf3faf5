import { rangeOfPath, type SourceLanguage } from '../asl';
import type { TextRange } from '../model/machine';

/**
 * The first place that AWS names: each message ends with one (`CODE: text at /States/A/Next, CODE: …'`), and names of states may
 * have anything in them.
 */
export const refusedPlace = (message: string): string | undefined =>
  /\bat (\/States\/.+?)(?=, [A-Z][A-Z_]+: |'\s|'$|$)/.exec(message)?.[1];

/** A place and those around it, from the inside out: what is missing stands where it should have been. */
const outwards = (place: string): readonly string[] => {
  const all: string[] = [];
  for (
    let at = place;
    at !== '' && at !== '/States';
    at = at.slice(0, Math.max(at.lastIndexOf('/'), at.lastIndexOf('['), 0))
  )
    all.push(at);
  return all;
};

const rangeOf = (place: string, text: string, language: SourceLanguage): TextRange | undefined => {
  for (const at of outwards(place)) {
    // AWS writes /Branches[0]; a JSON pointer would be /Branches/0.
    const found =
      rangeOfPath(text, at, language) ?? rangeOfPath(text, at.replace(/\/(\d+)(?=\/|$)/g, '[$1]'), language);
    if (found) return found;
  }
  return undefined;
};

/**
 * A definition that AWS refuses is told with file, line and column of the field that AWS names, or of the nearest thing around it that
 * is there, so that an editor or a terminal leads to it.
 */
export const locateRefusal = (
  message: string,
  source: { readonly text: string; readonly language: SourceLanguage },
  file: string,
): string => {
  if (!/refuses the definition/.test(message)) return message;
  const place = refusedPlace(message);
  const range = place === undefined ? undefined : rangeOf(place, source.text, source.language);
  return range ? `${file}:${range.start.line + 1}:${range.start.column + 1}: ${message}` : `${file}: ${message}`;
};
