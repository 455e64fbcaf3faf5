/** One JSONata expression, parsed once and run under limits: in the engine's thread or, the same code, in the sandbox. */
import jsonata from 'jsonata';
import { QuerySyntaxError } from './contract';
import { mentionsOf, type AstNode, type Mentions } from './jsonataAst';
import { badReferences, type BadReference } from './jsonataReferences';
import { LimitExceeded, memoryExceeded, registerAwsFunctions } from './jsonataFunctions';
import { isAffordable, patternDegree } from './regexSafety';

/** AWS's limits: seconds of evaluation, levels of nesting, members of one sequence. */
export const limits = { timeoutMs: 1000, depth: 100, sequence: 873_782 } as const;

/** Longer than any expression in a definition of a MiB could sensibly be, and safe for a recursive parser. */
const maxSource = 100_000;
const maxParseDepth = 500;

export interface Prepared {
  readonly ast: AstNode;
  readonly mentions: Mentions;
  /** Resolves with what the evaluator found; rejects with LimitExceeded, NeedsSandbox or the evaluator's coded object. */
  run(bindings: Record<string, unknown>): Promise<unknown>;
}

/** A regular expression would run too long for the engine's thread on this text. */
export class NeedsSandbox extends Error {}

/** Throws QuerySyntaxError with the offset within `source`. */
export function prepare(source: string, guardPatterns: boolean): Prepared {
  const expression = parse(source, guardPatterns);
  const ast = expression.ast() as unknown as AstNode;
  const mentions = mentionsOf(ast);
  registerAwsFunctions(expression, mentions.variables);
  return {
    ast,
    mentions,
    async run(bindings) {
      try {
        return (await expression.evaluate(undefined, bindings)) as unknown;
      } catch (error) {
        throw limitOf(error) ?? error;
      }
    },
  };
}

function parse(source: string, guardPatterns: boolean): jsonata.Expression {
  refuseDeepNesting(source);
  try {
    return jsonata(source, {
      timeout: limits.timeoutMs,
      stack: limits.depth,
      sequence: limits.sequence,
      ...(guardPatterns ? { RegexEngine: GuardedRegExp as unknown as RegExpConstructor } : {}),
    });
  } catch (error) {
    throw syntaxError(error);
  }
}

/** What is wrong with an expression before it ever runs. */
export interface ExpressionFaults {
  readonly syntax?: QuerySyntaxError;
  readonly references: readonly BadReference[];
}

const checked = new Map<string, ExpressionFaults>();
const maxChecked = 10_000;

/** Why AWS would refuse a text as an expression; remembered, since an editor asks again at every pause in typing. */
export function expressionFaults(source: string): ExpressionFaults {
  let known = checked.get(source);
  if (!known) {
    known = faultsOf(source);
    if (checked.size >= maxChecked) checked.delete(checked.keys().next().value as string);
    checked.set(source, known);
  }
  return known;
}

function faultsOf(source: string): ExpressionFaults {
  try {
    return { references: badReferences(parse(source, false).ast() as unknown as AstNode) };
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    return { syntax: error, references: [] };
  }
}

function syntaxError(error: unknown): QuerySyntaxError {
  const { code, message, position } = error as { code?: string; message?: string; position?: number };
  return new QuerySyntaxError(
    code ? `${code}: ${message ?? 'Syntax error'}` : (message ?? 'Syntax error'),
    Math.max(0, (position ?? 1) - 1),
  );
}

/** The parser recurses; brackets are counted first, so that it never runs out of stack. */
function refuseDeepNesting(source: string): void {
  if (source.length > maxSource) throw new QuerySyntaxError(`The expression is longer than ${maxSource} characters`, 0);
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const c = source[at] as string;
    if (c === '(' || c === '[' || c === '{' || c === '?') depth += 1;
    else if (c === ')' || c === ']' || c === '}') depth -= 1;
    if (depth > maxParseDepth) throw new QuerySyntaxError('The expression nests too deeply', at);
  }
}

/** AWS words its limits itself, without a code. */
function limitOf(error: unknown): LimitExceeded | undefined {
  if (error instanceof RangeError) {
    const stack = /call stack/i.test(error.message);
    return new LimitExceeded(stack ? stackExceeded : memoryExceeded);
  }
  switch ((error as { code?: string } | undefined)?.code) {
    case 'D1011':
      return new LimitExceeded(stackExceeded);
    case 'D1012':
      return new LimitExceeded(timeoutExceeded);
    case 'D2014':
    case 'D2015':
      return new LimitExceeded(memoryExceeded);
    default:
      return undefined;
  }
}

const stackExceeded =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';
export const timeoutExceeded = 'Expression evaluation timeout: Check for infinite loop';

const degrees = new Map<string, number>();

function degreeOf(source: string): number {
  let degree = degrees.get(source);
  if (degree === undefined) {
    degree = patternDegree(source);
    if (degrees.size > 1000) degrees.clear();
    degrees.set(source, degree);
  }
  return degree;
}

/** Refuses texts on which its pattern could run long; jsonata makes all its matchers from this class. */
class GuardedRegExp extends RegExp {
  private readonly degree: number;
  constructor(pattern: RegExp) {
    super(pattern);
    this.degree = degreeOf(pattern.source);
  }

  override exec(text: string): RegExpExecArray | null {
    if (!isAffordable(this.degree, text.length)) throw new NeedsSandbox();
    return super.exec(text);
  }
}
