// Runs inside the extension host: what the extension costs the editor. Results go to the file that STEPBENCH_RESULTS names.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { parseMachine } from '../../../src/asl';
import { openStore } from '../../../src/store/runs';
import type { StepBenchApi } from '../../../src/views/api';
import { arm, figures, run as runDocument } from '../../unit/views/runFixture';

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** ms of processor time of this thread so far; null before Node 24, which cannot tell. */
const processorMs = (): number | null => {
  const { threadCpuUsage } = process as typeof process & {
    threadCpuUsage?: () => { readonly user: number; readonly system: number };
  };
  if (!threadCpuUsage) return null;
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / 1000;
};

/** A chain of tasks as people write them, 366 bytes each. */
const chain = (count: number): string =>
  JSON.stringify(
    {
      StartAt: 'S0',
      States: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `S${index}`,
          index === count - 1
            ? { Type: 'Succeed' }
            : {
                Type: 'Task',
                Resource: 'arn:aws:states:::lambda:invoke',
                Parameters: { FunctionName: 'f', 'Payload.$': '$' },
                ResultPath: '$.x',
                Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
                Next: `S${index + 1}`,
              },
        ]),
      ),
    },
    null,
    2,
  );

const putRun = async (folder: vscode.Uri, file: string, text: string): Promise<void> => {
  const { states } = parseMachine(text, 'json');
  const measured = states.map(({ path: state, type, hash }) =>
    figures(state, 10, { type, hash, criticalShare: 0.001 }),
  );
  const document = runDocument([arm('STANDARD', measured), arm('EXPRESS', measured)], {
    id: file,
    workflow: { file, name: file, definitionBytes: text.length, states },
  });
  const store = openStore(folder.fsPath);
  await store.save(document);
  store.dispose();
};

interface Took {
  readonly ms: number;
  readonly processorMs: number | null;
}

/** Times of `answer` after an edit, so that nothing is cached: median of 9 after 3 to warm up. */
const afterEdits = async (editor: vscode.TextEditor, answer: () => PromiseLike<unknown>): Promise<Took> => {
  const times: number[] = [];
  const processor: number[] = [];
  for (let index = 0; index < 12; index++) {
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), ' '));
    const from = processorMs();
    const began = performance.now();
    await answer();
    if (index < 3) continue;
    times.push(performance.now() - began);
    if (from !== null) processor.push(processorMs()! - from);
  }
  return { ms: median(times), processorMs: processor.length > 0 ? median(processor) : null };
};

/** Lenses and hints of a file with 1,000 states: parse, match and phrase; with the figures of a run and without. */
const fileFigures = async (folder: vscode.Uri) => {
  const open = async (name: string, count: number, withRun: boolean) => {
    const uri = vscode.Uri.joinPath(folder, name);
    const text = chain(count);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    if (withRun) await putRun(folder, name, text);
    return vscode.window.showTextDocument(uri, { preview: false });
  };
  const lensesOf = (uri: vscode.Uri) =>
    vscode.commands.executeCommand<readonly vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
  const close = () => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');

  const bare = await open('thousand.asl.json', 1000, false);
  const lenses = await afterEdits(bare, () => lensesOf(bare.document.uri));
  await close();

  const measured = await open('measured.asl.json', 1000, true);
  const { uri } = measured.document;
  let count = 0;
  for (let waited = 0; count < 1000 && waited < 100; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    count = (await lensesOf(uri)).length;
  }
  const withFigures = await afterEdits(measured, () => lensesOf(uri));
  const setting = vscode.workspace.getConfiguration('stepbench');
  await setting.update('figures', 'hint', vscode.ConfigurationTarget.Workspace);
  const viewport = new vscode.Range(0, 0, 60, 0);
  const hints = await afterEdits(measured, () =>
    vscode.commands.executeCommand<readonly vscode.InlayHint[]>('vscode.executeInlayHintProvider', uri, viewport),
  );
  await setting.update('figures', 'lens', vscode.ConfigurationTarget.Workspace);
  await close();

  await setting.update('figures', 'off', vscode.ConfigurationTarget.Workspace);
  const half = await open('half.asl.json', 500, false);
  // From the edit on they wait for a pause in typing: only the processor's time tells what they cost.
  const diagnostics = await afterEdits(
    half,
    () =>
      new Promise<void>((resolve) => {
        const heard = vscode.languages.onDidChangeDiagnostics(() => (heard.dispose(), resolve()));
        setTimeout(() => (heard.dispose(), resolve()), 600);
      }),
  );
  await setting.update('figures', undefined, vscode.ConfigurationTarget.Workspace);
  await close();
  return { lenses, withFigures, count, hints, diagnostics };
};

/** ms that this thread, ready to go on, has waited for a processor; null where the system does not tell (only Linux does). */
const waitedMs = (): number | null => {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return null;
  }
};

/**
 * The longest piece of work of this thread itself, ms of its processor time between two turns of its loop: what it would
 * block on a machine with a processor to spare. And the longest pause less its waits for a processor: what remains is work,
 * locks, garbage collection or the hypervisor. Null before Node 24, which cannot tell.
 */
const ownTime = (): (() => {
  readonly longest: number;
  readonly unexplained: number | null;
  readonly total: number;
} | null) => {
  const look = () => ({ at: performance.now(), used: processorMs() ?? 0, waited: waitedMs() });
  if (processorMs() === null) return () => null;
  const began = look();
  let last = began;
  let longest = 0;
  let unexplained: number | null = began.waited === null ? null : 0;
  const everyMs = 4;
  const timer = setInterval(() => {
    const now = look();
    longest = Math.max(longest, now.used - last.used);
    if (unexplained !== null && now.waited !== null && last.waited !== null)
      unexplained = Math.max(unexplained, now.at - last.at - everyMs - (now.waited - last.waited));
    last = now;
  }, everyMs);
  return () => {
    clearInterval(timer);
    return { longest, unexplained, total: look().used - began.used };
  };
};

export async function run(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;
  const extension = vscode.extensions.getExtension<StepBenchApi>('stepbench.stepbench')!;
  const wasActive = extension.isActive;
  // As VS Code counts it: loading the code, and the call of activate; not the messages around them.
  const file = path.join(extension.extensionPath, 'dist/extension.js');
  const processorFrom = processorMs();
  const began = performance.now();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the built bundle, by its path
  const code = require(file) as { activate(context: vscode.ExtensionContext): unknown };
  const loadMs = performance.now() - began;
  let callMs = 0;
  let processorAt = 0;
  require.cache[file]!.exports = {
    ...code,
    activate: (context: vscode.ExtensionContext) => {
      const called = performance.now();
      const api = code.activate(context);
      callMs = performance.now() - called;
      processorAt = processorMs() ?? 0;
      return api;
    },
  };
  const api = await extension.activate();
  const activationProcessorMs = processorFrom === null ? null : processorAt - processorFrom;
  const sdkLoaded = Object.keys(require.cache).some((file) => file.endsWith('/dist/sdk.js'));
  const fileCosts = await fileFigures(folder);

  await vscode.workspace
    .getConfiguration('stepbench')
    .update('latencyProfile', 'none', vscode.ConfigurationTarget.Workspace);
  const uri = vscode.Uri.joinPath(folder, 'order.asl.json');
  await vscode.window.showTextDocument(uri);
  await vscode.commands.executeCommand('stepbench.showPanel');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  // What the machine does to an idle host, so that a busy machine is not taken for a busy extension.
  const idle = monitorEventLoopDelay({ resolution: 5 });
  idle.enable();
  await new Promise((resolve) => setTimeout(resolve, 5000));
  idle.disable();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const own = ownTime();
  delay.enable();
  const started = performance.now();
  const document = await api.run(uri, {
    types: ['EXPRESS'],
    shape: 'iterations',
    executions: 1000,
    concurrency: 100,
    warmup: 0,
    input: 'good order',
  });
  const seconds = (performance.now() - started) / 1000;
  delay.disable();
  const ownMs = own();
  const counts = document.arms[0]!.executions;
  writeFileSync(
    process.env.STEPBENCH_RESULTS!,
    JSON.stringify({
      wasActive,
      activationMs: loadMs + callMs,
      loadMs,
      activationProcessorMs,
      sdkLoaded,
      file: fileCosts,
      idleMs: { max: idle.max / 1e6, p99: idle.percentile(99) / 1e6 },
      blockedMs: { max: delay.max / 1e6, p99: delay.percentile(99) / 1e6 },
      ownMs,
      run: { seconds, ...counts, status: document.status.kind },
      heapMb: process.memoryUsage().heapUsed / 1e6,
    }),
  );
}
