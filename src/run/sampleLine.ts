import { isObject } from '../model/json';
import type { Load, Target } from '../model/plan';
import type { SamplePoint } from '../model/run';
import type { ArmType } from '../model/system';
import type { Sample } from '../stats';

/** An arm as its samples need it to be found again. */
export interface ArmHead {
  readonly type: ArmType;
  readonly load: Load;
  /** ARN without a version; empty where there is no machine. */
  readonly machineArn: string;
  readonly logGroup?: string;
  /** Executions are called prefix + index; warm-ups prefix + `w` + index. */
  readonly namePrefix: string;
}

/** First line of a samples file. */
export interface SampleHead {
  readonly head: 'stepbench.samples/1';
  readonly runId: string;
  readonly pid: number;
  readonly target: Target;
  readonly region: string;
  readonly arms: readonly ArmHead[];
}

export type SampleLine =
  | { readonly kind: 'head'; readonly head: SampleHead }
  /** The start call is about to be made. */
  | {
      readonly kind: 'started';
      readonly arm: number;
      readonly index: number;
      readonly warmup: boolean;
      readonly atMs: number;
    }
  | {
      readonly kind: 'ended';
      readonly arm: number;
      readonly index: number;
      readonly sample: Sample;
      readonly startedAt: number;
    }
  | { readonly kind: 'notStarted'; readonly arm: number; readonly index: number; readonly warmup: boolean };

const codes = { succeeded: 's', failed: 'f', timedOut: 't', aborted: 'a', unknown: 'u' } as const satisfies Record<
  SamplePoint['status'],
  string
>;
const statuses = new Map(
  Object.entries(codes).map(([status, code]) => [code as string, status as SamplePoint['status']]),
);

const round = (ms: number) => Math.round(ms * 100) / 100;
const warmupBit = 1;
const saturatedBit = 2;
const cutBit = 4;

export const executionNameOf = (namePrefix: string, index: number, warmup: boolean) =>
  `${namePrefix}${warmup ? 'w' : ''}${index}`;

/** A line that an execution is about to start: without it, a killed run could not name what it left running. */
export const startedLine = (arm: number, index: number, warmup: boolean, atMs: number): string =>
  JSON.stringify(['b', arm, index, warmup ? 1 : 0, round(atMs)]);

export const notStartedLine = (arm: number, index: number, warmup: boolean): string =>
  JSON.stringify(['n', arm, index, warmup ? 1 : 0]);

/** A finished execution in at most about 100 bytes. */
export const endedLine = (arm: number, index: number, sample: Sample, startedAt: number): string => {
  const flags = (sample.warmup ? warmupBit : 0) | (sample.saturated ? saturatedBit : 0) | (sample.cut ? cutBit : 0);
  const fields: unknown[] = [
    codes[sample.status],
    arm,
    index,
    flags,
    round(sample.atMs),
    round(sample.latencyMs),
    sample.startMs === undefined ? null : round(sample.startMs),
    sample.serviceMs === undefined ? null : round(sample.serviceMs),
    startedAt,
    sample.throttles ?? 0,
    sample.payloadBytes ?? null,
    sample.billed ? sample.billed.durationMs : null,
    sample.billed ? sample.billed.memoryMb : null,
    sample.error ?? null,
  ];
  while (fields[fields.length - 1] === null) fields.pop();
  return JSON.stringify(fields);
};

/** Reads a line back; undefined for one that is none of ours. */
export const parseLine = (value: unknown, head: SampleHead | undefined): SampleLine | undefined => {
  if (isObject(value) && value['head'] === 'stepbench.samples/1')
    return { kind: 'head', head: value as unknown as SampleHead };
  if (!Array.isArray(value)) return undefined;
  const [code, arm, index, flags, ...rest] = value as [
    string,
    number,
    number,
    number,
    ...(number | string | null | undefined)[],
  ];
  const warmup = (flags & warmupBit) !== 0;
  if (code === 'b') return { kind: 'started', arm, index, warmup, atMs: Number(rest[0]) };
  if (code === 'n') return { kind: 'notStarted', arm, index, warmup };
  const status = statuses.get(code);
  if (!status) return undefined;
  const [atMs, latencyMs, startMs, serviceMs, startedAt, throttles, payloadBytes, billedMs, billedMb, error] = rest;
  const number = (each: number | string | null | undefined) => (typeof each === 'number' ? each : undefined);
  const sample: Sample = {
    name: executionNameOf(head?.arms[arm]?.namePrefix ?? '', index, warmup),
    atMs: number(atMs) ?? 0,
    latencyMs: number(latencyMs) ?? 0,
    status,
    ...given('startMs', number(startMs)),
    ...given('serviceMs', number(serviceMs)),
    ...given('throttles', number(throttles) || undefined),
    ...given('payloadBytes', number(payloadBytes)),
    ...given('error', typeof error === 'string' ? error : undefined),
    ...(warmup ? { warmup } : {}),
    ...((flags & saturatedBit) !== 0 ? { saturated: true } : {}),
    ...((flags & cutBit) !== 0 ? { cut: true } : {}),
    ...(typeof billedMs === 'number' && typeof billedMb === 'number'
      ? { billed: { durationMs: billedMs, memoryMb: billedMb } }
      : {}),
  };
  return { kind: 'ended', arm, index, sample, startedAt: number(startedAt) ?? 0 };
};

const given = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
