/** What Lambda's operations work with, and their two forms of answer. */
import type { ObjectStore } from '../../engine/contract';
import type { JsonObject } from '../../model/json';
import type { ServerContext, ServiceRequest, ServiceResponse } from '../contract';
import type { AsyncInvoker } from './async';
import type { CodeStore } from './code';
import type { FunctionStore } from './functions';
import type { Invoker } from './invoker';
import type { ProcessPool } from './pool';

export interface LambdaParts {
  readonly context: ServerContext;
  readonly functions: FunctionStore;
  readonly codes: CodeStore;
  readonly pool: ProcessPool;
  readonly invoker: Invoker;
  readonly asyncInvoker: AsyncInvoker;
  readonly objects: ObjectStore;
}

/** One operation of the API; `names` are what its path names: a function, and what belongs to it. */
export type Operation = (
  parts: LambdaParts,
  request: ServiceRequest,
  names: readonly string[],
) => ServiceResponse | Promise<ServiceResponse>;

export const json = (status: number, body: JsonObject): ServiceResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
export const empty = (status = 204): ServiceResponse => ({ status, body: '' });
