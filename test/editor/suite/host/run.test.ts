import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunDocument } from '../../../../src/model/run';
import type { StepBenchApi } from '../../../../src/views/api';
import { openStore } from '../../../../src/store/runs';
import { readTraces } from '../../../../src/store/traces';
import { activateExtension, openText, orderFile, replaceText, until, workspace } from './world';

const quick = { types: ['EXPRESS'], shape: 'iterations', executions: 3, concurrency: 3, warmup: 0 } as const;
const chain = (seconds: number) =>
  JSON.stringify(
    {
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Next: 'Pause' },
        Pause: { Type: 'Wait', Seconds: seconds, Next: 'Last' },
        Last: { Type: 'Succeed' },
      },
    },
    null,
    2,
  );
const stored = async (): Promise<readonly string[]> => {
  const store = openStore(workspace().fsPath);
  const { runs } = await store.list();
  store.dispose();
  return runs.map((run) => run.id);
};
const refused = async (run: Promise<unknown>, message: RegExp) => {
  await assert.rejects(run, (error: Error) => {
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n\s+at /);
    return true;
  });
};

describe('a run from the editor', () => {
  let api: StepBenchApi;
  before(async () => {
    api = await activateExtension();
    await vscode.workspace
      .getConfiguration('stepbench')
      .update('latencyProfile', 'none', vscode.ConfigurationTarget.Workspace);
  });
  after(() =>
    vscode.workspace
      .getConfiguration('stepbench')
      .update('latencyProfile', undefined, vscode.ConfigurationTarget.Workspace),
  );

  it('measures the example, keeps the run and its timelines, and tells other extensions', async () => {
    const finished: RunDocument[] = [];
    const listener = api.onDidFinishRun(({ run }) => finished.push(run));
    const run = await api.run(orderFile(), { ...quick, types: ['STANDARD', 'EXPRESS'], input: 'good order' });
    listener.dispose();
    assert.deepEqual(run.status, { kind: 'finished' });
    // The cap of the settings is an account's: nothing is paid here.
    assert.equal(run.plan.maxCost, 0);
    assert.deepEqual(
      run.arms.map((arm) => [arm.type, arm.executions.succeeded, arm.latencyMs?.n]),
      [
        ['STANDARD', 3, 3],
        ['EXPRESS', 3, 3],
      ],
    );
    assert.deepEqual(finished, [run]);
    assert.equal(run.target.simulated, 'none');
    assert.ok((await stored()).includes(run.id));
    const store = openStore(workspace().fsPath);
    const kept = await readTraces(store.tracesFile(run.id));
    store.dispose();
    assert.equal(kept.length, 6);
    const standard = kept.filter((execution) => execution.arm === 0);
    assert.ok(
      standard.every((execution) => execution.input.includes('deliveryDetails') && execution.output.startsWith('{')),
    );
    assert.ok(kept.every((execution) => execution.trace.visits.length > 5));
  });

  it('is red or green in the Testing view by its thresholds', async () => {
    const settings = vscode.workspace.getConfiguration('stepbench', orderFile());
    const set = (name: string, value: unknown) => settings.update(name, value, vscode.ConfigurationTarget.Workspace);
    await openText('limits.asl.json', chain(1));
    await set('executions', 2);
    // Below nothing is never reached, however quick the machine.
    await set('thresholds', ['latency.p95<60000', 'latency.p95<0']);
    let first: RunDocument | undefined;
    const listener = api.onDidFinishRun(({ run }) => (first ??= run));
    await vscode.commands.executeCommand('testing.refreshTests');
    const run = await until('a test to have run', async () => {
      // The view is told of its tests a moment after they are found; until then there is none to run, and the command says so.
      const isOver = Promise.resolve(vscode.commands.executeCommand('testing.runAll'));
      await Promise.race([isOver, until('the first run', () => first)]);
      return first;
    });
    listener.dispose();
    assert.deepEqual(
      run.thresholds?.map(({ expression, ok }) => [expression, ok]),
      [
        ['latency.p95<60000', true],
        ['latency.p95<0', false],
      ],
    );
    await vscode.commands.executeCommand('testing.cancelRun');
    await set('thresholds', undefined);
    await set('executions', undefined);
    await vscode.commands.executeCommand('stepbench.stop');
    await until('idle', async () => {
      // A run that was beginning when the tests were cancelled is stopped as well.
      await vscode.commands.executeCommand('stepbench.stop');
      const editor = await openText('idle.asl.json', chain(1));
      return api.run(editor.document.uri, { ...quick, executions: 1, input: 'custom' }).then(
        () => true,
        (error: Error) => !/Stop it first/.test(error.message),
      );
    });
  });

  it('takes the text as it stands, and leaves later edits to the next run', async () => {
    const editor = await openText('unsaved.asl.json', chain(1));
    await replaceText(editor, '"First"', '"Begin"');
    await replaceText(editor, '"First"', '"Begin"');
    const running = api.run(editor.document.uri, { ...quick, input: 'custom', inputText: '{}' });
    await replaceText(editor, '"Seconds": 1', '"Seconds": 2');
    const run = await running;
    assert.ok(run.arms[0]!.states.some((state) => state.path === 'Begin' && state.visits === 3));
    assert.ok(editor.document.isDirty, 'a run saves nothing');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('goes on when the file is closed', async () => {
    const editor = await openText('closed.asl.json', chain(1));
    const running = api.run(editor.document.uri, { ...quick, input: 'custom' });
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const run = await running;
    assert.equal(run.arms[0]!.executions.succeeded, 3);
  });

  it('refuses a second run while one goes on; Stop ends it, and pressed twice does no harm', async () => {
    const editor = await openText('slow.asl.json', chain(60));
    const running = api.run(editor.document.uri, { ...quick, input: 'custom' });
    await refused(api.run(editor.document.uri, quick), /Stop it first/);
    await until('its executions to begin', async () => {
      const store = openStore(workspace().fsPath);
      const { runs } = await store.list();
      store.dispose();
      return runs.some(
        ({ file, status, executions }) => file.endsWith('slow.asl.json') && status === 'running' && executions > 0,
      );
    });
    await vscode.commands.executeCommand('stepbench.stop');
    await vscode.commands.executeCommand('stepbench.stop');
    const run = await running;
    assert.equal(run.status.kind, 'stopped');
    await vscode.commands.executeCommand('stepbench.stop');
  });

  it('refuses a file with errors, at the first of them', async () => {
    const editor = await openText('wrong.asl.json', chain(1).replace('"Next": "Pause"', '"Next": "Nowhere"'));
    await refused(api.run(editor.document.uri, quick), /wrong\.asl\.json cannot be run.*Nowhere/s);
    assert.ok(
      editor.document.getText(vscode.window.activeTextEditor!.selection).includes('Nowhere') ||
        vscode.window.activeTextEditor!.selection.active.line > 0,
    );
  });

  it('refuses a file that is not ASL', async () => {
    const editor = await openText('notes.txt', 'hello');
    await refused(api.run(editor.document.uri, quick), /not a workflow/);
  });

  it('refuses an input that is not JSON, and says where', async () => {
    const editor = await openText('input.asl.json', chain(1));
    await refused(
      api.run(editor.document.uri, { ...quick, input: 'custom', inputText: '{"a": ' }),
      /The input is not JSON/,
    );
  });

  it('refuses numbers that make no sense', async () => {
    const editor = await openText('numbers.asl.json', chain(1));
    await refused(api.run(editor.document.uri, { ...quick, executions: 0 }), /[Ee]xecutions/);
  });

  it('says in one sentence which function is missing', async () => {
    const task = {
      StartAt: 'Call',
      States: {
        Call: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'nobody' },
          End: true,
        },
      },
    };
    const editor = await openText('missing.asl.json', JSON.stringify(task));
    const outcome = await api.run(editor.document.uri, { ...quick, input: 'custom' }).then(
      (run) =>
        run.status.kind === 'failed'
          ? run.status.message
          : Object.keys(run.arms[0]?.errors ?? {}).join() + JSON.stringify(run.notes),
      (error: Error) => error.message,
    );
    assert.match(outcome, /nobody|Lambda\.ResourceNotFoundException|ResourceNotFound/);
  });
});
