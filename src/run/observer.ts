import { bill, priceTable } from '../cost';
import { formatMs } from '../model/format';
import type { Comparison, Arm } from '../model/run';
import type { WorkflowType } from '../model/machine';
import { money } from '../plan/forecast';
import { compareArms } from '../stats';
import { readLog, type Paced } from '../target/collect';
import type { DeployedMachine } from '../target/deployment';
import type { HotCalls } from '../target/hot/calls';
import type { Collector } from './collecting';
import { addNote } from './document';
import type { Lane } from './lane';
import type { Run } from './run';
import type { Session } from './session';

/** Express is timed by its log; Standard needs none. The other machine of a pair has what the first has not. */
export const logsByDefault = (type: WorkflowType): boolean => type === 'EXPRESS';

/** What an arm's system is called where it differs from its type's by the log alone: `express-unlogged`, `standard-logged`. */
export const observerVariant = (type: WorkflowType): 'unlogged' | 'logged' =>
  logsByDefault(type) ? 'unlogged' : 'logged';

/** The two arms of a pair: the one without a log is what the one with it is compared to. */
export const observerPair = (
  lanes: readonly Lane[],
  arms: readonly Arm[],
): { readonly off: Arm; readonly on: Arm; readonly logged: Lane } | undefined => {
  const logged = lanes.find((lane) => lane.system.machine?.logGroup);
  const plain = lanes.find((lane) => lane.system.machine && !lane.system.machine.logGroup);
  const [off, on] = [plain && arms[plain.number], logged && arms[logged.number]];
  return off && on && logged ? { off, on, logged } : undefined;
};

const overheadBytes = 26;

/** What CloudWatch bills for the log of some executions: UTF-8 bytes of each message and 26 more. */
export const loggedBytes = async (
  hot: HotCalls,
  { logGroup }: DeployedMachine,
  since: number,
  paced: Paced,
): Promise<{ readonly bytes: number; readonly executions: number }> => {
  const seen = new Set<string>();
  const executions = new Set<string>();
  let bytes = 0;
  await readLog(hot, { logGroupName: logGroup ?? '', startTime: Math.floor(since) }, paced, (message) => {
    const { execution_arn: arn = '', id = '' } = JSON.parse(message) as { execution_arn?: string; id?: string };
    if (seen.has(`${arn} ${id}`)) return;
    seen.add(`${arn} ${id}`);
    executions.add(arn);
    bytes += Buffer.byteLength(message) + overheadBytes;
  });
  return { bytes, executions: executions.size };
};

/** USD that the log of a million executions costs by its bytes; null where its price is not known. */
const perMillion = (
  bytes: number,
  executions: number,
  region: string,
  assumeRegion: string | undefined,
): number | null => {
  if (executions === 0) return null;
  const [line] = bill([{ price: 'logs.ingestedGb', quantity: bytes / 1e9, provenance: 'measured' }], {
    table: priceTable(),
    region,
    ...(assumeRegion ? { assumeRegion } : {}),
  });
  return line?.amount === null || line === undefined ? null : (line.amount / executions) * 1e6;
};

/** What logging adds, in latency with its interval and in money. */
export const observerAnswer = (
  { off, on }: { readonly off: Arm; readonly on: Arm },
  log: { readonly bytes: number; readonly executions: number },
  options: { readonly region: string; readonly assumeRegion?: string; readonly seed: number; readonly paired: boolean },
): { readonly comparison: Comparison; readonly note: string } => {
  const comparison = compareArms(off, on, { paired: options.paired, seed: options.seed });
  const usd = perMillion(log.bytes, log.executions, options.region, options.assumeRegion);
  const { p50 } = comparison;
  const base = off.latencyMs?.p50;
  const added = p50 && base !== undefined ? p50.difference * base : undefined;
  const interval =
    p50?.ci95 && base !== undefined
      ? ` (95 % interval ${formatMs(p50.ci95[0] * base)} to ${formatMs(p50.ci95[1] * base)}${p50.ci95[0] <= 0 && p50.ci95[1] >= 0 ? ', so it may be nothing' : ''})`
      : '';
  const latency =
    added === undefined
      ? 'What it adds to the latency cannot be told from so few executions.'
      : `It adds ${formatMs(added)} to the median latency${interval}, n = ${off.latencyMs?.n ?? 0} and ${on.latencyMs?.n ?? 0}.`;
  const price =
    usd === null
      ? 'What it costs is not known: no log was read.'
      : `It costs ${money(usd)} per million executions: ${Math.round(log.bytes / log.executions).toLocaleString('en')} bytes each, measured over ${log.executions.toLocaleString('en')}.`;
  return {
    comparison,
    note: `Logging at ALL, on against off. ${latency} ${price} Storing it costs more where it is kept for longer than a day.`,
  };
};

/** What the log of one of the two arms costs, in latency and money. */
export const tellObserver = async (
  { plan, state }: Run,
  { door }: Session,
  lanes: readonly Lane[],
  arms: readonly Arm[],
  { paced }: Collector,
): Promise<void> => {
  const pair = observerPair(lanes, arms);
  if (!pair?.logged.system.machine) return;
  const log = await loggedBytes(door.hot, pair.logged.system.machine, 0, paced);
  const { comparison, note } = observerAnswer(pair, log, {
    region: door.region,
    ...(plan.target.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }),
    seed: plan.seed,
    paired: plan.load.kind === 'iterations' && plan.load.concurrency === 1,
  });
  state.comparison = comparison;
  addNote(state, 'info', note);
};
