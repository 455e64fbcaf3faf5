/** The ARNs of Step Functions, and how AWS refuses others. */
import { ServiceError } from '../contract';

export interface StatesArn {
  readonly region: string;
  readonly accountId: string;
  /** `stateMachine`, `execution`, `express`, `activity`, `mapRun`. */
  readonly resource: string;
  /** What follows the resource, split at colons. */
  readonly parts: readonly string[];
}

const invalidArn = (text: string): ServiceError => new ServiceError('InvalidArn', `Invalid Arn: '${text}'`);

/** Throws InvalidArn as AWS words it. `allowed` are the resource types that make sense for the call. */
export function parseArn(arn: string, allowed: readonly string[]): StatesArn {
  const parts = arn.split(':');
  if (parts[0] !== 'arn') throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const [, , service, region, accountId, resource, ...rest] = parts;
  if (service !== 'states') throw invalidArn(`Resource type not valid in this context: ${service ?? ''}`);
  if (!region || !accountId || !resource || rest.length === 0 || rest[0] === '')
    throw invalidArn(`Invalid ARN: ${arn}`);
  if (!allowed.includes(resource)) throw invalidArn(`Resource type not valid in this context: ${resource}`);
  return { region, accountId, resource, parts: rest };
}

// White space, brackets, wildcards, `"#%\^|~`$&,;:/`, control characters, lone surrogates and non-characters.
const forbidden =
  /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Name rules of state machines, executions and activities (API reference: CreateStateMachine, name). */
export function checkName(name: string): void {
  if (forbidden.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

/** Builds the ARNs of one account and region. */
export function arns(region: string, accountId: string) {
  const base = `arn:aws:states:${region}:${accountId}:`;
  return {
    machine: (name: string): string => `${base}stateMachine:${name}`,
    execution: (machine: string, name: string): string => `${base}execution:${machine}:${name}`,
    express: (machine: string, name: string, id: string): string => `${base}express:${machine}:${name}:${id}`,
    activity: (name: string): string => `${base}activity:${name}`,
  };
}

export type Arns = ReturnType<typeof arns>;
