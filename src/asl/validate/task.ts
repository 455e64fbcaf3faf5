/** Task states: their resource, credentials and clocks. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { QueryLanguage, WorkflowType } from '../../model/machine';
import {
  optimizedActions,
  optimizedServices,
  parseResource,
  withoutCallback,
  withoutSync,
  type TaskResource,
} from '../resource';
import type { Path } from '../sourceTree';
import { isOpen, type Findings } from './findings';
import { checkTemplate, isExpression } from './queries';

export function checkTask(
  findings: Findings,
  state: JsonObject,
  path: Path,
  language: QueryLanguage,
  type: WorkflowType,
): void {
  checkResource(findings, state.Resource, path, type);
  checkCredentials(findings, state.Credentials, [...path, 'Credentials'], language);
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    findings.schema([...path, 'HeartbeatSeconds'], 'HeartbeatSeconds must be smaller than TimeoutSeconds');
  }
}

function checkResource(findings: Findings, resource: Json | undefined, path: Path, type: WorkflowType): void {
  const place = [...path, 'Resource'];
  if (resource === undefined) {
    findings.schema(path, 'These fields are required: [Resource]');
    return;
  }
  if (typeof resource !== 'string') {
    findings.schema(place, 'Expected value of type String');
    return;
  }
  // Even with placeholders in it, a resource may show a pattern that Express refuses.
  const parsed = parseResource(resource.replaceAll(/[$#]\{[^}]*\}/g, 'x'));
  if (!parsed) {
    if (!isOpen(resource)) findings.schema(place, 'Value is not a valid resource ARN');
    return;
  }
  if (parsed.kind === 'integration' && !isOpen(resource)) checkIntegration(findings, resource, parsed, place);
  if (type === 'EXPRESS') checkExpress(findings, parsed, place);
}

function checkIntegration(
  findings: Findings,
  resource: string,
  { service, action, pattern }: TaskResource,
  place: Path,
): void {
  const sdk = service.startsWith('aws-sdk:');
  const known = sdk
    ? /^aws-sdk:[a-z0-9]+$/.test(service) && /^[a-z]/.test(action)
    : optimizedServices.has(service) && (optimizedActions[service]?.has(action) ?? action !== '');
  const fits =
    pattern === 'requestResponse' ||
    (pattern === 'waitForTaskToken'
      ? !withoutCallback.has(service)
      : !sdk && !withoutSync.has(service) && (pattern !== 'sync:2' || service === 'states'));
  if (known && fits) return;
  findings.schema(
    place,
    `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
  );
}

function checkExpress(findings: Findings, { kind, pattern }: TaskResource, place: Path): void {
  if (kind === 'activity') findings.schema(place, 'Express state machine does not support Activity ARN');
  else if (pattern === 'sync' || pattern === 'sync:2')
    findings.schema(place, "Express state machine does not support '.sync' service integration");
  // The space before the end is AWS's.
  else if (pattern === 'waitForTaskToken')
    findings.schema(place, "Express state machine does not support '.waitForTaskToken' service integration ");
}

function checkCredentials(
  findings: Findings,
  credentials: Json | undefined,
  path: Path,
  language: QueryLanguage,
): void {
  if (credentials === undefined || isOpen(credentials) || isExpression(credentials, language)) return;
  if (!isObject(credentials)) {
    findings.schema(path, 'Expected value of type Object');
    return;
  }
  if (credentials.RoleArn === undefined && credentials['RoleArn.$'] === undefined)
    findings.schema(path, "The field 'RoleArn' is required but was missing");
  checkTemplate(findings, credentials, path, language);
}
