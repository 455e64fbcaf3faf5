// Runs inside the extension host: what the extension costs the editor. Results go to the file that STEPBENCH_RESULTS names.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { StepBenchApi } from '../../../src/views/api';

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Lenses of a file with 1,000 states: parse, match and phrase. */
const lensMs = async (folder: vscode.Uri): Promise<number> => {
  const states = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [
      `S${index}`,
      index === 999 ? { Type: 'Succeed' } : { Type: 'Pass', Next: `S${index + 1}` },
    ]),
  );
  const uri = vscode.Uri.joinPath(folder, 'thousand.asl.json');
  await vscode.workspace.fs.writeFile(uri, Buffer.from(JSON.stringify({ StartAt: 'S0', States: states }, null, 2)));
  const editor = await vscode.window.showTextDocument(uri);
  const times: number[] = [];
  for (let index = 0; index < 5; index++) {
    // A changed text, so that nothing is cached.
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), ' '));
    const began = performance.now();
    await vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri);
    times.push(performance.now() - began);
  }
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return median(times);
};

/**
 * The longest piece of work of this thread itself, ms of its processor time between two turns of its loop: what it would
 * block on a machine with a processor to spare. Null before Node 24, which cannot tell.
 */
const ownTime = (): (() => { readonly longest: number; readonly total: number } | null) => {
  const { threadCpuUsage } = process as typeof process & {
    threadCpuUsage?: () => { readonly user: number; readonly system: number };
  };
  if (!threadCpuUsage) return () => null;
  const used = () => {
    const { user, system } = threadCpuUsage.call(process);
    return (user + system) / 1000;
  };
  const began = used();
  let last = began;
  let longest = 0;
  const timer = setInterval(() => {
    const now = used();
    longest = Math.max(longest, now - last);
    last = now;
  }, 4);
  return () => {
    clearInterval(timer);
    return { longest, total: used() - began };
  };
};

export async function run(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;
  const extension = vscode.extensions.getExtension<StepBenchApi>('stepbench.stepbench')!;
  const wasActive = extension.isActive;
  // As VS Code counts it: loading the code, and the call of activate; not the messages around them.
  const file = path.join(extension.extensionPath, 'dist/extension.js');
  const began = performance.now();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the built bundle, by its path
  const code = require(file) as { activate(context: vscode.ExtensionContext): unknown };
  const loadMs = performance.now() - began;
  let callMs = 0;
  require.cache[file]!.exports = {
    ...code,
    activate: (context: vscode.ExtensionContext) => {
      const called = performance.now();
      const api = code.activate(context);
      callMs = performance.now() - called;
      return api;
    },
  };
  const api = await extension.activate();
  const sdkLoaded = Object.keys(require.cache).some((file) => file.endsWith('/dist/sdk.js'));
  const lenses = await lensMs(folder);

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
      sdkLoaded,
      lensesOfThousandMs: lenses,
      idleMs: { max: idle.max / 1e6, p99: idle.percentile(99) / 1e6 },
      blockedMs: { max: delay.max / 1e6, p99: delay.percentile(99) / 1e6 },
      ownMs,
      run: { seconds, ...counts, status: document.status.kind },
      heapMb: process.memoryUsage().heapUsed / 1e6,
    }),
  );
}
