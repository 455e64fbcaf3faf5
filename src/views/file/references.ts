import type { StateOutline, TextRange } from '../../model/machine';

/** A place in a text where a state is named. */
export interface NamedPlace {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const reference =
  /(["']?)\b(Next|Default|StartAt)\1\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([^\s"'#,{}[\]][^#,{}[\]\n]*))/g;

/** Every `Next`, `Default` and `StartAt` of a JSON or YAML text, with the offsets of the name inside its quotes. */
export const namedPlaces = (text: string): readonly NamedPlace[] => {
  const places: NamedPlace[] = [];
  for (const match of text.matchAll(reference)) {
    const raw = match[3] ?? match[4] ?? match[5]!.trimEnd();
    const quoted = match[5] === undefined;
    const at =
      match.index + match[0].lastIndexOf(match[3] ?? match[4] ?? match[5]!, match[0].length - (quoted ? 1 : 0));
    let name = raw;
    if (match[3] !== undefined) {
      try {
        name = JSON.parse(`"${raw}"`) as string;
      } catch {
        // An escape that JSON does not know: the text as it stands.
      }
    }
    places.push({ name, start: at, end: at + raw.length });
  }
  return places;
};

const scopeOf = (state: StateOutline): string => state.path.slice(0, state.path.length - state.name.length);

const holds = (range: TextRange, line: number, column: number): boolean =>
  (line > range.start.line || (line === range.start.line && column >= range.start.column)) &&
  (line < range.end.line || (line === range.end.line && column <= range.end.column));

/**
 * The state that a name at a position means: states of one scope name each other, so it is looked for among the
 * siblings of the innermost state around the position, then (`StartAt` of a branch) among the children, then at the top.
 */
export const stateMeant = (
  states: readonly StateOutline[],
  name: string,
  line: number,
  column: number,
): StateOutline | undefined => {
  const around = states
    .filter((state) => holds(state.range, line, column))
    .sort((a, b) => b.path.length - a.path.length);
  const named = states.filter((state) => state.name === name);
  for (const state of around) {
    const near =
      named.find((other) => scopeOf(other) === scopeOf(state)) ?? named.find((other) => other.parent === state.path);
    if (near) return near;
  }
  return named.find((state) => state.parent === undefined) ?? named[0];
};
