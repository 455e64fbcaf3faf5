/** Functions by the `behaviour` texts of the corpus, as the Python runtime would answer for them. */
import type { Json, JsonObject } from '../../src/model/json';
import { isObject } from '../../src/model/json';
import type { Clock } from '../../src/model/clock';
import type { TaskRequest, TaskResult } from '../../src/engine/contract';
import { textOf } from '../../src/engine/fields';
import type { LambdaStub } from './corpus';

interface Answer {
  readonly payload?: string;
  readonly failed?: JsonObject;
}

const raised = (type: string, message: string, line: number, statement: string): Answer => ({
  failed: {
    errorMessage: message,
    errorType: type,
    requestId: 'a-request-id',
    stackTrace: [`  File "/var/task/handler.py", line ${line}, in handler\n    ${statement}\n`],
  },
});

/** `event` is JSON text. Undefined for a behaviour this file does not know. */
export const behave = async (
  stub: LambdaStub,
  event: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer | undefined> => {
  const { behaviour } = stub;
  if (behaviour.startsWith('returns its event unchanged')) return { payload: pythonDump(event) };
  if (behaviour.startsWith('raises Python Exception'))
    return raised('Exception', 'Some exception was raised.', 2, 'raise Exception("Some exception was raised.")');
  if (behaviour.startsWith('raises a CustomException'))
    return raised('CustomException', '', 9, 'raise CustomException()');
  if (behaviour.startsWith('returns 257*1024 bytes')) return { payload: JSON.stringify('a'.repeat(257 * 1024)) };
  if (behaviour.startsWith('returns the Python bytes')) return { payload: '"HelloWorld!"' };
  if (behaviour.startsWith('ignores its event and returns'))
    return { payload: /returns (\{.*\})/.exec(behaviour)![1]! };
  if (behaviour.startsWith('sleeps 60 s')) {
    await clock.sleep(60_000, signal).catch(() => undefined);
    return { payload: pythonDump(event) };
  }
  return undefined;
};

/** How Lambda spells a failure as a direct task's cause, and how the optimised integration does. */
const pythonDump = (json: string): string =>
  json.replace(/("(?:[^"\\]|\\.)*")|([,:])/g, (_, text: string | undefined, mark: string) => text ?? `${mark} `);

const metadata = (length: number, log: string | undefined): JsonObject => ({
  SdkHttpMetadata: {
    AllHttpHeaders: {
      'X-Amz-Executed-Version': ['$LATEST'],
      'x-amzn-Remapped-Content-Length': ['0'],
      Connection: ['keep-alive'],
      'x-amzn-RequestId': ['a-request-id'],
      'Content-Length': [String(length)],
      Date: ['a date'],
      'X-Amzn-Trace-Id': ['a-trace'],
      'Content-Type': ['application/json'],
      ...(log === undefined ? {} : { 'X-Amz-Log-Result': [log] }),
    },
    HttpHeaders: {
      Connection: 'keep-alive',
      'Content-Length': String(length),
      'Content-Type': 'application/json',
      Date: 'a date',
      'X-Amz-Executed-Version': '$LATEST',
      'x-amzn-Remapped-Content-Length': '0',
      'x-amzn-RequestId': 'a-request-id',
      'X-Amzn-Trace-Id': 'a-trace',
      ...(log === undefined ? {} : { 'X-Amz-Log-Result': log }),
    },
    HttpStatusCode: 200,
  },
  SdkResponseMetadata: { RequestId: 'a-request-id' },
});

/** Runs a Lambda task against the case's functions; undefined where the request is for another service. */
export const runLambda = async (
  request: TaskRequest,
  stubs: readonly LambdaStub[],
  clock: Clock,
): Promise<TaskResult | undefined> => {
  if (request.integration.service !== 'lambda') return undefined;
  const direct = request.integration.pattern === 'direct';
  const fields = isObject(request.parameters) ? request.parameters : {};
  const name = (direct ? request.resourceArn : textOf(fields['FunctionName'])).split(':function:').pop()!;
  const stub = stubs.find((candidate) => candidate.name === name);
  if (!stub)
    return {
      ok: false,
      error: 'Lambda.ResourceNotFoundException',
      cause: `Function not found: arn:aws:lambda:us-east-1:111111111111:function:${name}:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: 1; Proxy: null)`,
    };
  // A Payload that is a text is sent as it is: Lambda reads it as JSON.
  const sent = fields['Payload'];
  const event = direct ? request.parametersText : typeof sent === 'string' ? sent : JSON.stringify(sent ?? {});
  const answer = await behave(stub, event, clock, request.signal);
  if (!answer) throw new Error(`No stub behaves like this: ${stub.behaviour}`);
  if (answer.failed)
    return {
      ok: false,
      error: textOf(answer.failed['errorType']),
      cause: direct ? pythonDump(JSON.stringify(answer.failed)) : JSON.stringify(answer.failed),
    };
  const payload = JSON.parse(answer.payload!) as Json;
  if (direct) return { ok: true, output: payload, text: /^[-0-9]/.test(answer.payload!) ? answer.payload : undefined };
  const log = fields['LogType'] === 'Tail' ? 'bG9n' : undefined;
  return {
    ok: true,
    output: {
      ExecutedVersion: '$LATEST',
      Payload: payload,
      ...metadata(answer.payload!.length, log),
      StatusCode: 200,
      ...(log === undefined ? {} : { LogResult: log }),
    },
  };
};
