import type { RunDocument } from '../model/run';
import type { Output } from './command';

const phases = {
  preparing: 'preparing',
  deploying: 'deploying',
  warmingUp: 'warming up',
  loading: 'running',
  collecting: 'collecting',
  cleaning: 'cleaning up',
} as const;

const barWidth = 24;

/** One line on how far a run is. */
export const progressLine = (document: RunDocument): string => {
  const { status, progress } = document;
  if (status.kind !== 'running') return status.kind;
  const counts = document.arms.reduce(
    (sum, { executions }) => ({
      dropped: sum.dropped + executions.dropped,
      ok: sum.ok + executions.succeeded,
      bad: sum.bad + executions.failed + executions.timedOut + executions.aborted,
    }),
    { ok: 0, bad: 0, dropped: 0 },
  );
  const share = progress.planned > 0 ? Math.min(1, (progress.done + counts.dropped) / progress.planned) : 0;
  const filled = Math.round(share * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const left = progress.remainingMs === null ? '' : `, ${Math.ceil(progress.remainingMs / 1000)} s left`;
  return `${phases[status.phase].padEnd(11)} ${bar} ${progress.done}/${progress.planned}, ${progress.running} running, ${counts.ok} succeeded, ${counts.bad} failed${counts.dropped > 0 ? `, ${counts.dropped} dropped` : ''}${left}`;
};

/** A bar that moves on a terminal; elsewhere a line when the phase changes or a tenth more is done. */
export const createProgress = (
  out: Output,
): { readonly show: (document: RunDocument) => void; readonly done: () => void } => {
  let lastLine = '';
  let lastStep = '';
  return {
    show: (document) => {
      const line = progressLine(document);
      if (out.isTTY) {
        if (line === lastLine) return;
        lastLine = line;
        out.write(`\r\x1b[2K${line.slice(0, Math.max(20, (out.columns ?? 100) - 1))}`);
        return;
      }
      const { status, progress } = document;
      const step =
        status.kind === 'running'
          ? `${status.phase} ${Math.floor((progress.done / Math.max(1, progress.planned)) * 10)}`
          : status.kind;
      if (step === lastStep) return;
      lastStep = step;
      out.write(`${line}\n`);
    },
    done: () => {
      if (out.isTTY && lastLine !== '') out.write('\r\x1b[2K');
    },
  };
};
