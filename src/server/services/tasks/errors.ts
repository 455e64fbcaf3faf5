/** How Step Functions words a service's error: one form for optimised integrations, one for `aws-sdk` ones. */
import type { TaskResult } from '../../../engine/contract';
import type { ServiceError } from '../../contract';

interface ServiceNames {
  /** Before the dot of an optimised integration's error. */
  readonly optimised: string;
  /** `Service:` of an optimised cause. */
  readonly wire: string;
  /** Name of an error that the service's model does not list. */
  readonly general: string;
  /** The same of the `aws-sdk` form. */
  readonly sdk: string;
  readonly sdkGeneral: string;
}

const names: Readonly<Record<string, ServiceNames>> = {
  lambda: {
    optimised: 'Lambda',
    wire: 'AWSLambda',
    general: 'AWSLambdaException',
    sdk: 'Lambda',
    sdkGeneral: 'LambdaException',
  },
  dynamodb: {
    optimised: 'DynamoDB',
    wire: 'AmazonDynamoDBv2',
    general: 'AmazonDynamoDBException',
    sdk: 'DynamoDb',
    sdkGeneral: 'DynamoDbException',
  },
  sns: { optimised: 'SNS', wire: 'AmazonSNS', general: 'AmazonSNSException', sdk: 'Sns', sdkGeneral: 'SnsException' },
  sqs: { optimised: 'SQS', wire: 'AmazonSQS', general: 'AmazonSQSException', sdk: 'Sqs', sdkGeneral: 'SqsException' },
  events: {
    optimised: 'EventBridge',
    wire: 'AmazonCloudWatchEvents',
    general: 'AmazonCloudWatchEventsException',
    sdk: 'EventBridge',
    sdkGeneral: 'EventBridgeException',
  },
  states: {
    optimised: 'StepFunctions',
    wire: 'AWSStepFunctions',
    general: 'AWSStepFunctionsException',
    sdk: 'Sfn',
    sdkGeneral: 'SfnException',
  },
  s3: { optimised: 'S3', wire: 'Amazon S3', general: 'AmazonS3Exception', sdk: 'S3', sdkGeneral: 'S3Exception' },
  secretsmanager: {
    optimised: 'SecretsManager',
    wire: 'AWSSecretsManager',
    general: 'AWSSecretsManagerException',
    sdk: 'SecretsManager',
    sdkGeneral: 'SecretsManagerException',
  },
  sts: {
    optimised: 'STS',
    wire: 'AWSSecurityTokenService',
    general: 'AWSSecurityTokenServiceException',
    sdk: 'Sts',
    sdkGeneral: 'StsException',
  },
};

const fallback = (service: string): ServiceNames => ({
  optimised: service,
  wire: service,
  general: `${service}Exception`,
  sdk: service,
  sdkGeneral: `${service}Exception`,
});

/** Codes that no service's model lists as an error of its own: they come under the service's general name. */
const unmodelled = new Set([
  'ValidationException',
  'SerializationException',
  'MissingParameter',
  'InvalidParameterValue',
  'InvalidParameterCombination',
  'AccessDeniedException',
  'UnknownOperationException',
  'InternalFailure',
  'ValidationError',
]);
/** … except where one does. */
const modelled: Readonly<Record<string, ReadonlySet<string>>> = { states: new Set(['ValidationException']) };

/** `NotFound` → `NotFoundException`; the part after a `#` or the last dot. */
function className(code: string): string {
  const bare = code.split('#').at(-1)?.split('.').at(-1) ?? code;
  return bare.endsWith('Exception') ? bare : `${bare}Exception`;
}

function errorName(service: string, code: string, general: string): string {
  const bare = code.split('#').at(-1) ?? code;
  return unmodelled.has(bare) && !modelled[service]?.has(bare) ? general : className(bare);
}

/** `SNS.NotFoundException`, `… (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: …; Proxy: null)`. */
export function optimisedFailure(service: string, error: ServiceError, requestId: string): TaskResult {
  const { optimised, wire, general } = names[service] ?? fallback(service);
  const wireCode =
    typeof error.fields.queryCode === 'string' ? error.fields.queryCode : (error.code.split('#').at(-1) ?? error.code);
  return {
    ok: false,
    error: `${optimised}.${errorName(service, error.code, general)}`,
    cause: `${error.message} (Service: ${wire}; Status Code: ${error.status}; Error Code: ${wireCode}; Request ID: ${requestId}; Proxy: null)`,
  };
}

/**
 * `DynamoDb.ResourceNotFoundException`, `… (Service: DynamoDb, Status Code: 400, Request ID: …)`. The recordings have the
 * closing attempt count with Step Functions only (2025) and not with DynamoDB and S3 (2023).
 */
export function sdkFailure(service: string, error: ServiceError, requestId: string): TaskResult {
  const { sdk, sdkGeneral } = names[service] ?? fallback(service);
  const extended = service === 's3' ? `, Extended Request ID: ${extendedId(requestId)}` : '';
  const attempts = service === 'states' || service === 'lambda' ? ' (SDK Attempt Count: 1)' : '';
  return {
    ok: false,
    error: `${sdk}.${errorName(service, error.code, sdkGeneral)}`,
    cause: `${error.message} (Service: ${sdk}, Status Code: ${error.status}, Request ID: ${requestId}${extended})${attempts}`,
  };
}

const extendedId = (requestId: string): string => Buffer.from(requestId.repeat(2)).toString('base64');
