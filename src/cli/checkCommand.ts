import path from 'node:path';
import { checkFiles, hasErrors, type CheckedFile } from './check';
import { usageError, type Command } from './command';
import { runPermissionCheck } from './permissions';

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
    'Check workflow files and their settings as AWS would. Prints every problem with its place; exit 1 on any error. With --permissions: which permissions of an account are missing.',
  operands: 'FILE…',
  least: 0,
  most: 10_000,
  options: [
    {
      name: 'type',
      value: 'standard|express',
      help: 'check as this type (default: what a template says, else standard)',
    },
    { name: 'permissions', help: 'check the permissions of an account instead of files; exit 1 if one is missing' },
    { name: 'target', value: 'aws[:PROFILE]|URL', help: 'with --permissions: whose (default: aws)' },
    { name: 'region', value: 'R', help: 'with --permissions: region of the account' },
    { name: 'role', value: 'ARN', help: 'with --permissions: the role that workflows run under' },
    {
      name: 'for',
      value: 'PURPOSE[,…]|all',
      help: 'with --permissions: run, express, role, clean, existing, driver, coldStarts (default: the first four)',
    },
    { name: 'policy', help: 'with --permissions: print the policy that gives them' },
    { name: 'json', help: 'print [{file, problems: [{severity, code, message, path, line, column}]}]' },
  ],
  run: async (parsed, context) => {
    if (parsed.flag('permissions')) {
      if (parsed.operands.length > 0) throw usageError('--permissions checks an account, not files: leave them out.');
      return runPermissionCheck(parsed, context);
    }
    for (const name of ['target', 'region', 'role', 'for', 'policy'])
      if (parsed.text(name) !== undefined || parsed.flag(name)) throw usageError(`--${name} goes with --permissions.`);
    if (parsed.operands.length === 0)
      throw usageError('stepbench check takes FILE…; none was given. See: stepbench check --help');
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
