import type { Attempt, ExecutionTrace, Visit } from '../../src/model/visit';

export type BarKind = 'transition' | 'queue' | 'work' | 'wait' | 'failed';

/** A stretch of time in a row, epoch ms. */
export interface Bar {
  readonly kind: BarKind;
  readonly from: number;
  readonly to: number;
}

export interface TimelineRow {
  readonly key: string;
  readonly visit: Visit;
  /** 2 and up for the rows of retries; 1 for the visit itself. */
  readonly attempt: number;
  readonly depth: number;
  readonly bars: readonly Bar[];
  readonly critical: boolean;
  /** What failed in this row, and how long until the next attempt, ms. */
  readonly failure: { readonly error: string; readonly backoff: number | null } | null;
  /** Visits inside a Map or Parallel; null for every other state. */
  readonly inside: { readonly id: string; readonly count: number; readonly open: boolean } | null;
}

/** Id under which the visits inside of one are opened. */
export const foldId = (visit: Visit): string => `visit:${visit.index}`;

const push = (bars: Bar[], kind: BarKind, from: number, to: number): void => {
  if (to > from) bars.push({ kind, from, to });
};

const isFailed = (attempt: Attempt): boolean =>
  attempt.outcome === 'failed' || attempt.outcome === 'timedOut' || attempt.outcome === 'aborted';

const attemptBars = (attempt: Attempt, end: number): Bar[] => {
  const bars: Bar[] = [];
  const started = attempt.startedAt ?? attempt.scheduledAt;
  push(bars, 'queue', attempt.scheduledAt, started);
  push(bars, isFailed(attempt) ? 'failed' : 'work', started, attempt.closedAt ?? end);
  return bars;
};

const visitRows = (
  visit: Visit,
  depth: number,
  end: number,
  critical: boolean,
  inside: TimelineRow['inside'],
): TimelineRow[] => {
  const bars: Bar[] = [];
  push(bars, 'transition', visit.enteredAt - (visit.transitionInMs ?? 0), visit.enteredAt);
  const exited = visit.exitedAt ?? end;
  const base = { visit, depth, critical };
  const [first, ...retries] = visit.attempts;
  if (!first) {
    push(
      bars,
      visit.outcome === 'failed' || visit.type === 'Fail' ? 'failed' : visit.type === 'Wait' ? 'wait' : 'work',
      visit.enteredAt,
      exited,
    );
    return [{ ...base, key: String(visit.index), attempt: 1, bars, failure: null, inside }];
  }
  push(bars, 'queue', visit.enteredAt, first.scheduledAt);
  const failure = (attempt: Attempt, next: Attempt | undefined): TimelineRow['failure'] =>
    isFailed(attempt)
      ? {
          error: attempt.error ?? attempt.outcome,
          backoff: next && attempt.closedAt !== undefined ? next.scheduledAt - attempt.closedAt : null,
        }
      : null;
  bars.push(...attemptBars(first, exited));
  const rows: TimelineRow[] = [
    { ...base, key: String(visit.index), attempt: 1, bars, failure: failure(first, retries[0]), inside },
  ];
  retries.forEach((attempt, index) => {
    rows.push({
      ...base,
      key: `${visit.index}/${index + 2}`,
      attempt: index + 2,
      bars: attemptBars(attempt, exited),
      failure: failure(attempt, retries[index + 1]),
      inside: null,
    });
  });
  const closed = visit.attempts.at(-1)!.closedAt;
  // The service's own time between the task's end and the state's exit belongs to the last attempt's row.
  if (closed !== undefined) {
    const last = rows.at(-1)!;
    const tail: Bar[] = [];
    push(tail, 'queue', closed, exited);
    rows[rows.length - 1] = { ...last, bars: [...last.bars, ...tail] };
  }
  return rows;
};

/** Rows in the order of time; what is inside a Map or Parallel only where it was opened. */
export const timelineRows = (trace: ExecutionTrace, opened: readonly string[]): TimelineRow[] => {
  const children = new Map<number | undefined, Visit[]>();
  for (const visit of trace.visits) {
    const list = children.get(visit.parent);
    if (list) list.push(visit);
    else children.set(visit.parent, [visit]);
  }
  const end = endOf(trace);
  const critical = new Set(trace.criticalPath);
  const rows: TimelineRow[] = [];
  const walk = (parent: number | undefined, depth: number): void => {
    for (const visit of children.get(parent) ?? []) {
      const count = countInside(visit.index);
      const open = opened.includes(foldId(visit));
      const inside = count > 0 ? { id: foldId(visit), count, open } : null;
      rows.push(...visitRows(visit, depth, end, critical.has(visit.index), inside));
      if (inside?.open) walk(visit.index, depth + 1);
    }
  };
  /** Iterations or branches, whatever each of them visited. */
  const countInside = (index: number): number => new Set((children.get(index) ?? []).map((child) => child.scope)).size;
  walk(undefined, 0);
  return rows;
};

/** When the last thing known happened, epoch ms. */
export const endOf = (trace: ExecutionTrace): number =>
  trace.finishedAt ??
  trace.visits.reduce((last, visit) => Math.max(last, visit.exitedAt ?? visit.enteredAt), trace.startedAt);
