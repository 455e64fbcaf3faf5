/** From a state's result to its output and variables: the one pipeline of JSONPath states, the other of JSONata states. */
import type { Json, JsonObject } from '../model/json';
import { isObject } from '../model/json';
import type { MaybePromise } from './contract';
import { chain } from './chain';
import { textOf } from './fields';
import type { Settle, Settled, VisitScope } from './nodes';
import { compileJsonata, compilePath, compileReferencePath, compileTemplate } from './query';
import type { Evaluate } from './query/contract';

const asVariables = (value: Json): Readonly<Record<string, Json>> =>
  isObject(value) ? (value as Record<string, Json>) : {};

/** `Output` and `Assign` see the same scope, and variables as they were on entry. `whole` is the output where none is asked for. */
export const jsonataSettle = (
  fields: JsonObject,
  whole: 'input' | 'result' | 'errorOutput',
  kind: 'result' | 'errorOutput' | 'none',
): Settle => {
  const output = fields['Output'] === undefined ? undefined : compileJsonata(fields['Output'], 'Output');
  const assign = fields['Assign'] === undefined ? undefined : compileJsonata(fields['Assign'], 'Assign');
  if (!output && !assign) return (visit, result) => ({ output: whole === 'input' ? visit.rawInput : result });
  return (visit, result): MaybePromise<Settled> => {
    visit.input = visit.rawInput;
    if (kind !== 'none') visit[kind] = result;
    const unchanged = whole === 'input' ? visit.rawInput : result;
    if (!assign) return chain(output!(visit), (value) => ({ output: value }));
    return chain(assign(visit), (assigned) => {
      const settled = (value: Json): Settled => ({ output: value, assigned: asVariables(assigned) });
      return output ? chain(output(visit), settled) : settled(unchanged);
    });
  };
};

/** Reads a path that may also be a context path or a variable. `null` stands for an empty object. */
const pathOrEmpty = (path: Json | undefined): Evaluate | undefined => {
  if (path === undefined || path === '$') return undefined;
  if (path === null) return () => ({});
  return compilePath(textOf(path));
};

/**
 * InputPath and Parameters (a Map's `Parameters` is its item selector and not meant here). Undefined where the input is
 * taken as it is.
 */
export const jsonpathPrepare = (
  fields: JsonObject,
  parameters: Json | undefined,
): ((visit: VisitScope) => MaybePromise<Json>) | undefined => {
  const inputPath = pathOrEmpty(fields['InputPath']);
  const template = parameters === undefined ? undefined : compileTemplate(parameters);
  if (!inputPath) return template;
  if (!template) return inputPath;
  return (visit) =>
    chain(inputPath(visit), (input) => {
      visit.input = input;
      return template(visit);
    });
};

/**
 * ResultSelector, ResultPath, OutputPath and Assign. `$` is the result in ResultSelector and Assign; ResultPath puts into
 * the state's raw input; OutputPath reads the variables of before the assignment.
 */
export const jsonpathSettle = (fields: JsonObject): Settle => {
  const selector = fields['ResultSelector'] === undefined ? undefined : compileTemplate(fields['ResultSelector']);
  const resultPath = fields['ResultPath'];
  const discard = resultPath === null;
  const place = typeof resultPath === 'string' && resultPath !== '$' ? compileReferencePath(resultPath) : undefined;
  const outputPath = pathOrEmpty(fields['OutputPath']);
  const assign = fields['Assign'] === undefined ? undefined : compileTemplate(fields['Assign']);

  return (visit, result): MaybePromise<Settled> => {
    let selected: MaybePromise<Json> = result;
    if (selector) {
      visit.input = result;
      selected = selector(visit);
    }
    return chain(selected, (value) => {
      let assigned: MaybePromise<Json> | undefined;
      if (assign) {
        visit.input = value;
        assigned = assign(visit);
      }
      const placed = discard ? visit.rawInput : place ? place(visit.rawInput, value) : value;
      if (!outputPath && assigned === undefined) return { output: placed };
      visit.input = placed;
      return chain(outputPath ? outputPath(visit) : placed, (output) =>
        assigned === undefined
          ? { output }
          : chain(assigned, (variables) => ({ output, assigned: asVariables(variables) })),
      );
    });
  };
};
