import type { RunDocument } from '../model/run';

/** What a list of runs shows without opening any of them. */
export interface RunSummary {
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly status: RunDocument['status']['kind'];
  readonly workflow: string;
  readonly file: string;
  readonly target: string;
  readonly simulated: string | null;
  readonly types: readonly string[];
  readonly executions: number;
  /** Executions that ended otherwise than well; absent of none, and in summaries of earlier versions. */
  readonly failed?: number;
  readonly p50: number | null;
  /** Set by a person; the title of the run where there is one. */
  readonly label?: string;
  /** Pinned runs are never removed by retention. */
  readonly pinned?: boolean;
  /** mtime in ms and size of the document the summary was made from: a changed file is read again. */
  readonly stamp: string;
}

/** A document on disk that cannot be read, and why. It stays on the list so that it can be deleted. */
export interface DamagedRun {
  readonly id: string;
  readonly file: string;
  readonly reason: string;
}

export const summarise = (
  document: RunDocument,
  stamp: string,
  meta: { label?: string; pinned?: boolean },
): RunSummary => {
  const failed = document.arms.reduce(
    (sum, { executions }) => sum + executions.failed + executions.timedOut + executions.aborted,
    0,
  );
  return {
    id: document.id,
    startedAt: document.startedAt,
    finishedAt: document.finishedAt,
    status: document.status.kind,
    workflow: document.workflow.name,
    file: document.workflow.file,
    target: document.target.kind,
    simulated: document.target.simulated,
    types: [...new Set(document.arms.map((arm) => arm.type))],
    executions: document.arms.reduce((sum, arm) => sum + arm.executions.started, 0),
    ...(failed > 0 ? { failed } : {}),
    p50: document.arms[0]?.latencyMs?.p50 ?? null,
    ...(meta.label ? { label: meta.label } : {}),
    ...(meta.pinned ? { pinned: true } : {}),
    stamp,
  };
};
