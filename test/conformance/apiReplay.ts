/** Replays recorded API calls against the embedded server and compares the answers, placeholders counting as wildcards. */
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startServer } from '../../src/server/start';
import type { RunningServer } from '../../src/server/options';

export const corpus = path.resolve(import.meta.dirname, '../../../shared/corpus');
export const corpusIsThere = existsSync(path.join(corpus, 'README.md'));

export interface RecordedCall {
  readonly op: string;
  readonly kwargs: Record<string, unknown>;
}

export interface RecordedStep {
  readonly key: string;
  readonly op: string | null;
  readonly request: Record<string, unknown> | null;
  readonly response: unknown;
}

export interface RecordedTest {
  readonly test: string;
  readonly steps: readonly RecordedStep[];
  readonly allCalls: readonly RecordedCall[];
}

export interface Recording {
  readonly file: string;
  readonly name: string;
  readonly test: RecordedTest;
}

export function recordings(): Recording[] {
  if (!corpusIsThere) return [];
  return readdirSync(path.join(corpus, 'api')).flatMap((file) =>
    (JSON.parse(readFileSync(path.join(corpus, 'api', file), 'utf8')) as RecordedTest[]).map((test) => ({
      file: file.replace('.json', ''),
      name: test.test.split('::').at(-1) ?? test.test,
      test,
    })),
  );
}

const camel = (op: string): string => op.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());

/** A string that is a JSON object is compared as one: the recordings were made so. */
const decoded = (text: string): unknown => {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const anything = new Set([
  'datetime',
  'timestamp',
  'start-date',
  'stop-date',
  'creation-date',
  'date',
  'start-time',
  'entered-time',
  'x-amzn-RequestId',
  'X-Amzn-Trace-Id',
  'RequestId',
  'snf_role_arn',
  'sfn_role_arn',
  'log_group_name',
]);
const wild =
  /<[A-Za-z_-]+[0-9A-Za-z_:-]*>|(?:snf|sfn)_role_arn(?:_t\d)?|ssm_nonexistent_arn|sm_nonexistent_arn|invalid_execution_arn|activity_arn(?:_\d)?|activity_name(?:_\d)?|state_machine_alias_(?:base_)?name|log_group_name/g;

function matchesText(expected: string, actual: unknown): boolean {
  if (anything.has(expected)) return actual !== undefined;
  if (typeof actual !== 'string') return false;
  if (expected === actual) return true;
  wild.lastIndex = 0;
  if (!wild.test(expected)) return false;
  const pattern = expected
    .split(wild)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(actual);
}

/** Fields AWS has added since a recording was made. */
const younger = new Set([
  'encryptionConfiguration',
  'redriveCount',
  'redriveStatus',
  'redriveStatusReason',
  '$metadata',
  'variableReferences',
]);

/** Where `actual` differs from `expected`. */
export function differences(expected: unknown, actual: unknown, at = '$'): string[] {
  const given = typeof actual === 'string' && typeof expected === 'object' ? decoded(actual) : actual;
  if (typeof expected === 'string') {
    return matchesText(expected, given)
      ? []
      : [`${at}: expected ${expected.slice(0, 200)}, got ${JSON.stringify(given)?.slice(0, 300)}`];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(given)) return [`${at}: expected a list, got ${JSON.stringify(given)?.slice(0, 100)}`];
    if (given.length !== expected.length) return [`${at}: expected ${expected.length} items, got ${given.length}`];
    return expected.flatMap((item, index) => differences(item, given[index], `${at}[${index}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof given !== 'object' || given === null)
      return [`${at}: expected an object, got ${JSON.stringify(given)?.slice(0, 100)}`];
    const wanted = Object.entries(expected).filter(([key]) => key !== 'ResponseMetadata');
    const found = given as Record<string, unknown>;
    const missing = wanted.flatMap(([key, value]) => differences(value, found[key], `${at}.${key}`));
    const extra = Object.keys(found).filter(
      (key) => found[key] !== undefined && !(key in expected) && !younger.has(key),
    );
    return [
      ...missing,
      ...extra.map((key) => `${at}.${key}: not expected, got ${JSON.stringify(found[key])?.slice(0, 100)}`),
    ];
  }
  return expected === given ? [] : [`${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(given)}`];
}

interface ExpectedError {
  readonly code: string;
  readonly message: string;
}

/** An exception in any of the forms in which the recordings have it. */
function errorOf(response: unknown): ExpectedError | 'client' | undefined {
  if (typeof response === 'string') {
    if (response.startsWith('Parameter validation failed')) return 'client';
    const match = /^An error occurred \((\w+)\) when calling the \w+ operation: ([\s\S]*)$/.exec(response);
    return match ? { code: match[1] ?? '', message: match[2] ?? '' } : undefined;
  }
  if (typeof response !== 'object' || response === null) return undefined;
  const { Error: error, exception_typename: type, exception_value: value } = response as Record<string, unknown>;
  if (type === 'ParamValidationError') return 'client';
  if (typeof type === 'string')
    return {
      code: type,
      message: String(value).replace(/^An error occurred \(\w+\) when calling the \w+ operation: /, ''),
    };
  if (typeof error === 'object' && error !== null) {
    const { Code, Message } = error as { Code: string; Message: string };
    return { code: Code, message: Message };
  }
  return undefined;
}

type Client = Record<string, (input: unknown) => Promise<Record<string, unknown>>>;

export class Replay {
  readonly failures: string[] = [];
  compared = 0;
  readonly #aliases = new Map<string, string>();
  #lastToken: string | undefined;
  #lastMapRun: string | undefined;
  #sfn: Client;
  #logs: Client;
  readonly #s3: S3;
  readonly #sqs: SQS;

  private constructor(readonly server: RunningServer) {
    const config = {
      endpoint: server.endpoint,
      region: server.region,
      credentials: server.credentials,
      disableHostPrefix: true,
      maxAttempts: 1,
    };
    this.#sfn = new SFN(config) as unknown as Client;
    this.#logs = new CloudWatchLogs(config) as unknown as Client;
    this.#s3 = new S3({ ...config, forcePathStyle: true });
    this.#sqs = new SQS(config);
  }

  static async start(): Promise<Replay> {
    return new Replay(await startServer({ accountId: '111111111111', region: 'us-east-1' }));
  }

  async createGroup(logGroupName: string): Promise<void> {
    await this.#logs.createLogGroup?.({ logGroupName }).catch(() => undefined);
  }

  async createQueue(QueueName: string): Promise<void> {
    await this.#sqs.createQueue({ QueueName });
  }

  async #putObject(kwargs: Record<string, unknown>): Promise<void> {
    const { Bucket, Key, Body } = kwargs as { Bucket: string; Key: string; Body: string };
    await this.#s3.createBucket({ Bucket });
    await this.#s3.putObject({ Bucket, Key, Body });
  }

  /** Walks all calls; those that are recorded steps are compared. */
  async walk(test: RecordedTest): Promise<void> {
    const steps = test.steps.filter((step) => step.op !== null);
    let next = 0;
    for (const [index, call] of test.allCalls.entries()) {
      const step = steps[next];
      const isStep =
        step !== undefined && step.op === call.op && JSON.stringify(step.request) === JSON.stringify(call.kwargs);
      if (isStep) next++;
      await this.#call(index, call, isStep ? step : undefined);
    }
    if (next < steps.length) this.failures.push(`${steps.length - next} recorded steps match no call`);
  }

  async #call(index: number, { op, kwargs }: RecordedCall, step: RecordedStep | undefined): Promise<void> {
    const expectedError = step && errorOf(step.response);
    if (expectedError === 'client') return;
    if (op === 's3.put_object') return this.#putObject(kwargs);
    const [service, name] = op.split('.') as [string, string];
    const client = service === 'logs' ? this.#logs : this.#sfn;
    const method = client[camel(name)]?.bind(client);
    if (!method) throw new Error(`No operation ${op}`);
    const input = this.#actual(kwargs);
    let answer: Record<string, unknown>;
    try {
      answer = await method(input);
    } catch (error) {
      const { name: code, message } = error as Error;
      if (!step) return;
      if (!expectedError) this.failures.push(`${step.key}: ${code}: ${message}`);
      else this.#compareError(step.key, expectedError, code, message);
      return;
    }
    if (name === 'start_execution')
      this.#aliases.set(`exec-${String(index).padStart(4, '0')}`, answer.executionArn as string);
    if (name === 'start_execution' || (name === 'get_execution_history' && !step))
      await this.#settle((answer.executionArn ?? input.executionArn) as string);
    if (typeof answer.nextToken === 'string') this.#lastToken = answer.nextToken;
    const runs = answer.mapRuns as { mapRunArn: string }[] | undefined;
    if (runs?.[0]) this.#lastMapRun = runs[0].mapRunArn;
    if (!step) return;
    if (expectedError) this.failures.push(`${step.key}: expected ${expectedError.code}, got an answer`);
    else this.#compare(step.key, step.response, answer);
  }

  #compare(key: string, expected: unknown, actual: unknown): void {
    this.compared++;
    this.failures.push(...differences(expected, actual).map((one) => `${key} ${one}`));
  }

  #compareError(key: string, expected: ExpectedError, code: string, message: string): void {
    this.compared++;
    if (expected.code !== code) this.failures.push(`${key}: expected ${expected.code}, got ${code}: ${message}`);
    // LocalStack's own words, not AWS's: only the code counts.
    else if (
      !expected.message.startsWith('Error=ValueError') &&
      !matchesText(expected.message, message) &&
      !expected.message.includes('<invalid_token_')
    ) {
      this.failures.push(`${key}: expected "${expected.message}", got "${message}"`);
    }
  }

  /** Recorded ARNs, tokens and names → this server's. */
  #actual(value: Record<string, unknown>): Record<string, unknown> {
    const text = JSON.stringify(value)
      .replace(/arn:aws:states:[^"]*?(exec-\d{4})"/g, (all, name: string) =>
        this.#aliases.has(name) ? `${this.#aliases.get(name)}"` : all,
      )
      .replace(/arn:aws:states:[^"]*:mapRun:sm\/uid:uid/g, this.#lastMapRun ?? 'none')
      .replace(
        /"nextToken":(?:"stepfunctions\.[^"]*"|null)/g,
        `"nextToken":${JSON.stringify(this.#lastToken ?? 'none')}`,
      );
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** The recorder waited for executions to end; one that waits for something else is given half a second. */
  async #settle(executionArn: string): Promise<void> {
    for (let tries = 0; tries < 25; tries++) {
      const { status } = (await this.#sfn
        .describeExecution?.({ executionArn })
        .catch(() => ({ status: 'EXPRESS' }))) as { status: string };
      if (status !== 'RUNNING') return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
