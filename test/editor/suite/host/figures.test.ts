import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateExtension, lensTitles, orderFile, replaceText, seedRun, until, workspace } from './world';

const medians = { ValidateOrder: 412, IsOrderValid: 0.2, ChargeCustomer: 2110 };

const titlesAbove = async (name: string): Promise<readonly string[]> => {
  const document = await vscode.workspace.openTextDocument(orderFile());
  const at = document
    .getText()
    .split('\n')
    .findIndex((line) => line.startsWith(`    "${name}"`));
  return (await lensTitles(orderFile())).filter(({ line }) => line === at).map(({ title }) => title);
};
const figuresAre = (place: string) =>
  vscode.workspace.getConfiguration('stepbench').update('figures', place, vscode.ConfigurationTarget.Global);
const hintsOf = async () => {
  const document = await vscode.workspace.openTextDocument(orderFile());
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    orderFile(),
    all,
  );
  return hints.map((hint) =>
    typeof hint.label === 'string' ? hint.label : hint.label.map((part) => part.value).join(''),
  );
};

describe('figures in the file', () => {
  let editor: vscode.TextEditor;
  before(async () => {
    await activateExtension();
    await seedRun(orderFile(), 'seeded-1', { ...medians, ChargeCustomer: 1500 }, '2026-01-01T10:00:00.000Z');
    await seedRun(orderFile(), 'seeded-2', medians, '2026-01-02T10:00:00.000Z');
    editor = await vscode.window.showTextDocument(orderFile(), { preview: false });
  });
  after(async () => {
    await figuresAre('lens');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('stand above each state: both types, then what is special', async () => {
    // Of both runs: the editor may see the older file a moment before the newer.
    const standard = /^\$\(flame\) Standard 2\.11 s · p95 4\.22 s · \+58\.0 ms in · n 25 ▲ 41 %$/;
    const titles = await until('lenses of the newer run', async () => {
      const found = await titlesAbove('ChargeCustomer');
      if (!standard.test(found[0] ?? '')) throw new Error(found.join(' | '));
      return found;
    });
    assert.match(titles[1]!, /^Express 1\.48 s/);
    assert.deepEqual(titles.slice(2, 4), ['12 of 50 cold', '8 retries']);
    assert.match(titles[4]!, /% of the critical path$/);
    assert.deepEqual(await titlesAbove('HandleFailedOrder'), ['not reached']);
  });

  it('say in the head what was found and that it is simulated', async () => {
    const head = (await lensTitles(orderFile())).filter(({ line }) => line === 0).map(({ title }) => title);
    assert.ok(
      head.some((title) => title === 'simulated: study'),
      head.join(' | '),
    );
    assert.ok(
      head.some((title) => title.includes('Standard 5.06 s')),
      head.join(' | '),
    );
  });

  it('become stale when their state is edited, and only theirs', async () => {
    await replaceText(editor, '"ResultPath": "$.validation"', '"ResultPath": "$.checked"');
    await until('the mark', async () => (await titlesAbove('ValidateOrder')).includes('edited since'));
    assert.ok(!(await titlesAbove('ChargeCustomer')).includes('edited since'));
    await vscode.commands.executeCommand('undo');
    await until('the mark to go', async () => !(await titlesAbove('ValidateOrder')).includes('edited since'));
  });

  it('move with their state when lines come before it, and stay when it is renamed', async () => {
    assert.ok(await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '\n\n\n')));
    assert.ok((await titlesAbove('ChargeCustomer')).length > 0);
    await replaceText(editor, '    "ChargeCustomer": {', '    "ChargeTheCard": {');
    await until('figures of the renamed state', async () =>
      (await titlesAbove('ChargeTheCard'))[0]?.includes('2.11 s'),
    );
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('go where the setting says', async () => {
    await figuresAre('hint');
    await until('hints', async () => (await hintsOf()).some((label) => label === 'S 2.11 s · E 1.48 s'));
    await until('no lenses', async () => (await titlesAbove('ChargeCustomer')).length === 0);
    await figuresAre('off');
    await until('no hints', async () => (await hintsOf()).length === 0);
    await figuresAre('both');
    await until('both', async () => (await hintsOf()).length > 0 && (await titlesAbove('ChargeCustomer')).length > 0);
    await figuresAre('lens');
  });

  it('are told whole in the hover', async () => {
    const at = editor.document.positionAt(editor.document.getText().indexOf('"ChargeCustomer": {') + 3);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', orderFile(), at);
    const text = hovers
      .flatMap((hover) => hover.contents.map((content) => (typeof content === 'string' ? content : content.value)))
      .join('\n');
    for (const part of ['simulated: study', '| p50 | p95 | p99 |', '4 retries', 'Show in panel'])
      assert.ok(text.includes(part), text);
  });

  it('lead from one slow state to the next', async () => {
    await vscode.commands.executeCommand('stepbench.nextSlowState');
    const isAt = (name: string) =>
      until(`the cursor at ${name}`, () => {
        const { document, selection } = vscode.window.activeTextEditor!;
        const line = document.lineAt(selection.active.line).text.trim();
        if (!line.startsWith(`"${name}"`)) throw new Error(line);
        return true;
      });
    await isAt('ChargeCustomer');
    await vscode.commands.executeCommand('stepbench.nextSlowState');
    await isAt('ValidateOrder');
  });

  it('go when their run is deleted by another program', async () => {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(workspace(), '.stepbench/runs/seeded-1.json'));
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(workspace(), '.stepbench/runs/seeded-2.json'));
    await until('no figures', async () => (await titlesAbove('ChargeCustomer')).length === 0);
  });
});
