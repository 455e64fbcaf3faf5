/** The two pipelines of a state's data, stage by stage, each stage noted: JSONPath's and JSONata's. */
import { textField } from '../../../engine/fields';
import {
  compileChoice,
  compileJsonata,
  compilePath,
  compileReferencePath,
  compileTemplate,
} from '../../../engine/query';
import type { MaybePromise, Scope } from '../../../engine/query/contract';
import { asText } from '../../../engine/states/fail';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import { StateFailure, type Tested } from './inspection';
import { mapFields } from './mapStages';
import { timeoutOf } from './numbers';
import { text, type Pipeline } from './pipeline';
import { textOf } from './request';
import { checkDelay } from './waitStage';

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
      const result = await pipe.work(parameters, await timeoutOf(pipe));
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
      if (type === 'Wait') await checkDelay(pipe, entered);
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
      const result = await pipe.work(parameters, type === 'Task' ? await timeoutOf(pipe) : undefined);
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
    case 'Wait':
      await checkDelay(pipe, input);
      return succeeded(await output(state, pipe.scope(input), input), nextOf(state));
    case 'Pass':
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
  return asText(await textField(state, field, language)?.(pipe.scope(entered)));
}
