/** A state machine's logging configuration: what is legal, and where its log group is. */
import type { JsonObject } from '../../model/json';
import { ServiceError } from '../contract';

export type LogLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

export interface LoggingConfiguration {
  readonly level: LogLevel;
  readonly includeExecutionData: boolean;
  /** As given: DescribeStateMachine shows an empty list where one was sent and nothing where none was. */
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

const invalid = (text: string): ServiceError =>
  new ServiceError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${text}`);

/** The group named by `arn:aws:logs:R:A:log-group:NAME:*`; undefined where the ARN is not of that form. */
function groupOfArn(arn: string): string | undefined {
  return /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+):\*$/.exec(arn)?.[1];
}

/** Throws InvalidLoggingConfiguration as AWS does. `groupExists` asks CloudWatch Logs. */
export function loggingConfiguration(
  input: JsonObject | undefined,
  groupExists: (group: string) => boolean,
): LoggingConfiguration {
  const level = (input?.level ?? 'OFF') as LogLevel;
  const destinations = input?.destinations as LoggingConfiguration['destinations'];
  if (level !== 'OFF' && destinations?.length !== 1) throw invalid('Must specify exactly one Log Destination.');
  if (destinations && destinations.length > 1) throw invalid('Must specify exactly one Log Destination.');
  for (const destination of destinations ?? []) {
    const group = groupOfArn(destination.cloudWatchLogsLogGroup?.logGroupArn ?? '');
    if (group === undefined)
      throw invalid('Log Destination must be a valid CloudWatch Logs log group ARN that ends with ":*".');
    if (!groupExists(group)) throw invalid('Log Destination not found.');
  }
  return { level, includeExecutionData: input?.includeExecutionData === true, ...(destinations && { destinations }) };
}

/** Where the events of this configuration go; undefined when it logs nothing. */
export function logGroup(configuration: LoggingConfiguration): string | undefined {
  if (configuration.level === 'OFF') return undefined;
  return groupOfArn(configuration.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn ?? '');
}
