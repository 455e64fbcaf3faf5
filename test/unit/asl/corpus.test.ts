/** Every definition that the real service took must pass, and every one it refused must be refused in its words. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { invalidDefinitionText, parseMachine, validateDefinition } from '../../../src/asl';
import type { Json, JsonObject } from '../../../src/model/json';
import type { WorkflowType } from '../../../src/model/machine';

const corpus = path.resolve(__dirname, '../../../../shared/corpus');
const present = existsSync(corpus);
if (!present)
  console.warn('skipped: ../shared/corpus is not here, so the definitions AWS took and refused are not compared');

const lines = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

interface Execution {
  readonly id: string;
  readonly type?: WorkflowType;
  readonly definition: JsonObject;
}

/** The recorder put `<names>` in place of what varies. */
const restored = (definition: Json): JsonObject =>
  JSON.parse(
    JSON.stringify(definition)
      .replaceAll(/<[A-Za-z_-]+(?::\d+)?>/g, 'fn')
      .replaceAll('"activity_arn"', '"arn:aws:states:us-east-1:111111111111:activity:a"'),
  ) as JsonObject;

describe.skipIf(!present)('definitions AWS took', () => {
  const folder = path.join(corpus, 'executions');
  const all = present
    ? readdirSync(folder)
        .filter((file) => file !== 'choice_operators.jsonl')
        .flatMap((file) => lines<Execution>(path.join(folder, file)))
    : [];
  it.each(all.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    const definition = restored(one.definition);
    expect(
      validateDefinition(definition, one.type ?? 'STANDARD').filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  });
});

interface Refusal {
  readonly id: string;
  readonly kind: string;
  readonly params: { readonly type?: WorkflowType };
  readonly definition: Json;
  readonly expected: {
    readonly message?: string;
    readonly diagnostics?: readonly { code: string; location: string; message: string }[];
  };
}

describe.skipIf(!present)('definitions AWS refused', () => {
  const all = present ? lines<Refusal>(path.join(corpus, 'rejected-definitions/invalid.jsonl')) : [];
  it.each(all.filter(({ kind }) => kind === 'invalid-definition').map((one) => [one.id, one] as const))(
    '%s',
    (_id, one) => {
      expect(invalidDefinitionText(validateDefinition(restored(one.definition), one.params.type ?? 'STANDARD'))).toBe(
        one.expected.message,
      );
    },
  );
  it.each(all.filter(({ kind }) => kind === 'validate-state-machine-definition').map((one) => [one.id, one] as const))(
    '%s',
    (_id, one) => {
      const errors = validateDefinition(restored(one.definition), one.params.type ?? 'STANDARD').filter(
        ({ severity }) => severity === 'error',
      );
      expect(
        errors.map(({ code, path: location, message }) => ({ code, location, message, severity: 'ERROR' })),
      ).toEqual(one.expected.diagnostics);
    },
  );
});

describe.skipIf(!present)('recorded validations', () => {
  interface Step {
    readonly request: { readonly definition: string; readonly type: WorkflowType };
    readonly response: {
      readonly result: string;
      readonly diagnostics: readonly { code: string; location?: string; message: string }[];
    };
  }
  const tests = present
    ? (JSON.parse(readFileSync(path.join(corpus, 'api/test_sfn_api_validation.json'), 'utf8')) as { steps: Step[] }[])
    : [];
  const steps = tests.flatMap(({ steps: own }) => own);
  it.each(steps.map((step) => [`${step.request.type} ${step.request.definition}`, step] as const))(
    '%s',
    (_name, { request, response }) => {
      const { problems } = parseMachine(request.definition, 'json', { type: request.type });
      expect(problems.some(({ severity }) => severity === 'error') ? 'FAIL' : 'OK').toBe(response.result);
    },
  );
});
