import path from 'node:path';
import { checkFiles, hasErrors, type CheckedFile } from './check';
import { usageError, type Command } from './command';

const textOf = (checked: readonly CheckedFile[]): string => {
  const lines = checked.flatMap(({ file, problems }) =>
    problems.map((each) => `${file}:${each.line}:${each.column} ${each.severity} ${each.code}: ${each.message}`),
  );
  const errors = checked.reduce(
    (sum, { problems }) => sum + problems.filter((each) => each.severity === 'error').length,
    0,
  );
  const files = `${checked.length} file${checked.length === 1 ? '' : 's'}`;
  lines.push(errors === 0 ? `${files}: no errors.` : `${files}: ${errors} error${errors === 1 ? '' : 's'}.`);
  return `${lines.join('\n')}\n`;
};

export const checkCommand: Command = {
  name: 'check',
  summary:
    'Check workflow files and their settings as AWS would. Prints every problem with its place; exit 1 on any error.',
  operands: 'FILE…',
  least: 1,
  most: 10_000,
  options: [
    {
      name: 'type',
      value: 'standard|express',
      help: 'check as this type (default: what a template says, else standard)',
    },
    { name: 'json', help: 'print [{file, problems: [{severity, code, message, path, line, column}]}]' },
  ],
  run: async (parsed, context) => {
    const type = parsed.text('type')?.toUpperCase();
    if (type !== undefined && type !== 'STANDARD' && type !== 'EXPRESS')
      throw usageError(`--type takes standard or express, not "${parsed.text('type')}".`);
    const files = parsed.operands.map((file) => path.resolve(context.cwd, file));
    const checked = (await checkFiles(files, { type })).map((each, i) => ({
      ...each,
      file: parsed.operands[i] as string,
    }));
    context.stdout.write(parsed.flag('json') ? `${JSON.stringify(checked)}\n` : textOf(checked));
    return hasErrors(checked) ? 1 : 0;
  },
};
