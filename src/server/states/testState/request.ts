/** A TestState call, read and checked: what is tested, with what, against which mock. */
import { parseResource } from '../../../engine';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import type { QueryLanguage, StateType } from '../../../model/machine';
import { ServiceError } from '../../contract';
import { examine, invalidDefinition } from '../definition';
import { parseInput } from '../launch';
import { checkMockResult, type FieldValidation } from './mockSchema';

/** The name under which AWS tests a state, whatever it is called. */
export const testedName = 'StateName';

export type Mock =
  | { readonly kind: 'result'; readonly result: Json }
  | { readonly kind: 'error'; readonly error?: string; readonly cause?: string };

/** A member that a valid definition has as a text. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export interface TestRequest {
  readonly state: JsonObject;
  readonly type: StateType;
  readonly language: QueryLanguage;
  /** The text as it was sent, and what it says. */
  readonly inputText: string;
  readonly input: Json;
  readonly variables: Readonly<Record<string, Json>>;
  /** Given, or undefined for the one AWS makes up. */
  readonly context?: JsonObject;
  readonly mock?: Mock;
  readonly roleArn?: string;
  readonly retryCount: number;
  readonly iterationFailures?: number;
  /** As found in its source: the text of a CSV file, of a JSON file, of JSON lines. */
  readonly itemReaderData?: string;
}

const refuse = (text: string): ServiceError => new ServiceError('ValidationException', text);

/** Throws ValidationException, InvalidDefinition, InvalidExecutionInput. */
export function readRequest(input: JsonObject): TestRequest {
  const mockInput = isObject(input.mock) ? input.mock : undefined;
  const configuration = isObject(input.stateConfiguration) ? input.stateConfiguration : {};
  if (mockInput?.result !== undefined && mockInput.errorOutput !== undefined) {
    throw refuse('A test mock should have only one of the following fields: [result, errorOutput].');
  }
  const failures = configuration.mapIterationFailureCount as number | undefined;
  const unmocked = (field: string, value: unknown): void => {
    if (value !== undefined && !mockInput)
      throw refuse(`TestState does not support ${field} when a mock is not specified.`);
  };
  unmocked('MapIterationFailureCount', failures);
  unmocked('ErrorCausedByState', configuration.errorCausedByState);
  unmocked('MapItemReaderData', configuration.mapItemReaderData);
  unmocked('RetrierRetryCount', configuration.retrierRetryCount);
  unmocked('Context', input.context);
  const { state, language } = findState(input.definition as string, input.stateName as string | undefined);
  const type = state.Type as StateType;
  if (mockInput && type !== 'Task' && type !== 'Map' && type !== 'Parallel')
    throw refuse(`State type '${type}' is not supported when a mock is specified`);
  if (!mockInput) checkTestable(state, type);
  const mock = mockInput && readMock(mockInput);
  if (mock?.kind === 'result')
    checkResult(state, type, mock.result, (mockInput?.fieldValidationMode ?? 'STRICT') as FieldValidation, failures);
  const inputText = (input.input as string | undefined) ?? '{}';
  return {
    state,
    type,
    language,
    inputText,
    input: parseInput(inputText),
    variables: (object(input.variables, 'variables') ?? {}) as Readonly<Record<string, Json>>,
    context: object(input.context, 'context'),
    mock,
    roleArn: input.roleArn as string | undefined,
    retryCount: (configuration.retrierRetryCount as number | undefined) ?? 0,
    iterationFailures: failures,
    itemReaderData: configuration.mapItemReaderData as string | undefined,
  };
}

function json(text: string, field: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refuse(`The ${field} field must be a valid JSON text.`);
  }
}

function object(text: Json | undefined, field: string): JsonObject | undefined {
  if (text === undefined || text === null) return undefined;
  const value = json(text as string, field);
  if (!isObject(value)) throw refuse(`The ${field} field must be a JSON object.`);
  return value;
}

/** The state of a definition that is one, or the named one of a whole machine; validated. */
function findState(text: string, name: string | undefined): { state: JsonObject; language: QueryLanguage } {
  if (name !== undefined) {
    const { definition, diagnostics } = examine(text, 'STANDARD');
    const errors = diagnostics.filter((one) => one.severity === 'ERROR');
    if (!definition || errors.length > 0) throw invalidDefinition(errors);
    const state = search(definition, name);
    if (!state) throw refuse(`State '${name}' not found in the state machine definition.`);
    return { state, language: languageOf(state, languageOf(definition, 'JSONPath')) };
  }
  const alone = examine(text, 'STANDARD');
  if (!alone.definition) throw invalidDefinition(alone.diagnostics.filter((one) => one.severity === 'ERROR'));
  const state = alone.definition;
  const { diagnostics } = examine(JSON.stringify(around(state)), 'STANDARD');
  const errors = diagnostics.filter((one) => one.severity === 'ERROR');
  if (errors.length > 0) throw invalidDefinition(errors);
  return { state, language: languageOf(state, 'JSONPath') };
}

const languageOf = (fields: JsonObject, inherited: QueryLanguage): QueryLanguage =>
  fields.QueryLanguage === 'JSONata' || fields.QueryLanguage === 'JSONPath' ? fields.QueryLanguage : inherited;

/** A machine around a single state, with a place for every state it goes to. */
function around(state: JsonObject): JsonObject {
  const States: Record<string, Json> = { [testedName]: state };
  for (const next of nextStates(state)) States[next] ??= { Type: 'Succeed' };
  return { StartAt: testedName, States };
}

function nextStates(state: JsonObject): string[] {
  const list = (field: Json | undefined): JsonObject[] =>
    Array.isArray(field) ? (field as readonly Json[]).filter(isObject) : [];
  const names = [state.Next, state.Default, ...[...list(state.Choices), ...list(state.Catch)].map((rule) => rule.Next)];
  return names.filter((name): name is string => typeof name === 'string');
}

/** Looks through branches and processors too. */
function search(machine: JsonObject, name: string): JsonObject | undefined {
  const states = isObject(machine.States) ? machine.States : {};
  const own = states[name];
  if (isObject(own)) return own;
  for (const state of Object.values(states)) {
    if (!isObject(state)) continue;
    const inner = [
      state.ItemProcessor,
      state.Iterator,
      ...(Array.isArray(state.Branches) ? (state.Branches as readonly Json[]) : []),
    ];
    for (const sub of inner) {
      const found = isObject(sub) ? search(sub, name) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

/** What needs a mock cannot be tested without one. */
function checkTestable(state: JsonObject, type: StateType): void {
  const refuseDefinition = (text: string): ServiceError => new ServiceError('InvalidDefinition', text);
  if (type === 'Map' || type === 'Parallel') {
    throw refuseDefinition(
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (type !== 'Task') return;
  const { service, pattern } = parseResource(textOf(state.Resource));
  if (service === 'activity')
    throw refuseDefinition('TestState API does not support Activity tasks when a mock is not specified.');
  if (pattern === 'sync' || pattern === 'sync:2' || pattern === 'waitForTaskToken') {
    throw refuseDefinition(
      `TestState API does not support the '.${pattern}' service integration when a mock is not specified.`,
    );
  }
}

function readMock(mock: JsonObject): Mock | undefined {
  if (typeof mock.result === 'string') return { kind: 'result', result: json(mock.result, 'mock.result') };
  if (!isObject(mock.errorOutput))
    throw refuse('A test mock should have one of the following fields: [result, errorOutput].');
  const { error, cause } = mock.errorOutput;
  return { kind: 'error', ...(typeof error === 'string' && { error }), ...(typeof cause === 'string' && { cause }) };
}

function checkResult(
  state: JsonObject,
  type: StateType,
  result: Json,
  mode: FieldValidation,
  failures: number | undefined,
): void {
  if (type === 'Task') return checkMockResult(parseResource(textOf(state.Resource)), result, mode);
  const list = Array.isArray(result) ? (result as readonly Json[]) : undefined;
  if (type === 'Map' && state.ResultWriter !== undefined) {
    if (!isObject(result)) throw refuse('Mocked result must be a JSON object.');
    return;
  }
  if (!list) throw refuse('Mocked result must be an array.');
  if (type === 'Parallel' && Array.isArray(state.Branches) && list.length !== state.Branches.length) {
    throw refuse('Mocked result must contain the same number of items as number of Parallel branches.');
  }
  if (type === 'Map' && failures !== undefined && failures > list.length) {
    throw refuse('Map iteration failure count must be less than or equal to the number of Map iterations');
  }
}
