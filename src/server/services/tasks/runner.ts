/** The TaskRunner: from a state's resource to the service behind it, with the profile's time and the mocks before it. */
import type { TaskPhases, TaskRequest, TaskResult, TaskRunner } from '../../../engine/contract';
import { isObject, type Json } from '../../../model/json';
import { ServiceError, type ServerContext } from '../../contract';
import { parseReference } from '../../lambda/functions';
import type { Latencies, Pacer } from '../latency';
import type { Mocks } from '../mocks';
import { asServiceError, text, type Api } from '../protocol';
import type { StatesBackend } from '../statesBackend';
import { optimisedFailure, sdkFailure } from './errors';
import { refusal } from './fields';
import { dataLimit, runDirect, runInvoke, runSdkInvoke, tooLarge, type FunctionInvoker } from './lambda';
import { optimised, runOptimised, UnknownHost } from './optimised';
import { runSdk, runSdkStates, sdkServices } from './sdk';
import { runStartExecution } from './states';

export interface RunnerParts {
  readonly context: ServerContext;
  /** Invokes functions: the server's own, or one that reaches them through the SDK. */
  readonly invoker: FunctionInvoker;
  /** By service: `dynamodb`, `sns`, `sqs`, `s3`, `events`, `secretsmanager`, `sts`. */
  readonly apis: ReadonlyMap<string, Api>;
  readonly latencies: Latencies;
  readonly pacer: Pacer;
  readonly mocks?: Mocks;
  readonly states: () => StatesBackend;
}

export function createTaskRunner(parts: RunnerParts): TaskRunner {
  return {
    refuse: refusal,
    run(request, phases) {
      const { execution, stateName } = request;
      const mocked = parts.mocks?.answer(execution.arn, execution.stateMachine.name, stateName);
      if (mocked === undefined && parts.latencies.profile === undefined) return runService(parts, request, phases);
      return runTimed(parts, request, phases, mocked);
    },
  };
}

/** The service a task belongs to, under the name that credentials and profiles have for it. */
function serviceOf(request: TaskRequest): string {
  const { service, sdk } = request.integration;
  return sdk ? (sdkServices[service] ?? service) : service;
}

function functionOf(request: TaskRequest): string | undefined {
  if (serviceOf(request) !== 'lambda') return undefined;
  if (request.integration.pattern === 'direct') return parseReference(request.resourceArn).name;
  const name = isObject(request.parameters) ? text(request.parameters.FunctionName) : undefined;
  return name === undefined ? undefined : parseReference(name).name;
}

async function runTimed(
  parts: RunnerParts,
  request: TaskRequest,
  phases: TaskPhases,
  mocked: TaskResult | undefined,
): Promise<TaskResult> {
  const { context, latencies, pacer } = parts;
  const { arn, type } = request.execution;
  const service = serviceOf(request);
  const entry = latencies.entry(type, service, functionOf(request));
  const queue = latencies.draw(entry, 'queue');
  if (queue > 0) await pacer.until(arn, context.clock.now(), queue, request.signal);
  phases.started();
  // A function's duration is its environment's affair: the invoker waits for it.
  const lambda = service === 'lambda' && mocked === undefined;
  // The time passes first: what a task changes is seen at its end.
  if (!lambda) await pacer.until(arn, context.clock.now(), latencies.draw(entry, 'work'), request.signal);
  if (mocked !== undefined) {
    const { pattern } = request.integration;
    if (mocked.ok && request.taskToken !== undefined && pattern === 'waitForTaskToken')
      answerToken(parts, request.taskToken, mocked.output);
    return mocked;
  }
  const before = context.clock.now();
  const result = await runService(parts, request, phases);
  const nested = request.integration.pattern === 'sync' || request.integration.pattern === 'sync:2';
  if (!lambda && !nested) pacer.owe(arn, context.clock.now() - before);
  return result;
}

/** A mocked callback task has its token answered for it: what the mock returns is the task's own result. */
function answerToken(parts: RunnerParts, taskToken: string, output: Json): void {
  const release = parts.context.clock.hold();
  setImmediate(() => {
    void Promise.resolve(parts.states().call('SendTaskSuccess', { taskToken, output: JSON.stringify(output) }))
      // The task may have timed out or its execution ended in the meantime.
      .catch(() => undefined)
      .finally(release);
  });
}

async function runService(parts: RunnerParts, request: TaskRequest, phases: TaskPhases): Promise<TaskResult> {
  phases.started();
  const service = serviceOf(request);
  const { sdk } = request.integration;
  const release = service === 'lambda' ? undefined : parts.context.clock.hold();
  try {
    // What waits for another execution must not hold the clock that drives it.
    const waits = request.integration.pattern === 'sync' || request.integration.pattern === 'sync:2';
    if (waits) release?.();
    return await dispatch(parts, request, phases, service);
  } catch (thrown) {
    if (request.signal.aborted) return { ok: false, error: 'States.Timeout', event: 'timedOut' };
    if (thrown instanceof UnknownHost) return { ok: false, error: 'SQS.SdkClientException', cause: thrown.message };
    const error = asServiceError(thrown);
    if (!(thrown instanceof ServiceError))
      parts.context.log(
        `task ${request.resourceArn}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
      );
    const requestId = parts.context.uuid();
    // A function by its ARN is invoked through the newer SDK: its causes have that one's form.
    return sdk || request.integration.pattern === 'direct'
      ? sdkFailure(service, error, requestId)
      : optimisedFailure(service, error, requestId);
  } finally {
    release?.();
  }
}

async function dispatch(
  parts: RunnerParts,
  request: TaskRequest,
  phases: TaskPhases,
  service: string,
): Promise<TaskResult> {
  const { integration } = request;
  if (integration.pattern === 'direct' && service === 'lambda') return runDirect(parts.invoker, request);
  if (!integration.sdk) {
    const name = `${integration.service}:${integration.action}`;
    if (name === 'lambda:invoke') return runInvoke(parts.context, parts.invoker, request, phases);
    if (name === 'states:startExecution') return runStartExecution(parts.context, parts.states(), request, phases);
    const spec = optimised[name];
    const api = spec && parts.apis.get(spec.service);
    return spec && api ? runOptimised(parts.context, api, spec, request, phases) : unknown(request);
  }
  const api = parts.apis.get(service);
  let output;
  if (service === 'states') output = await runSdkStates(parts.states(), request);
  else if (service === 'lambda' && integration.action === 'invoke') output = await runSdkInvoke(parts.invoker, request);
  else if (api) output = await runSdk(api, request);
  else return unknown(request);
  if (JSON.stringify(output).length > dataLimit) return tooLarge(integration.resourceType);
  if (integration.pattern === 'waitForTaskToken') phases.submitted(output);
  return { ok: true, output };
}

/** Nothing here does this task: the message says which line in which file would. */
function unknown(request: TaskRequest): TaskResult {
  const { stateMachine } = request.execution;
  const mock = `${request.stateName}Mock`;
  return {
    ok: false,
    error: 'States.Runtime',
    cause:
      `StepBench has no local ${request.resourceArn}. Mock it: in MockConfigFile.json (named by "mocks" in stepbench.json) add ` +
      `"${request.stateName}": "${mock}" under StateMachines.${stateMachine.name}.TestCases.<test case>, and ` +
      `"${mock}": {"0": {"Return": {}}} under MockedResponses.`,
    event: 'failed',
  };
}
