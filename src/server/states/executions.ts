/** Executions that run or have run, in memory that stays bounded: the oldest finished ones make room. */
import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { Execution } from '../../engine';
import type { ExecutionStatus, HistoryEvent } from '../../model/event';
import type { WorkflowType } from '../../model/machine';
import { ServiceError } from '../contract';
import { parseArn } from './arn';
import type { Revision } from './machines';
import { packHistory, unpackHistory } from './packedHistory';

export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: WorkflowType;
  readonly machineArn: string;
  readonly machineName: string;
  readonly revision: Revision;
  readonly versionArn?: string;
  readonly aliasArn?: string;
  /** A child of a distributed Map. */
  readonly mapRunArn?: string;
  /** Items in a child's batch. */
  readonly itemCount?: number;
  readonly traceHeader?: string;
  /** The text as it was sent; once the history was put away only that has it: see `inputOf`. */
  input?: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** What runs, or ran. A redrive goes on with it. */
  readonly engine: Execution;
  /** Its history once it was put away; the engine's own list is empty then. */
  packed?: PackedRecord;
}

interface PackedRecord {
  readonly bytes: Buffer;
  readonly deflated: boolean;
  /** Bytes that it keeps for a redrive beside them, about: objects of small values take some six times their text. */
  readonly held: number;
  /** Without its details: they are among the bytes. */
  readonly last: HistoryEvent;
}

const terminal = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

export const isRunning = (record: ExecutionRecord): boolean => record.engine.status === 'RUNNING';

/** Its events, wherever they are kept. */
export const historyOf = (record: ExecutionRecord): readonly HistoryEvent[] =>
  record.packed ? unpackHistory(plain(record.packed)) : record.engine.history;

/** Its input as it was sent. */
export const inputOf = (record: ExecutionRecord): string => record.input ?? historyOf(record)[0]?.details.input ?? '{}';

const plain = ({ bytes, deflated }: PackedRecord): Buffer => (deflated ? inflateRawSync(bytes) : bytes);

/** The event an execution ended with; its details are whole only in `ending`. */
export function closing(record: ExecutionRecord): HistoryEvent | undefined {
  const { history } = record.engine;
  const last = record.packed ? record.packed.last : history[history.length - 1];
  return last && !isRunning(record) && terminal.has(last.type) ? last : undefined;
}

/** The event an execution ended with, its output, error and cause among its details. */
export function ending(record: ExecutionRecord): HistoryEvent | undefined {
  const last = closing(record);
  return last && record.packed ? historyOf(record).at(-1) : last;
}

/** The engine's list is emptied in place: nothing reads it any more but a redrive, for which it is filled again. */
function pack(record: ExecutionRecord): void {
  const history = record.engine.history as HistoryEvent[];
  const last = history[history.length - 1];
  if (!last) return;
  const held = record.engine.held * 6;
  record.packed = { bytes: packHistory(history), deflated: false, held, last: { ...last, details: {} } };
  history.length = 0;
  record.input = undefined;
  // A Map Run's ResultWriter still reads the outputs of its children.
  record.engine.forget(record.mapRunArn !== undefined);
}

/** Of the texts of a history, each that follows itself counted once. */
function characters(events: readonly HistoryEvent[]): number {
  let sum = 0;
  let before: string | undefined;
  for (const { details } of events) {
    for (const text of [details.input, details.output, details.parameters]) {
      if (text === undefined || text === before) continue;
      sum += text.length;
      before = text;
    }
  }
  return sum;
}

/** What the events of a history hold together, about, in characters: data passed on grows from state to state. */
function weight(record: ExecutionRecord): number {
  const { history, outputText } = record.engine;
  return history.length * (100 + ((record.input?.length ?? 0) + (outputText?.length ?? 0)) / 2);
}

/** The engine goes on where its list ends. */
function unpack(record: ExecutionRecord): void {
  if (!record.packed) return;
  const events = record.engine.history as HistoryEvent[];
  for (const event of unpackHistory(plain(record.packed))) events.push(event);
  delete record.packed;
  record.input = events[0]?.details.input;
}

export const statusOf = (record: ExecutionRecord): ExecutionStatus => record.engine.status;

/** Finished executions whose events stay as objects: so many, and of so many characters together. */
const unpacked = 500;
const unpackedWeight = 8 * 1024 * 1024;

/** Packed histories together; histories of thousands of events make room before the count does. */
const maxBytes = 64 * 1024 * 1024;

/** Bytes from which a packed history is deflated, once all of them take more than `roomy`: a short run never pays for it. */
const worthDeflating = 8_192;
const roomy = 16 * 1024 * 1024;

const sizeOf = ({ packed }: ExecutionRecord): number => (packed ? packed.bytes.length + packed.held : 0);

export class Executions {
  readonly #byArn = new Map<string, ExecutionRecord>();
  readonly #byMachine = new Map<string, Set<ExecutionRecord>>();
  readonly #byMapRun = new Map<string, Set<ExecutionRecord>>();
  /** Finished ones in the order in which they finished. */
  readonly #finished = new Set<ExecutionRecord>();
  /** The latest of them: likely to be read soon, so not packed yet. */
  readonly #fresh = new Map<ExecutionRecord, number>();
  #freshWeight = 0;

  /** @param kept finished executions that are remembered. */
  constructor(private readonly kept: number) {}

  get size(): number {
    return this.#byArn.size;
  }

  add(record: ExecutionRecord): void {
    this.#byArn.set(record.arn, record);
    index(this.#byMachine, record.machineArn).add(record);
    if (record.mapRunArn !== undefined) index(this.#byMapRun, record.mapRunArn).add(record);
    this.#watch(record);
  }

  /** Lets a finished execution run again; its history is whole before `redrive` goes on with it. */
  resume(record: ExecutionRecord, redrive: () => void): void {
    this.#finished.delete(record);
    this.#stale(record);
    this.#bytes -= sizeOf(record);
    unpack(record);
    redrive();
    this.#watch(record);
  }

  /** Takes note when what runs now has ended. */
  #watch(record: ExecutionRecord): void {
    const close = (): void => {
      if (isRunning(record) || !this.#byArn.has(record.arn)) return;
      this.#finished.add(record);
      const weighs = weight(record);
      this.#fresh.set(record, weighs);
      this.#freshWeight += weighs;
      this.#tidy();
    };
    if (isRunning(record)) void record.engine.done.then(close);
    else close();
  }

  find(arn: string): ExecutionRecord | undefined {
    return this.#byArn.get(arn);
  }

  /** Throws InvalidArn and ExecutionDoesNotExist; ARNs of Express executions make no sense in these calls. */
  get(arn: string): ExecutionRecord {
    const record = this.#byArn.get(arn);
    // Children of a Map Run are known here even where they are Express.
    if (!record) parseArn(arn, ['execution']);
    if (!record) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return record;
  }

  /** Newest first. */
  ofMachine(arn: string): ExecutionRecord[] {
    return [...(this.#byMachine.get(arn) ?? [])].reverse();
  }

  ofMapRun(arn: string): ExecutionRecord[] {
    return [...(this.#byMapRun.get(arn) ?? [])].reverse();
  }

  running(): ExecutionRecord[] {
    return [...this.#byArn.values()].filter(isRunning);
  }

  #bytes = 0;

  #stale(record: ExecutionRecord): void {
    this.#freshWeight -= this.#fresh.get(record) ?? 0;
    this.#fresh.delete(record);
  }

  #tidy(): void {
    for (const record of this.#fresh.keys()) {
      // The latest is always at hand: who waits for it reads it now.
      if (this.#fresh.size <= 1 || (this.#fresh.size <= unpacked && this.#freshWeight <= unpackedWeight)) break;
      this.#stale(record);
      // One that would push out all others goes itself: thousands of events of large data come to a gigabyte.
      if (characters(record.engine.history) > maxBytes) this.#forget(record);
      else {
        pack(record);
        this.#bytes += sizeOf(record);
        this.#deflate(record);
      }
    }
    this.#evict();
  }

  /** Off this thread, and only what is large: states that pass an order on repeat it, and deflate to a tenth. */
  #deflate(record: ExecutionRecord): void {
    const { packed } = record;
    if (!packed || packed.bytes.length < worthDeflating || this.#bytes < roomy) return;
    deflateRaw(packed.bytes, { level: 1, memLevel: 6 }, (error, bytes) => {
      // Meanwhile it may have been redriven or forgotten.
      if (error || record.packed !== packed || this.#byArn.get(record.arn) !== record) return;
      this.#bytes += bytes.length - packed.bytes.length;
      // A copy: zlib's own is a slice that holds on to 16 kB.
      record.packed = { ...packed, bytes: Buffer.from(bytes), deflated: true };
    });
  }

  #evict(): void {
    for (const record of this.#finished) {
      if (this.#finished.size <= this.kept && this.#bytes <= maxBytes) return;
      this.#forget(record);
    }
  }

  #forget(record: ExecutionRecord): void {
    this.#finished.delete(record);
    this.#stale(record);
    this.#bytes -= sizeOf(record);
    this.#byArn.delete(record.arn);
    drop(this.#byMachine, record.machineArn, record);
    if (record.mapRunArn !== undefined) drop(this.#byMapRun, record.mapRunArn, record);
  }
}

function index(map: Map<string, Set<ExecutionRecord>>, key: string): Set<ExecutionRecord> {
  let set = map.get(key);
  if (!set) map.set(key, (set = new Set()));
  return set;
}

function drop(map: Map<string, Set<ExecutionRecord>>, key: string, record: ExecutionRecord): void {
  const set = map.get(key);
  set?.delete(record);
  if (set?.size === 0) map.delete(key);
}
