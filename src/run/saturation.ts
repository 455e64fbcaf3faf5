import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../model/clock';

/**
 * Tells when the client itself is the bottleneck: its event loop late by more than 20 ms at the 95th percentile of the
 * last half second, or busy for more than nine tenths of it. Samples that end at such a time are marked, not dropped.
 */
export interface SaturationMonitor {
  readonly saturated: boolean;
  /** The worst of it so far. */
  readonly worst: { readonly lagMs: number; readonly busy: number };
  stop(): void;
}

const lagLimitMs = 20;
const busyLimit = 0.9;
const resolutionMs = 5;
const everyMs = 500;

export const monitorSaturation = (clock: Clock): SaturationMonitor => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let utilization = performance.eventLoopUtilization();
  let saturated = false;
  const worst = { lagMs: 0, busy: 0 };
  let cancel: () => void;
  const look = () => {
    const now = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(now, utilization).utilization;
    utilization = now;
    // The histogram counts the whole interval between its ticks, its own resolution included.
    const lagMs = Math.max(0, delay.percentile(95) / 1e6 - resolutionMs);
    delay.reset();
    saturated = lagMs > lagLimitMs || busy > busyLimit;
    worst.lagMs = Math.max(worst.lagMs, lagMs);
    worst.busy = Math.max(worst.busy, busy);
    cancel = clock.after(everyMs, look);
  };
  cancel = clock.after(everyMs, look);
  return {
    get saturated() {
      return saturated;
    },
    worst,
    stop: () => {
      cancel();
      delay.disable();
    },
  };
};
