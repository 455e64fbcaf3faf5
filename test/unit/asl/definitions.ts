/** Pieces of definitions, and what the validator tells of them. */
import { validateDefinition } from '../../../src/asl';
import type { Json, JsonObject } from '../../../src/model/json';
import type { WorkflowType } from '../../../src/model/machine';

export const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:f';
export const machine = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
  StartAt: 'S',
  States: { S: state },
  ...more,
});
export const jsonata = (state: JsonObject): JsonObject => machine(state, { QueryLanguage: 'JSONata' });
export const pass: JsonObject = { Type: 'Pass', End: true };
export const task = (more: JsonObject): JsonObject => ({ Type: 'Task', Resource: lambda, End: true, ...more });
export const inner: JsonObject = { StartAt: 'I', States: { I: pass } };
export const mapOf = (more: JsonObject, config: Json = { Mode: 'INLINE' }): JsonObject => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: config, ...inner },
  End: true,
  ...more,
});
export const distributed: Json = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
export const choice = (rule: Json, more: JsonObject = {}): JsonObject => ({
  StartAt: 'C',
  States: { C: { Type: 'Choice', Choices: [rule], Default: 'S' }, S: pass },
  ...more,
});

export const told = (definition: Json, type: WorkflowType = 'STANDARD', severity = 'error'): string[] =>
  validateDefinition(definition, type)
    .filter((problem) => problem.severity === severity)
    .map(({ code, message, path }) => `${code === 'SCHEMA_VALIDATION_FAILED' ? '' : `${code}: `}${message} at ${path}`);

export type Case = readonly [string, Json, readonly string[]];
