import type { StateUsage } from '../cost/usage';
import type { StateType } from '../model/machine';
import type { StateFigures } from '../model/run';
import type { ExecutionTrace, StageParts } from '../model/visit';
import { criticalContributions } from '../trace/criticalPath';
import { createColumn, type Column } from './column';

/** A state of the workflow as figures need it. */
export interface ArmState {
  readonly path: string;
  readonly type: StateType;
  readonly hash: string;
}

export interface StateTable {
  /** `cut`: a stop of ours ended it, so how long its last states took says nothing, nor what decided when it ended. */
  add(trace: ExecutionTrace, cut?: boolean): void;
  /** A child execution of a distributed Map; `weight`: how many children it stands for where only some were read. */
  addChild(trace: ExecutionTrace, weight: number): void;
  /** Counts cold starts that something outside the history reported. */
  noteColdStarts(path: string, count: number): void;
  /** Figures of every known state, in the order of the workflow; states never visited have n = 0 and null distributions. */
  figures(slack: number, costPerMillion: ReadonlyMap<string, number | null>): StateFigures[];
  usage(): StateUsage[];
  /** Raw durations of a state in ms, for intervals and comparisons. */
  durations(path: string): Float64Array | undefined;
}

type Parts = { -readonly [K in keyof StageParts]: number };

interface Row {
  readonly state: ArmState;
  readonly duration: Column;
  readonly transition: Column;
  readonly parts: Parts;
  readonly errors: Record<string, number>;
  visits: number;
  attempts: number;
  retries: number;
  failures: number;
  coldStarts: number;
  workMs: number;
  durationMs: number;
  criticalShares: number;
}

const createRow = (state: ArmState): Row => ({
  state,
  duration: createColumn(),
  transition: createColumn(),
  parts: { pre: 0, queue: 0, work: 0, wait: 0, backoff: 0, post: 0 },
  errors: {},
  visits: 0,
  attempts: 0,
  retries: 0,
  failures: 0,
  coldStarts: 0,
  workMs: 0,
  durationMs: 0,
  criticalShares: 0,
});

const partNames = ['pre', 'queue', 'work', 'wait', 'backoff', 'post'] as const;

export const createStateTable = (states: readonly ArmState[]): StateTable => {
  const rows = new Map(states.map((state) => [state.path, createRow(state)]));
  let ended = 0;

  const addVisits = (trace: ExecutionTrace, weight: number, cut = false): void => {
    for (const visit of trace.visits) {
      let row = rows.get(visit.path);
      if (!row) {
        row = createRow({ path: visit.path, type: visit.type, hash: '' });
        rows.set(visit.path, row);
      }
      row.visits += weight;
      row.retries += Math.max(0, visit.attempts.length - 1) * weight;
      if (visit.outcome === 'failed' || visit.outcome === 'caught') row.failures += weight;
      if (visit.type === 'Task') {
        row.attempts += visit.attempts.length * weight;
        for (const attempt of visit.attempts) {
          if (attempt.startedAt !== undefined && attempt.closedAt !== undefined)
            row.workMs += Math.ceil(attempt.closedAt - attempt.startedAt) * weight;
        }
      }
      for (const attempt of visit.attempts)
        if (attempt.error !== undefined) row.errors[attempt.error] = (row.errors[attempt.error] ?? 0) + 1;
      if (visit.error !== undefined && visit.attempts.at(-1)?.error !== visit.error)
        row.errors[visit.error] = (row.errors[visit.error] ?? 0) + 1;
      if (visit.exitedAt !== undefined) {
        row.durationMs += (visit.exitedAt - visit.enteredAt) * weight;
        if (!cut || visit.outcome !== 'aborted') {
          row.duration.add(visit.exitedAt - visit.enteredAt);
          for (const part of partNames) row.parts[part] += visit.parts[part];
        }
      }
      if (visit.transitionInMs !== undefined) row.transition.add(visit.transitionInMs);
    }
  };

  const add = (trace: ExecutionTrace, cut = false): void => {
    addVisits(trace, 1, cut);
    if (cut) return;
    ended++;
    const whole = (trace.finishedAt ?? trace.startedAt) - trace.startedAt;
    if (whole <= 0) return;
    for (const [index, ms] of criticalContributions(trace))
      rows.get(trace.visits[index]!.path)!.criticalShares += ms / whole;
  };

  const figures = (slack: number, costPerMillion: ReadonlyMap<string, number | null>): StateFigures[] =>
    [...rows.values()].map((row) => {
      const n = Math.max(1, row.duration.length);
      return {
        path: row.state.path,
        type: row.state.type,
        visits: Math.round(row.visits),
        retries: Math.round(row.retries),
        failures: Math.round(row.failures),
        durationMs: row.duration.distribution(slack),
        transitionMs: row.transition.distribution(slack),
        parts: {
          pre: row.parts.pre / n,
          queue: row.parts.queue / n,
          work: row.parts.work / n,
          wait: row.parts.wait / n,
          backoff: row.parts.backoff / n,
          post: row.parts.post / n,
        },
        criticalShare: ended === 0 ? 0 : Math.min(1, row.criticalShares / ended),
        coldStarts: row.coldStarts,
        errors: { ...row.errors },
        costPerMillion: costPerMillion.get(row.state.path) ?? null,
        hash: row.state.hash,
      };
    });

  return {
    add,
    addChild: (trace, weight) => addVisits(trace, weight),
    noteColdStarts: (path, count) => {
      const row = rows.get(path);
      if (row) row.coldStarts += count;
    },
    figures,
    usage: () =>
      [...rows.values()].map((row) => ({
        path: row.state.path,
        visits: row.visits,
        attempts: row.attempts,
        retries: row.state.type === 'Task' ? row.retries : 0,
        durationMs: row.durationMs,
        workMs: row.workMs,
      })),
    durations: (path) => rows.get(path)?.duration.values(),
  };
};
