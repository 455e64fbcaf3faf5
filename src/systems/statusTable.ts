import type { Clock } from '../model/clock';
import type { Door } from '../target/door';
import type { Stage } from './stageTrace';

/** Where an order of the event-driven chain is, as its row says. Times epoch ms, on the services' clocks. */
export interface OrderStatus {
  readonly submission: string;
  readonly status: string;
  readonly submittedAt: number;
  readonly finishedAt: number;
  readonly stages: readonly Stage[];
  readonly error?: string;
  readonly cause?: string;
}

export interface StatusWatch {
  wait(submission: string): Promise<OrderStatus | { readonly lost: string }>;
  /** Nobody waits for it any more: it was never taken. */
  forget(submission: string): void;
  stop(why: string): void;
  readonly waiting: number;
}

type Row = Readonly<Record<string, { readonly S?: string; readonly N?: string } | undefined>>;

const stageNames = ['Validate', 'Charge', 'Ship', 'Reject'] as const;
/** Statuses that a row never leaves. */
const final = new Set(['Shipped', 'Failed']);
/** BatchGetItem takes so many keys. */
const batch = 100;

/** A row of OrderStatusTable; undefined while the order is under way. */
export const readStatus = (row: Row): OrderStatus | undefined => {
  const status = row['Status']?.S ?? '';
  if (!final.has(status)) return undefined;
  const number = (name: string) => (row[name]?.N === undefined ? undefined : Number(row[name].N));
  const stages = stageNames.flatMap((name): Stage[] => {
    const startedAt = number(`${name}StartedAt`);
    const finishedAt = number(`${name}FinishedAt`);
    if (startedAt === undefined || finishedAt === undefined) return [];
    const request = row[`${name}RequestId`]?.S;
    return [
      {
        ...{ name, startedAt, finishedAt },
        ...(row['FailedStage']?.S === name ? { failed: true } : {}),
        ...(request === undefined ? {} : { requestIds: [request] }),
      },
    ];
  });
  const finishedAt = Math.max(...stages.map((stage) => stage.finishedAt));
  return {
    submission: row['SubmissionId']?.S ?? '',
    status,
    submittedAt: number('SubmittedAt') ?? Math.min(...stages.map((stage) => stage.startedAt)),
    finishedAt,
    stages,
    ...(row['Error']?.S === undefined ? {} : { error: row['Error'].S }),
    ...(row['Cause']?.S === undefined ? {} : { cause: row['Cause'].S }),
  };
};

/**
 * Learns from the status table which orders have ended. All that are waited for are asked about together, 100 a call, with
 * a pause between rounds that grows with their number: no polling storm, and latency does not depend on when it is noticed.
 * `lostAfterMs` leaves room for Lambda's two retries of a stage, one and two minutes later, and what follows.
 */
export const watchStatus = (
  door: Door,
  clock: Clock,
  { table = 'OrderStatusTable', lostAfterMs = 300_000 } = {},
): StatusWatch => {
  interface Waiting {
    readonly since: number;
    readonly resolve: (status: OrderStatus | { readonly lost: string }) => void;
  }
  const waiting = new Map<string, Waiting>();
  let running = false;
  let stopped = '';

  const ask = async (submissions: readonly string[]): Promise<void> => {
    const { sdk, clients } = door;
    const answer = await clients.dynamodb.send(
      new sdk.BatchGetItemCommand({
        RequestItems: { [table]: { Keys: submissions.map((each) => ({ SubmissionId: { S: each } })) } },
      }),
    );
    for (const row of answer.Responses?.[table] ?? []) {
      const status = readStatus(row);
      if (!status) continue;
      waiting.get(status.submission)?.resolve(status);
      waiting.delete(status.submission);
    }
  };

  const loop = async (): Promise<void> => {
    while (waiting.size > 0) {
      await clock.sleep(Math.min(1_000, 20 + waiting.size / 2));
      const open = [...waiting.keys()];
      for (let from = 0; from < open.length; from += batch) {
        // A call that fails is asked again next round; what is waited for too long is given up below.
        await ask(open.slice(from, from + batch)).catch(() => undefined);
      }
      const now = clock.now();
      for (const [submission, each] of waiting) {
        if (now - each.since < lostAfterMs) continue;
        waiting.delete(submission);
        each.resolve({ lost: `its row in ${table} did not reach an end within ${Math.round(lostAfterMs / 1000)} s` });
      }
    }
    running = false;
  };

  return {
    wait: (submission) =>
      new Promise((resolve) => {
        if (stopped) return resolve({ lost: stopped });
        waiting.set(submission, { since: clock.now(), resolve });
        if (running) return;
        running = true;
        void loop();
      }),
    forget: (submission) => {
      waiting.get(submission)?.resolve({ lost: 'it was never taken' });
      waiting.delete(submission);
    },
    stop: (why) => {
      stopped = why;
      for (const each of waiting.values()) each.resolve({ lost: why });
      waiting.clear();
    },
    get waiting() {
      return waiting.size;
    },
  };
};
