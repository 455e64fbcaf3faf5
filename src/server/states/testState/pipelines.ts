/** The two pipelines of a state's data, stage by stage, each stage noted: JSONPath's and JSONata's. */
import { numberField } from '../../../engine/fields';
import {
  compileChoice,
  compileJsonata,
  compilePath,
  compileReferencePath,
  compileTemplate,
} from '../../../engine/query';
import type { MaybePromise, Scope } from '../../../engine/query/contract';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import { StateFailure, type Inspection, type Tested } from './inspection';
import { textOf, type TestRequest } from './request';

export interface Pipeline {
  readonly request: TestRequest;
  readonly inspection: Inspection;
  readonly scope: (input: Json, more?: Partial<Pick<Scope, 'result' | 'errorOutput'>>) => Scope;
  /** The Task's work, with its effective parameters. */
  readonly work: (parameters: Json) => Promise<Json>;
  /** Values that `Assign` set. */
  readonly assigned: Record<string, Json>;
}

const text = (value: Json): string => JSON.stringify(value);
const nextOf = (fields: JsonObject): string | undefined => (typeof fields.Next === 'string' ? fields.Next : undefined);
const succeeded = (output: Json, nextState: string | undefined): Tested => ({
  status: 'SUCCEEDED',
  output,
  ...(nextState !== undefined && { nextState }),
});

/** `null` stands for an empty object. */
function throughPath(pipe: Pipeline, path: Json | undefined, value: Json): MaybePromise<Json> {
  if (path === undefined || path === '$') return value;
  if (path === null) return {};
  return compilePath(textOf(path))(pipe.scope(value));
}

async function assign(pipe: Pipeline, fields: JsonObject, scope: Scope): Promise<void> {
  if (fields.Assign === undefined) return;
  const values =
    pipe.request.language === 'JSONata'
      ? await compileJsonata(fields.Assign, 'Assign')(scope)
      : compileTemplate(fields.Assign)(scope);
  if (isObject(values)) Object.assign(pipe.assigned, values);
}

/** InputPath, noted. */
async function inputPath(pipe: Pipeline): Promise<Json> {
  const { state, input } = pipe.request;
  const value = await throughPath(pipe, state.InputPath, input);
  pipe.inspection.afterInputPath = text(value);
  return value;
}

/** ResultSelector, ResultPath, OutputPath, Assign, noted. */
async function settle(pipe: Pipeline, result: Json): Promise<Json> {
  const { state, input } = pipe.request;
  const selected =
    state.ResultSelector === undefined ? result : compileTemplate(state.ResultSelector)(pipe.scope(result));
  pipe.inspection.afterResultSelector = text(selected);
  const placed =
    state.ResultPath === null
      ? input
      : typeof state.ResultPath === 'string' && state.ResultPath !== '$'
        ? compileReferencePath(state.ResultPath)(input, selected)
        : selected;
  pipe.inspection.afterResultPath = text(placed);
  await assign(pipe, state, pipe.scope(selected));
  return throughPath(pipe, state.OutputPath, placed);
}

export async function runJsonPath(pipe: Pipeline): Promise<Tested> {
  const { request, inspection } = pipe;
  const { state, type } = request;
  switch (type) {
    case 'Task': {
      const entered = await inputPath(pipe);
      const parameters =
        state.Parameters === undefined ? entered : compileTemplate(state.Parameters)(pipe.scope(entered));
      inspection.afterParameters = text(parameters);
      const result = await pipe.work(parameters);
      inspection.result = text(result);
      return succeeded(await settle(pipe, result), nextOf(state));
    }
    case 'Pass': {
      if (state.Result !== undefined) {
        inspection.result = text(state.Result);
        return succeeded(await settle(pipe, state.Result), nextOf(state));
      }
      const entered = await inputPath(pipe);
      const parameters =
        state.Parameters === undefined ? entered : compileTemplate(state.Parameters)(pipe.scope(entered));
      inspection.afterParameters = text(parameters);
      return succeeded(await settle(pipe, parameters), nextOf(state));
    }
    case 'Parallel':
      return succeeded(await settle(pipe, await pipe.work(null)), nextOf(state));
    case 'Map': {
      const entered = await inputPath(pipe);
      await mapFields(pipe, entered);
      return succeeded(await settle(pipe, await pipe.work(entered)), nextOf(state));
    }
    case 'Choice': {
      const entered = await inputPath(pipe);
      for (const rule of rulesOf(state)) {
        if (!compileChoice(rule)(pipe.scope(entered))) continue;
        await assign(pipe, rule, pipe.scope(entered));
        return succeeded(await throughPath(pipe, state.OutputPath, entered), nextOf(rule));
      }
      return fallback(pipe, await throughPath(pipe, state.OutputPath, entered), entered);
    }
    case 'Fail': {
      const entered = await inputPath(pipe);
      throw new StateFailure(await failText(pipe, 'Error', entered), await failText(pipe, 'Cause', entered));
    }
    case 'Wait':
    case 'Succeed': {
      const entered = await inputPath(pipe);
      await assign(pipe, state, pipe.scope(entered));
      return succeeded(await throughPath(pipe, state.OutputPath, entered), nextOf(state));
    }
  }
}

export async function runJsonata(pipe: Pipeline): Promise<Tested> {
  const { request, inspection } = pipe;
  const { state, type, input } = request;
  const output = async (fields: JsonObject, scope: Scope, whole: Json): Promise<Json> => {
    const value = fields.Output === undefined ? whole : await compileJsonata(fields.Output, 'Output')(scope);
    await assign(pipe, fields, scope);
    return value;
  };
  switch (type) {
    case 'Task':
    case 'Parallel': {
      const argumentsGiven = state.Arguments !== undefined;
      const parameters = argumentsGiven
        ? await compileJsonata(state.Arguments as Json, 'Arguments')(pipe.scope(input))
        : input;
      if (argumentsGiven) inspection.afterArguments = text(parameters);
      const result = await pipe.work(parameters);
      if (type === 'Task') inspection.result = text(result);
      return succeeded(await output(state, pipe.scope(input, { result }), result), nextOf(state));
    }
    case 'Map': {
      await mapFields(pipe, input);
      const result = await pipe.work(input);
      return succeeded(await output(state, pipe.scope(input, { result }), result), nextOf(state));
    }
    case 'Choice':
      for (const [place, rule] of rulesOf(state).entries()) {
        if (
          (await compileJsonata(rule.Condition ?? false, `Choices[${place}]/Condition`, { expect: 'boolean' })(
            pipe.scope(input),
          )) !== true
        )
          continue;
        return succeeded(await output(rule, pipe.scope(input), input), nextOf(rule));
      }
      return fallback(pipe, await output(state, pipe.scope(input), input), input);
    case 'Fail':
      throw new StateFailure(await failText(pipe, 'Error', input), await failText(pipe, 'Cause', input));
    case 'Pass':
    case 'Wait':
    case 'Succeed':
      return succeeded(await output(state, pipe.scope(input), input), nextOf(state));
  }
}

const rulesOf = (state: JsonObject): JsonObject[] =>
  Array.isArray(state.Choices) ? (state.Choices as readonly Json[]).filter(isObject) : [];

async function fallback(pipe: Pipeline, output: Json, entered: Json): Promise<Tested> {
  const { state, language } = pipe.request;
  if (typeof state.Default !== 'string')
    throw new StateFailure(
      'States.Runtime',
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  if (language === 'JSONPath') await assign(pipe, state, pipe.scope(entered));
  return succeeded(output, state.Default);
}

async function failText(pipe: Pipeline, field: 'Error' | 'Cause', entered: Json): Promise<string | undefined> {
  const { state, language } = pipe.request;
  const path = state[`${field}Path`];
  const scope = pipe.scope(entered);
  let value: Json | undefined;
  if (typeof path === 'string') {
    // An intrinsic call stands where a path may: a template of one key evaluates either.
    const found = compileTemplate({ 'it.$': path })(scope);
    value = isObject(found) ? found.it : undefined;
  } else if (state[field] !== undefined)
    value = language === 'JSONata' ? await compileJsonata(state[field], field)(scope) : state[field];
  return value === undefined ? undefined : typeof value === 'string' ? value : text(value);
}

/** Items, selector, concurrency and tolerance of a Map, each noted. */
async function mapFields(pipe: Pipeline, entered: Json): Promise<void> {
  const { request, inspection } = pipe;
  const { state, language } = request;
  const items = await itemsOf(pipe, entered);
  const selector = state.ItemSelector ?? (language === 'JSONPath' ? state.Parameters : undefined);
  if (selector !== undefined && Array.isArray(items)) {
    const compiled = language === 'JSONata' ? compileJsonata(selector, 'ItemSelector') : compileTemplate(selector);
    const selected: Json[] = [];
    for (const [Index, Value] of (items as readonly Json[]).entries()) {
      const scope = pipe.scope(entered);
      selected.push(
        await compiled({ ...scope, context: () => ({ ...scope.context(), Map: { Item: { Index, Value } } }) }),
      );
    }
    inspection.afterItemSelector = text(selected);
  }
  inspection.maxConcurrency = (await numeric(pipe, 'MaxConcurrency', entered)) ?? 0;
  const count = await numeric(pipe, 'ToleratedFailureCount', entered);
  const percentage = await numeric(pipe, 'ToleratedFailurePercentage', entered);
  if (count !== undefined) inspection.toleratedFailureCount = count;
  if (percentage !== undefined) inspection.toleratedFailurePercentage = percentage;
  const failures = request.iterationFailures ?? 0;
  const total = Array.isArray(items) ? items.length : 0;
  if (Array.isArray(items) && failures > total)
    throw new StateFailure(
      'States.Runtime',
      'Map iteration failure count must be less than or equal to the number of Map iterations',
      true,
    );
  const tolerated =
    count !== undefined || percentage !== undefined ? Math.max(count ?? 0, ((percentage ?? 0) * total) / 100) : 0;
  if (request.mock?.kind === 'result' && failures > tolerated) {
    throw new StateFailure(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
  }
}

async function itemsOf(pipe: Pipeline, entered: Json): Promise<Json> {
  const { state, language, itemReaderData } = pipe.request;
  if (itemReaderData !== undefined) return itemReaderData;
  if (state.ItemReader !== undefined) return null;
  if (language === 'JSONata') {
    return state.Items === undefined
      ? entered
      : compileJsonata(state.Items, 'Items', { expect: 'array' })(pipe.scope(entered));
  }
  const path = typeof state.ItemsPath === 'string' ? state.ItemsPath : '$';
  const items = path === '$' ? entered : compilePath(path)(pipe.scope(entered));
  // AWS names a context path by what follows its first dollar sign.
  const named = path.startsWith('$$') ? path.slice(1) : path;
  if (!Array.isArray(items))
    throw new StateFailure('States.Runtime', `Reference path "${named}" must point to array.`, true);
  if (path !== '$') pipe.inspection.afterItemsPath = text(items);
  return items as readonly Json[];
}

async function numeric(pipe: Pipeline, name: string, entered: Json): Promise<number | undefined> {
  const field = numberField(pipe.request.state, name, pipe.request.language);
  if (!field) return undefined;
  const value = await field.evaluate(pipe.scope(entered));
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new StateFailure(
    'States.Runtime',
    `The ${name}Path field refers to value "${typeof value === 'string' ? value : text(value)}" which is not a valid number: ${field.source}`,
    true,
  );
}
