/** Lambda's API: REST with JSON bodies under /2015-03-31/functions and its siblings. */
import { type JsonObject } from '../../model/json';
import { ServiceError, type Service, type ServiceRequest, type ServiceResponse } from '../contract';
import { asServiceError, headerOf, object, parseBody, text, textMap } from '../services/protocol';
import {
  addPermission,
  createAlias,
  deleteConcurrency,
  getConcurrency,
  getPolicy,
  listVersions,
  putConcurrency,
  putEventInvoke,
  removePermission,
  tagResource,
  untagResource,
} from './apiExtras';
import { empty, json, type LambdaParts, type Operation } from './parts';
import { hotReloadBucket, type FunctionCode } from './code';
import { configOf, describeVersion, invalidParameter } from './configuration';
import { Environments } from './environments';
import { parseReference, type FunctionVersion, type LambdaFunction } from './functions';

async function createFunction(parts: LambdaParts, request: ServiceRequest): Promise<ServiceResponse> {
  const input = parseBody(request.body);
  const { name } = parseReference(text(input.FunctionName) ?? '');
  if (!/^[\w-]{1,64}$/.test(name))
    throw invalidParameter(`FunctionName '${name}' must be 1 to 64 letters, digits, - or _`);
  if (parts.functions.has(name))
    throw new ServiceError('ResourceConflictException', `Function already exist: ${name}`, 409, { Type: 'User' });
  const config = configOf(input);
  const code = await codeOf(parts, object(input.Code));
  const fn: LambdaFunction = {
    name,
    arn: parts.functions.arnOf(name),
    latest: newVersion(parts, '$LATEST', config, code),
    published: [],
    aliases: new Map(),
    tags: textMap(input.Tags),
    eventInvoke: {},
    permissions: new Map(),
    running: 0,
  };
  parts.functions.add(fn);
  if (input.Publish === true) publish(fn, parts);
  return json(201, describeVersion(fn, fn.latest));
}

function newVersion(
  parts: LambdaParts,
  version: string,
  config: FunctionVersion['config'],
  code: FunctionCode,
): FunctionVersion {
  return {
    version,
    config,
    code,
    revisionId: parts.context.uuid(),
    lastModified: parts.context.clock.now(),
    environments: new Environments(),
  };
}

async function codeOf(parts: LambdaParts, code: JsonObject): Promise<FunctionCode> {
  const zip = text(code.ZipFile);
  if (zip !== undefined) return parts.codes.fromZip(Buffer.from(zip, 'base64'));
  const bucket = text(code.S3Bucket);
  const key = text(code.S3Key);
  if (bucket === undefined || key === undefined) throw invalidParameter('Please provide a source for function code.');
  if (bucket === hotReloadBucket) return parts.codes.inPlace(key);
  const object = await parts.objects.get(bucket, key);
  if (object === undefined)
    throw invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    );
  return parts.codes.fromZip(object);
}

/** Puts a new `$LATEST` in the old one's place: its processes and environments are used no more. */
function replaceLatest(
  parts: LambdaParts,
  fn: LambdaFunction,
  config: FunctionVersion['config'],
  code: FunctionCode,
): void {
  const old = fn.latest;
  fn.latest = newVersion(parts, '$LATEST', config, code);
  parts.pool.retire(`${fn.name}:$LATEST:${old.revisionId}`);
  const inUse = code === old.code || fn.published.some((version) => version.code === old.code);
  if (!inUse && fn.running === 0) parts.codes.remove(old.code);
}

const getFunction: Operation = (parts, request, [name = '']) => {
  const { fn, version } = parts.functions.find(name, request.query.get('Qualifier') ?? undefined);
  const concurrency =
    fn.reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency } };
  return json(200, {
    Configuration: describeVersion(fn, version),
    Code: { RepositoryType: 'S3', Location: `file://${version.code.folder}` },
    Tags: fn.tags,
    ...concurrency,
  });
};

const getConfiguration: Operation = (parts, request, [name = '']) => {
  const { fn, version } = parts.functions.find(name, request.query.get('Qualifier') ?? undefined);
  return json(200, describeVersion(fn, version));
};

const updateConfiguration: Operation = (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  replaceLatest(parts, fn, configOf(parseBody(request.body), fn.latest.config), fn.latest.code);
  return json(200, describeVersion(fn, fn.latest));
};

const updateCode: Operation = async (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  const input = parseBody(request.body);
  const code = await codeOf(parts, input);
  replaceLatest(parts, fn, fn.latest.config, code);
  if (input.Publish === true) publish(fn, parts);
  return json(200, describeVersion(fn, fn.latest));
};

const deleteFunction: Operation = (parts, _, [name = '']) => {
  const { fn } = parts.functions.find(name);
  parts.functions.remove(fn);
  for (const version of [fn.latest, ...fn.published]) {
    parts.pool.retire(`${fn.name}:${version.version}:${version.revisionId}`);
    parts.codes.remove(version.code);
  }
  return empty();
};

const invoke: Operation = async (parts, request, [name = '']) => {
  const qualifier = request.query.get('Qualifier') ?? undefined;
  const type =
    headerOf(request, 'x-amz-invocation-type') ?? (request.path.includes('invoke-async') ? 'Event' : 'RequestResponse');
  const payload = request.body.length === 0 ? '{}' : request.body.toString('utf8');
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new ServiceError(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`,
      400,
      { Type: 'User' },
    );
  }
  const { fn } = parts.functions.find(name, qualifier, true);
  if (type === 'DryRun') return empty(204);
  const invocation = {
    reference: name,
    qualifier,
    payload,
    caller: 'direct' as const,
    requestId: request.requestId,
    clientContext: decodeContext(headerOf(request, 'x-amz-client-context')),
  };
  if (type === 'Event') {
    parts.asyncInvoker.accept(fn, invocation);
    return { status: 202, headers: { 'x-amzn-requestid': request.requestId }, body: '' };
  }
  if (type !== 'RequestResponse')
    throw invalidParameter(`InvocationType '${type}' is none of RequestResponse, Event, DryRun`);
  const answer = await parts.invoker.invoke(invocation);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': answer.executedVersion,
      'x-amzn-requestid': answer.requestId,
      ...(answer.functionError ? { 'x-amz-function-error': answer.functionError } : {}),
      ...(headerOf(request, 'x-amz-log-type') === 'Tail'
        ? { 'x-amz-log-result': Buffer.from(answer.logTail).toString('base64') }
        : {}),
    },
    body: answer.payload,
  };
};

const decodeContext = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : Buffer.from(header, 'base64').toString('utf8');

function publish(fn: LambdaFunction, parts: LambdaParts): FunctionVersion {
  const last = fn.published.at(-1);
  if (last && last.code === fn.latest.code && last.config === fn.latest.config) return last;
  const version = newVersion(parts, String(fn.published.length + 1), fn.latest.config, fn.latest.code);
  fn.published.push(version);
  return version;
}

const publishVersion: Operation = (parts, _, [name = '']) => {
  const { fn } = parts.functions.find(name);
  return json(201, describeVersion(fn, publish(fn, parts)));
};

const functionPath = '/2015-03-31/functions';
const routes: readonly (readonly [string, RegExp, Operation])[] = [
  ['POST', /^\/2015-03-31\/functions\/?$/, createFunction],
  [
    'GET',
    /^\/2015-03-31\/functions\/?$/,
    (p) => json(200, { Functions: p.functions.all().map((fn) => describeVersion(fn, fn.latest)) }),
  ],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)$/, getFunction],
  ['DELETE', /^\/2015-03-31\/functions\/([^/]+)$/, deleteFunction],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, getConfiguration],
  ['PUT', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, updateConfiguration],
  ['PUT', /^\/2015-03-31\/functions\/([^/]+)\/code$/, updateCode],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, invoke],
  ['POST', /^\/2014-11-13\/functions\/([^/]+)\/invoke-async\/?$/, invoke],
  ['PUT', /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/, putConcurrency],
  ['GET', /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/, getConcurrency],
  ['DELETE', /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/, deleteConcurrency],
  ['PUT', /^\/2019-09-25\/functions\/([^/]+)\/event-invoke-config$/, putEventInvoke],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/policy$/, addPermission],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/policy$/, getPolicy],
  ['DELETE', /^\/2015-03-31\/functions\/([^/]+)\/policy\/([^/]+)$/, removePermission],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/versions$/, publishVersion],
  ['GET', /^\/2015-03-31\/functions\/([^/]+)\/versions$/, listVersions],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/aliases$/, createAlias],
  ['GET', /^\/2017-03-31\/tags\/([^/]+)$/, (p, _, [name = '']) => json(200, { Tags: p.functions.find(name).fn.tags })],
  ['POST', /^\/2017-03-31\/tags\/([^/]+)$/, tagResource],
  ['DELETE', /^\/2017-03-31\/tags\/([^/]+)$/, untagResource],
];

export function lambdaService(parts: LambdaParts): Service {
  return {
    async handle(request) {
      try {
        for (const [method, pattern, operation] of routes) {
          const match = method === request.method ? pattern.exec(request.path) : null;
          if (match) return await operation(parts, request, match.slice(1).map(decodeURIComponent));
        }
        throw new ServiceError(
          'UnknownOperationException',
          `${request.method} ${request.path} is not an operation that StepBench's Lambda has (it is under ${functionPath})`,
          404,
        );
      } catch (thrown) {
        const error = asServiceError(thrown);
        return {
          status: error.status,
          headers: {
            'content-type': 'application/json',
            'x-amzn-errortype': error.code,
            'x-amzn-requestid': request.requestId,
          },
          body: JSON.stringify({ ...error.fields, Message: error.message, message: error.message }),
        };
      }
    },
  };
}
