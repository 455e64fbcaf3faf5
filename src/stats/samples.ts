import type { SamplePoint } from '../model/run';
import { createColumn, type Column } from './column';

/** One finished execution as the runner hands it over. Times in ms; all but `serviceMs` are the client's clock. */
export interface Sample {
  /** Execution name, the idempotency key. */
  readonly name: string;
  /** Intended start, from the start of the arm. */
  readonly atMs: number;
  /** Intended start → end of the execution. */
  readonly latencyMs: number;
  readonly status: SamplePoint['status'];
  readonly error?: string;
  /** Round trip of the start call. */
  readonly startMs?: number;
  /** startDate → stopDate, the service's clock. */
  readonly serviceMs?: number;
  /** Kept and shown apart from the measured ones. */
  readonly warmup?: boolean;
  /** From a REPORT line or the server; null or absent where it cannot be told. */
  readonly cold?: boolean | null;
  /** Measured while the client itself was saturated. */
  readonly saturated?: boolean;
  /** Ended by a stop of ours: it is counted, but how long it took says nothing. */
  readonly cut?: boolean;
  /** Start calls that were throttled before this one was accepted. */
  readonly throttles?: number;
  /** `billingDetails` of a synchronous Express execution. */
  readonly billed?: { readonly durationMs: number; readonly memoryMb: number };
  /** Bytes of input and output, for the estimate of Express memory. */
  readonly payloadBytes?: number;
  /** Bytes this execution wrote to its log. */
  readonly logBytes?: number;
}

export const statuses = [
  'succeeded',
  'failed',
  'timedOut',
  'aborted',
  'unknown',
] as const satisfies readonly SamplePoint['status'][];

/** Raw samples in columns: 30 bytes each (60 with room to grow); names as a shared prefix and a number. */
export interface SampleStore {
  /** Returns the sample's index. */
  add(sample: Sample): number;
  readonly length: number;
  readonly latency: Column;
  point(index: number): SamplePoint;
  status(index: number): SamplePoint['status'];
  /** Whether its latency says something: its end is known, and is no doing of ours. */
  whole(index: number): boolean;
  /** Marks a sample cold or warm after the fact (REPORT lines come late). */
  setCold(index: number, cold: boolean): void;
  /** Σ of the transition times of its trace, ms. */
  setTransitions(index: number, ms: number): void;
  /** Names the error of a sample that has none yet; answers whether it had none and did not succeed. */
  nameError(index: number, error: string): boolean;
  /** undefined: not told. */
  cold(index: number): boolean | null;
}

const coldBit = 8;
const warmBit = 16;
const saturatedBit = 32;
const cutBit = 64;

/** Texts that repeat, by number. */
const createDictionary = (): { idOf(text: string): number; text(id: number): string } => {
  const ids = new Map<string, number>();
  const texts: string[] = [];
  return {
    idOf: (text) => {
      let id = ids.get(text);
      if (id === undefined) {
        id = texts.push(text) - 1;
        ids.set(text, id);
      }
      return id;
    },
    text: (id) => texts[id]!,
  };
};

const growBytes = (array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> => {
  if (length < array.length) return array;
  const wider = new Uint8Array(array.length * 2);
  wider.set(array);
  return wider;
};

const growInts = (array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> => {
  if (length < array.length) return array;
  const wider = new Int32Array(array.length * 2);
  wider.set(array);
  return wider;
};

const numbered = /^(.*?)(\d{1,9})$/s;

export const createSampleStore = (): SampleStore => {
  const at = createColumn();
  const latency = createColumn();
  const dictionary = createDictionary();
  /** By index, of the samples whose traces were read. */
  const transitions = new Map<number, number>();
  let flags = new Uint8Array(16);
  let errors = new Int32Array(16);
  /** Name = prefix + number padded to a width; a name of another form is a prefix of its own with width 0. */
  let prefixes = new Int32Array(16);
  let numbers = new Int32Array(16);
  let widths = new Uint8Array(16);

  const name = (index: number): string => {
    const prefix = dictionary.text(prefixes[index]!);
    const width = widths[index]!;
    return width === 0 ? prefix : prefix + String(numbers[index]!).padStart(width, '0');
  };
  const cold = (index: number): boolean | null => {
    const flag = flags[index]!;
    return flag & coldBit ? true : flag & warmBit ? false : null;
  };
  const setCold = (index: number, value: boolean): void => {
    flags[index] = (flags[index]! & ~(coldBit | warmBit)) | (value ? coldBit : warmBit);
  };
  return {
    add: (sample) => {
      const index = latency.length;
      at.add(sample.atMs);
      latency.add(sample.latencyMs);
      flags = growBytes(flags, index);
      widths = growBytes(widths, index);
      errors = growInts(errors, index);
      prefixes = growInts(prefixes, index);
      numbers = growInts(numbers, index);
      flags[index] =
        statuses.indexOf(sample.status) | (sample.saturated ? saturatedBit : 0) | (sample.cut ? cutBit : 0);
      if (sample.cold !== undefined && sample.cold !== null) setCold(index, sample.cold);
      errors[index] = sample.error === undefined ? -1 : dictionary.idOf(sample.error);
      const parts = numbered.exec(sample.name);
      prefixes[index] = dictionary.idOf(parts ? parts[1]! : sample.name);
      numbers[index] = parts ? Number(parts[2]) : 0;
      widths[index] = parts ? parts[2]!.length : 0;
      return index;
    },
    get length() {
      return latency.length;
    },
    latency,
    cold,
    setCold,
    nameError: (index, error) => {
      if (errors[index]! >= 0 || statuses[flags[index]! & 7] === 'succeeded') return false;
      errors[index] = dictionary.idOf(error);
      return true;
    },
    setTransitions: (index, ms) => void transitions.set(index, ms),
    status: (index) => statuses[flags[index]! & 7]!,
    whole: (index) => statuses[flags[index]! & 7]! !== 'unknown' && (flags[index]! & cutBit) === 0,
    point: (index) => ({
      index,
      name: name(index),
      atMs: at.at(index),
      latencyMs: latency.at(index),
      status: statuses[flags[index]! & 7]!,
      cold: cold(index),
      ...(errors[index]! >= 0 ? { error: dictionary.text(errors[index]!) } : {}),
      ...(flags[index]! & saturatedBit ? { saturated: true } : {}),
      ...(flags[index]! & cutBit ? { cut: true } : {}),
      ...(transitions.has(index) ? { transitionMs: transitions.get(index)! } : {}),
    }),
  };
};
