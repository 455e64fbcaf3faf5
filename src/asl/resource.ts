/** What the Resource of a Task names. */

export interface TaskResource {
  readonly kind: 'lambda' | 'activity' | 'integration' | 'other';
  /** `sqs`, `aws-sdk:s3`, …; empty for the rest. */
  readonly service: string;
  readonly action: string;
  readonly pattern: 'requestResponse' | 'sync' | 'sync:2' | 'waitForTaskToken';
}

/** Reads an ARN's shape; undefined for a text that is none. */
export function parseResource(resource: string): TaskResource | undefined {
  const parts = resource.split(':');
  if (parts[0] !== 'arn' || parts.length < 6) return undefined;
  const [, , service, region, account, kind] = parts;
  const other: TaskResource = { kind: 'other', service: '', action: '', pattern: 'requestResponse' };
  if (service === 'lambda') return { ...other, kind: 'lambda' };
  if (service !== 'states') return other;
  if (kind === 'activity') return { ...other, kind: 'activity' };
  if (region !== '' || account !== '') return other;
  const sdk = kind === 'aws-sdk';
  const named = sdk ? parts.slice(6) : parts.slice(5);
  const [name = '', ...rest] = named;
  const call = rest.join(':');
  const pattern = /\.(sync:2|sync|waitForTaskToken)$/.exec(call);
  return {
    kind: 'integration',
    service: sdk ? `aws-sdk:${name}` : name,
    action: pattern ? call.slice(0, pattern.index) : call,
    pattern: (pattern?.[1] as TaskResource['pattern'] | undefined) ?? 'requestResponse',
  };
}

/** Optimised integrations of Step Functions. Source: "Integrating optimized services" of the developer guide. */
export const optimizedServices: ReadonlySet<string> = new Set([
  'apigateway',
  'athena',
  'batch',
  'bedrock',
  'codebuild',
  'databrew',
  'dynamodb',
  'ecs',
  'eks',
  'elasticmapreduce',
  'emr-containers',
  'emr-serverless',
  'events',
  'glue',
  'http',
  'lambda',
  'mediaconvert',
  'sagemaker',
  'sns',
  'sqs',
  'states',
  's3',
  'bedrock-agentcore',
]);

/** Actions of those optimised services that have just these. */
export const optimizedActions: Readonly<Record<string, ReadonlySet<string>>> = {
  apigateway: new Set(['invoke']),
  batch: new Set(['submitJob']),
  dynamodb: new Set(['getItem', 'putItem', 'updateItem', 'deleteItem']),
  ecs: new Set(['runTask']),
  events: new Set(['putEvents']),
  http: new Set(['invoke']),
  lambda: new Set(['invoke']),
  sns: new Set(['publish']),
  sqs: new Set(['sendMessage']),
  states: new Set(['startExecution']),
};

/** Services without a job to wait for. */
export const withoutSync: ReadonlySet<string> = new Set([
  'lambda',
  'sns',
  'sqs',
  'dynamodb',
  'events',
  'apigateway',
  'bedrock-agentcore',
  'http',
]);
/** Services that cannot call back. */
export const withoutCallback: ReadonlySet<string> = new Set([
  'athena',
  'batch',
  'codebuild',
  'elasticmapreduce',
  'emr-containers',
  'emr-serverless',
  'glue',
  'databrew',
  'mediaconvert',
  'sagemaker',
  'dynamodb',
  'bedrock-agentcore',
  'http',
]);
