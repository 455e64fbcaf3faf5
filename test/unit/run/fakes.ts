import { virtualClock } from '../../../src/engine';
import type { Clock } from '../../../src/model/clock';
import type { ExecutionStatus } from '../../../src/model/event';
import type { WorkflowType } from '../../../src/model/machine';
import { isWorkflowType, systemOfType, type ArmType } from '../../../src/model/system';
import { createArm } from '../../../src/stats';
import type { HotCalls } from '../../../src/target/hot/calls';
import { CallFailure } from '../../../src/target/hot/failure';
import { freshCounts, type Lane } from '../../../src/run/lane';
import { createPacer } from '../../../src/run/pace';
import { createRandom } from '../../../src/run/random';
import type { BaseLoad } from '../../../src/run/shapes';
import { expressOn } from '../../../src/systems/express';
import { standardOn } from '../../../src/systems/standard';
import type { RunningSystem } from '../../../src/systems/system';
import type { DeployedMachine } from '../../../src/target/deployment';

export const machineArn = 'arn:aws:states:us-east-1:111111111111:stateMachine:m';
export const arnOf = (name: string) => `arn:aws:states:us-east-1:111111111111:execution:m:${name}`;

export const throttled = () => new CallFailure('service', 'ThrottlingException', 'Rate exceeded', 400);
export const refused = () => new CallFailure('refused', 'ECONNREFUSED', 'cannot be reached');
export const broken = () => new CallFailure('broken', 'ECONNRESET', 'the connection broke');
export const serverError = () => new CallFailure('service', 'InternalServerError', 'oops', 500);
export const denied = () => new CallFailure('service', 'AccessDeniedException', 'not authorized', 400);

interface Known {
  readonly name: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly status: ExecutionStatus;
  stopped?: number;
}

export interface FakeService extends HotCalls {
  readonly executions: Map<string, Known>;
  readonly calls: string[];
  /** Thrown instead of the next answers, in order; undefined answers as usual. */
  readonly faults: Record<string, (CallFailure | 'afterwards' | undefined)[]>;
  durationMs: number;
  statusOf: (name: string) => ExecutionStatus;
  histories: Map<string, readonly Record<string, unknown>[]>;
  logPages: (() => readonly string[])[];
}

/** The service in memory, on a virtual clock, with faults on demand: `afterwards` does the call and loses the answer. */
export const fakeService = (clock: Clock): FakeService => {
  const executions = new Map<string, Known>();
  const calls: string[] = [];
  const faults: FakeService['faults'] = {};
  const act = async <T>(operation: string, effect: () => T, latencyMs = 2): Promise<T> => {
    calls.push(operation);
    const fault = faults[operation]?.shift();
    await clock.sleep(latencyMs);
    if (fault === 'afterwards') {
      effect();
      throw broken();
    }
    if (fault) throw fault;
    return effect();
  };
  const end = (known: Known) => {
    const over = known.stopped !== undefined || clock.now() >= known.endsAt;
    return {
      executionArn: arnOf(known.name),
      name: known.name,
      status: known.stopped !== undefined ? ('ABORTED' as const) : over ? known.status : ('RUNNING' as const),
      startedAt: known.startedAt,
      ...(over ? { stoppedAt: known.stopped ?? known.endsAt } : {}),
      ...(over && known.status === 'FAILED' ? { error: 'Order.Failed' } : {}),
    };
  };
  const start = (name: string) => {
    const known: Known = {
      name,
      startedAt: Math.round(clock.now()),
      endsAt: Math.round(clock.now()) + service.durationMs,
      status: service.statusOf(name),
    };
    executions.set(arnOf(name), known);
    return known;
  };
  const service: FakeService = {
    executions,
    calls,
    faults,
    durationMs: 100,
    statusOf: () => 'SUCCEEDED',
    histories: new Map(),
    logPages: [],
    startExecution: ({ name }, options) => {
      options?.onSent?.();
      return act('StartExecution', () => {
        const there = executions.get(arnOf(name));
        if (there && clock.now() >= there.endsAt)
          throw new CallFailure('service', 'ExecutionAlreadyExists', 'it is there', 400);
        const known = there ?? start(name);
        return { executionArn: arnOf(name), startedAt: known.startedAt };
      });
    },
    startSyncExecution: async ({ name }, options) => {
      options?.onSent?.();
      const known = await act('StartSyncExecution', () => start(name));
      await clock.sleep(known.endsAt - clock.now());
      return { ...end(known), executionArn: arnOf(name), billedDurationMs: 100, billedMemoryMb: 64 };
    },
    describeExecution: (arn) =>
      act('DescribeExecution', () => {
        const known = executions.get(arn);
        if (!known) throw new CallFailure('service', 'ExecutionDoesNotExist', 'Execution Does Not Exist', 400);
        return end(known);
      }),
    listExecutions: ({ maxResults, nextToken }) =>
      act('ListExecutions', () => {
        const all = [...executions.values()].sort((a, b) => b.startedAt - a.startedAt).map(end);
        const from = Number(nextToken ?? 0);
        const page = all.slice(from, from + maxResults);
        return {
          executions: page,
          ...(from + maxResults < all.length ? { nextToken: String(from + maxResults) } : {}),
        };
      }),
    getExecutionHistory: ({ executionArn }) =>
      act('GetExecutionHistory', () => ({ events: (service.histories.get(executionArn) ?? []) as never })),
    filterLogEvents: ({ nextToken }) =>
      act('FilterLogEvents', () => {
        const at = Number(nextToken ?? 0);
        const messages = service.logPages[at]?.() ?? [];
        return {
          events: messages.map((message, i) => ({ eventId: `${at}-${i}`, timestamp: 0, message })),
          ...(at + 1 < service.logPages.length ? { nextToken: String(at + 1) } : {}),
        };
      }),
    stopExecution: (arn) =>
      act('StopExecution', () => {
        const known = executions.get(arn);
        if (known && clock.now() < known.endsAt) known.stopped = Math.round(clock.now());
        return Math.round(clock.now());
      }),
    warm: (connections) => {
      for (let i = 0; i < connections; i++) calls.push('warm');
      return Promise.resolve();
    },
    destroy: () => undefined,
  };
  return service;
};

export const count = (service: FakeService, operation: string) =>
  service.calls.filter((each) => each === operation).length;

export const machineOf = (type: ArmType): DeployedMachine => ({
  type: type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
  name: 'm',
  arn: machineArn,
  startArn: `${machineArn}:1`,
  ...(type === 'EXPRESS' ? { logGroup: '/aws/vendedlogs/states/m' } : {}),
});

/** A system of which nothing is started. */
export const idleSystem = (type: ArmType): RunningSystem => ({
  name: systemOfType[type],
  states: [],
  traces: type === 'EXPRESS' ? 'log' : type === 'STANDARD' ? 'histories' : 'own',
  ...(isWorkflowType(type) ? { machine: machineOf(type) } : {}),
  start: () => Promise.reject(new Error('nothing should be started here')),
  trace: () => Promise.resolve(undefined),
  stop: () => undefined,
  remove: () => Promise.resolve(),
});

const free = { bucket: Infinity, refill: Infinity };

/** The real system of a type on the service in memory. */
export const systemOn = (type: WorkflowType, service: FakeService, clock: Clock, signal: AbortSignal): RunningSystem =>
  (type === 'EXPRESS' ? expressOn : standardOn)(
    service,
    { machine: machineOf(type), states: [], describes: createPacer(free, clock), lists: createPacer(free, clock) },
    { clock, random: createRandom(1), signal, callSignal: new AbortController().signal },
  );

export const fakeLane = (changes: Partial<Lane> & { load?: BaseLoad } = {}): Lane => {
  const load = changes.load ?? { kind: 'iterations', executions: 10, concurrency: 1 };
  const type = changes.type ?? 'STANDARD';
  return {
    number: 0,
    type,
    load,
    system: idleSystem(type),
    arm: createArm({ type, system: 'x', load, states: [] }),
    namePrefix: 'sb-0-',
    planned: 10,
    ...freshCounts(),
    ...changes,
  };
};

export { virtualClock };
