import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFN } from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../src/server/options';
import { startServer } from '../../src/server/start';
import { corpus, corpusIsThere, differences } from './apiReplay';

interface TestStateCase {
  readonly id: string;
  readonly request: Record<string, unknown>;
  readonly expected: { readonly error?: string | { readonly code: string; readonly message: string } } & Record<
    string,
    unknown
  >;
}

const cases: TestStateCase[] = corpusIsThere
  ? readFileSync(path.join(corpus, 'test-state/teststate.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TestStateCase)
  : [];

/** These call a real function, whose environment is part of the build. */
const needsFunction = (one: TestStateCase): boolean => /base_lambda(_service)?_task_state-/.test(one.id);

const isBuilt = existsSync(path.resolve(import.meta.dirname, '../../dist/lambda-python.py'));

async function createFunctions({ endpoint, region, credentials }: RunningServer): Promise<void> {
  const lambda = new LambdaClient({ endpoint, region, credentials });
  const create = (FunctionName: string, code: string) =>
    lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'python3.12',
        Handler: 'handler.handler',
        Role: 'arn:aws:iam::111111111111:role/role',
        Code: { ZipFile: zipSync({ 'handler.py': strToU8(`def handler(event, context):\n    return ${code}\n`) }) },
      }),
    );
  await create('lambda_func_uid0001', '{}');
  await create('hello', "'HelloWorld!'");
}

/** Its mock was restored wrongly: the answer shows another execution's ARN. */
const corrupt = (one: TestStateCase): boolean => one.id.endsWith('sfn_start_execution_success');

/** Members that are JSON texts on the wire and were recorded as what they say. */
const texts = new Set(['definition', 'input', 'context', 'variables']);

const wired = (request: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(request).map(([key, value]) => [
      key,
      texts.has(key) && typeof value !== 'string' ? JSON.stringify(value) : value,
    ]),
  );

/** Everything that is JSON, parsed: the recordings' own spacing of lists does not count. */
function parsed(value: unknown): unknown {
  if (typeof value === 'string' && /^[[{"]/.test(value)) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(parsed);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, parsed(item)]));
  return value;
}

let passed = 0;

describe.skipIf(!corpusIsThere)('recorded TestState calls (../shared/corpus/test-state)', () => {
  let server: RunningServer;
  let sfn: SFN;
  beforeAll(async () => {
    server = await startServer();
    if (isBuilt) await createFunctions(server);
    sfn = new SFN({
      endpoint: server.endpoint,
      region: server.region,
      credentials: server.credentials,
      disableHostPrefix: true,
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    await server.stop();
    console.log(
      `TestState: ${passed} of ${cases.length} recorded calls answered alike, ${isBuilt ? 0 : cases.filter(needsFunction).length} need a build (npm run build), ${cases.filter(corrupt).length} recorded wrongly`,
    );
  });

  for (const one of cases) {
    test.skipIf((needsFunction(one) && !isBuilt) || corrupt(one))(one.id, async () => {
      const wanted = typeof one.expected.error === 'object' ? one.expected.error : undefined;
      try {
        const { $metadata: _, ...answer } = await sfn.testState(
          JSON.parse(JSON.stringify(wired(one.request)).replaceAll('<lambda_function_name>', 'hello')) as never,
        );
        expect(wanted).toBeUndefined();
        expect(differences(parsed(one.expected), parsed(answer))).toEqual([]);
      } catch (error) {
        if (!wanted || !(error instanceof Error) || error.name === 'AssertionError') throw error;
        expect(`${error.name}: ${error.message}`).toBe(`${wanted.code}: ${wanted.message}`);
      }
      passed++;
    });
  }
});

if (!corpusIsThere)
  test.skip('the recorded TestState calls are absent (../shared/corpus): nothing to compare', () => undefined);
