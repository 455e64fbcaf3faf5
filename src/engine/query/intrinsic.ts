/** Intrinsic calls compiled to closures, with AWS's sentence around what goes wrong in them. */
import type { Json } from '../../model/json';
import { QueryError, type EvaluateSync, type Scope } from './contract';
import {
  BadArguments,
  intrinsicFunctions,
  joinParts,
  templateParts,
  type IntrinsicFunction,
} from './intrinsicFunctions';
import { parseIntrinsic, type IntrinsicArgument, type IntrinsicCall } from './intrinsicParser';
import { compileRead } from './path';
import { PathNotFound } from './pathValue';
import type { ParsedPath } from './pathTokens';

/**
 * Compiles a call such as `States.ArrayLength($.items)`.
 * Throws QueryError('States.Runtime', "The function '…' had the following error: …"); QuerySyntaxError while compiling.
 */
export function compileIntrinsic(text: string): EvaluateSync {
  const evaluate = compileCall(parseIntrinsic(text));
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      if (error instanceof Trouble)
        throw new QueryError('States.Runtime', `The function '${text}' had the following error: ${error.message}`);
      throw error;
    }
  };
}

class Trouble extends Error {}

function compileCall(call: IntrinsicCall): EvaluateSync {
  const args = call.args.map(compileArgument);
  const [template] = call.args;
  if (call.name === 'States.Format' && template?.kind === 'string') return compileFormat(template.raw, args.slice(1));
  const apply = intrinsicFunctions[call.name] as IntrinsicFunction;
  return (scope) => {
    const values = args.map((argument) => argument(scope));
    try {
      return apply(values, scope.host);
    } catch (error) {
      throw troubleOf(error, call.name);
    }
  };
}

/** A template written in the definition is cut up once. */
function compileFormat(raw: string, args: readonly EvaluateSync[]): EvaluateSync {
  let parts: readonly string[] | undefined;
  try {
    parts = templateParts(raw);
  } catch {
    parts = undefined;
  }
  return (scope) => {
    const values = args.map((argument) => argument(scope));
    try {
      if (!parts) throw new BadArguments();
      return joinParts(parts, values);
    } catch (error) {
      throw troubleOf(error, 'States.Format');
    }
  };
}

const troubleOf = (error: unknown, name: string): unknown =>
  error instanceof BadArguments ? new Trouble(`Invalid arguments in ${name}`) : error;

function compileArgument(argument: IntrinsicArgument): EvaluateSync {
  switch (argument.kind) {
    case 'string':
    case 'literal': {
      const { value } = argument;
      return () => value;
    }
    case 'call':
      return compileCall(argument.call);
    case 'path':
      return compilePathArgument(argument.path);
  }
}

function compilePathArgument(path: ParsedPath): EvaluateSync {
  const read = compileRead(path);
  return (scope) => {
    let value: Json | undefined;
    try {
      value = read(scope);
    } catch (error) {
      if (!(error instanceof PathNotFound)) throw error;
      // What is no array is told in the path library's own words, everything else in AWS's.
      if (error.message.startsWith('Filter: ')) throw new Trouble(error.message);
    }
    if (value === undefined) throw new Trouble(missingArgument(path, scope));
    return value;
  };
}

/** A context path is shown as seen from the context object, with the state's input beside it: so does AWS. */
function missingArgument(path: ParsedPath, scope: Scope): string {
  const shown = path.root.kind === 'context' ? path.text.slice(1) : path.text;
  return `The JsonPath argument for the field '${shown}' could not be found in the input '${JSON.stringify(scope.input)}'`;
}
