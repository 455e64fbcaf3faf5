/** Everything behind the door besides Step Functions and Logs, and the runner of tasks that uses it. */
import { cpus, totalmem } from 'node:os';
import type { EngineLatency, ObjectStore, TaskRunner } from '../../engine/contract';
import type { JsonObject } from '../../model/json';
import type { LatencyProfile } from '../../model/profile';
import type { LogSink, ServerContext, Service } from '../contract';
import { lambdaService } from '../lambda/api';
import { AsyncInvoker } from '../lambda/async';
import { CodeStore } from '../lambda/code';
import { FunctionStore } from '../lambda/functions';
import { Invoker } from '../lambda/invoker';
import { ProcessPool, processLimit } from '../lambda/pool';
import { lambdaTaskApi } from '../lambda/taskApi';
import { engineLatency } from '../profile';
import { createDelivery } from './delivery';
import { createDynamoDb } from './dynamodb';
import { Events } from './events';
import { iamService, stsApi, stsService } from './iam';
import { Latencies, Pacer } from './latency';
import { Mocks } from './mocks';
import { folderBuckets, memoryBuckets, objectStore } from './objects';
import { headerOf, jsonService, type Api } from './protocol';
import { s3Api, s3Service } from './s3';
import { secretsApi } from './secrets';
import { Sns, snsService } from './sns';
import { Sqs } from './sqs';
import { sqsService } from './sqsService';
import type { StatesBackend } from './statesBackend';
import type { FunctionInvoker } from './tasks/lambda';
import { createTaskRunner } from './tasks/runner';

export interface ServicesOptions {
  /** Step Functions, which in turn needs this module's runner: asked for when a task first needs it. */
  readonly states: () => StatesBackend;
  readonly profile?: LatencyProfile;
  /** AWS's MockConfigFile.json, and the test case of executions that name none. */
  readonly mocks?: { readonly config: JsonObject; readonly testCase?: string };
  /** Folder with one folder a bucket; in memory unless told. */
  readonly objectsFolder?: string;
  readonly coldStarts?: 'forced';
  /** Function processes at a time; by the machine's memory unless told. */
  readonly maxProcesses?: number;
  /** Simultaneous invocations of all functions; no limit unless told (AWS: 1,000). */
  readonly accountConcurrency?: number;
  /** ms before the two retries of a failed asynchronous invocation; AWS's minute and two unless told. */
  readonly asyncRetryDelaysMs?: readonly [number, number];
}

export interface Services {
  /** By credential scope: `lambda`, `dynamodb`, `sns`, `sqs`, `events`, `s3`, `sts`, `iam`, `secretsmanager`. */
  readonly services: Map<string, Service>;
  /** Wraps a service of another hand (Step Functions), so that a function that waits for its answer holds nothing up. */
  forFunctions(service: Service): Service;
  readonly tasks: TaskRunner;
  readonly objects: ObjectStore;
  /** What the engine adds at starts and transitions under the profile. */
  readonly latency?: EngineLatency;
  /** For `stateMachineArn#TestCase`. */
  readonly mocks?: Mocks;
  /** Ends all processes and removes what was unpacked. */
  stop(): Promise<void>;
}

/** Actions that do the work of an order, not its setting up: only these take the profile's time when called directly. */
const timedActions =
  /(?:^|\.)(?:PutItem|GetItem|UpdateItem|DeleteItem|Query|Scan|BatchGetItem|BatchWriteItem|TransactWriteItems|TransactGetItems|SendMessage|SendMessageBatch|PutEvents)$/;
const timedForms = /(?:^|&)Action=(?:Publish|PublishBatch|SendMessage|SendMessageBatch)(?:&|$)/;

/**
 * All services of one server. Call `stop` before the process ends: function processes notice the server's death by
 * themselves, but unpacked code would stay in the temporary folder.
 */
export function createServices(context: ServerContext, logs: LogSink, options: ServicesOptions): Services {
  const random = (): number => context.random();
  const latencies = new Latencies(options.profile, random);
  const pacer = new Pacer(context.clock);
  const functions = new FunctionStore(`arn:aws:lambda:${context.region}:${context.accountId}:function:`);
  const codes = new CodeStore();
  const pool = new ProcessPool(
    options.maxProcesses ?? processLimit(totalmem()),
    context.clock,
    Math.max(2, cpus().length),
  );
  const buckets =
    options.objectsFolder === undefined ? memoryBuckets(context.clock) : folderBuckets(options.objectsFolder);
  const objects = objectStore(buckets);
  const mocks = options.mocks && new Mocks(options.mocks.config, options.mocks.testCase);

  const invoker = new Invoker(context, functions, pool, logs, latencies, pacer, options);
  const sqs = new Sqs(context);
  const deliver = createDelivery({
    functions,
    asyncInvoker: () => asyncInvoker,
    sqs,
    sns: () => sns,
    states: options.states,
  });
  const asyncInvoker = new AsyncInvoker(context, invoker, deliver, { retryDelaysMs: options.asyncRetryDelaysMs });
  const sns = new Sns(context, deliver);
  const taskInvoker: FunctionInvoker = {
    invoke: (request) => invoker.invoke(request),
    accept(request, dry) {
      const { fn } = functions.find(request.reference, request.qualifier, true);
      if (!dry) asyncInvoker.accept(fn, request);
    },
  };
  /** Work of the machine's own (a store, a disk): no time of the clock's passes while it lasts. */
  const held = (inner: Api): Api => ({
    async call(action, input) {
      const release = context.clock.hold();
      try {
        return await inner.call(action, input);
      } finally {
        release();
      }
    },
  });
  const s3 = held(s3Api(buckets));
  const apis = new Map<string, Api>([
    ['dynamodb', held(createDynamoDb(context))],
    ['sns', sns],
    ['sqs', sqs],
    ['s3', s3],
    ['events', new Events(context, deliver)],
    ['secretsmanager', secretsApi(context)],
    ['sts', stsApi(context)],
    ['lambda', lambdaTaskApi(functions)],
  ]);
  const api = (name: string): Api => apis.get(name) as Api;

  /** While a function waits for an answer its process is free for others and a virtual clock may run on. */
  const forFunctions = (service: Service): Service => ({
    async handle(request) {
      const unblock = pool.block(headerOf(request, 'x-amz-security-token'));
      try {
        return await service.handle(request);
      } finally {
        unblock?.();
      }
    },
  });
  const timed = (name: string, service: Service): Service =>
    options.profile === undefined
      ? service
      : {
          async handle(request) {
            const action = headerOf(request, 'x-amz-target') ?? '';
            const counts =
              timedActions.test(action) || (action === '' && timedForms.test(request.body.toString('latin1')));
            const entry = counts ? latencies.entry('direct', name) : undefined;
            // The time passes first: what the call changes is seen at its end.
            if (entry)
              await pacer.until(
                undefined,
                context.clock.now(),
                latencies.draw(entry, 'queue') + latencies.draw(entry, 'work'),
              );
            return service.handle(request);
          },
        };

  return {
    services: new Map(
      [
        ...new Map<string, Service>([
          ['lambda', lambdaService({ context, functions, codes, pool, invoker, asyncInvoker, objects })],
          ['dynamodb', timed('dynamodb', jsonService(api('dynamodb'), '1.0'))],
          ['sns', timed('sns', snsService(sns))],
          ['sqs', timed('sqs', sqsService(sqs))],
          ['events', timed('events', jsonService(api('events'), '1.1'))],
          ['s3', s3Service(buckets, s3)],
          ['sts', stsService(api('sts'))],
          ['iam', iamService(context)],
          ['secretsmanager', jsonService(api('secretsmanager'), '1.1')],
        ]),
      ].map(([name, service]) => [name, forFunctions(service)]),
    ),
    forFunctions,
    tasks: createTaskRunner({ context, invoker: taskInvoker, apis, latencies, pacer, mocks, states: options.states }),
    objects,
    latency: engineLatency(options.profile, random),
    mocks,
    async stop() {
      asyncInvoker.stop();
      await pool.stop();
      codes.stop();
    },
  };
}
