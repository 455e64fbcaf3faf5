import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '../model/errors';
import { isObject } from '../model/json';
import type { Target } from '../model/plan';
import { diskMessage, prepareFolder, stateFolder } from '../store/folder';

export type ResourceKind =
  'stack' | 'stateMachine' | 'logGroup' | 'rolePolicy' | 'role' | 'function' | 'table' | 'topic' | 'queue';

export interface Resource {
  readonly kind: ResourceKind;
  /** ARN where it is known before creation (they are all derived from names), else the name. */
  readonly id: string;
  readonly name: string;
}

/** Intended: written before the call that creates it. A resource whose creation was never confirmed is removed only if its tags are ours. */
export type ResourceState = 'intended' | 'created' | 'gone' | 'notOurs';

export interface LedgerEntry extends Resource {
  readonly state: ResourceState;
}

export interface LedgerHead {
  readonly runId: string;
  readonly target: Target;
  readonly region: string;
  readonly accountId: string;
  readonly at: string;
  /** The run was told to keep what it deployed: not offered for removal, only `clean` takes it. */
  readonly keep?: boolean;
}

/** One run's list of what it made, on disk before it is made. */
export interface Ledger {
  readonly head: LedgerHead;
  intend(resource: Resource): void;
  created(resource: Resource): void;
  gone(resource: Resource): void;
  notOurs(resource: Resource): void;
  entries(): readonly LedgerEntry[];
  /** Removes the file when nothing is left in it. */
  close(): Promise<void>;
}

const folderOf = (folder: string) => path.join(stateFolder(folder), 'ledger');
const keyOf = (resource: Resource) => `${resource.kind} ${resource.id}`;
const openStates = new Set<ResourceState>(['intended', 'created']);

/**
 * Starts the ledger of a run. Each line is synced to the disk before the call it speaks of goes out.
 * @throws ExpectedError when the folder cannot be written: then nothing may be created on a real account.
 */
export const startLedger = async (folder: string, head: LedgerHead): Promise<Ledger> => {
  const directory = await prepareFolder(folder, 'ledger');
  return openFile(path.join(directory, `${head.runId}.jsonl`), head, new Map(), true);
};

/** Kept in memory: for the embedded engine of a read-only folder, whose resources end with it. */
export const memoryLedger = (head: LedgerHead): Ledger =>
  createLedger(
    head,
    new Map(),
    () => undefined,
    () => Promise.resolve(),
  );

const openFile = (file: string, head: LedgerHead, entries: Map<string, LedgerEntry>, fresh: boolean): Ledger => {
  const write = (line: unknown) => {
    try {
      const descriptor = openSync(file, 'a');
      try {
        writeSync(descriptor, JSON.stringify(line) + '\n');
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      throw new ExpectedError(diskMessage(error, file), { cause: error });
    }
  };
  if (fresh) write({ head });
  return createLedger(head, entries, write, () => rm(file, { force: true }));
};

const createLedger = (
  head: LedgerHead,
  entries: Map<string, LedgerEntry>,
  write: (line: unknown) => void,
  remove: () => Promise<void>,
): Ledger => {
  const set = (resource: Resource, state: ResourceState) => {
    const entry: LedgerEntry = { kind: resource.kind, id: resource.id, name: resource.name, state };
    write(entry);
    entries.set(keyOf(entry), entry);
  };
  return {
    head,
    intend: (resource) => set(resource, 'intended'),
    created: (resource) => set(resource, 'created'),
    gone: (resource) => set(resource, 'gone'),
    notOurs: (resource) => set(resource, 'notOurs'),
    entries: () => [...entries.values()],
    close: async () => {
      if (![...entries.values()].some((entry) => openStates.has(entry.state))) await remove();
    },
  };
};

/** The ledgers that earlier runs of this folder left, oldest first. A line cut off by a kill is ignored: its call never went out. */
export const leftLedgers = async (folder: string): Promise<readonly Ledger[]> => {
  const names = await readdir(folderOf(folder)).catch(() => [] as string[]);
  const ledgers: Ledger[] = [];
  for (const name of names.filter((each) => each.endsWith('.jsonl')).sort()) {
    const file = path.join(folderOf(folder), name);
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').flatMap(parseLine);
    const head = lines.map((line) => line['head']).find(isObject);
    if (!head) continue;
    const entries = new Map<string, LedgerEntry>();
    for (const line of lines) {
      if (typeof line['kind'] !== 'string' || typeof line['id'] !== 'string') continue;
      const entry = line as unknown as LedgerEntry;
      entries.set(keyOf(entry), entry);
    }
    ledgers.push(openFile(file, head as unknown as LedgerHead, entries, false));
  }
  return ledgers;
};

const parseLine = (line: string): Record<string, unknown>[] => {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? [value] : [];
  } catch {
    return [];
  }
};

/** What is still there as far as the ledger knows, in the order in which it may be removed. */
export const removalOrder = (ledger: Ledger): readonly LedgerEntry[] => {
  const order: readonly ResourceKind[] = [
    'stateMachine',
    'stack',
    'function',
    'topic',
    'queue',
    'table',
    'logGroup',
    'rolePolicy',
    'role',
  ];
  return ledger
    .entries()
    .filter((entry) => openStates.has(entry.state))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
};
