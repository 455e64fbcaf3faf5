import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { Plan } from '../../../src/model/plan';
import type { RunDocument } from '../../../src/model/run';
import { defaultPlan } from '../../../src/plan';
import { preciseClock } from '../../../src/run/clock';
import { runJob, type JobIo } from '../../../src/run/job';
import type { RunningServer } from '../../../src/server/options';
import { startServer } from '../../../src/server/start';
import { startFaultProxy, type Fault, type FaultProxy } from './faultProxy';

export const workflow = {
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Next: 'B' },
    B: {
      Type: 'Choice',
      Choices: [{ Variable: '$.fail', IsPresent: true, Next: 'No' }],
      Default: 'W',
    },
    W: { Type: 'Wait', Seconds: 0, Next: 'Done' },
    No: { Type: 'Fail', Error: 'Order.Invalid', Cause: 'as asked' },
    Done: { Type: 'Succeed' },
  },
} as const;

const made: (() => void)[] = [];
afterEach(() => {
  for (const undo of made.splice(0)) undo();
});

export const newFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'stepbench-run-'));
  made.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export interface Ran {
  readonly document: RunDocument;
  readonly snapshots: readonly RunDocument[];
  readonly folder: string;
  readonly proxy: FaultProxy | undefined;
  readonly notes: readonly string[];
}

export interface RunSetUp {
  readonly plan?: Partial<Plan>;
  readonly io?: Partial<JobIo>;
  readonly definition?: unknown;
  readonly settings?: unknown;
  readonly folder?: string;
  /** Spoils calls on their way to the embedded server. */
  readonly fault?: (operation: string, count: number) => Fault | undefined;
  readonly server?: Parameters<typeof startServer>[0];
  /** Called with the server (not the proxy) once the run is over, before it ends: what it knows can be compared with what was said. */
  readonly beforeEnd?: (server: RunningServer) => Promise<void>;
  /** Called with each snapshot. */
  readonly onSnapshot?: (document: RunDocument) => void;
}

/** One run against an embedded server in this thread, through the fault proxy where there are faults. */
export const run = async (setUp: RunSetUp = {}): Promise<Ran> => {
  const folder = setUp.folder ?? newFolder();
  const file = path.join(folder, 'order.asl.json');
  writeFileSync(file, JSON.stringify(setUp.definition ?? workflow));
  if (setUp.settings) writeFileSync(path.join(folder, 'stepbench.json'), JSON.stringify(setUp.settings));
  const snapshots: RunDocument[] = [];
  const notes: string[] = [];
  let proxy: FaultProxy | undefined;
  const plan = defaultPlan(file, { target: { kind: 'embedded', profile: 'none' }, ...setUp.plan });
  const document = await runJob(plan, {
    options: { folder },
    clock: preciseClock(),
    startServer: async (options) => {
      const server = await startServer({ ...options, ...setUp.server });
      const before = setUp.fault ? await startFaultProxy(server.endpoint, setUp.fault) : undefined;
      proxy = before;
      return {
        ...server,
        endpoint: before?.endpoint ?? server.endpoint,
        stop: async () => {
          await before?.close();
          await setUp.beforeEnd?.(server);
          await server.stop();
        },
      };
    },
    ask: () => Promise.resolve(undefined),
    onSnapshot: (each) => {
      snapshots.push(each);
      setUp.onSnapshot?.(each);
    },
    onNote: (note) => notes.push(note),
    signal: new AbortController().signal,
    env: {},
    version: '0.0.0-test',
    ...setUp.io,
  });
  return { document, snapshots, folder, proxy, notes };
};

/** started = succeeded + failed + timed out + aborted + unknown, in every arm; the unknown are named one by one. */
export const brokenInvariants = (document: RunDocument): string[] =>
  document.arms.flatMap((arm) => {
    const { started, succeeded, failed, timedOut, aborted, unknown = 0 } = arm.executions;
    const problems: string[] = [];
    if (started !== succeeded + failed + timedOut + aborted + unknown)
      problems.push(`${arm.type}: ${JSON.stringify(arm.executions)}`);
    const named = arm.samples.filter((sample) => sample.status === 'unknown').map((sample) => sample.name);
    const notes = document.notes
      .filter((note) => note.kind === 'unknown')
      .map((note) => note.message)
      .join('\n');
    if (named.length !== unknown) problems.push(`${arm.type}: ${unknown} unknown but ${named.length} samples of them`);
    for (const name of named) if (!notes.includes(name)) problems.push(`${arm.type}: ${name} is not named`);
    if (new Set(arm.samples.map((sample) => sample.name)).size !== arm.samples.length)
      problems.push(`${arm.type}: a sample twice`);
    return problems;
  });
