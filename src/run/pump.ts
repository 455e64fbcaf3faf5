import type { Clock } from '../model/clock';
import type { RunDocument } from '../model/run';

export interface PumpOptions {
  readonly clock: Clock;
  /** Writes the samples that are not on disk yet: called before every snapshot, so that nothing is shown that a kill would lose. */
  readonly flush: () => void;
  readonly render: () => RunDocument;
  readonly show: (document: RunDocument) => void;
  /** Saves the document as it stands; failures are the saver's. */
  readonly save: (document: RunDocument) => Promise<void>;
  /** Looks at thresholds, caps and the like before a snapshot. */
  readonly beforeSnapshot?: () => void;
}

export interface Pump {
  /** A snapshot now, whatever the pace. */
  now(): void;
  stop(): void;
}

const leastMs = 100;
const saveEveryMs = 1_000;
/** A snapshot may take a tenth of the time between two. */
const share = 10;

/** Shows the run at most ten times a second, less often where rendering takes long, and saves it once a second. */
export const startPump = ({ clock, flush, render, show, save, beforeSnapshot }: PumpOptions): Pump => {
  let cancel: () => void = () => undefined;
  let stopped = false;
  let savedAt = clock.now();
  let saving = false;
  const tick = () => {
    if (stopped) return;
    const before = clock.now();
    flush();
    beforeSnapshot?.();
    const document = render();
    show(document);
    const now = clock.now();
    if (!saving && now - savedAt >= saveEveryMs) {
      savedAt = now;
      saving = true;
      void save(document).finally(() => (saving = false));
    }
    cancel = clock.after(Math.max(leastMs, (now - before) * share), tick);
  };
  cancel = clock.after(leastMs, tick);
  return {
    now: () => {
      cancel();
      tick();
    },
    stop: () => {
      stopped = true;
      cancel();
    },
  };
};
