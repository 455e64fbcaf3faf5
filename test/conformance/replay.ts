/**
 * Stands for the services of a recorded execution: gives each task the answer the recording has for it, so that the events
 * which the engine makes of an answer can be held against AWS's. It proves nothing about the services themselves.
 */
import type { Activities, Execution, TaskTokens } from '../../src/engine';
import type { TaskPhases, TaskRequest, TaskResult } from '../../src/engine/contract';
import type { Clock } from '../../src/model/clock';
import type { Json } from '../../src/model/json';
import { isObject } from '../../src/model/json';
import type { ExecutionCase, RecordedEvent } from './corpus';

/** Stands where the recording has `activity_arn`. */
export const activityArn = 'arn:aws:states:us-east-1:111111111111:activity:worker';

const detailsOf = (event: RecordedEvent): Record<string, Json> =>
  (Object.values(event).find((value) => isObject(value)) as Record<string, Json> | undefined) ?? {};

/** Back to the text AWS sent. */
const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

export class Replay {
  #at = 0;
  readonly #events: readonly RecordedEvent[];

  constructor(
    recorded: ExecutionCase,
    private readonly tokens: TaskTokens,
    private readonly activities: Activities,
    private readonly clock: Clock,
  ) {
    this.#events = recorded.expected.events ?? [];
    if (recorded.services.includes('activity')) activities.create(activityArn);
  }

  /** The recorded events of the next task, from its Scheduled to what closes it. */
  #next(): RecordedEvent[] {
    const start = this.#events.findIndex(({ type }, place) => place >= this.#at && /Scheduled$/.test(type));
    if (start < 0) throw new Error('The recording has no further task.');
    const end = this.#events.findIndex(({ type }, place) => place > start && /(Succeeded|Failed|TimedOut)$/.test(type));
    this.#at = end < 0 ? this.#events.length : end + 1;
    return this.#events.slice(start, this.#at);
  }

  run(request: TaskRequest, phases: TaskPhases): TaskResult {
    const events = this.#next();
    const submitted = events.find(({ type }) => type === 'TaskSubmitted');
    const closed = events.at(-1)!;
    const details = detailsOf(closed);
    const waits = request.integration.pattern === 'waitForTaskToken';
    if (submitted) phases.submitted(JSON.parse(asText(detailsOf(submitted)['output'])) as Json);
    if (closed.type.endsWith('Succeeded')) {
      const text = asText(details['output']);
      if (!waits) return { ok: true, output: JSON.parse(text) as Json };
      this.#soon(() => this.tokens.succeed(request.taskToken!, text));
    } else if (closed.type.endsWith('Failed')) {
      const failed = {
        error: asText(details['error']),
        cause: details['cause'] === undefined ? undefined : asText(details['cause']),
      };
      if (!waits || !submitted) return { ok: false, ...failed };
      this.#soon(() => this.tokens.fail(request.taskToken!, failed.error, failed.cause));
    }
    return { ok: true, output: null };
  }

  /** After the engine has come to waiting, before time moves on. */
  #soon(answer: () => void): void {
    const release = this.clock.hold();
    setImmediate(() => {
      answer();
      release();
    });
  }

  /** Serves activities and waits for the execution's end. */
  async serve(execution: Execution): Promise<void> {
    if (this.activities.has(activityArn)) void this.#work();
    await execution.done;
  }

  async #work(): Promise<void> {
    const events = this.#next();
    const started = events.find(({ type }) => type === 'ActivityStarted');
    const name = started && detailsOf(started)['workerName'];
    const task = await this.activities.poll(activityArn, typeof name === 'string' ? name : undefined);
    const closed = events.at(-1)!;
    const details = detailsOf(closed);
    if (!task) return;
    if (closed.type === 'ActivitySucceeded') this.tokens.succeed(task.token, asText(details['output']));
    if (closed.type === 'ActivityFailed')
      this.tokens.fail(task.token, asText(details['error']), asText(details['cause']));
    await this.clock.sleep(0);
  }
}
