/** Distributed Map: each item (or batch) a child execution of its own; the parent's history tells only of the Map Run. */
import type { Json } from '../../model/json';
import { chain } from '../chain';
import { Children } from '../children';
import { failureOf, runtimeFailure } from '../failures';
import { noDetails } from '../history';
import { batchInputs } from '../itemBatcher';
import { ItemReaderError, readItems } from '../itemReader';
import { anyNumber, concurrencyOf, itemsOf, wholeNumber } from '../items';
import { done } from '../leave';
import { MapRun, type MapRunLimits } from '../mapRuns';
import type { DistributedFields, MapNode } from '../nodes';
import { aborted, failure, type Failure, type Outcome } from '../outcome';
import { ResultWriterError, transformed, writeResults } from '../resultWriter';
import type { Visit } from '../visit';

export const runDistributedMap = async (visit: Visit<MapNode>): Promise<Outcome> => {
  const { node, flow } = visit;
  const fields = node.distributed!;
  visit.input = visit.rawInput;
  const input = node.prepare ? await node.prepare(visit) : visit.rawInput;
  visit.input = input;
  if (visit.resumed instanceof Children) return redrive(visit, input, visit.resumed, fields);
  const listed = fields.reader ? [] : await itemsOf(visit);
  if (!Array.isArray(listed)) return listed as Failure;
  const maxConcurrency = await concurrencyOf(visit);
  if (typeof maxConcurrency !== 'number') return maxConcurrency;
  if (flow.dead) return aborted;
  flow.emit('MapStateStarted', { length: listed.length });
  const tolerated = await toleratedOf(visit, fields);
  if ('kind' in tolerated) return tolerated;
  const counts = await countsOf(visit, fields);
  if ('kind' in counts) return counts;
  if (flow.dead) return aborted;

  const mapRun = openMapRun(visit, fields, { maxConcurrency, ...tolerated });
  const started = flow.emit('MapRunStarted', { mapRunArn: mapRun.arn });
  flow.run.host.mapRuns?.mapRunStarted(mapRun);
  const items = fields.reader ? await read(visit, input, fields, counts.maxItems) : (listed as readonly Json[]);
  if (flow.dead) return aborted;
  if (!Array.isArray(items)) return failMapRun(visit, mapRun, items as Failure);
  const inputs = await childInputs(visit, input, items as readonly Json[], counts, fields).catch((thrown: unknown) =>
    failureOf(visit, thrown),
  );
  if (flow.dead) return aborted;
  if (!Array.isArray(inputs)) return failMapRun(visit, mapRun, inputs as Failure);

  const children = new Children(visit, mapRun, inputs as readonly ChildInput[], fields);
  visit.group = children;
  return settle(visit, input, children, fields, started, await children.run());
};

/** The same Map Run goes on. */
const redrive = async (
  visit: Visit<MapNode>,
  input: Json,
  children: Children,
  fields: DistributedFields,
): Promise<Outcome> => {
  const { mapRun } = children;
  visit.group = children;
  const redriven = visit.flow.emit('MapRunRedriven', { mapRunArn: mapRun.arn, redriveCount: mapRun.redriveCount + 1 });
  return settle(visit, input, children, fields, redriven, await children.resume(visit));
};

/** The Map Run's end and the state's output. `started` is the id of the event that started it. */
const settle = async (
  visit: Visit<MapNode>,
  input: Json,
  children: Children,
  fields: DistributedFields,
  started: number,
  exceeded: boolean,
): Promise<Outcome> => {
  const { flow, node } = visit;
  const { mapRun } = children;
  if (flow.dead) return aborted;
  if (exceeded)
    return failMapRun(
      visit,
      mapRun,
      failure('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded'),
    );
  let result: Json;
  try {
    result = await resultOf(visit, input, mapRun, children, fields);
  } catch (thrown) {
    if (flow.dead) return aborted;
    const failed =
      thrown instanceof ResultWriterError
        ? failure('States.ResultWriterFailed', thrown.message)
        : failureOf(visit, thrown);
    return failMapRun(visit, mapRun, failed as Failure);
  }
  if (flow.dead) return aborted;
  mapRun.finish('SUCCEEDED', flow.run.host.clock.now());
  flow.emit('MapRunSucceeded', noDetails);
  flow.note('MapStateSucceeded', noDetails);
  // AWS changed what the exit follows: MapRunSucceeded in recordings until mid-2024, MapRunStarted in those since November
  // 2024, and no rule of its own is known. This one agrees with every recording at hand.
  const earlier = node.language === 'JSONPath' && (visit.cameFrom === 0 || node.placesResult);
  if (!earlier) flow.previous = started;
  visit.input = input;
  return chain(node.settle(visit, result), (settled) => done(visit, settled, node.nextNode));
};

/** A child's input and how many items are in it. */
export interface ChildInput {
  readonly input: Json;
  readonly items: number;
}

const openMapRun = (visit: Visit<MapNode>, fields: DistributedFields, limits: MapRunLimits): MapRun => {
  const { run } = visit.flow;
  const { host, identity } = run;
  const label = fields.label ?? host.uuid();
  const machine = identity.stateMachine.arn;
  const arn = `${machine.replace(':stateMachine:', ':mapRun:')}/${label}:${host.uuid()}`;
  return new MapRun(arn, identity.arn, `${machine}/${label}`, host.clock.now(), limits, label);
};

const failMapRun = (visit: Visit<MapNode>, mapRun: MapRun, failed: Failure): Failure => {
  const { flow } = visit;
  mapRun.finish('FAILED', flow.run.host.clock.now());
  if (failed.fatal) return failed;
  flow.emit('MapRunFailed', { error: failed.error, cause: failed.cause });
  return failed;
};

const toleratedOf = async (
  visit: Visit<MapNode>,
  fields: DistributedFields,
): Promise<Omit<MapRunLimits, 'maxConcurrency'> | Failure> => {
  let toleratedFailureCount = 0;
  let toleratedFailurePercentage = 0;
  if (fields.toleratedCount) {
    const count = await wholeNumber(visit, fields.toleratedCount);
    if (typeof count !== 'number') return count;
    if (count < 0) return runtimeFailure(visit, 'ToleratedFailureCount cannot be negative.');
    toleratedFailureCount = count;
  }
  if (fields.toleratedPercentage) {
    const share = await anyNumber(visit, fields.toleratedPercentage);
    if (typeof share !== 'number') return share;
    if (share < 0 || share > 100) return runtimeFailure(visit, 'ToleratedFailurePercentage must be between 0 and 100.');
    toleratedFailurePercentage = share;
  }
  return { toleratedFailureCount, toleratedFailurePercentage };
};

/** How many items are read and how many of them, or bytes, make a batch. */
interface Counts {
  readonly maxItems: number | undefined;
  readonly batchItems: number | undefined;
  readonly batchBytes: number | undefined;
}

/** Their kind is judged before the Map Run begins; that MaxItems is negative only its reader finds. */
const countsOf = async (visit: Visit<MapNode>, { reader, batcher }: DistributedFields): Promise<Counts | Failure> => {
  const found: (number | undefined)[] = [];
  for (const field of [reader?.maxItems, batcher?.maxItems, batcher?.maxBytes]) {
    const count = field && (await wholeNumber(visit, field));
    if (typeof count === 'object') return count;
    if (field !== reader?.maxItems && (count ?? 0) < 0)
      return runtimeFailure(visit, `${field?.field} cannot be negative.`);
    found.push(count);
  }
  const [maxItems, batchItems, batchBytes] = found;
  return { maxItems, batchItems, batchBytes };
};

const read = async (
  visit: Visit<MapNode>,
  input: Json,
  fields: DistributedFields,
  maxItems: number | undefined,
): Promise<readonly Json[] | Outcome> => {
  if (maxItems !== undefined && maxItems < 0)
    return failure('States.ItemReaderFailed', 'field MaxItems must be positive');
  const { host } = visit.flow.run;
  const reader = fields.reader!;
  visit.input = input;
  try {
    const parameters = await reader.parameters(visit);
    const release = host.clock.hold();
    try {
      return await readItems(host, reader, parameters, maxItems);
    } finally {
      release();
    }
  } catch (thrown) {
    return thrown instanceof ItemReaderError
      ? failure('States.ItemReaderFailed', thrown.message)
      : failureOf(visit, thrown);
  }
};

/** What each child is started with: its item through ItemSelector, or a batch of such. */
const childInputs = async (
  visit: Visit<MapNode>,
  input: Json,
  items: readonly Json[],
  { batchItems, batchBytes }: Counts,
  { batcher }: DistributedFields,
): Promise<readonly ChildInput[]> => {
  const { selector } = visit.node;
  const selected: Json[] = [];
  for (const [index, value] of items.entries()) {
    selected.push(selector ? await selector(visit.forItem({ index, value }, input)) : value);
  }
  visit.input = input;
  if (!batcher) return selected.map((value) => ({ input: value, items: 1 }));
  return batchInputs(selected, batchItems, batchBytes, await batcher.batchInput?.(visit));
};

const resultOf = async (
  visit: Visit<MapNode>,
  input: Json,
  mapRun: MapRun,
  children: Children,
  fields: DistributedFields,
): Promise<Json> => {
  const { writer } = fields;
  if (!writer)
    return children.executions.filter(({ status }) => status === 'SUCCEEDED').map(({ output }) => output ?? null);
  // Without a Resource the writer only shapes the output.
  if (writer.resource === undefined) return transformed(writer, children.executions, mapRun.stateMachineArn);
  visit.input = input;
  const parameters = writer.parameters ? await writer.parameters(visit) : {};
  const { host } = visit.flow.run;
  const release = host.clock.hold();
  try {
    const result = await writeResults(host, writer, parameters, mapRun, children.executions);
    mapRun.itemCounts.resultsWritten = mapRun.itemCounts.succeeded;
    mapRun.executionCounts.resultsWritten = mapRun.executionCounts.succeeded;
    return result;
  } finally {
    release();
  }
};
