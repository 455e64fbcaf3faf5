import type { WorkflowType } from '../model/machine';
import { ExpectedError } from '../model/errors';
import { typeWords } from '../model/system';
import type { Sample } from '../stats';
import type { Paced } from '../target/collect';
import type { DeployedMachine, Deployment } from '../target/deployment';
import type { Door } from '../target/door';
import { driverDefinition, leadMs, inputsOf, packItems, type DriverInput, type DriverShape } from '../target/driver';
import { deployMachine, partition } from '../target/machine';
import type { Quotas } from '../plan/quotas';
import { driverNote, driverShapeOf } from './distributedCost';
import { findExpressEnds, findStandardEnds, type FoundEnd } from './distributedEnds';
import type { Lane } from './lane';
import type { LoadingContext } from './loading';
import { createPacer, type Pacer } from './pace';
import { withRetries, type RetryRules } from './retry';
import { endedLine, executionNameOf, notStartedLine, startedLine } from './sampleLine';
import { scheduleOf, type Schedule } from './shapes';

/** A driver that is deployed, for one type of the workflow. */
export interface Driver {
  readonly machine: DeployedMachine;
  readonly shape: DriverShape;
}

/**
 * Deploys a driver for each lane's machine, with everything else of the run in its ledger. `roleFor` gives each the role under
 * which it may start that machine.
 * @throws ExpectedError where a machine cannot be driven.
 */
export const deployDrivers = async (
  deployment: Deployment,
  workflow: string,
  lanes: readonly Lane[],
  roleFor: (definition: ReturnType<typeof driverDefinition>, name: string) => Promise<{ arn: string; fresh: boolean }>,
): Promise<ReadonlyMap<WorkflowType, Driver>> => {
  const drivers = new Map<WorkflowType, Driver>();
  for (const lane of lanes) {
    const { machine } = lane.system;
    if (!machine || drivers.has(machine.type)) continue;
    if (machine.type === 'EXPRESS' && !machine.logGroup)
      throw new ExpectedError(
        `${machine.name} does not log at level ALL, and what a driver has started of an Express workflow can be learnt from its log alone.`,
      );
    const shape = driverShapeOf(machine.type, lane.load);
    const definition = driverDefinition(shape, machine.startArn, partition(deployment.door.region));
    const name = `${workflow}-driver-${machine.type === 'EXPRESS' ? 'x' : 's'}`;
    const role = await roleFor(definition, name);
    const driver = await deployMachine(deployment, {
      ...{ type: 'STANDARD', workflow: name, definition },
      ...{ roleArn: role.arn, keep: false, log: false, freshRole: role.fresh },
    });
    drivers.set(machine.type, { machine: driver, shape });
  }
  return drivers;
};

export interface DrivingContext extends LoadingContext {
  readonly door: Door;
  readonly quotas: Quotas;
  readonly callSignal: AbortSignal;
  readonly rules?: RetryRules;
  /** How long late results are waited for after the driver has ended, ms. */
  readonly patienceMs: number;
  readonly onNote: (message: string) => void;
}

const lookEveryMs = 500;

/** Runs one load of one arm from within the account, to its end, and adds each execution to its arm. */
export const driveBlock = async (lane: Lane, driver: Driver, context: DrivingContext): Promise<void> => {
  const { door, clock, signal } = context;
  const { hot } = door;
  const machine = lane.system.machine as DeployedMachine;
  const schedule = scheduleOf(lane.load);
  const { input, count, first } = driverInput(lane, schedule, driver.shape, context);
  lane.nextIndex += count;
  const names = new Map(
    Array.from({ length: count }, (_, k) => [executionNameOf(lane.namePrefix, first + k, false), k] as const),
  );
  const origin = clock.now();
  for (let k = 0; k < count; k++)
    context.lines.push(startedLine(lane.number, first + k, false, input.items[k]?.t ?? 0));
  const started = await retried(
    () =>
      hot.startExecution({
        stateMachineArn: driver.machine.startArn,
        name: `${lane.namePrefix}driver`,
        input: JSON.stringify(input),
      }),
    context,
  );
  const since = started.startedAt;
  const stop = () => void hot.stopExecution(started.executionArn, 'The benchmark was stopped.').catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  const pacedBy = pacing(context);
  const finder = (machine.type === 'EXPRESS' ? findExpressEnds : findStandardEnds)({
    ...{ hot, clock, machine, since, signal: context.callSignal },
    wanted: (name) => names.has(name),
    lists: pacedBy(createPacer(context.quotas.listExecutions, clock)),
    describes: pacedBy(createPacer(context.quotas.describeExecution, clock)),
    pages: pacedBy(createPacer(context.quotas.filterLogEvents, clock)),
  });
  const recorded = new Set<string>();
  let left = count;
  let driverEnd: Awaited<ReturnType<typeof hot.describeExecution>> | undefined;
  let quietSince = clock.now();
  while (left > 0 && !context.callSignal.aborted) {
    if (!context.mayStart() && !driverEnd) stop();
    driverEnd ??= await hot.describeExecution(started.executionArn).then(
      (each) => (each.status === 'RUNNING' ? undefined : each),
      () => undefined,
    );
    const found = await finder.look().catch(() => [] as readonly FoundEnd[]);
    for (const end of found) {
      const k = names.get(end.name);
      if (k === undefined) continue;
      left--;
      recorded.add(end.name);
      lane.inFlight.delete(end.name);
      record(lane, end, first + k, dueAt(since, input, k), context);
    }
    for (const [name, executionArn] of finder.running)
      if (!lane.inFlight.has(name))
        lane.inFlight.set(name, {
          index: first + (names.get(name) ?? 0),
          warmup: false,
          intendedAt: clock.now(),
          executionArn,
        });
    if (found.length > 0 || finder.running.size > 0 || !driverEnd) quietSince = clock.now();
    else if (clock.now() - quietSince > context.patienceMs) break;
    await clock.sleep(lookEveryMs, context.callSignal).catch(() => undefined);
  }
  signal.removeEventListener('abort', stop);
  lane.activeMs += clock.now() - origin;
  const unstarted = await tellDriver(lane, driver, started, driverEnd, input, count, left, context);
  settleRest(lane, names, recorded, first, unstarted, context);
};

const dueAt = (
  since: number,
  input: DriverInput,
  k: number,
): { readonly at: number; readonly atMs: number } | undefined => {
  const offset = input.items[k]?.t;
  return offset === undefined ? undefined : { at: since + input.lead + offset, atMs: offset };
};

const driverInput = (lane: Lane, schedule: Schedule, shape: DriverShape, context: LoadingContext) => {
  const offsets = schedule.model === 'open' ? schedule.startsAt.map((at) => Math.round(at)) : undefined;
  const count = schedule.model === 'open' ? schedule.startsAt.length : schedule.executions;
  const first = lane.nextIndex;
  const packed = packItems(count, offsets, (k) =>
    context.inputs.text({
      index: first + k,
      random: context.random,
      ...(lane.payloadBytes !== undefined ? { payloadBytes: lane.payloadBytes } : {}),
    }),
  );
  if (!packed)
    throw new ExpectedError(
      'The input of one execution is too large to be handed out by a driver: it takes at most 230 kB together with the times of the starts.',
    );
  const input: DriverInput = {
    ...{ ...packed, first, prefix: lane.namePrefix },
    // Children that wait for their time take a place too: all of an open load have to be there.
    concurrency: schedule.model === 'open' ? count : schedule.concurrency,
    lead: offsets ? leadMs(offsets, shape.child) : 0,
  };
  return { input, count, first };
};

/** A call under a quota, made again while it fails. */
const pacing =
  (context: DrivingContext) =>
  (pacer: Pacer): Paced =>
  (call) =>
    retried(async () => {
      await pacer.take(context.callSignal);
      return call();
    }, context);

const retried = async <T>(call: () => Promise<T>, { clock, random, callSignal, rules }: DrivingContext): Promise<T> => {
  const answer = await withRetries(call, { clock, random, signal: callSignal, ...(rules ? { rules } : {}) });
  if (answer.ok) return answer.value;
  throw new ExpectedError(`The driver: ${answer.last.message}`, { cause: answer.last });
};

const statuses = { SUCCEEDED: 'succeeded', FAILED: 'failed', TIMED_OUT: 'timedOut', ABORTED: 'aborted' } as const;

/** All times are of the service's clock: how late a start was, and how long the execution took. */
const record = (
  lane: Lane,
  end: FoundEnd,
  index: number,
  due: { readonly at: number; readonly atMs: number } | undefined,
  context: DrivingContext,
): void => {
  const serviceMs = end.stoppedAt - end.startedAt;
  const lateMs = due ? Math.max(0, end.startedAt - due.at) : 0;
  const sample: Sample = {
    ...{ name: end.name, atMs: due?.atMs ?? 0, latencyMs: lateMs + serviceMs, status: statuses[end.status], serviceMs },
    ...(end.error !== undefined ? { error: end.error } : {}),
    ...(context.signal.aborted && end.status === 'ABORTED' ? { cut: true } : {}),
  };
  const sampleIndex = lane.arm.add(sample);
  context.lines.push(endedLine(lane.number, index, sample, end.startedAt));
  lane.unread.push({
    ...{ executionArn: end.executionArn, sampleIndex, status: sample.status, latencyMs: sample.latencyMs },
    startedAt: end.startedAt,
  });
};

/** Says what the driver did and cost; answers why what is missing was not started. */
const tellDriver = async (
  lane: Lane,
  driver: Driver,
  started: { readonly executionArn: string; readonly startedAt: number },
  end:
    | { readonly status: string; readonly stoppedAt?: number; readonly error?: string; readonly cause?: string }
    | undefined,
  input: DriverInput,
  count: number,
  left: number,
  context: DrivingContext,
): Promise<string> => {
  const { door, quotas, clock } = context;
  const counts = await childCounts(door, started.executionArn).catch(() => undefined);
  const children = counts?.total ?? count;
  context.onNote(
    driverNote(
      typeWords[lane.type],
      driver.machine.name,
      {
        ...{ shape: driver.shape, children, region: door.region },
        ...(door.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }),
        driverMs: end?.stoppedAt !== undefined ? end.stoppedAt - started.startedAt : clock.now() - started.startedAt,
      },
      quotas,
      inputsOf(input),
    ),
  );
  if (left === 0) return '';
  if (context.signal.aborted) return 'stopped';
  if (end && end.status !== 'SUCCEEDED')
    return `the driver ended as ${end.status}${end.error ? ` with ${end.error}` : ''}${end.cause ? `: ${end.cause}` : ''}`;
  return `the driver's child that should have started it failed (${counts?.failed ?? '?'} of ${children} did${counts?.why ? `: ${counts.why}` : ''})`;
};

/** What the Map Run counts, and the first reason it gives for a failure. */
const childCounts = async ({ sdk, clients }: Door, executionArn: string) => {
  const { mapRuns } = await clients.sfn.send(new sdk.ListMapRunsCommand({ executionArn, maxResults: 1 }));
  const mapRunArn = mapRuns?.[0]?.mapRunArn;
  if (!mapRunArn) return undefined;
  const { executionCounts } = await clients.sfn.send(new sdk.DescribeMapRunCommand({ mapRunArn }));
  const failed = executionCounts?.failed ?? 0;
  let why: string | undefined;
  if (failed > 0) {
    const page = await clients.sfn.send(
      new sdk.ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED', maxResults: 1 }),
    );
    const child = page.executions?.[0]?.executionArn;
    const said = child ? await clients.sfn.send(new sdk.DescribeExecutionCommand({ executionArn: child })) : undefined;
    why = said?.error ? `${said.error}${said.cause ? `, ${said.cause}` : ''}` : undefined;
  }
  return { total: executionCounts?.total ?? 0, failed, why };
};

/** Each execution of the plan becomes exactly one thing: here those that never began, and those that ran when all was given up. */
const settleRest = (
  lane: Lane,
  names: ReadonlyMap<string, number>,
  ended: ReadonlySet<string>,
  first: number,
  why: string,
  context: DrivingContext,
): void => {
  for (const [name, k] of names) {
    if (ended.has(name)) continue;
    const flight = lane.inFlight.get(name);
    lane.inFlight.delete(name);
    if (flight) {
      const sample: Sample = { name, atMs: 0, latencyMs: context.clock.now() - flight.intendedAt, status: 'unknown' };
      lane.arm.add(sample);
      context.lines.push(endedLine(lane.number, first + k, sample, 0));
      lane.unknown.push(name);
      lane.tally.unknownWhy = why || 'its end was not seen';
      continue;
    }
    context.lines.push(notStartedLine(lane.number, first + k, false));
    lane.arm.count('dropped');
    lane.tally.notStarted.set(why, (lane.tally.notStarted.get(why) ?? 0) + 1);
  }
};
