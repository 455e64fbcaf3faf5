/** What the stages of a tested state share. */
import type { Scope } from '../../../engine/query/contract';
import type { Json } from '../../../model/json';
import type { Inspection } from './inspection';
import type { TestRequest } from './request';

export interface Pipeline {
  readonly request: TestRequest;
  readonly inspection: Inspection;
  readonly scope: (input: Json, more?: Partial<Pick<Scope, 'result' | 'errorOutput'>>) => Scope;
  /** The Task's work, with its effective parameters; a real call ends after `timeoutSeconds` at the latest. */
  readonly work: (parameters: Json, timeoutSeconds?: number) => Promise<Json>;
  /** Values that `Assign` set. */
  readonly assigned: Record<string, Json>;
}

export const text = (value: Json): string => JSON.stringify(value);
