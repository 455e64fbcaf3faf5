import { findLeftovers, settleLeftovers, type Choice, type Done, type Leftover } from '../run/recovery';
import { usageError, type Command, type CommandContext } from './command';

const n = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** "Run 20261124-101530-7f3a9c of order on account 111 (us-east-1): 12 executions in flight, 5 resources left." */
export const leftoverSentence = ({ runId, workflow, target, region, accountId, outstanding, resources }: Leftover) => {
  const where = target.kind === 'endpoint' ? target.url : `account ${accountId ?? 'unknown'} (${region})`;
  const what = [
    ...(outstanding > 0 ? [`${n(outstanding, 'execution')} in flight`] : []),
    ...(resources > 0 ? [`${n(resources, 'resource')} left`] : []),
  ];
  return `Run ${runId}${workflow === null ? '' : ` of ${workflow}`} on ${where}: ${what.join(', ')}.`;
};

const settle = (left: readonly Leftover[], choice: Choice, context: CommandContext): Promise<Done> =>
  settleLeftovers(context.cwd, new Set(left.map(({ runId }) => runId)), choice, {
    env: context.env,
    askMfa: async (serial) => context.askLine?.(`Code of MFA device ${serial}: `, false),
  });

const doneText = ({ completed, removed, failures }: Done): string =>
  [
    `${n(completed, 'run')} completed, ${n(removed, 'resource')} removed.`,
    ...failures.map((failure) => `Could not be done: ${failure}`),
    '',
  ].join('\n');

const choices: Readonly<Record<string, Choice>> = { c: 'collect', s: 'stop', k: 'asIs' };

/**
 * Before a new run: what earlier ones left. What needs no decision is completed quietly; else a person is asked, and where there
 * is none, told how.
 */
export const offerRecovery = async (context: CommandContext): Promise<void> => {
  const left = await findLeftovers(context.cwd, new Set());
  if (left.length === 0) return;
  context.stderr.write(`${['Interrupted before:', ...left.map(leftoverSentence)].join('\n')}\n`);
  if (!context.askLine) {
    context.stderr.write('To complete: stepbench recover --collect (or --stop, --as-is).\n');
    return;
  }
  const answer = await context.askLine(
    '[c]ollect how they ended and remove the rest, [s]top them and remove the rest, [k]eep as they are, or Enter for later: ',
    false,
  );
  const choice = choices[answer?.trim().toLowerCase() ?? ''];
  if (choice) context.stderr.write(doneText(await settle(left, choice, context)));
};

export const recoverCommand: Command = {
  name: 'recover',
  summary:
    'Complete runs of this folder that were interrupted. Executions that were in flight are asked for and counted, and what the run had made is removed. Without an option it says what there is.',
  operands: '',
  least: 0,
  most: 0,
  options: [
    { name: 'collect', help: 'learn how outstanding executions ended, read their histories, remove what was made' },
    { name: 'stop', help: 'stop outstanding executions first' },
    { name: 'as-is', help: 'complete from the samples on disk alone; outstanding executions are named as unknown' },
    { name: 'json', help: 'print what there is, and what was done, as JSON' },
  ],
  run: async (parsed, context) => {
    const given = (['collect', 'stop', 'as-is'] as const).filter((name) => parsed.flag(name));
    if (given.length > 1) throw usageError(`--${given.join(' and --')} exclude each other.`);
    const [option] = given;
    const left = await findLeftovers(context.cwd, new Set());
    const done = option && left.length > 0 ? await settle(left, option === 'as-is' ? 'asIs' : option, context) : null;
    if (parsed.flag('json')) context.stdout.write(`${JSON.stringify({ interrupted: left, done })}\n`);
    else {
      const lines = left.length === 0 ? ['No run is left to complete.'] : left.map(leftoverSentence);
      if (left.length > 0 && !option) lines.push('Complete them with --collect, --stop or --as-is.');
      context.stdout.write(`${lines.join('\n')}\n${done ? doneText(done) : ''}`);
    }
    return done && done.failures.length > 0 ? 3 : 0;
  },
};
