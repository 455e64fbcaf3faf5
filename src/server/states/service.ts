/** The Step Functions service: its table of operations, and the same without HTTP for the server's own integrations. */
import { Activities as Queues, TaskTokens } from '../../engine';
import type { EngineHost, EngineLatency, ObjectStore, TaskRunner } from '../../engine/contract';
import type { JsonObject } from '../../model/json';
import type { ServerContext, Service } from '../contract';
import { ServiceError } from '../contract';
import { jsonService, type Operation } from '../door/jsonProtocol';
import { checkShape } from '../door/shape';
import type { LogStore } from '../logs/store';
import type { Quotas } from '../quotas';
import type { StatesBackend } from '../services/statesBackend';
import { ActivityRegistry } from './activities';
import { activityOperations } from './activityOperations';
import { aliasOperations } from './aliasOperations';
import { arns } from './arn';
import type { StatesContext, TestCases } from './context';
import { describeExecution, executionOperations } from './executionOperations';
import { Executions, isRunning } from './executions';
import { ExecutionLog } from './executionLog';
import { machineOperations } from './machineOperations';
import { Machines } from './machines';
import { mapRunOperations, MapRuns } from './mapRuns';
import { redriveOperation } from './redrive';
import { syncOperation } from './syncOperation';
import { tagOperations } from './tags';
import { testStateOperation } from './testState/operation';
import { tokenOperations } from './tokenOperations';
import { validateOperation } from './validateOperation';
import { versionOperations } from './versionOperations';

export interface StatesOptions {
  readonly context: ServerContext;
  readonly logs: LogStore;
  /** Bound late: the services that run tasks are built with this service's backend. */
  readonly tasks: () => TaskRunner;
  readonly objects: () => ObjectStore;
  readonly mocks?: () => TestCases | undefined;
  readonly latency?: EngineLatency;
  readonly keptExecutions: number;
  readonly quotas?: Quotas;
}

export interface StatesService {
  readonly service: Service;
  readonly backend: StatesBackend;
  /** Ends what runs. */
  stop(): void;
}

/** Express executions that are remembered after their end, for integrations that ask how they ended. */
const keptExpress = 500;

export function createStates({
  context,
  logs,
  tasks,
  objects,
  mocks,
  latency,
  keptExecutions,
  quotas,
}: StatesOptions): StatesService {
  const { clock, region, accountId } = context;
  const executions = new Executions(keptExecutions);
  const tokens = new TaskTokens(() => context.uuid());
  const queues = new Queues();
  const groupExists = (group: string): boolean => logs.hasGroup(group);
  const executionLog = new ExecutionLog({
    sink: logs,
    groupExists,
    now: () => clock.now(),
    streamId: () => context.uuid().slice(0, 8),
  });
  logs.addSource(() => executionLog.flush());
  const machines = new Machines(() => context.random());
  const mapRuns = new MapRuns(executions, machines, (record) => executionLog.follow(record));
  const host: EngineHost = {
    clock,
    region,
    accountId,
    tasks: {
      refuse: (integration, parameters) => tasks().refuse?.(integration, parameters),
      run: (request, phases) => tasks().run(request, phases),
    },
    objects: {
      get: (bucket, key) => objects().get(bucket, key),
      put: (bucket, key, body) => objects().put(bucket, key, body),
      list: (bucket, prefix) => objects().list(bucket, prefix),
    },
    ...(latency && { latency }),
    random: () => context.random(),
    uuid: () => context.uuid(),
    tokens,
    activities: queues,
    mapRuns,
  };
  const states: StatesContext = {
    clock,
    region,
    accountId,
    arns: arns(region, accountId),
    machines,
    executions,
    express: new Executions(keptExpress),
    activities: new ActivityRegistry(queues),
    tokens,
    mapRuns,
    redriveTokens: new WeakMap(),
    mocks: () => mocks?.(),
    host,
    uuid: () => context.uuid(),
    random: () => context.random(),
    log: (record) => executionLog.follow(record),
    groupExists,
  };
  const operations: Record<string, Operation> = {
    ...machineOperations(states),
    ...executionOperations(states),
    ...versionOperations(states),
    ...aliasOperations(states),
    ...tagOperations(states),
    ...activityOperations(states),
    ...tokenOperations(states),
    ...mapRunOperations(states),
    StartSyncExecution: syncOperation(states),
    RedriveExecution: redriveOperation(states),
    TestState: testStateOperation(states),
    ValidateStateMachineDefinition: validateOperation,
  };
  return {
    service: jsonService({
      target: 'AWSStepFunctions',
      version: '1.0',
      operations,
      admit: quotas && admission(states, quotas),
    }),
    backend: backendOf(states, operations),
    stop: () => {
      for (const record of [...executions.running(), ...states.express.running()]) record.engine.stop();
    },
  };
}

/** Starts have a bucket a type; everything else one an operation. Calls of the server's own integrations are not counted. */
const admission =
  (states: StatesContext, quotas: Quotas) =>
  (operation: string, input: JsonObject): void => {
    if (operation !== 'StartExecution') return quotas.admit(operation);
    const [, , , , , , machine] = (input.stateMachineArn as string).split(':');
    quotas.admit(operation, states.machines.get(states.arns.machine(machine ?? ''))?.type ?? 'STANDARD');
  };

function backendOf(states: StatesContext, operations: Readonly<Record<string, Operation>>): StatesBackend {
  return {
    call: (action, input, caller) => {
      const operation = operations[action.charAt(0).toUpperCase() + action.slice(1)];
      if (!operation) throw new ServiceError('UnknownOperationException', `Unknown operation ${action}.`);
      checkShape(operation.input, input);
      return operation.run(input, { parentArn: caller?.parentArn }) as JsonObject | Promise<JsonObject>;
    },
    onFinished: (arn, callback) => {
      const record = states.executions.find(arn) ?? states.express.find(arn);
      if (!record) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
      let wanted = true;
      const tell = (): void => {
        if (wanted) callback(describeExecution(record, states.clock.now(), true) as JsonObject);
      };
      if (isRunning(record)) void record.engine.done.then(tell);
      else tell();
      return () => {
        wanted = false;
      };
    },
  };
}
