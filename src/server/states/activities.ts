/** The registry of activities; their queues are the engine's. */
import type { Activities as Queues } from '../../engine';
import { ServiceError } from '../contract';
import { parseArn } from './arn';

export interface Activity {
  readonly arn: string;
  readonly name: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly tags: Map<string, string>;
}

const doesNotExist = (arn: string): ServiceError =>
  new ServiceError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);

export class ActivityRegistry {
  readonly #byArn = new Map<string, Activity>();

  constructor(readonly queues: Queues) {}

  all(): Activity[] {
    return [...this.#byArn.values()];
  }

  get(arn: string): Activity | undefined {
    return this.#byArn.get(arn);
  }

  /** Throws InvalidArn, ActivityDoesNotExist. */
  find(arn: string): Activity {
    parseArn(arn, ['activity']);
    const activity = this.#byArn.get(arn);
    if (!activity) throw doesNotExist(arn);
    return activity;
  }

  /** Creating one that is there is no error: it is answered as it is. */
  create(arn: string, name: string, createdAt: number, tags: Map<string, string>): Activity {
    const existing = this.#byArn.get(arn);
    if (existing) return existing;
    const activity: Activity = { arn, name, createdAt, tags };
    this.#byArn.set(arn, activity);
    this.queues.create(arn);
    return activity;
  }

  delete(arn: string): void {
    this.#byArn.delete(arn);
    this.queues.delete(arn);
  }
}
