import * as vscode from 'vscode';
import { messageOf } from '../model/errors';
import type { ThresholdResult } from '../model/run';
import type { Benchmark } from './benchmark';
import { workflowGlob } from './current';
import { runBlocker, type Runner } from './runner';

const thresholdsOf = (uri: vscode.Uri) =>
  vscode.workspace.getConfiguration('stepbench', uri).get<string[]>('thresholds', []);

/** Thresholds in the Testing view: a workflow is a suite, each of its limits a test. Empty until limits are set. */
export const registerTesting = (subscriptions: vscode.Disposable[], benchmark: Benchmark, runner: Runner): void => {
  const { t } = vscode.l10n;
  const controller = vscode.tests.createTestController('stepbench', 'StepBench');
  const discover = async (): Promise<void> => {
    const files = await vscode.workspace.findFiles(workflowGlob, '**/node_modules/**', 500);
    const items = files.flatMap((file) => {
      const thresholds = thresholdsOf(file);
      if (thresholds.length === 0) return [];
      const suite = controller.createTestItem(file.toString(), vscode.workspace.asRelativePath(file), file);
      suite.children.replace(
        thresholds.map((expression, index) =>
          controller.createTestItem(`${file.toString()}#${index}`, expression, file),
        ),
      );
      return [suite];
    });
    controller.items.replace(items);
  };
  const judge = (run: vscode.TestRun, item: vscode.TestItem, result: ThresholdResult | undefined): void => {
    if (!result) run.errored(item, new vscode.TestMessage(t('The run says nothing about this limit.')));
    else if (result.ok) run.passed(item);
    else
      run.failed(
        item,
        new vscode.TestMessage(
          result.value === null
            ? t('{0}: not measured', item.label)
            : t('{0}: measured {1}', item.label, Number(result.value.toPrecision(3))),
        ),
      );
  };
  const runSuites = async (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> => {
    const run = controller.createTestRun(request);
    token.onCancellationRequested(() => runner.stop());
    const wanted = new Map<vscode.TestItem, vscode.TestItem[]>();
    const all: vscode.TestItem[] = [];
    controller.items.forEach((item) => all.push(item));
    for (const item of request.include ?? all) {
      const suite = item.parent ?? item;
      const tests = wanted.get(suite) ?? [];
      if (item.parent) tests.push(item);
      else item.children.forEach((child) => tests.push(child));
      wanted.set(
        suite,
        tests.filter((test) => !request.exclude?.includes(test)),
      );
    }
    for (const [suite, tests] of wanted) {
      if (token.isCancellationRequested || !suite.uri) continue;
      tests.forEach((test) => run.started(test));
      try {
        const blocker = runBlocker(suite.uri);
        if (blocker) throw new Error(blocker);
        const document = await benchmark.run(suite.uri, await benchmark.formOf(suite.uri));
        for (const test of tests) {
          if (document.status.kind === 'failed') run.errored(test, new vscode.TestMessage(document.status.message));
          else
            judge(
              run,
              test,
              document.thresholds?.find((result) => result.expression === test.label),
            );
        }
      } catch (error) {
        tests.forEach((test) => run.errored(test, new vscode.TestMessage(messageOf(error))));
      }
    }
    run.end();
  };
  controller.resolveHandler = (item) => (item ? undefined : discover());
  controller.refreshHandler = discover;
  controller.createRunProfile(t('Benchmark'), vscode.TestRunProfileKind.Run, runSuites, true);
  subscriptions.push(
    controller,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('stepbench.thresholds')) void discover();
    }),
  );
};
