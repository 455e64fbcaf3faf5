/** Paths, intrinsic calls and JSONata expressions inside a definition: do they parse? */
import {
  expressionIn,
  invalidField,
  isIntrinsic,
  parseIntrinsic,
  parsePath,
  expressionFaults,
  QuerySyntaxError,
  referenceSteps,
} from '../../engine/query';
import { isObject, type Json } from '../../model/json';
import type { QueryLanguage } from '../../model/machine';
import type { Path } from '../sourceTree';
import { isOpen, type Extra, type Findings } from './findings';

/** Deeper templates are left to the size limit. */
const maxDepth = 200;

/** A payload template: `Parameters`, `Assign`, `Output`, … in the state's language. AWS locates its errors at the template. */
export function checkTemplate(findings: Findings, value: Json, path: Path, language: QueryLanguage): void {
  if (language === 'JSONata') checkJsonataValue(findings, value, path, path);
  else checkPathTemplate(findings, value, path, path, 0);
}

function checkPathTemplate(findings: Findings, value: Json, path: Path, at: Path, depth: number): void {
  if (depth > maxDepth) return;
  if (Array.isArray(value)) {
    value.forEach((item: Json, index: number) => checkPathTemplate(findings, item, path, [...at, index], depth + 1));
    return;
  }
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value) as [string, Json][]) {
    const place = [...at, key];
    if (key.endsWith('.$')) checkField(findings, item, key, path, place);
    else {
      if (typeof item === 'string' && looksDynamic(item)) {
        findings.warn(
          'NO_DOLLAR',
          path,
          `The value of '${key}' looks like a path or an intrinsic function, but the name does not end in '.$', so it is a plain text`,
          { at: place },
        );
      }
      checkPathTemplate(findings, item, path, place, depth + 1);
    }
  }
}

const looksDynamic = (text: string): boolean =>
  /^\$\$?(?:\.[A-Za-z_]\w*)+$/.test(text) || (isIntrinsic(text) && text.trimEnd().endsWith(')'));

function checkField(findings: Findings, value: Json, key: string, path: Path, at: Path): void {
  if (isOpen(value)) return;
  const error = typeof value === 'string' ? expressionError(value) : new QuerySyntaxError('It must be a text', 0);
  if (error)
    findings.schema(path, invalidField(key), {
      at,
      within: typeof value === 'string' ? withinOf(value, error) : undefined,
    });
}

/** Why a text is neither a path nor an intrinsic call. */
function expressionError(text: string): QuerySyntaxError | undefined {
  return attempt(() => (isIntrinsic(text) ? parseIntrinsic(text) : parsePath(text)));
}

function attempt(parse: () => unknown): QuerySyntaxError | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof QuerySyntaxError) return error;
    throw error;
  }
}

const withinOf = (text: string, error: QuerySyntaxError): { start: number; end: number } => ({
  start: Math.min(error.offset, Math.max(0, text.length - 1)),
  end: text.length,
});

/** A field that holds a path. */
export function checkPath(findings: Findings, value: Json, path: Path): void {
  if (isOpen(value)) return;
  const error = typeof value === 'string' ? attempt(() => parsePath(value)) : new QuerySyntaxError('', 0);
  if (error)
    findings.schema(path, 'Value must be a valid JSONPath.', {
      within: typeof value === 'string' ? withinOf(value, error) : undefined,
    });
}

/** A field that holds a path or an intrinsic call. */
export function checkExpressionPath(findings: Findings, value: Json, path: Path): void {
  if (isOpen(value)) return;
  const error = typeof value === 'string' ? expressionError(value) : new QuerySyntaxError('', 0);
  if (error)
    findings.schema(path, 'Value must be a valid JSONPath or a valid intrinsic function call.', {
      within: typeof value === 'string' ? withinOf(value, error) : undefined,
    });
}

/** A field that names one place: names and indices only. `roots`: it may also start at the context object or a variable. */
export function checkReferencePath(findings: Findings, value: Json, path: Path, roots = false): void {
  if (isOpen(value)) return;
  if (typeof value !== 'string') {
    findings.schema(path, 'Value is not a Reference Path');
    return;
  }
  if (!value.startsWith('$')) {
    findings.schema(path, "Value is not a Reference Path: Reference path didn't start with '$'");
    return;
  }
  const error = attempt(() => (roots ? plainSteps(value) : referenceSteps(value)));
  if (error)
    findings.schema(path, `Value is not a Reference Path: ${error.message}`, { within: withinOf(value, error) });
}

function plainSteps(text: string): void {
  const path = parsePath(text);
  if (!path.definite) throw new QuerySyntaxError(`'${text}' may find more than one value`, 0);
}

/** Every `{% … %}` below a value. `path` is where AWS would locate it. */
export function checkJsonataValue(findings: Findings, value: Json, path: Path, at: Path, depth = 0): void {
  if (depth > maxDepth) return;
  if (typeof value === 'string') checkJsonataText(findings, value, at);
  else if (Array.isArray(value))
    value.forEach((item: Json, index: number) => checkJsonataValue(findings, item, path, [...at, index], depth + 1));
  else if (isObject(value))
    for (const [key, item] of Object.entries(value))
      checkJsonataValue(findings, item as Json, path, [...at, key], depth + 1);
}

/** One text of a JSONata state. Placeholders inside an expression are taken for names of the same length. */
export function checkJsonataText(findings: Findings, text: string, path: Path): void {
  if (
    text.startsWith('{%') !== text.trimEnd().endsWith('%}') &&
    (text.startsWith('{%') || text.trimEnd().endsWith('%}'))
  ) {
    if (!isOpen(text)) findings.schema(path, 'JSONata string must start with {% and end with %}');
    return;
  }
  const expression = expressionIn(text);
  if (!expression) return;
  if (isOpen(text)) return;
  const { syntax, references } = expressionFaults(expression.source);
  const shown = (start: number, end: number): Extra => ({
    within: { start: expression.offset + start, end: expression.offset + Math.max(start + 1, end) },
  });
  const { length } = expression.source;
  if (syntax) {
    // AWS leaves out the parser's code.
    const words = syntax.message.replace(/^[A-Z]\d{4}: /, '');
    findings.error(
      'INVALID_JSONATA_EXPRESSION',
      path,
      words,
      shown(Math.max(0, Math.min(syntax.offset, length - 1)), length),
    );
  }
  for (const { name, end } of references) {
    const message = unsupported(name, path);
    if (message)
      findings.error('UNSUPPORTED_JSONATA_EXPRESSION', path, message, shown(Math.max(0, end - name.length), end));
  }
}

function unsupported(name: string, path: Path): string | undefined {
  if (name === '$$') return "Reference to '$$' is not supported.";
  if (name !== '$states.errorOutput') return `Reference to '${name}' at the top level is not supported.`;
  return isInCatcher(path) ? undefined : "Field '$states.errorOutput' does not exist.";
}

const isInCatcher = (path: Path): boolean =>
  path.some((part, at) => part === 'Catch' && typeof path[at + 1] === 'number');

/** A field that, in a JSONata state, may be an expression instead of what it usually is. */
export const isExpression = (value: Json | undefined, language: QueryLanguage): value is string =>
  language === 'JSONata' && typeof value === 'string' && expressionIn(value) !== undefined;
