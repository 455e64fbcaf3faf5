import { parseResource } from '../asl';
import { eachState } from '../asl/outline';
import { ExpectedError } from '../model/errors';
import { isObject, type JsonObject } from '../model/json';

/** A state that workflow code of one's own cannot do. */
export interface TwinGap {
  /** The state's path. */
  readonly path: string;
  readonly reason: string;
}

/** What workflow code calls (host/remoteServices.ts), as resources name it. */
const called = new Set(['lambda', 'dynamodb', 'sns', 'sqs', 'events', 'states']);
const calledBySdk = new Set(['lambda', 'dynamodb', 'sns', 'sqs', 'eventbridge', 'cloudwatchevents', 'sfn']);

const taskGap = (resource: string): string | undefined => {
  const parsed = parseResource(resource.replaceAll(/[$#]\{[^}]*\}/g, 'x'));
  if (parsed?.kind === 'activity') return 'An activity is a queue within Step Functions';
  if (parsed?.kind !== 'integration') return undefined;
  const { service, pattern } = parsed;
  if (pattern === 'waitForTaskToken') return 'Task tokens are given out and answered by Step Functions';
  const [, sdk] = /^aws-sdk:(.*)/.exec(service) ?? [];
  if (sdk === undefined ? called.has(service) : calledBySdk.has(sdk)) return undefined;
  return `It calls ${sdk ?? service}; code calls Lambda, DynamoDB, SNS, SQS, EventBridge and Step Functions`;
};

/** Every state that has no counterpart as code, in the order of the definition. */
export const twinGaps = (definition: JsonObject): readonly TwinGap[] =>
  [...eachState(definition)].flatMap(({ state, statePath }): TwinGap[] => {
    if (state.Type === 'Map' && (isObject(state.ItemReader) || isObject(state.ResultWriter)))
      return [
        { path: statePath, reason: 'Its items or results are objects in S3, which Step Functions reads and writes' },
      ];
    if (state.Type !== 'Task' || typeof state.Resource !== 'string') return [];
    const reason = taskGap(state.Resource);
    return reason === undefined ? [] : [{ path: statePath, reason }];
  });

/** @throws ExpectedError (usage) with every state that keeps a workflow from running as code. */
export const checkTwin = (definition: JsonObject): void => {
  const gaps = twinGaps(definition);
  if (gaps.length === 0) return;
  throw new ExpectedError(
    `This workflow cannot run as code:\n${gaps.map(({ path, reason }) => `${path}: ${reason}.`).join('\n')}\nLeave "code" out of --type.`,
    { code: 'usage' },
  );
};
