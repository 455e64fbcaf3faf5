/**
 * How long a regular expression can take, judged from its text alone. JavaScript's matcher backtracks: `/^(a+)+$/` on forty
 * characters blocks a thread for minutes, and nothing inside the thread can stop it. So a pattern is given a degree: matching
 * n characters takes about n^degree steps, or Infinity where it may be exponential. The judgement errs upwards.
 */

/** Steps that may run in the engine's own thread: about a tenth of a second. */
const affordableSteps = 1e8;

/** More optional parts than this and their combinations count as exponential. */
const maxOptionals = 12;

/** Whether matching a text of this length surely ends soon. */
export const isAffordable = (degree: number, length: number): boolean =>
  length <= 1 || length ** degree <= affordableSteps;

/** Whether a pattern is at worst quadratic. */
export const isSafePattern = (source: string): boolean => patternDegree(source) <= 2;

/** The degree of a pattern, Infinity for one that may be exponential or that this reader does not understand. */
export function patternDegree(source: string): number {
  const reader = new PatternReader(source);
  const body = reader.alternatives(0);
  if (!reader.done || body.optionals > maxOptionals) return Infinity;
  // A search that is not anchored starts again at every character.
  return body.degree + (body.anchored ? 0 : 1);
}

/** What is known about a piece of a pattern. */
interface Piece {
  readonly degree: number;
  readonly optionals: number;
  /** Begins with ^. */
  readonly anchored: boolean;
  /** Always takes the same number of characters, without choices: safe to repeat. */
  readonly fixed: boolean;
  /** The characters it can begin with, as a single literal; undefined when it may be more than one. */
  readonly first?: string;
}

const atom = (first?: string): Piece => ({ degree: 0, optionals: 0, anchored: false, fixed: true, first });
const endless: Piece = { degree: Infinity, optionals: 0, anchored: false, fixed: false };

class PatternReader {
  private at = 0;
  constructor(private readonly source: string) {}

  get done(): boolean {
    return this.at >= this.source.length;
  }

  alternatives(depth: number): Piece {
    if (depth > 50) return endless;
    const pieces = [this.sequence(depth)];
    while (this.source[this.at] === '|') {
      this.at += 1;
      pieces.push(this.sequence(depth));
    }
    if (pieces.length === 1) return pieces[0] as Piece;
    // Letters of either case count as one: the pattern may ignore case.
    const firsts = pieces.map((piece) => piece.first?.toUpperCase().toLowerCase());
    const disjoint = firsts.every((first) => first !== undefined) && new Set(firsts).size === firsts.length;
    return {
      degree: Math.max(...pieces.map((piece) => piece.degree)),
      optionals: Math.max(...pieces.map((piece) => piece.optionals)) + (disjoint ? 0 : 1),
      anchored: pieces.every((piece) => piece.anchored),
      fixed: disjoint && pieces.every((piece) => piece.fixed),
    };
  }

  private sequence(depth: number): Piece {
    let degree = 0;
    let optionals = 0;
    let fixed = true;
    let first: string | undefined;
    const start = this.at;
    const anchored = this.source[this.at] === '^';
    while (!this.done && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const begin = this.at;
      const piece = this.quantified(this.atom(depth));
      if (begin === start) first = piece.first;
      degree += piece.degree;
      optionals += piece.optionals;
      fixed &&= piece.fixed;
    }
    return { degree, optionals, anchored, fixed, first };
  }

  private atom(depth: number): Piece {
    const c = this.source[this.at] as string;
    this.at += 1;
    if (c === '(') return this.group(depth);
    if (c === '[') return this.set();
    if (c === '\\') return this.escape();
    if (c === '.' || c === '^' || c === '$') return atom();
    return atom(c);
  }

  private group(depth: number): Piece {
    const opening = /^\?(?:<?[=!]|:|<[A-Za-z_$][\w$]*>)/.exec(this.source.slice(this.at, this.at + 80));
    if (opening) this.at += opening[0].length;
    else if (this.source[this.at] === '?') return this.unknown();
    const body = this.alternatives(depth + 1);
    if (this.source[this.at] !== ')') return this.unknown();
    this.at += 1;
    return { ...body, anchored: false };
  }

  private set(): Piece {
    while (!this.done && this.source[this.at] !== ']') this.at += this.source[this.at] === '\\' ? 2 : 1;
    if (this.done) return this.unknown();
    this.at += 1;
    return atom();
  }

  private escape(): Piece {
    const c = this.source[this.at] ?? '';
    this.at += 1;
    // A back reference makes matching hard in ways this reader does not judge.
    if (/[1-9k]/.test(c)) return endless;
    if (c === 'u' || c === 'x' || c === 'p' || c === 'P' || c === 'c') {
      const rest = /^(?:\{[^}]*\}|[0-9A-Fa-f]{0,4})/.exec(this.source.slice(this.at))?.[0] ?? '';
      this.at += rest.length;
      return atom();
    }
    return /[A-Za-z0-9]/.test(c) ? atom() : atom(c);
  }

  private unknown(): Piece {
    this.at = this.source.length + 1;
    return endless;
  }

  private quantified(piece: Piece): Piece {
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.source.slice(this.at, this.at + 30));
    if (!quantifier) return piece;
    this.at += quantifier[0].length;
    if (this.source[this.at] === '?') this.at += 1;
    const kind = quantifier[0][0];
    if (kind === '?')
      return { ...piece, optionals: piece.optionals + 1, fixed: false, first: undefined, anchored: false };
    const least = Number(quantifier[1] ?? 0);
    const most = kind !== '{' ? Infinity : quantifier[2] ? (quantifier[3] ? Number(quantifier[3]) : Infinity) : least;
    if (most === least) {
      if (piece.fixed) return piece;
      return { ...piece, degree: piece.degree * least, optionals: piece.optionals * least, fixed: false };
    }
    // Repeating something that itself has choices can be tried in exponentially many ways.
    if (!piece.fixed || piece.degree > 0) return endless;
    return {
      degree: 1,
      optionals: piece.optionals,
      anchored: false,
      fixed: false,
      first: kind === '+' || least > 0 ? piece.first : undefined,
    };
  }
}
