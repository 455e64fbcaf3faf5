/** A function's settings as requests give them and answers show them. */
import type { Json, JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import { object, text, textMap } from '../services/protocol';
import type { FunctionConfig, FunctionVersion, LambdaFunction } from './functions';
import { languageOfRuntime } from './runtimes';

export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', message, 400, { Type: 'User' });

const defaults: FunctionConfig = {
  runtime: 'nodejs20.x',
  handler: 'index.handler',
  role: '',
  description: '',
  timeout: 3,
  memorySize: 128,
  environment: {},
  architecture: 'x86_64',
};

/** The settings of a request over those there are; throws InvalidParameterValueException for what cannot be. */
export function configOf(input: JsonObject, base: FunctionConfig = defaults): FunctionConfig {
  const runtime = text(input.Runtime) ?? base.runtime;
  if (languageOfRuntime(runtime) === undefined) {
    throw invalidParameter(
      `Runtime ${runtime} cannot run here: StepBench runs nodejs and python functions. Mock its states in MockConfigFile.json instead.`,
    );
  }
  const environment = object(input.Environment).Variables;
  const architectures = input.Architectures;
  return {
    runtime,
    handler: text(input.Handler) ?? base.handler,
    role: text(input.Role) ?? base.role,
    description: text(input.Description) ?? base.description,
    timeout: whole(input.Timeout, 'timeout', 1, 900) ?? base.timeout,
    memorySize: whole(input.MemorySize, 'memorySize', 128, 10_240) ?? base.memorySize,
    environment: environment === undefined ? base.environment : textMap(environment),
    architecture: Array.isArray(architectures)
      ? (text(architectures[0] as Json) ?? base.architecture)
      : base.architecture,
    deadLetterTarget: text(object(input.DeadLetterConfig).TargetArn) ?? base.deadLetterTarget,
  };
}

function whole(value: Json | undefined, name: string, least: number, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  const broken = (constraint: string): ServiceError =>
    new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${JSON.stringify(value)}' at '${name}' failed to satisfy constraint: ${constraint}`,
      400,
      { Type: 'User' },
    );
  if (typeof value !== 'number' || !Number.isInteger(value)) throw broken('Member must be an integer');
  if (value < least) throw broken(`Member must have value greater than or equal to ${least}`);
  if (value > most) throw broken(`Member must have value less than or equal to ${most}`);
  return value;
}

/** `FunctionConfiguration` of the API. */
export function describeVersion(fn: LambdaFunction, version: FunctionVersion): JsonObject {
  const { config, code } = version;
  return {
    FunctionName: fn.name,
    FunctionArn: version.version === '$LATEST' ? fn.arn : `${fn.arn}:${version.version}`,
    Runtime: config.runtime,
    Role: config.role,
    Handler: config.handler,
    CodeSize: code.size,
    Description: config.description,
    Timeout: config.timeout,
    MemorySize: config.memorySize,
    LastModified: new Date(version.lastModified).toISOString().replace('Z', '+0000'),
    CodeSha256: code.sha256,
    Version: version.version,
    ...(Object.keys(config.environment).length > 0 ? { Environment: { Variables: config.environment } } : {}),
    ...(config.deadLetterTarget === undefined ? {} : { DeadLetterConfig: { TargetArn: config.deadLetterTarget } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: version.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [config.architecture],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${fn.name}` },
  };
}
