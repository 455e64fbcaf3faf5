import type * as vscode from 'vscode';
import type { Target } from '../model/plan';
import type { BenchmarkForm } from '../protocol';

const formKey = (uri: string) => `stepbench.form/${uri}`;
const targetKey = 'stepbench.target';

/** What a person chose last, kept for the workspace: the form of each workflow, and the target of all. */
export const createChoices = (memory: vscode.Memento) => ({
  form: (uri: vscode.Uri): Partial<BenchmarkForm> | undefined =>
    memory.get<Partial<BenchmarkForm>>(formKey(uri.toString())) ?? memory.get<Partial<BenchmarkForm>>(formKey('last')),
  setForm: async (uri: vscode.Uri, form: BenchmarkForm): Promise<void> => {
    await memory.update(formKey(uri.toString()), form);
    // Another workflow starts from the same load, never from the same input.
    const { input: _input, inputText: _text, ...load } = form;
    await memory.update(formKey('last'), load);
  },
  target: (): Target | undefined => memory.get<Target>(targetKey),
  setTarget: (target: Target) => memory.update(targetKey, target),
});
export type Choices = ReturnType<typeof createChoices>;
