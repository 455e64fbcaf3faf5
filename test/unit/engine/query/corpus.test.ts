/** Recorded answers of the real service for the parts of a definition that are pure queries. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compileChoice,
  compileExpression,
  compileJsonata,
  compilePath,
  compileTemplate,
  QueryError,
} from '../../../../src/engine/query';
import type { Scope } from '../../../../src/engine/query';
import type { Json, JsonObject } from '../../../../src/model/json';

const corpus = path.resolve(__dirname, '../../../../../shared/corpus/executions');
const present = existsSync(corpus);
if (!present) console.warn('skipped: ../shared/corpus is not here, so the recorded answers of AWS are not compared');

interface Case {
  readonly id: string;
  readonly definition: {
    readonly StartAt: string;
    readonly QueryLanguage?: string;
    readonly States: Readonly<Record<string, JsonObject>>;
  };
  readonly input: Json;
  readonly expected: {
    readonly status?: string;
    readonly output?: Json;
    readonly error?: string;
    readonly cause?: string;
  };
  readonly volatileOutput?: boolean;
  readonly placeholdersInOutput?: boolean;
}

const read = (area: string): Case[] =>
  readFileSync(path.join(corpus, `${area}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Case);

function scopeOf(input: Json, name: string): Scope {
  return {
    input,
    context: () => ({
      Execution: { Input: input, Name: 'exec', Id: 'arn:aws:states:us-east-1:111111111111:execution:machine:exec' },
      State: { Name: name },
      StateMachine: { Name: 'machine', Id: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine' },
    }),
    variables: {},
  };
}

describe.skipIf(!present)('recorded choices', () => {
  const cases = present ? read('choice_operators') : [];
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    const state = one.definition.States[one.definition.StartAt] as JsonObject;
    const scope = scopeOf(one.input, one.definition.StartAt);
    const rule = (state.Choices as unknown as JsonObject[]).find((candidate) => compileChoice(candidate)(scope));
    const next = (rule?.Next ?? state.Default) as string;
    expect((one.definition.States[next] as JsonObject).Result).toEqual(one.expected.output);
  });
});

/** Pass states alone: what they put out is their query's answer. */
async function passOutput(one: Case): Promise<Json> {
  const state = one.definition.States[one.definition.StartAt] as JsonObject;
  const scope = scopeOf(one.input, one.definition.StartAt);
  if ((state.QueryLanguage ?? one.definition.QueryLanguage) === 'JSONata')
    return await compileJsonata(state.Output as Json, 'Output')(scope);
  let output = state.Parameters === undefined ? one.input : compileTemplate(state.Parameters)(scope);
  if (typeof state.ResultPath === 'string')
    output = { ...(one.input as JsonObject), [state.ResultPath.slice(2)]: output };
  if (typeof state.OutputPath === 'string') output = compilePath(state.OutputPath)({ ...scope, input: output });
  return output;
}

const isOnePass = (one: Case): boolean => {
  const states = Object.values(one.definition.States);
  const [only] = states;
  return (
    states.length === 1 &&
    only?.Type === 'Pass' &&
    only.Assign === undefined &&
    only.InputPath === undefined &&
    (only.Parameters !== undefined || only.Output !== undefined) &&
    one.expected.status === 'SUCCEEDED'
  );
};

describe.skipIf(!present)('recorded Pass states', () => {
  const areas = [
    'intrinsic_functions',
    'evaluate_jsonata',
    'base',
    'scenarios',
    'context_object',
    'outputdecl',
    'query_language',
    'states_variables',
  ];
  const cases = present ? areas.flatMap(read).filter(isOnePass) : [];
  it('has cases', () => expect(cases.length).toBeGreaterThan(110));
  it.each(cases.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    const output = await passOutput(one);
    if (one.volatileOutput || JSON.stringify(one.expected.output).includes('<'))
      expect(Object.keys(output as object)).toEqual(Object.keys(one.expected.output as object));
    else expect(output).toEqual(one.expected.output);
  });
});

describe('texts of recorded failures', () => {
  const scope = scopeOf({ 'int-literal': 0 }, 'pass');
  const causeOf = (evaluate: () => unknown): string => {
    try {
      evaluate();
    } catch (error) {
      if (error instanceof QueryError) return `${error.error}: ${error.causeText}`;
      throw error;
    }
    return 'nothing failed';
  };
  it('names a missing path as AWS does', () => {
    expect(causeOf(() => compilePath('$.NoSuchInputPath')(scope))).toBe(
      "States.Runtime: Invalid path '$.NoSuchInputPath' : No results for path: $['NoSuchInputPath']",
    );
    expect(causeOf(() => compilePath('$.no.such.result.path')(scope))).toBe(
      "States.Runtime: Invalid path '$.no.such.result.path' : Missing property in path $['no']",
    );
    expect(
      causeOf(() => compileExpression('$.ErrorX', 'ErrorPath')({ ...scope, input: { Error: 'error-value' } })),
    ).toBe(
      `States.Runtime: The JSONPath '$.ErrorX' specified for the field 'ErrorPath' could not be found in the input '{"Error":"error-value"}'`,
    );
    expect(causeOf(() => compileTemplate({ 'value.$': '$.no_such_jsonpath' })(scope))).toBe(
      `States.Runtime: The JSONPath '$.no_such_jsonpath' specified for the field 'value.$' could not be found in the input '{"int-literal":0}'`,
    );
  });
});
