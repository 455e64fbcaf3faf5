/** `stepbench.json` beside an ASL file, and what a SAM template there says of the same file. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../model/machine';
import type { WorkflowSettings } from '../model/settings';
import { checkSettings } from './settingsCheck';
import { languageOf, parseSource } from './source';
import { LineTable, valueOf } from './sourceTree';
import { isTemplate, templateMachines } from './templates';

export const settingsFileName = 'stepbench.json';

export interface LoadedSettings {
  readonly settings: WorkflowSettings;
  /** Folder of the ASL file: paths in the settings are relative to it. */
  readonly folder: string;
  /** With ranges in `stepbench.json`. Errors: the field they are at is left out of `settings`. */
  readonly problems: readonly Problem[];
}

/**
 * Settings of a workflow; empty where there is no file. Substitutions of a SAM template that names this file as its
 * DefinitionUri come below those of `stepbench.json`. Never throws.
 */
export async function loadSettings(aslFile: string): Promise<LoadedSettings> {
  const folder = path.dirname(path.resolve(aslFile));
  const file = path.join(folder, settingsFileName);
  const text = await readIfThere(file);
  const own = text === undefined ? { settings: {}, problems: [] } : parseSettings(text);
  const fromTemplate = await templateSubstitutions(aslFile);
  const problems = [...own.problems, ...(await missingFiles(own.settings, folder, text ?? ''))];
  if (Object.keys(fromTemplate).length === 0) return { settings: own.settings, folder, problems };
  return {
    settings: { ...own.settings, substitutions: { ...fromTemplate, ...own.settings.substitutions } },
    folder,
    problems,
  };
}

/** Reads the text of a settings file: what is right of it, and problems with what is not. */
export function parseSettings(text: string): { settings: WorkflowSettings; problems: Problem[] } {
  const lines = new LineTable(text);
  if (text.trim() === '') return { settings: {}, problems: [] };
  const { root, problems: broken } = parseSource(text, 'json');
  // One message: what follows the first slip is mostly made up by it.
  const problems = broken.slice(0, 1).map(({ start, end, message }): Problem => ({
    severity: 'error',
    code: 'INVALID_SETTINGS',
    message: `${settingsFileName}: ${message}`,
    path: '/',
    range: lines.range(start, end),
  }));
  if (!root || broken.length > 0) return { settings: {}, problems };
  return checkSettings(root, lines);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Files that settings name and that are not there: told as warnings, since not every run needs them. */
async function missingFiles(settings: WorkflowSettings, folder: string, text: string): Promise<Problem[]> {
  const named: [string, string][] = [
    ...Object.entries(settings.inputs ?? {}).map(([label, file]): [string, string] => [`/inputs/${label}`, file]),
    ...Object.entries(settings.functions ?? {}).map(([name, { code }]): [string, string] => [
      `/functions/${name}/code`,
      code,
    ]),
    ...(settings.mocks === undefined ? [] : [['/mocks', settings.mocks] as [string, string]]),
  ];
  const checked = await Promise.all(
    named.map(async ([at, file]) => ((await exists(path.resolve(folder, file))) ? undefined : ([at, file] as const))),
  );
  return checked
    .filter((one) => one !== undefined)
    .map(([at, file]) => {
      const offset = text.indexOf(JSON.stringify(file));
      const range = offset < 0 ? undefined : new LineTable(text).range(offset, offset + file.length + 2);
      return {
        severity: 'warning',
        code: 'MISSING_FILE',
        message: `${settingsFileName} names ${file}, which is not there`,
        path: at,
        ...(range ? { range } : {}),
      };
    });
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}

const templateNames = ['template.yaml', 'template.yml', 'template.json', 'sam.yaml'];
/** A definition usually lies in the template's folder or one or two below it. */
const levels = 3;

/** DefinitionSubstitutions of the nearest template whose DefinitionUri is this file. */
async function templateSubstitutions(aslFile: string): Promise<Readonly<Record<string, string>>> {
  const file = path.resolve(aslFile);
  let folder = path.dirname(file);
  for (let level = 0; level < levels; level += 1) {
    for (const name of templateNames) {
      const text = await readIfThere(path.join(folder, name));
      if (text === undefined) continue;
      const { root } = parseSource(text, languageOf(name));
      if (!root || !isTemplate(root)) continue;
      const machine = templateMachines(root).find(({ uri }) => uri !== undefined && path.resolve(folder, uri) === file);
      if (machine) return withoutOpen(machine.substitutions, parameterDefaults(valueOf(root)));
    }
    const parent = path.dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return {};
}

/** Values that refer to resources are not known before a deployment: their placeholders stay open. */
function withoutOpen(
  substitutions: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, string>>,
): Record<string, string> {
  const filled = Object.entries(substitutions).map(([name, value]): [string, string] => [
    name,
    value.replaceAll(/\$\{(\w+)\}/g, (whole, parameter: string) => parameters[parameter] ?? whole),
  ]);
  return Object.fromEntries(filled.filter(([, value]) => !/\$\{/.test(value)));
}

function parameterDefaults(template: unknown): Record<string, string> {
  const parameters = (template as { Parameters?: Record<string, { Default?: unknown }> }).Parameters ?? {};
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([, parameter]) => parameter?.Default !== undefined && typeof parameter.Default !== 'object')
      .map(([name, parameter]) => [name, String(parameter.Default)]),
  );
}
