import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(__dirname, '../../..');
interface Item {
  readonly command?: string;
  readonly when?: string;
  readonly group?: string;
}
interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly icon?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly Item[]>>;
    readonly keybindings: readonly Item[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly scope?: string; readonly markdownDescription?: string }>>;
    };
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly id: string; readonly completionEvents: readonly string[] }[];
    }[];
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[] }[];
  };
  readonly activationEvents: readonly string[];
  readonly capabilities: Readonly<
    Record<string, { readonly supported: string; readonly restrictedConfigurations?: readonly string[] }>
  >;
}
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const { commands, menus, keybindings, configuration, walkthroughs, languages } = manifest.contributes;

/** Keys of the table in commands.ts, read from its text: the module itself needs an editor. */
const table = (): readonly string[] => {
  const text = readFileSync(path.join(root, 'src/commands.ts'), 'utf8');
  const body = /return \{\n([\s\S]*?)\n {2}\} satisfies/.exec(text)![1]!;
  return [...body.matchAll(/^ {4}(?:'([\w.]+)'|(\w+))(?::|,)/gm)].map((match) => `stepbench.${match[1] ?? match[2]}`);
};
const declared = commands.map(({ command }) => command);

describe('commands and the manifest', () => {
  it('are the same list', () => {
    expect([...table()].sort()).toEqual([...declared].sort());
    expect(declared.length).toBeGreaterThan(20);
  });
  it('have a category, an icon and a title in both languages', () => {
    for (const { command, title, category, icon } of commands) {
      expect(category, command).toBe('StepBench');
      expect(title, command).toBe(`%command.${command.replace('stepbench.', '')}%`);
      expect(icon, command).toMatch(/^\$\([\w-]+\)$/);
    }
  });
  it('are all that menus and keys call', () => {
    const called = [...Object.values(menus).flat(), ...keybindings].map((item) => item.command!);
    expect(called.filter((command) => !declared.includes(command))).toEqual([]);
  });
  it('have keys for run, stop and the next slow state, each with a place where it holds', () => {
    expect(keybindings.map((key) => key.command)).toEqual([
      'stepbench.benchmark',
      'stepbench.stop',
      'stepbench.nextSlowState',
    ]);
    for (const key of keybindings) expect(key.when).toBeTruthy();
  });
});

describe('the rest of the manifest', () => {
  it('takes nothing that is not its own', () => {
    expect(declared.filter((command) => !command.startsWith('stepbench.'))).toEqual([]);
    expect(languages.map(({ id, extensions }) => [id, extensions])).toEqual([
      ['asl', ['.asl.json', '.asl']],
      ['asl-yaml', ['.asl.yaml', '.asl.yml']],
    ]);
  });
  it('activates by what it contributes, and by nothing else', () => expect(manifest.activationEvents).toEqual([]));
  it('gives every setting a scope and a description', () => {
    for (const [name, setting] of Object.entries(configuration.properties)) {
      expect(setting.scope, name).toBeTruthy();
      expect(setting.markdownDescription, name).toBe(`%setting.${name.replace('stepbench.', '')}%`);
    }
  });
  it('does not trust a workspace with where it signs in', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    expect([untrustedWorkspaces!.supported, virtualWorkspaces!.supported]).toEqual(['limited', 'limited']);
    const names = Object.keys(configuration.properties).filter((name) => /aws|endpoint/.test(name));
    expect(names.filter((name) => !untrustedWorkspaces!.restrictedConfigurations!.includes(name))).toEqual([]);
  });
  it('ends its walkthrough with a run of the example', () => {
    expect(walkthroughs[0]!.steps.at(-1)!.completionEvents).toEqual(['onCommand:stepbench.runExample']);
  });
});
