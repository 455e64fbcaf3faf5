/** Activities: tasks that wait in a queue until a worker asks for one. */

/** A task of an activity that no worker has taken yet. */
export interface ActivityTask {
  readonly token: string;
  /** JSON text. */
  readonly input: string;
  /** Called when a worker takes it. */
  started(workerName?: string): void;
}

interface Poller {
  readonly workerName: string | undefined;
  readonly give: (task: ActivityTask | undefined) => void;
}

interface Activity {
  readonly queue: ActivityTask[];
  readonly pollers: Poller[];
}

/** The queues of one server's activities, by ARN. */
export class Activities {
  readonly #activities = new Map<string, Activity>();

  create(arn: string): void {
    if (!this.#activities.has(arn)) this.#activities.set(arn, { queue: [], pollers: [] });
  }

  /** Pollers go away empty-handed; tasks already queued stay where their executions wait until they time out. */
  delete(arn: string): void {
    const activity = this.#activities.get(arn);
    this.#activities.delete(arn);
    for (const poller of activity?.pollers ?? []) poller.give(undefined);
  }

  has(arn: string): boolean {
    return this.#activities.has(arn);
  }

  /** Queues a task or hands it to a worker that waits. Returns what withdraws it, undefined where there is no such activity. */
  schedule(arn: string, task: ActivityTask): (() => void) | undefined {
    const activity = this.#activities.get(arn);
    if (!activity) return undefined;
    const poller = activity.pollers.shift();
    if (poller) hand(task, poller.workerName, poller.give);
    else activity.queue.push(task);
    return () => {
      const place = activity.queue.indexOf(task);
      if (place >= 0) activity.queue.splice(place, 1);
    };
  }

  /**
   * What GetActivityTask does: the oldest task, or the next one to come, or undefined when the signal aborts (AWS waits 60 s).
   * Undefined at once where there is no such activity.
   */
  poll(arn: string, workerName?: string, signal?: AbortSignal): Promise<ActivityTask | undefined> {
    const activity = this.#activities.get(arn);
    if (!activity) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const task = activity.queue.shift();
      if (task) return hand(task, workerName, resolve);
      if (signal?.aborted) return resolve(undefined);
      const poller: Poller = { workerName, give: resolve };
      activity.pollers.push(poller);
      signal?.addEventListener(
        'abort',
        () => {
          const place = activity.pollers.indexOf(poller);
          if (place >= 0) activity.pollers.splice(place, 1);
          resolve(undefined);
        },
        { once: true },
      );
    });
  }
}

const hand = (task: ActivityTask, workerName: string | undefined, give: (task: ActivityTask) => void): void => {
  task.started(workerName);
  give(task);
};
