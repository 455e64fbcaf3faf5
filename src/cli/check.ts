/** `stepbench check`: everything that is wrong with workflow files and settings, without an editor. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { languageOf, parseMachine, worthShowing } from '../asl';
import { findMachines } from '../asl/machine';
import { loadSettings, parseSettings, settingsFileName } from '../asl/settings';
import type { Problem, Severity, WorkflowType } from '../model/machine';

/** A problem as `check --json` prints it; line and column count from 1. */
export interface CheckedProblem {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface CheckedFile {
  /** As it was given. */
  readonly file: string;
  readonly problems: readonly CheckedProblem[];
}

export interface CheckOptions {
  /** Checked as this type; STANDARD unless told, or what a template says. */
  readonly type?: WorkflowType;
}

/** Larger files are no definitions. */
const maxFileBytes = 10 * 1_048_576;

/** Checks files in the order given. Never throws: a file that cannot be read has that for its problem. */
export async function checkFiles(files: readonly string[], options: CheckOptions = {}): Promise<CheckedFile[]> {
  return Promise.all(files.map(async (file) => ({ file, problems: (await checkFile(file, options)).map(flat) })));
}

/** Whether the command should end with 1. */
export const hasErrors = (checked: readonly CheckedFile[]): boolean =>
  checked.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));

const flat = ({ severity, code, message, path: at, range }: Problem): CheckedProblem => ({
  severity,
  code,
  message,
  path: at,
  line: (range?.start.line ?? 0) + 1,
  column: (range?.start.column ?? 0) + 1,
});

async function checkFile(file: string, options: CheckOptions): Promise<readonly Problem[]> {
  const text = await readText(file);
  if (typeof text !== 'string') return [text];
  if (path.basename(file) === settingsFileName) return parseSettings(text).problems;
  const { settings } = await loadSettings(file);
  const language = languageOf(file);
  const machines = findMachines(text, language).filter((machine) => machine.path);
  const parse = (resource?: string): readonly Problem[] =>
    worthShowing(
      parseMachine(text, language, { type: options.type, substitutions: settings.substitutions, resource }).problems,
    );
  return machines.length > 1 ? machines.flatMap(({ logicalId }) => parse(logicalId)) : parse();
}

async function readText(file: string): Promise<string | Problem> {
  const problem = (message: string): Problem => ({ severity: 'error', code: 'UNREADABLE_FILE', message, path: '/' });
  try {
    const info = await stat(file);
    if (info.isDirectory()) return problem(`${file} is a folder: name the workflow files in it`);
    if (info.size > maxFileBytes) return problem(`${file} is larger than 10 MiB, which no workflow is`);
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return problem(code === 'ENOENT' ? `There is no file ${file}` : `${file} cannot be read: ${message}`);
  }
}
