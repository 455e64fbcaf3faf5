/** TestState: one state, run alone, with a look inside. */
import { compileJsonata, compileReferencePath, compileTemplate, QueryError } from '../../../engine/query';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import type { Operation } from '../../door/jsonProtocol';
import type { StatesContext } from '../context';
import { inputs } from '../inputs';
import { StateFailure, type Inspection, type Tested } from './inspection';
import type { Pipeline } from './pipeline';
import { runJsonata, runJsonPath } from './pipelines';
import { readRequest, textOf } from './request';
import { scopes } from './scope';
import { work } from './work';

async function testState(states: StatesContext, input: JsonObject): Promise<object> {
  const request = readRequest(input);
  const inspection: Inspection = { input: request.inputText };
  const pipe: Pipeline = {
    request,
    inspection,
    scope: scopes(request, states),
    work: (parameters, timeoutSeconds) => work(request, parameters, states.host.tasks, states, timeoutSeconds),
    assigned: {},
  };
  const tested = await outcome(pipe);
  const variables = { ...request.variables, ...pipe.assigned };
  if (Object.keys(variables).length > 0) inspection.variables = JSON.stringify(variables);
  return answer(
    tested,
    input.inspectionLevel === 'DEBUG' || input.inspectionLevel === 'TRACE' ? inspection : undefined,
  );
}

async function outcome(pipe: Pipeline): Promise<Tested> {
  const { request } = pipe;
  try {
    return await (request.language === 'JSONata' ? runJsonata(pipe) : runJsonPath(pipe));
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!failure) throw thrown;
    try {
      return await handled(pipe, failure);
    } catch (second) {
      const fault = failureOf(second);
      if (!fault) throw second;
      return failed('FAILED', fault);
    }
  }
}

function failureOf(thrown: unknown): StateFailure | undefined {
  if (thrown instanceof StateFailure) return thrown;
  if (thrown instanceof QueryError)
    return new StateFailure(thrown.error, thrown.causeText, thrown.error === 'States.Runtime');
  return undefined;
}

const failed = (status: 'FAILED' | 'RETRIABLE', failure: StateFailure): Tested => ({
  status,
  ...(failure.error !== undefined && { error: failure.error }),
  ...(failure.causeText !== undefined && { cause: failure.causeText }),
});

const list = (field: Json | undefined): JsonObject[] =>
  Array.isArray(field) ? (field as readonly Json[]).filter(isObject) : [];

function matches(names: Json | undefined, failure: StateFailure): boolean {
  if (failure.fatal || !Array.isArray(names)) return false;
  return (names as readonly Json[]).some(
    (name) =>
      name === 'States.ALL' ||
      name === failure.error ||
      (name === 'States.TaskFailed' && failure.error !== 'States.Timeout'),
  );
}

/** Retry, then Catch: which of them would take the failure, and what would come of it. */
async function handled(pipe: Pipeline, failure: StateFailure): Promise<Tested> {
  const { request, inspection } = pipe;
  const { state, retryCount } = request;
  const retryIndex = list(state.Retry).findIndex((retrier) => matches(retrier.ErrorEquals, failure));
  const retrier = list(state.Retry)[retryIndex];
  if (retrier) {
    inspection.errorDetails = { retryIndex };
    if (retryCount < numeric(retrier.MaxAttempts, 3)) {
      const seconds = numeric(retrier.IntervalSeconds, 1) * numeric(retrier.BackoffRate, 2) ** retryCount;
      inspection.errorDetails.retryBackoffIntervalSeconds = Math.min(
        seconds,
        numeric(retrier.MaxDelaySeconds, Number.POSITIVE_INFINITY),
      );
      return failed('RETRIABLE', failure);
    }
  }
  const catchIndex = list(state.Catch).findIndex((catcher) => matches(catcher.ErrorEquals, failure));
  const catcher = list(state.Catch)[catchIndex];
  if (!catcher) return failed('FAILED', failure);
  inspection.errorDetails = { ...inspection.errorDetails, catchIndex };
  const { error, causeText } = failure;
  return {
    status: 'CAUGHT_ERROR',
    ...(error !== undefined && { error }),
    ...(causeText !== undefined && { cause: causeText }),
    output: await caughtOutput(pipe, catcher, { Error: error ?? '', Cause: causeText ?? '' }),
    nextState: textOf(catcher.Next),
  };
}

const numeric = (value: Json | undefined, fallback: number): number => (typeof value === 'number' ? value : fallback);

async function caughtOutput(pipe: Pipeline, catcher: JsonObject, errorOutput: Json): Promise<Json> {
  const { request } = pipe;
  const assign = async (values: Promise<Json> | Json): Promise<void> => {
    const found = await values;
    if (isObject(found)) Object.assign(pipe.assigned, found);
  };
  if (request.language === 'JSONata') {
    const scope = pipe.scope(request.input, { errorOutput });
    const output =
      catcher.Output === undefined ? errorOutput : await compileJsonata(catcher.Output, 'Catch/Output')(scope);
    if (catcher.Assign !== undefined) await assign(compileJsonata(catcher.Assign, 'Catch/Assign')(scope));
    return output;
  }
  if (catcher.Assign !== undefined) await assign(compileTemplate(catcher.Assign)(pipe.scope(errorOutput)));
  if (catcher.ResultPath === null) return request.input;
  return typeof catcher.ResultPath === 'string' && catcher.ResultPath !== '$'
    ? compileReferencePath(catcher.ResultPath)(request.input, errorOutput)
    : errorOutput;
}

function answer(tested: Tested, inspectionData: Inspection | undefined): object {
  const { status } = tested;
  const handled = status === 'SUCCEEDED' || status === 'CAUGHT_ERROR';
  return {
    status,
    ...(handled && { output: JSON.stringify(tested.output) }),
    ...(handled && tested.nextState !== undefined && { nextState: tested.nextState }),
    ...(status !== 'SUCCEEDED' && {
      ...(tested.error !== undefined && { error: tested.error }),
      ...(tested.cause !== undefined && { cause: tested.cause }),
    }),
    ...(inspectionData && { inspectionData }),
  };
}

export const testStateOperation = (states: StatesContext): Operation => ({
  input: inputs.TestState,
  run: (input) => testState(states, input),
});
