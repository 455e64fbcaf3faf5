import type { Clock } from '../model/clock';
import type { ExecutionStatus } from '../model/event';
import type { WorkflowType } from '../model/machine';
import type { SamplePoint } from '../model/run';
import type { ExecutionEnd, HotCalls } from '../target/hot/calls';
import type { CallFailure } from '../target/hot/failure';
import type { CompletionWatch } from './completion';
import { withRetries, type RetryRules } from './retry';

/** What one execution needs to be started and waited for. */
export interface Starter {
  readonly type: WorkflowType;
  readonly startArn: string;
  /** ARN of the machine without a version: executions are named after it. */
  readonly machineArn: string;
  readonly hot: HotCalls;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborted by a stop: no call is made again. */
  readonly signal: AbortSignal;
  /** Aborted a moment later: calls that are out are given up. */
  readonly callSignal: AbortSignal;
  readonly watch: CompletionWatch;
  readonly rules?: RetryRules;
  /** Called when the service has accepted the start. */
  readonly onAccepted?: (executionArn: string) => void;
}

/** Times of one execution: client ms and service ms, never subtracted from each other. */
interface Measured {
  /** Sent − intended, client clock. */
  readonly lateMs: number;
  /** Round trip of the accepted start call (for Express, of the whole synchronous call), client clock. */
  readonly roundTripMs: number;
  readonly throttles: number;
  /** Tries that failed otherwise. */
  readonly failures: number;
}

export type Outcome =
  | (Measured & {
      readonly kind: 'ended';
      readonly executionArn: string;
      readonly status: Exclude<SamplePoint['status'], 'unknown'>;
      /** stopDate − startDate, service clock. */
      readonly serviceMs: number;
      /** startDate, epoch ms, service clock. */
      readonly startedAt: number;
      readonly error?: string;
      readonly billed?: { readonly durationMs: number; readonly memoryMb: number };
      readonly payloadBytes: number;
    })
  /** Started, or perhaps started, but its end could not be learnt. */
  | (Measured & {
      readonly kind: 'unknown';
      readonly executionArn?: string;
      readonly why: string;
      readonly afterMs: number;
    })
  /** The service has never taken it. */
  | { readonly kind: 'notStarted'; readonly failure: CallFailure; readonly throttles: number };

const statusOf: Readonly<Partial<Record<ExecutionStatus, Exclude<SamplePoint['status'], 'unknown'>>>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

/** How and when an execution ended; undefined for an answer that does not say both. */
const endOf = ({ status, startedAt, stoppedAt }: ExecutionEnd) => {
  const how = statusOf[status];
  return how === undefined || stoppedAt === undefined ? undefined : { status: how, serviceMs: stoppedAt - startedAt };
};
const untold = 'the service’s answer does not say how and when it ended';

/** `…:stateMachine:x` + name → `…:execution:x:name`: a Standard execution can be found although its start was never answered. */
export const executionArnOf = (machineArn: string, name: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/**
 * Starts one execution and waits for its end. `name` is the idempotency key: a Standard start that is made again finds
 * the execution of the first try; an Express one takes a suffix (`-r1`), so that both can be told apart in the log.
 */
export const runExecution = async (
  starter: Starter,
  name: string,
  input: string,
  intendedAt: number,
): Promise<Outcome> =>
  starter.type === 'STANDARD'
    ? runStandard(starter, name, input, intendedAt)
    : runExpress(starter, name, input, intendedAt);

const runStandard = async (starter: Starter, name: string, input: string, intendedAt: number): Promise<Outcome> => {
  const { clock, hot, callSignal } = starter;
  const arn = executionArnOf(starter.machineArn, name);
  let sentAt = clock.now();
  let firstAmbiguousAt: number | undefined;
  const started = await withRetries(async (_attempt, tries) => {
    const before = clock.now();
    if (tries.ambiguous > 0) firstAmbiguousAt ??= sentAt;
    sentAt = before;
    try {
      return await hot.startExecution(
        { stateMachineArn: starter.startArn, name, input },
        { signal: callSignal, onSent: () => (sentAt = clock.now()) },
      );
    } catch (error) {
      // The first try was carried out although its answer never came, and has ended already.
      if (isAlreadyThere(error) && tries.ambiguous > 0) return { executionArn: arn, startedAt: 0 };
      throw error;
    }
  }, starter);
  const measured: Measured = {
    // The try that counted may be the first one whose answer was lost; then it was sent at that time.
    lateMs: Math.max(0, (firstAmbiguousAt ?? sentAt) - intendedAt),
    roundTripMs: clock.now() - sentAt,
    throttles: started.tries.throttles,
    failures: started.tries.failures,
  };
  if (!started.ok) {
    if (started.tries.ambiguous === 0)
      return { kind: 'notStarted', failure: started.last, throttles: measured.throttles };
    // Perhaps it runs: its ARN is known, so the watch can tell.
    return finish(starter, arn, 0, measured, intendedAt, input);
  }
  starter.onAccepted?.(started.value.executionArn || arn);
  return finish(
    starter,
    started.value.executionArn || arn,
    // Unknown of one that was found on the second try: never our own clock's time.
    started.value.startedAt,
    measured,
    intendedAt,
    input,
  );
};

const isAlreadyThere = (error: unknown): boolean => (error as CallFailure).code === 'ExecutionAlreadyExists';

const finish = async (
  starter: Starter,
  executionArn: string,
  startedAt: number,
  measured: Measured,
  intendedAt: number,
  input: string,
): Promise<Outcome> => {
  const completion = await starter.watch.wait(executionArn, startedAt);
  const ended = completion.kind === 'ended' ? endOf(completion.end) : undefined;
  if (completion.kind === 'lost' || !ended)
    return {
      ...measured,
      kind: 'unknown',
      executionArn,
      why: completion.kind === 'lost' ? completion.why : untold,
      afterMs: starter.clock.now() - intendedAt,
    };
  const { end } = completion;
  return {
    ...{ ...measured, kind: 'ended', executionArn, ...ended, startedAt: end.startedAt },
    payloadBytes: input.length + (end.output?.length ?? 0),
    ...(end.error !== undefined ? { error: end.error } : {}),
  };
};

const runExpress = async (starter: Starter, name: string, input: string, intendedAt: number): Promise<Outcome> => {
  const { clock, hot, callSignal } = starter;
  let sentAt = clock.now();
  const answer = await withRetries((_attempt, tries) => {
    sentAt = clock.now();
    const each = tries.ambiguous > 0 ? `${name}-r${tries.ambiguous}` : name;
    starter.onAccepted?.(each);
    return hot.startSyncExecution(
      { stateMachineArn: starter.startArn, name: each, input },
      { signal: callSignal, onSent: () => (sentAt = clock.now()) },
    );
  }, starter);
  const measured: Measured = {
    lateMs: Math.max(0, sentAt - intendedAt),
    roundTripMs: clock.now() - sentAt,
    throttles: answer.tries.throttles,
    failures: answer.tries.failures,
  };
  if (!answer.ok) {
    if (answer.tries.ambiguous === 0)
      return { kind: 'notStarted', failure: answer.last, throttles: measured.throttles };
    return { ...measured, kind: 'unknown', why: answer.last.message, afterMs: clock.now() - intendedAt };
  }
  const end = answer.value;
  const ended = endOf(end);
  if (!ended)
    return {
      ...{ ...measured, kind: 'unknown', why: untold, afterMs: clock.now() - intendedAt },
      ...(end.executionArn === '' ? {} : { executionArn: end.executionArn }),
    };
  return {
    ...{ ...measured, kind: 'ended', executionArn: end.executionArn, ...ended, startedAt: end.startedAt },
    payloadBytes: input.length + (end.output?.length ?? 0),
    ...(end.error !== undefined ? { error: end.error } : {}),
    ...(end.billedDurationMs !== undefined && end.billedMemoryMb !== undefined
      ? { billed: { durationMs: end.billedDurationMs, memoryMb: end.billedMemoryMb } }
      : {}),
  };
};
