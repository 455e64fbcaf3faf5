/**
 * Entry of dist/recovery.js: what runs left that did not end as they should. Loaded only where there is something to look
 * into, for it brings the statistics, the prices and the way to AWS with it. Knows nothing of the editor.
 */
import { messageOf } from '../model/errors';
import type { Target } from '../model/plan';
import { preciseClock } from './clock';
import { createRandom } from './random';
import { findInterrupted, recoverRun, type Interrupted } from './recover';
import { openStore } from '../store/runs';
import type { SignInContext } from '../target/credentials';
import { openDoor, type Door } from '../target/door';
import { leftLedgers, removalOrder, type Ledger } from '../target/ledger';
import { removeAll } from '../target/remove';

/** What one run left on its target. */
export interface Leftover {
  readonly runId: string;
  readonly target: Target;
  readonly region: string;
  readonly accountId: string | null;
  readonly workflow: string | null;
  /** Executions whose end is not known and can still be asked for. */
  readonly outstanding: number;
  /** Resources that its ledger says are there still. */
  readonly resources: number;
}

export type Choice = 'collect' | 'stop' | 'asIs';

export interface Done {
  readonly completed: number;
  readonly removed: number;
  /** One sentence for each thing that could not be done. */
  readonly failures: readonly string[];
}

interface Found extends Leftover {
  readonly interrupted: Interrupted | undefined;
  readonly ledger: Ledger | undefined;
}

/** A ledger this young may be that of a run which has not saved its document yet, ms. */
const settledAfterMs = 60_000;

const answers = (target: Target): boolean => target.kind !== 'embedded';

const find = async (folder: string, own: ReadonlySet<string>, now: number): Promise<readonly Found[]> => {
  const store = openStore(folder);
  try {
    const interrupted = await findInterrupted(store, own);
    const { runs } = await store.list();
    const dead = new Set(interrupted.map(({ document }) => document.id));
    const alive = new Set(runs.filter(({ id, status }) => status === 'running' && !dead.has(id)).map(({ id }) => id));
    const ledgers = (await leftLedgers(folder)).filter(
      ({ head }) =>
        !head.keep &&
        !own.has(head.runId) &&
        !alive.has(head.runId) &&
        (dead.has(head.runId) || now - Date.parse(head.at) >= settledAfterMs),
    );
    const ids = new Set([...dead, ...ledgers.map(({ head }) => head.runId)]);
    return [...ids].flatMap((runId): Found[] => {
      const run = interrupted.find(({ document }) => document.id === runId);
      const ledger = ledgers.find(({ head }) => head.runId === runId);
      const target = run?.head?.target ?? ledger?.head.target ?? run?.document.plan.target;
      if (!target) return [];
      return [
        {
          runId,
          target,
          region: ledger?.head.region ?? run?.head?.region ?? run?.document.target.region ?? '',
          accountId: ledger?.head.accountId ?? run?.document.target.account ?? null,
          workflow: run?.document.workflow.name ?? runs.find(({ id }) => id === runId)?.workflow ?? null,
          outstanding: answers(target) ? (run?.outstanding.length ?? 0) : 0,
          resources: ledger && answers(target) ? removalOrder(ledger).length : 0,
          interrupted: run,
          ledger,
        },
      ];
    });
  } finally {
    store.dispose();
  }
};

const open = (found: Found, signIn: SignInContext): Promise<Door> => {
  const clock = preciseClock();
  const target: Target =
    found.target.kind === 'embedded' || found.region === '' ? found.target : { ...found.target, region: found.region };
  return openDoor(target, { now: () => clock.now(), signIn });
};

/** Completes the document of a run that died, as far as `choice` allows. */
const complete = async (found: Found, folder: string, choice: Choice, door: Door | undefined): Promise<void> => {
  if (!found.interrupted) return;
  const store = openStore(folder);
  try {
    const completing = door && choice !== 'asIs' ? { kind: choice, door } : { kind: 'asIs' as const };
    await recoverRun(found.interrupted, completing, store, { clock: preciseClock(), random: createRandom(1) });
  } finally {
    store.dispose();
  }
};

/**
 * What the runs of a folder left that only a person can decide about. What needs no decision is done at once: a run on the
 * embedded engine, whose executions ended with their server, is completed from its samples.
 */
export const findLeftovers = async (
  folder: string,
  own: ReadonlySet<string>,
  now = preciseClock().now(),
): Promise<readonly Leftover[]> => {
  const found = await find(folder, own, now);
  const open: Leftover[] = [];
  for (const each of found) {
    if (each.outstanding > 0 || each.resources > 0) {
      open.push(each);
      continue;
    }
    await complete(each, folder, 'asIs', undefined);
    for (const entry of each.ledger?.entries() ?? []) each.ledger?.gone(entry);
    await each.ledger?.close();
  }
  return open;
};

/** Does what was chosen for the named runs: completes their documents, and removes what they made unless told to leave it. */
export const settleLeftovers = async (
  folder: string,
  runIds: ReadonlySet<string>,
  choice: Choice,
  signIn: SignInContext,
  now = preciseClock().now(),
): Promise<Done> => {
  const failures: string[] = [];
  let completed = 0;
  let removed = 0;
  for (const found of await find(folder, new Set(), now)) {
    if (!runIds.has(found.runId)) continue;
    let door: Door | undefined;
    try {
      if (choice !== 'asIs') door = await open(found, signIn);
      if (door && found.accountId !== null && door.accountId !== found.accountId)
        throw new Error(`this is account ${door.accountId}, the run was on ${found.accountId}`);
      await complete(found, folder, choice, door);
      if (found.interrupted) completed++;
      if (!door || !found.ledger) continue;
      const clock = preciseClock();
      const removal = await removeAll(door, found.ledger, {
        sleep: (ms) => clock.sleep(ms),
        random: createRandom(1),
      });
      removed += removal.removed.length;
      failures.push(...removal.failed.map(({ entry, message }) => `${entry.kind} ${entry.name}: ${message}`));
    } catch (error) {
      failures.push(messageOf(error));
    } finally {
      door?.close();
    }
  }
  return { completed, removed, failures };
};
