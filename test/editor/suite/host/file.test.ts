import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateExtension, lensTitles, openText, ownDiagnostics, replaceText, until } from './world';

const machine = (states: string, startAt = 'First') =>
  `{\n  "StartAt": "${startAt}",\n  "States": {\n${states}\n  }\n}\n`;
const good = machine('    "First": { "Type": "Pass", "Next": "Last" },\n    "Last": { "Type": "Succeed" }');

const errorsOf = (uri: vscode.Uri) =>
  until('diagnostics', () => {
    const found = ownDiagnostics(uri).filter((diagnostic) => diagnostic.severity === vscode.DiagnosticSeverity.Error);
    return found.length > 0 && found;
  });
const textAt = (editor: vscode.TextEditor, diagnostic: vscode.Diagnostic) => editor.document.getText(diagnostic.range);

describe('a workflow file', () => {
  before(activateExtension);

  it('has lenses to benchmark and to run once above its first line', async () => {
    const editor = await openText('good.asl.json', good);
    const lenses = await lensTitles(editor.document.uri);
    assert.deepEqual(
      lenses.map(({ line, title }) => [line, title.replace(/^\$\(\S+\) ?/, '')]),
      [
        [0, 'Benchmark'],
        [0, 'Run once'],
      ],
    );
    assert.deepEqual(ownDiagnostics(editor.document.uri), []);
  });

  it('has an outline of its states', async () => {
    const editor = await openText('good.asl.json', good);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      editor.document.uri,
    );
    const names = symbols.map((symbol) => symbol.name);
    assert.ok(names.includes('First') && names.includes('Last'), names.join());
  });

  it('leads from a Next to the state, and renames both', async () => {
    const editor = await openText('rename.asl.json', good);
    const at = editor.document.positionAt(good.indexOf('"Last" }') + 2);
    const [target] = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      editor.document.uri,
      at,
    );
    assert.equal(target?.range.start.line, 4);
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      editor.document.uri,
      at,
      'End "it"',
    );
    await vscode.workspace.applyEdit(edit);
    const text = editor.document.getText();
    assert.equal((JSON.parse(text) as { States: Record<string, { Next?: string }> }).States.First?.Next, 'End "it"');
    assert.ok(text.includes('"End \\"it\\"": { "Type": "Succeed" }'), text);
  });
});

describe('bad input in a file', () => {
  before(activateExtension);

  it('broken JSON: one message where it breaks', async () => {
    const editor = await openText('broken.asl.json', '{\n  "StartAt": "A",\n  "States": { "A": \n}\n');
    const [error, ...more] = await errorsOf(editor.document.uri);
    assert.equal(more.length, 0, more.map((other) => other.message).join('; '));
    assert.ok(error!.range.start.line >= 2, `line ${error!.range.start.line}`);
  });

  it('an unknown state type: at the type, with a fix', async () => {
    const editor = await openText('type.asl.json', machine('    "First": { "Type": "Taks", "End": true }'));
    const [error] = await errorsOf(editor.document.uri);
    assert.match(textAt(editor, error!), /Taks/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      error!.range,
    );
    assert.ok(
      actions.some((action) => action.title.includes('"Task"')),
      actions.map((action) => action.title).join('; '),
    );
  });

  it('a Next to nowhere: at the name, and the fix mends it', async () => {
    const editor = await openText('next.asl.json', good.replace('"Next": "Last"', '"Next": "Lats"'));
    const errors = await errorsOf(editor.document.uri);
    const error = errors.find((candidate) => textAt(editor, candidate).includes('Lats'));
    assert.ok(error, errors.map((other) => other.message).join('; '));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      error.range,
    );
    const fix = actions.find((action) => action.title.includes('"Last"'));
    assert.ok(fix?.edit, actions.map((action) => action.title).join('; '));
    await vscode.workspace.applyEdit(fix.edit);
    assert.ok(editor.document.getText().includes('"Next": "Last"'));
    await until('the error to go', () => ownDiagnostics(editor.document.uri).length === 0);
  });

  it('an empty file: one message at its start', async () => {
    const editor = await openText('empty.asl.json', '');
    const found = await errorsOf(editor.document.uri);
    assert.equal(found.length, 1);
    assert.equal(found[0]!.range.start.line, 0);
  });

  it('JSON that is not ASL: said once, and no lenses for a run', async () => {
    const editor = await openText('other.asl.json', '{ "name": "a package", "version": "1" }\n');
    const found = await errorsOf(editor.document.uri);
    assert.ok(found.length <= 2, found.map((other) => other.message).join('; '));
  });

  it('diagnostics follow the text and go when the file is closed', async () => {
    const editor = await openText('follow.asl.json', good);
    const { uri } = editor.document;
    await replaceText(editor, '"Succeed"', '"Sucsede"');
    await errorsOf(uri);
    await replaceText(editor, '"Sucsede"', '"Succeed"');
    await until('the error to go', () => ownDiagnostics(uri).length === 0);
  });
});
