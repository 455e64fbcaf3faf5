/** StartExecution, DescribeExecution, ListExecutions, StopExecution, GetExecutionHistory, DescribeStateMachineForExecution. */
import type { JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import type { Call, Operation } from '../door/jsonProtocol';
import { checkName } from './arn';
import type { StatesContext } from './context';
import { closing, ending, historyOf, inputOf, isRunning, statusOf, type ExecutionRecord } from './executions';
import { inputs } from './inputs';
import { launch, parseInput, splitTestCase } from './launch';
import { describeRevision, seconds } from './machineOperations';
import { openToken, page, sealToken } from './paging';
import { redriveStatus } from './redrive';
import { renderEvent } from './renderHistory';

function start(states: StatesContext, input: JsonObject, { parentArn }: Call): object {
  const { arn: machineArn, testCase } = splitTestCase(states, input.stateMachineArn as string);
  const target = states.machines.resolve(machineArn);
  const { machine } = target;
  const name = (input.name as string | undefined) ?? states.uuid();
  checkName(name);
  const text = (input.input as string | undefined) ?? '{}';
  const wanted = {
    target,
    name,
    text,
    input: parseInput(text),
    traceHeader: input.traceHeader as string | undefined,
    parentArn,
    testCase,
  };
  if (machine.type === 'EXPRESS') {
    const record = launch(states, { ...wanted, arn: states.arns.express(machine.name, name, states.uuid()) });
    return started(states, states.express, record);
  }
  const arn = states.arns.execution(machine.name, name);
  const existing = states.executions.find(arn);
  if (!existing) return started(states, states.executions, launch(states, { ...wanted, arn }));
  // The same name and input while it runs is the same execution; afterwards the name is taken for 90 days.
  if (!isRunning(existing) || inputOf(existing) !== text)
    throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  return { executionArn: arn, startDate: seconds(existing.startedAt) };
}

function started(states: StatesContext, list: { add(record: ExecutionRecord): void }, record: ExecutionRecord): object {
  list.add(record);
  states.log(record);
  return { executionArn: record.arn, startDate: seconds(record.startedAt) };
}

/** What ListExecutions and DescribeExecution both show. */
function summary(record: ExecutionRecord): Record<string, unknown> {
  const end = closing(record);
  const { identity } = record.engine;
  return {
    executionArn: record.arn,
    stateMachineArn: record.machineArn,
    name: record.name,
    status: statusOf(record),
    startDate: seconds(record.startedAt),
    ...(end && { stopDate: seconds(end.timestamp) }),
    ...(record.mapRunArn !== undefined && { mapRunArn: record.mapRunArn }),
    ...(record.versionArn !== undefined && { stateMachineVersionArn: record.versionArn }),
    ...(record.aliasArn !== undefined && { stateMachineAliasArn: record.aliasArn }),
    redriveCount: identity.redriveCount,
    ...(identity.redrivenAt !== undefined && { redriveDate: seconds(identity.redrivenAt) }),
  };
}

/** DescribeExecution's answer; `now` epoch ms. */
export function describeExecution(record: ExecutionRecord, now: number, included: boolean): object {
  const end = ending(record);
  return {
    ...summary(record),
    ...(included && { input: inputOf(record) }),
    inputDetails: { included },
    ...(end?.details.output !== undefined && {
      ...(included && { output: end.details.output }),
      outputDetails: { included },
    }),
    ...(included && end?.details.error !== undefined && { error: end.details.error }),
    ...(included && end?.details.cause !== undefined && { cause: end.details.cause }),
    ...(record.traceHeader !== undefined && { traceHeader: record.traceHeader }),
    ...redriveStatus(record, now),
  };
}

function list(states: StatesContext, input: JsonObject): object {
  const { stateMachineArn, mapRunArn } = input as { stateMachineArn?: string; mapRunArn?: string };
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw new ServiceError(
      'ValidationException',
      "Must specify exactly one of the following: 'stateMachineArn' or 'mapRunArn'.",
    );
  }
  let records =
    stateMachineArn === undefined
      ? states.mapRuns.executionsOf(mapRunArn as string)
      : ofMachine(states, stateMachineArn);
  if (input.statusFilter !== undefined) records = records.filter((record) => statusOf(record) === input.statusFilter);
  if (input.redriveFilter !== undefined)
    records = records.filter(
      (record) => record.engine.identity.redriveCount > 0 === (input.redriveFilter === 'REDRIVEN'),
    );
  const scope = JSON.stringify([
    'executions',
    stateMachineArn ?? mapRunArn,
    input.statusFilter ?? '',
    input.redriveFilter ?? '',
  ]);
  const { items, nextToken } = page(
    records,
    (record) => record.arn,
    scope,
    input.maxResults as number | undefined,
    input.nextToken as string | undefined,
  );
  return { executions: items.map(listed), nextToken };
}

function listed(record: ExecutionRecord): object {
  const itemCount = record.itemCount;
  return itemCount === undefined ? summary(record) : { ...summary(record), itemCount };
}

function ofMachine(states: StatesContext, arn: string): ExecutionRecord[] {
  const { machine, version, alias } = states.machines.resolve(arn);
  if (machine.type === 'EXPRESS') {
    throw new ServiceError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  }
  const records = states.executions.ofMachine(machine.arn);
  if (alias) return records.filter((record) => record.aliasArn === alias.arn);
  if (version) return records.filter((record) => record.versionArn === version.arn);
  return records;
}

function stop(states: StatesContext, input: JsonObject): object {
  const record = states.executions.get(input.executionArn as string);
  if (isRunning(record)) record.engine.stop(input.error as string | undefined, input.cause as string | undefined);
  const end = closing(record);
  return { stopDate: seconds(end?.timestamp ?? states.clock.now()) };
}

function history(states: StatesContext, input: JsonObject): object {
  const record = states.executions.get(input.executionArn as string);
  const events = historyOf(record);
  const reverse = input.reverseOrder === true;
  const includeData = input.includeExecutionData !== false;
  const scope = JSON.stringify(['history', record.arn, reverse]);
  const size = (input.maxResults as number | undefined) || 100;
  // Ids are dense from 1, so a page is a slice: no search through 25,000 events.
  const token = input.nextToken as string | undefined;
  const last = token === undefined ? undefined : Number(openToken(scope, token));
  const from = reverse ? (last === undefined ? events.length : last - 1) - size : (last ?? 0);
  const slice = reverse
    ? events.slice(Math.max(0, from), Math.max(0, from + size)).reverse()
    : events.slice(from, from + size);
  const end = slice[slice.length - 1];
  const more = end !== undefined && (reverse ? end.id > 1 : end.id < events.length);
  return {
    events: slice.map((event) => renderEvent(event, includeData)),
    ...(more && { nextToken: sealToken(scope, end.id) }),
  };
}

export function executionOperations(states: StatesContext): Record<string, Operation> {
  return {
    StartExecution: { input: inputs.StartExecution, run: (input, call) => start(states, input, call) },
    DescribeExecution: {
      input: inputs.DescribeExecution,
      run: (input) =>
        describeExecution(
          states.executions.get(input.executionArn as string),
          states.clock.now(),
          input.includedData !== 'METADATA_ONLY',
        ),
    },
    ListExecutions: { input: inputs.ListExecutions, run: (input) => list(states, input) },
    StopExecution: { input: inputs.StopExecution, run: (input) => stop(states, input) },
    GetExecutionHistory: { input: inputs.GetExecutionHistory, run: (input) => history(states, input) },
    DescribeStateMachineForExecution: {
      input: inputs.DescribeStateMachineForExecution,
      run: (input) => {
        const record = states.executions.get(input.executionArn as string);
        return {
          stateMachineArn: record.machineArn,
          name: record.machineName,
          updateDate: seconds(record.revision.updatedAt),
          ...(record.mapRunArn !== undefined && { mapRunArn: record.mapRunArn, label: states.mapRuns.labelOf(record) }),
          ...describeRevision(record.revision, input.includedData),
        };
      },
    },
  };
}
