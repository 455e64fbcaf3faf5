import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateExtension, extensionId, openText, orderFile } from './world';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[] }[];
  };
}

describe('activation', () => {
  it('gives other extensions an API', async () => {
    const api = await activateExtension();
    assert.equal(api.version, 1);
    assert.equal(typeof api.run, 'function');
    assert.equal(typeof api.onDidFinishRun, 'function');
  });

  it('registers every command of the manifest, and no other of its own', async () => {
    const extension = vscode.extensions.getExtension(extensionId)!;
    const { contributes } = extension.packageJSON as Manifest;
    const wanted = contributes.commands.map(({ command }) => command).sort();
    // The views' own commands (focus, open, …) come from the editor.
    const own = (await vscode.commands.getCommands(true)).filter((command) => command.startsWith('stepbench.'));
    const generated = /^stepbench\.(panel|runs)\.(focus|open|resetViewLocation|removeView|toggleVisibility)$/;
    assert.deepEqual(
      wanted.filter((command) => !own.includes(command)),
      [],
    );
    assert.deepEqual(
      own.filter((command) => !wanted.includes(command) && !generated.test(command)),
      [],
    );
  });

  it('does not load the AWS SDK', () => {
    const loaded = Object.keys(require.cache ?? {});
    assert.deepEqual(
      loaded.filter((file) => file.endsWith('/dist/sdk.js')),
      [],
    );
  });

  it('takes files by the ids and endings of AWS Toolkit', async () => {
    assert.equal((await vscode.workspace.openTextDocument(orderFile())).languageId, 'asl');
    for (const [name, language] of [
      ['a.asl', 'asl'],
      ['b.asl.yaml', 'asl-yaml'],
      ['c.asl.yml', 'asl-yaml'],
    ] as const) {
      assert.equal((await openText(name, '')).document.languageId, language);
    }
  });
});
