import type * as vscode from 'vscode';
import type { Plan } from '../model/plan';
import type { RunDocument } from '../model/run';
import type { BenchmarkForm } from '../protocol';
import type { Benchmark } from './benchmark';
import type { Runner } from './runner';

export type { BenchmarkForm, Plan, RunDocument };

/**
 * What other extensions may use:
 * `const api = await vscode.extensions.getExtension<StepBenchApi>('stepbench.stepbench')!.activate()`.
 */
export interface StepBenchApi {
  readonly version: 1;
  /**
   * Benchmarks a workflow file with its form as it was left, changed by `form`. Asks nothing on the embedded target.
   * Rejects with a message for a person when the workspace is not trusted, a run is going on, or the file has errors.
   */
  run(uri: vscode.Uri, form?: Partial<BenchmarkForm>): Promise<RunDocument>;
  /** After every run, however it was started and however it ended. */
  readonly onDidFinishRun: vscode.Event<{ readonly uri: vscode.Uri; readonly run: RunDocument }>;
}

export const createApi = (benchmark: Benchmark, runner: Runner): StepBenchApi => ({
  version: 1,
  run: async (uri, form = {}) => benchmark.run(uri, { ...(await benchmark.formOf(uri)), ...form }),
  onDidFinishRun: runner.onDidFinish,
});
