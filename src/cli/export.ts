import { ExpectedError } from '../model/errors';
import { preciseClock } from '../run/clock';
import { createPacer } from '../run/pace';
import { createRandom } from '../run/random';
import { withRetries } from '../run/retry';
import { regionQuotas } from '../plan/quotas';
import { readHistory, readLog, type Paced } from '../target/collect';
import { openDoor, type Door } from '../target/door';
import { toApiEvent } from '../target/history';
import { LogAssembly } from '../target/logEvents';
import { usageError, type Command } from './command';
import { writeOut } from './output';
import { parseTarget } from './planArguments';

const arnPattern = /^arn:[\w-]+:states:([\w-]+):(\d+):(execution|express):([^:]+):([^:]+)(?::([^:]+))?$/;

/** A UUID of version 1 or a start time is not in the ARN: without --since the last day is searched. */
const defaultSinceMs = 24 * 3_600_000;

const logGroupOf = async (door: Door, stateMachineArn: string): Promise<string> => {
  const { sdk, clients } = door;
  const machine = await clients.sfn.send(new sdk.DescribeStateMachineCommand({ stateMachineArn }));
  const { level, destinations } = machine.loggingConfiguration ?? {};
  const arn = destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (level !== 'ALL' || !arn)
    throw new ExpectedError(
      `${machine.name ?? stateMachineArn} does not log at level ALL to CloudWatch, so its executions cannot be exported.`,
    );
  return arn.split(':log-group:')[1]?.replace(/:\*$/, '') ?? arn;
};

/**
 * The history that AWS's API does not give: an Express execution, put together from its log, in the form in which
 * GetExecutionHistory answers for Standard.
 */
export const exportCommand: Command = {
  name: 'export',
  summary: "Write any execution's history, also an Express one's, in the JSON of GetExecutionHistory.",
  operands: 'EXECUTION_ARN',
  least: 1,
  most: 1,
  options: [
    { name: 'target', value: 'URL|aws[:PROFILE]', help: 'where it ran (default: aws)' },
    {
      name: 'log-group',
      value: 'NAME',
      help: 'log group of the Express machine, where it is gone or may not be described',
    },
    { name: 'since', value: 'TIME', help: 'search the log from this moment on, ISO 8601 (default: one day ago)' },
    { name: 'out', value: 'FILE', help: 'write there instead of on stdout' },
  ],
  run: async (parsed, context) => {
    const arn = parsed.operands[0] as string;
    const match = arnPattern.exec(arn);
    if (!match)
      throw usageError(
        `"${arn}" is not the ARN of an execution (arn:aws:states:REGION:ACCOUNT:express:MACHINE:NAME:ID).`,
      );
    const [, region, , kind, machine] = match as unknown as [string, string, string, string, string];
    const sinceText = parsed.text('since');
    const clock = preciseClock();
    const since = sinceText === undefined ? clock.now() - defaultSinceMs : Date.parse(sinceText);
    if (!Number.isFinite(since))
      throw usageError(`--since takes a time such as 2026-11-24T10:15:00Z, not "${sinceText}".`);
    const door = await openDoor(parseTarget(parsed.text('target') ?? 'aws', { region, profile: 'none' }), {
      now: () => clock.now(),
      signIn: {
        env: context.env,
        askMfa: async (serial) => context.askLine?.(`Code of MFA device ${serial}: `, false),
      },
    });
    try {
      const quotas = regionQuotas(region);
      const pacer = createPacer(kind === 'express' ? quotas.filterLogEvents : quotas.getExecutionHistory, clock);
      const paced: Paced = async (call) => {
        const answer = await withRetries(
          async () => {
            await pacer.take(context.signal);
            return call();
          },
          { clock, random: createRandom(1), signal: context.signal },
        );
        if (answer.ok) return answer.value;
        throw new ExpectedError(answer.last.message, { cause: answer.last });
      };
      let events;
      if (kind === 'express') {
        const group =
          parsed.text('log-group') ??
          (await logGroupOf(door, arn.slice(0, arn.indexOf(':express:')) + `:stateMachine:${machine}`));
        const log = new LogAssembly();
        await readLog(
          door.hot,
          { logGroupName: group, startTime: Math.floor(since), filterPattern: `{ $.execution_arn = "${arn}" }` },
          paced,
          (message) => void log.add(message),
          { enough: () => log.completeness(arn).kind === 'complete' },
        ).catch((error: unknown) => {
          const { cause } = error as { readonly cause?: { readonly code?: string } };
          if (cause?.code !== 'ResourceNotFoundException') throw error;
          throw new ExpectedError(`There is no log group ${group} in ${region}. Name the machine's with --log-group.`);
        });
        const state = log.completeness(arn);
        events = log.events(arn);
        if (events.length === 0)
          throw new ExpectedError(
            `The log group ${group} holds no event of ${arn} since ${new Date(since).toISOString()}.`,
          );
        if (state.kind === 'open')
          context.stderr.write('The log does not hold its end (yet): the history is incomplete.\n');
        if (state.kind === 'gaps')
          context.stderr.write(`${state.missing} events are missing from the log: the history is incomplete.\n`);
      } else events = await readHistory(door.hot, arn, paced, { includeExecutionData: true, signal: context.signal });
      const text = `${JSON.stringify({ events: events.map(toApiEvent) }, null, 2)}\n`;
      const out = parsed.text('out');
      if (out === undefined) context.stdout.write(text);
      else await writeOut(context.cwd, out, text);
      return 0;
    } finally {
      door.close();
    }
  },
};
