/** Entry of dist/cli.js: finds the subcommand, and is the one place where errors become messages and exit codes. */
import { version } from '../../package.json';
import { ExpectedError, messageOf } from '../model/errors';
import { commandHelp, overallHelp, parseCommand, type Command, type CommandContext } from './command';
import { execCommand } from './exec';
import { checkCommand } from './checkCommand';
import { cleanCommand } from './clean';
import { compareCommand } from './compare';
import { costCommand } from './cost';
import { experimentCommand } from './experiment';
import { exportCommand } from './export';
import { pricesCommand } from './prices';
import { recoverCommand } from './recover';
import { reportCommand } from './report';
import { runCommand } from './run';
import { serveCommand } from './serveCommand';
import { askLine } from './terminal';

/** In the order of the help. */
export const commands: readonly Command[] = [
  runCommand,
  reportCommand,
  compareCommand,
  experimentCommand,
  costCommand,
  pricesCommand,
  checkCommand,
  execCommand,
  serveCommand,
  exportCommand,
  recoverCommand,
  cleanCommand,
];

/** Runs one command line and answers its exit code. Never throws. */
export const main = async (args: readonly string[], context: CommandContext): Promise<number> => {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? context.stderr : context.stdout).write(overallHelp(commands, version));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    context.stdout.write(`${version}\n`);
    return 0;
  }
  const command = commands.find((each) => each.name === name);
  if (!command) {
    context.stderr.write(
      `stepbench has no command "${name}". It has: ${commands.map((each) => each.name).join(', ')}.\n`,
    );
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    context.stdout.write(commandHelp(command));
    return 0;
  }
  try {
    return await command.run(parseCommand(command, rest), context);
  } catch (error) {
    if (error instanceof ExpectedError) {
      context.stderr.write(`${error.message}\n`);
      return error.code === 'usage' ? 2 : 3;
    }
    context.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\nThis is a bug in StepBench.\n`,
    );
    return 3;
  }
};

/** Writes all that was printed before the process ends, also into a pipe. */
const drain = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write('', () => resolve()));

const entry = async () => {
  const stop = new AbortController();
  let interrupts = 0;
  const onSignal = () => {
    interrupts++;
    stop.abort('interrupted');
    if (interrupts > 1) process.exit(3);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A reader that closed the pipe (`| head`) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));
  const code = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    env: process.env,
    signal: stop.signal,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { askLine } : {}),
  });
  await Promise.all([drain(process.stdout), drain(process.stderr)]);
  process.exit(code);
};

if (require.main === module) void entry();
