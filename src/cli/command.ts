import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ExpectedError } from '../model/errors';

/** Fine; a threshold or check failed; bad usage or input; the run itself could not be done or not be kept. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command may touch of the process. */
export interface CommandContext {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Asks on the terminal; undefined where there is none. */
  readonly askLine?: (prompt: string, secret: boolean) => Promise<string | undefined>;
}

export interface Option {
  readonly name: string;
  /** Absent: a switch. Else what stands for its value in the help. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

/** One subcommand: its arguments as a table, from which parsing and help are made. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What stands after the name in the usage line, without options: `FILE`, `A B`. */
  readonly operands: string;
  readonly least: number;
  readonly most: number;
  readonly options: readonly Option[];
  run(parsed: Parsed, context: CommandContext): Promise<number>;
}

export interface Parsed {
  readonly operands: readonly string[];
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
}

export const usageError = (message: string) => new ExpectedError(message, { code: 'usage' });

/** @throws ExpectedError (usage) that names the option or operand. */
export const parseCommand = (command: Command, args: readonly string[]): Parsed => {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const option of command.options)
    options[option.name] =
      option.value === undefined ? { type: 'boolean' } : { type: 'string', multiple: option.multiple === true };
  let values: Record<string, unknown>;
  let operands: string[];
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    values = parsed.values;
    operands = parsed.positionals;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Node's own sentence about values with a dash has three lines.
    const dashed = /^Option '(?:-\w, )?--([\w-]+).*ambiguous/.exec(text)?.[1];
    if (dashed)
      throw usageError(
        `--${dashed} needs a value; one that begins with a dash is written --${dashed}=-1. See: stepbench ${command.name} --help`,
      );
    throw usageError(`${(text.split('. ')[0] ?? text).replace(/\.$/, '')}. See: stepbench ${command.name} --help`);
  }
  if (operands.length < command.least || operands.length > command.most)
    throw usageError(
      `stepbench ${command.name} takes ${command.operands || 'no operand'}; ${operands.length === 0 ? 'none was' : `${operands.length} ${operands.length === 1 ? 'was' : 'were'}`} given. See: stepbench ${command.name} --help`,
    );
  const list = (name: string): readonly string[] => {
    const value = values[name];
    return Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? [value] : [];
  };
  return { operands, text: (name) => list(name).at(-1), texts: list, flag: (name) => values[name] === true };
};

const wrap = (text: string, width: number, indent: string): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join(`\n${indent}`);
};

const left = (option: Option) =>
  `--${option.name}${option.value === undefined ? '' : ` ${option.value}`}${option.multiple ? ' …' : ''}`;

export const commandHelp = (command: Command): string => {
  const width = Math.max(...command.options.map((option) => left(option).length), 6) + 2;
  const indent = ' '.repeat(width + 2);
  return [
    `stepbench ${command.name} ${command.operands}${command.options.length > 0 ? ' [options]' : ''}`.trimEnd(),
    '',
    wrap(command.summary, 100, ''),
    '',
    ...[...command.options, { name: 'help', help: 'this text' }].map(
      (option: Option) => `  ${left(option).padEnd(width)}${wrap(option.help, 100 - width, indent)}`,
    ),
    '',
  ].join('\n');
};

export const overallHelp = (commands: readonly Command[], version: string): string => {
  const width = Math.max(...commands.map((command) => command.name.length)) + 2;
  return [
    `stepbench ${version}: benchmarks AWS Step Functions workflows`,
    '',
    ...commands.map(
      (command) => `  ${command.name.padEnd(width)}${(command.summary.split('. ')[0] ?? '').replace(/\.$/, '')}`,
    ),
    '',
    'Each has its own help: stepbench COMMAND --help',
    'Exit codes: 0 fine, 1 a threshold or check failed, 2 bad usage or input, 3 the run could not be done or not be saved.',
    '',
  ].join('\n');
};
