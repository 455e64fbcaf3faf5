/** One path of states that run one after another: the machine's own, a Parallel's branch, a Map's iteration. */
import type { EventDetails, HistoryEventType } from '../model/event';
import type { Json } from '../model/json';
import type { Run } from './run';
import type { Visit } from './visit';

/** Something a path waits for; cancelled when the path is aborted. */
export interface Waiting {
  cancel(): void;
}

export class Flow {
  /** Ended from outside: whatever comes back to it is dropped. */
  dead = false;
  waiting: Waiting | undefined;
  /** Running paths inside it, of the Map or Parallel state it is in. */
  children: Flow[] | undefined;
  /** The stay it is in and has not left. */
  visit: Visit | undefined;

  constructor(
    readonly run: Run,
    /** Id of the last event on this path. */
    public previous: number,
    public variables: Readonly<Record<string, Json>>,
    readonly mapItem?: { readonly index: number; readonly value: Json },
    /** Set for an inline Map's iteration: the Map's name, for its events. */
    readonly iterationOf?: string,
  ) {}

  /** Writes an event that follows the last one of this path, and becomes it. */
  emit(type: HistoryEventType, details: EventDetails): number {
    return (this.previous = this.run.history.append(type, this.previous, details));
  }

  /** Writes an event that follows the last one without becoming it. */
  note(type: HistoryEventType, details: EventDetails): number {
    return this.run.history.append(type, this.previous, details);
  }

  /** Ends the path and all inside it; nothing of it runs on. Writes nothing. */
  kill(): void {
    this.dead = true;
    const { waiting, children } = this;
    this.waiting = undefined;
    waiting?.cancel();
    if (children) for (const child of children) if (!child.dead) child.kill();
  }
}
