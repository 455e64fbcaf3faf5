import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';

/** From this share of its time on the processor has none to spare. */
const busyFrom = 0.9;
/** Looked at this often at most, ms. */
const everyMs = 100;

/** What a processor did since it started, ms of all cores together. */
export interface ProcessorTimes {
  readonly idle: number;
  readonly total: number;
}

const machineTimes = (): ProcessorTimes => {
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
};

/**
 * Whether the machine's processor had nothing to spare between the last two looks: another process would take from those that
 * run. False before there were two, and where the system does not tell.
 */
export const watchProcessor = (
  times: () => ProcessorTimes = machineTimes,
  now: () => number = () => performance.now(),
): (() => boolean) => {
  let last = { at: now(), ...times() };
  let saturated = false;
  return () => {
    const at = now();
    if (at - last.at < everyMs) return saturated;
    const next = { at, ...times() };
    const total = next.total - last.total;
    saturated = total > 0 && (next.idle - last.idle) / total <= 1 - busyFrom;
    last = next;
    return saturated;
  };
};
