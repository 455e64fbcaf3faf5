/** The AWS JSON protocols 1.0 and 1.1: `X-Amz-Target: Prefix.Operation`, a JSON object in, a JSON object out. */
import type { JsonObject } from '../../model/json';
import { isObject } from '../../model/json';
import { ServiceError, type Service, type ServiceResponse } from '../contract';
import { errorResponse } from './respond';
import { checkShape, type Structure } from './shape';

/** What an operation may know of its caller. */
export interface Call {
  /** The execution that asks, where one of ours does. */
  readonly parentArn?: string;
  /** For calls that wait: the caller has gone. */
  readonly onClosed?: (listener: () => void) => void;
}

export interface Operation {
  readonly input: Structure;
  run(input: JsonObject, call: Call): Promise<object> | object;
}

export interface JsonServiceOptions {
  /** `AWSStepFunctions`, `Logs_20140328`, … */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly operations: Readonly<Record<string, Operation>>;
  /** Says whether a call may pass (quotas); throws ServiceError when not. */
  readonly admit?: (operation: string, input: JsonObject) => void;
  /** The error that broken constraints are answered with; ValidationException unless told. */
  readonly violation?: string;
}

/** A service of the JSON protocol from its table of operations. */
export function jsonService({ target, version, operations, admit, violation }: JsonServiceOptions): Service {
  const prefix = `${target}.`;
  const headers = { 'content-type': `application/x-amz-json-${version}` };
  const ok = (result: object): ServiceResponse => ({ status: 200, headers, body: JSON.stringify(result) });
  const table = new Map(Object.entries(operations));
  return {
    async handle(request) {
      try {
        const name = String(request.headers['x-amz-target'] ?? '');
        const operation = name.startsWith(prefix) ? table.get(name.slice(prefix.length)) : undefined;
        if (!operation)
          throw new ServiceError(
            'UnknownOperationException',
            name === '' ? 'X-Amz-Target is missing.' : `Unknown operation ${name}.`,
          );
        const input = parseBody(request.body);
        checkShape(operation.input, input, violation);
        admit?.(name.slice(prefix.length), input);
        return ok(await operation.run(input, request));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        const answer = errorResponse(error, 'json', request.requestId);
        return { ...answer, headers: { ...answer.headers, ...headers } };
      }
    },
  };
}

function parseBody(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.');
  }
  if (!isObject(value))
    throw new ServiceError('SerializationException', 'Start of structure or map found where not expected.');
  // A member that is null is one that was not given.
  return Object.values(value).includes(null)
    ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
    : value;
}
