/** What a server can be told, and what it tells back. Structured-cloneable: it crosses into a worker. */
import type { ClockKind } from '../model/clock';
import type { JsonObject } from '../model/json';
import type { LatencyProfile } from '../model/profile';
import type { QuotaOverrides } from './quotas';

export interface ServerOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** us-east-1 unless told. */
  readonly region?: string;
  readonly accountId?: string;
  readonly clock?: ClockKind;
  /** The published quotas of the region, or some of them changed. */
  readonly quotas?: boolean | QuotaOverrides;
  /** Delays that a simulation adds. */
  readonly profile?: LatencyProfile;
  /** Seed of every draw: ids stay unique, but routing, jitter and latencies repeat. */
  readonly seed?: number;
  /** Folder whose sub-folders stand for buckets. */
  readonly objectsFolder?: string;
  /** AWS's MockConfigFile.json and the test case of it to play. */
  readonly mocks?: { readonly config: JsonObject; readonly testCase?: string };
  readonly coldStarts?: 'forced';
  /** ms before the first and second retry of an asynchronous invocation that failed; Lambda's 1 and 2 minutes unless told. */
  readonly asyncRetryDelaysMs?: readonly [number, number];
  /** Finished executions that are remembered; 10,000 unless told. */
  readonly keptExecutions?: number;
}

export interface ServerAddress {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface RunningServer extends ServerAddress {
  readonly stop: () => Promise<void>;
}
