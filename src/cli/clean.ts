import { messageOf } from '../model/errors';
import type { Target } from '../model/plan';
import { preciseClock } from '../run/clock';
import { createRandom } from '../run/random';
import { openStore } from '../store/runs';
import { openDoor, type Door } from '../target/door';
import { leftLedgers, type Ledger } from '../target/ledger';
import { removeAll, removeOne } from '../target/remove';
import { findByTag } from '../target/sweep';
import { findInterrupted, recoverRun } from '../run/recover';
import type { Command, CommandContext } from './command';
import { parseTarget } from './planArguments';

interface Cleaned {
  readonly removed: { kind: string; name: string }[];
  readonly leftAlone: { kind: string; name: string }[];
  readonly failed: { kind: string; name: string; message: string }[];
  readonly recovered: string[];
}

const open = (target: Target, context: CommandContext): Promise<Door> => {
  const clock = preciseClock();
  return openDoor(target, {
    now: () => clock.now(),
    signIn: {
      env: context.env,
      askMfa: async (serial) => context.askLine?.(`Code of MFA device ${serial}: `, false),
    },
  });
};

/** Removes what a ledger lists. That of an embedded engine names things that ended with their server. */
const cleanLedger = async (ledger: Ledger, context: CommandContext, result: Cleaned): Promise<void> => {
  if (ledger.head.target.kind === 'embedded') {
    for (const entry of ledger.entries()) ledger.gone(entry);
    await ledger.close();
    return;
  }
  const { target, region } = ledger.head;
  const clock = preciseClock();
  let door: Door | undefined;
  try {
    door = await open({ ...target, region }, context);
    if (door.accountId !== ledger.head.accountId)
      throw new Error(`this is account ${door.accountId}, the run was on ${ledger.head.accountId}`);
    const removal = await removeAll(door, ledger, { sleep: (ms) => clock.sleep(ms), random: createRandom(1) });
    result.removed.push(...removal.removed.map(({ kind, name }) => ({ kind, name })));
    result.leftAlone.push(...removal.leftAlone.map(({ kind, name }) => ({ kind, name })));
    result.failed.push(
      ...removal.failed.map(({ entry, message }) => ({ kind: entry.kind, name: entry.name, message })),
    );
  } catch (error) {
    for (const entry of ledger.entries())
      if (entry.state !== 'gone' && entry.state !== 'notOurs')
        result.failed.push({ kind: entry.kind, name: entry.name, message: messageOf(error) });
  } finally {
    door?.close();
  }
};

const cleanByTag = async (target: Target, context: CommandContext, result: Cleaned): Promise<void> => {
  const door = await open(target, context);
  try {
    for (const each of await findByTag(door)) {
      try {
        if (await removeOne(door, each)) result.removed.push({ kind: each.kind, name: each.name });
      } catch (error) {
        result.failed.push({ kind: each.kind, name: each.name, message: messageOf(error) });
      }
    }
  } finally {
    door.close();
  }
};

export const cleanCommand: Command = {
  name: 'clean',
  summary:
    'Remove what runs of this folder left behind, by their ledgers, and with --target everything on it that carries our tag. What StepBench did not make is never touched. Interrupted runs are completed from their samples.',
  operands: '',
  least: 0,
  most: 0,
  options: [
    {
      name: 'target',
      value: 'URL|aws[:PROFILE]',
      help: 'also look there for what no ledger of this folder knows, by name and tag',
    },
    { name: 'region', value: 'R', help: 'region of --target' },
    { name: 'json', help: 'print what was removed, left alone and failed as JSON' },
  ],
  run: async (parsed, context) => {
    const result: Cleaned = { removed: [], leftAlone: [], failed: [], recovered: [] };
    const clock = preciseClock();
    const store = openStore(context.cwd);
    for (const interrupted of await findInterrupted(store)) {
      await recoverRun(interrupted, { kind: 'asIs' }, store, { clock, random: createRandom(1) });
      result.recovered.push(interrupted.document.id);
    }
    store.dispose();
    for (const ledger of await leftLedgers(context.cwd)) await cleanLedger(ledger, context, result);
    const target = parsed.text('target');
    if (target !== undefined)
      await cleanByTag(parseTarget(target, { region: parsed.text('region'), profile: 'none' }), context, result);
    if (parsed.flag('json')) context.stdout.write(`${JSON.stringify(result)}\n`);
    else context.stdout.write(cleanedText(result));
    return result.failed.length > 0 ? 3 : 0;
  },
};

const cleanedText = ({ removed, leftAlone, failed, recovered }: Cleaned): string => {
  const lines = [
    ...recovered.map((id) => `completed interrupted run ${id} from its samples`),
    ...removed.map(({ kind, name }) => `removed ${kind} ${name}`),
    ...leftAlone.map(({ kind, name }) => `left ${kind} ${name} alone: it is not ours`),
    ...failed.map(({ kind, name, message }) => `could not remove ${kind} ${name}: ${message}`),
  ];
  return lines.length > 0 ? `${lines.join('\n')}\n` : 'Nothing was left behind.\n';
};
