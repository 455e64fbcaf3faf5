/** S3: the operations as `aws-sdk:s3:…` tasks call them, and the path-style REST door with XML bodies. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Json, JsonObject } from '../../model/json';
import { ServiceError, type Service, type ServiceRequest, type ServiceResponse } from '../contract';
import { defaultType, etagOf, type Buckets, type ListedObject } from './objects';
import { Uploads } from './s3Uploads';
import { decodeChunks, unescapeXml, xml } from './s3Wire';
import { asServiceError, headerOf, text, toXml, XmlList, type Api, type Xml } from './protocol';

const noBucket = (): ServiceError => new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
const noKey = (): ServiceError => new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);

async function existing(buckets: Buckets, bucket: string): Promise<string> {
  if (!(await buckets.has(bucket))) throw noBucket();
  return bucket;
}

/** Base64 CRC-32, the checksum S3 gives what comes with none. */
export function crc32Base64(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

const need = (input: JsonObject, name: string): string => {
  const value = text(input[name]);
  if (value === undefined) throw new ServiceError('ValidationException', `${name} must be a text`, 400);
  return value;
};

/** The operations that `aws-sdk:s3` tasks have here; bodies are texts. */
export function s3Api(buckets: Buckets): Api {
  const operations: Readonly<Record<string, (input: JsonObject) => Promise<JsonObject>>> = {
    async CreateBucket(input) {
      await buckets.create(need(input, 'Bucket'));
      return { Location: `/${need(input, 'Bucket')}` };
    },
    async DeleteBucket(input) {
      await removeBucket(buckets, need(input, 'Bucket'));
      return {};
    },
    async ListBuckets() {
      return {
        Buckets: (await buckets.buckets()).map((b) => ({
          CreationDate: new Date(b.created).toISOString(),
          Name: b.name,
        })),
      };
    },
    async HeadBucket(input) {
      await existing(buckets, need(input, 'Bucket'));
      return {};
    },
    async PutObject(input) {
      const body = Buffer.from(bodyText(input.Body));
      const bucket = await existing(buckets, need(input, 'Bucket'));
      await buckets.write(bucket, need(input, 'Key'), {
        body,
        contentType: text(input.ContentType) ?? defaultType,
        metadata: {},
      });
      return {
        ChecksumCRC32: crc32Base64(body),
        ChecksumType: 'FULL_OBJECT',
        ETag: etagOf(body),
        ServerSideEncryption: 'AES256',
      };
    },
    async GetObject(input) {
      const found = await readObject(buckets, need(input, 'Bucket'), need(input, 'Key'));
      return { ...found.head, Body: found.body.toString('utf8') };
    },
    async HeadObject(input) {
      return (await readObject(buckets, need(input, 'Bucket'), need(input, 'Key'))).head;
    },
    async DeleteObject(input) {
      await buckets.erase(await existing(buckets, need(input, 'Bucket')), need(input, 'Key'));
      return {};
    },
    async CopyObject(input) {
      const [bucket = '', ...key] = decodeURIComponent(need(input, 'CopySource')).replace(/^\//, '').split('/');
      const found = await readObject(buckets, bucket, key.join('/'));
      await buckets.write(await existing(buckets, need(input, 'Bucket')), need(input, 'Key'), found);
      return { CopyObjectResult: { ETag: etagOf(found.body) } };
    },
    ListObjects: (input) => listed(buckets, input, false),
    ListObjectsV2: (input) => listed(buckets, input, true),
  };
  return {
    call(action, input) {
      const operation = operations[action];
      if (!operation) throw new ServiceError('NotImplemented', `StepBench's S3 has no ${action}`, 501);
      return operation(input);
    },
  };
}

/** Whatever a task's Body is, its JSON is stored: a text keeps its quotes. */
const bodyText = (body: Json | undefined): string => (body === undefined ? '' : JSON.stringify(body));

async function readObject(
  buckets: Buckets,
  bucket: string,
  key: string,
): Promise<{ body: Buffer; contentType: string; metadata: Readonly<Record<string, string>>; head: JsonObject }> {
  const object = await buckets.read(await existing(buckets, bucket), key);
  if (object === undefined) throw noKey();
  const { body, contentType, metadata, modified } = object;
  const head = {
    AcceptRanges: 'bytes',
    ContentLength: body.length,
    ContentType: contentType,
    ETag: etagOf(body),
    LastModified: new Date(Math.floor(modified / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
    Metadata: metadata,
    ServerSideEncryption: 'AES256',
  };
  return { body, contentType, metadata, head };
}

async function removeBucket(buckets: Buckets, bucket: string): Promise<void> {
  const objects = await buckets.list(bucket, '');
  if (objects === undefined) throw noBucket();
  if (objects.length > 0) throw new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
  await buckets.remove(bucket);
}

interface Page {
  readonly keys: readonly ListedObject[];
  readonly prefixes: readonly string[];
  readonly next: string | undefined;
}

/** One page of a listing: keys after `after`, grouped by `delimiter`. A group counts as one, as with S3. */
async function page(
  buckets: Buckets,
  bucket: string,
  prefix: string,
  delimiter: string,
  after: string,
  most: number,
): Promise<Page> {
  const all = await buckets.list(bucket, prefix);
  if (all === undefined) throw noBucket();
  const keys: ListedObject[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const object of all) {
    const cut = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const group = cut < 0 ? undefined : object.key.slice(0, cut + delimiter.length);
    const name = group ?? object.key;
    if (after !== '' && name <= after) continue;
    if (group !== undefined && group === prefixes.at(-1)) continue;
    if (keys.length + prefixes.length >= most) return { keys, prefixes, next: last };
    if (group === undefined) keys.push(object);
    else prefixes.push(group);
    last = name;
  }
  return { keys, prefixes, next: undefined };
}

const token = (key: string | undefined): string | undefined =>
  key === undefined ? undefined : Buffer.from(key).toString('base64url');
const fromToken = (value: string | undefined): string =>
  value === undefined ? '' : Buffer.from(value, 'base64url').toString('utf8');

async function listed(buckets: Buckets, input: JsonObject, v2: boolean): Promise<JsonObject> {
  const bucket = need(input, 'Bucket');
  const prefix = text(input.Prefix) ?? '';
  const most = typeof input.MaxKeys === 'number' ? input.MaxKeys : 1000;
  const after = v2
    ? fromToken(text(input.ContinuationToken)) || (text(input.StartAfter) ?? '')
    : (text(input.Marker) ?? '');
  const { keys, prefixes, next } = await page(buckets, bucket, prefix, text(input.Delimiter) ?? '', after, most);
  const contents = keys.map((o) => ({
    ETag: o.etag,
    Key: o.key,
    LastModified: new Date(o.modified).toISOString(),
    Size: o.size,
    StorageClass: 'STANDARD',
  }));
  return {
    Contents: contents,
    ...(prefixes.length > 0 ? { CommonPrefixes: prefixes.map((p) => ({ Prefix: p })) } : {}),
    IsTruncated: next !== undefined,
    MaxKeys: most,
    Name: bucket,
    Prefix: prefix,
    ...(v2 ? { KeyCount: keys.length + prefixes.length } : {}),
    ...(next === undefined ? {} : v2 ? { NextContinuationToken: token(next) } : { NextMarker: next }),
  };
}

/** The REST door, path-style: `/bucket/key`. */
export function s3Service(buckets: Buckets, api: Api): Service {
  const uploads = new Uploads(buckets);
  return {
    async handle(request) {
      try {
        const [, bucket = '', ...rest] = request.path.split('/');
        const key = rest.map(decodeURIComponent).join('/');
        if (bucket === '') return await bucketList(api);
        return key === ''
          ? await bucketRequest(buckets, api, request, decodeURIComponent(bucket))
          : await objectRequest(buckets, uploads, request, decodeURIComponent(bucket), key);
      } catch (thrown) {
        const error = asServiceError(thrown);
        if (request.method === 'HEAD') return { status: error.status, body: '' };
        const body = toXml('Error', {
          Code: error.code,
          Message: error.message,
          Resource: request.path,
          RequestId: request.requestId,
        });
        return {
          status: error.status,
          headers: { 'content-type': 'application/xml' },
          body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
        };
      }
    },
  };
}

async function bucketList(api: Api): Promise<ServiceResponse> {
  const { Buckets: all } = (await api.call('ListBuckets', {})) as { Buckets: Record<string, string>[] };
  return xml('ListAllMyBucketsResult', {
    Owner: { ID: 'stepbench', DisplayName: 'stepbench' },
    Buckets: new XmlList('Bucket', all),
  });
}

async function bucketRequest(
  buckets: Buckets,
  api: Api,
  request: ServiceRequest,
  bucket: string,
): Promise<ServiceResponse> {
  const { method, query } = request;
  if (method === 'PUT') {
    await buckets.create(bucket);
    return { status: 200, headers: { location: `/${bucket}` }, body: '' };
  }
  if (method === 'DELETE') {
    await removeBucket(buckets, bucket);
    return { status: 204, body: '' };
  }
  await existing(buckets, bucket);
  if (method === 'HEAD') return { status: 200, body: '' };
  if (method === 'POST' && query.has('delete')) return deleteMany(buckets, request, bucket);
  if (method !== 'GET')
    throw new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  if (query.has('location')) return xml('LocationConstraint', '');
  const v2 = query.get('list-type') === '2';
  const names = {
    Prefix: 'prefix',
    Delimiter: 'delimiter',
    ContinuationToken: 'continuation-token',
    StartAfter: 'start-after',
    Marker: 'marker',
  };
  const input: Record<string, Json> = { Bucket: bucket };
  for (const [member, parameter] of Object.entries(names)) {
    const value = query.get(parameter);
    if (value !== null) input[member] = value;
  }
  if (query.has('max-keys')) input.MaxKeys = Number(query.get('max-keys'));
  const { Contents, CommonPrefixes, ...rest } = await api.call(v2 ? 'ListObjectsV2' : 'ListObjects', input);
  return xml('ListBucketResult', {
    ...(rest as Record<string, Xml>),
    Contents: new XmlList('Contents', Contents as unknown as Xml[], true),
    CommonPrefixes: new XmlList('CommonPrefixes', (CommonPrefixes as unknown as Xml[] | undefined) ?? [], true),
  });
}

/** DeleteObjects: the keys are plain text in the request's XML. */
async function deleteMany(buckets: Buckets, request: ServiceRequest, bucket: string): Promise<ServiceResponse> {
  const keys = [...request.body.toString('utf8').matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) =>
    unescapeXml(key),
  );
  for (const key of keys) await buckets.erase(bucket, key);
  return xml('DeleteResult', {
    Deleted: new XmlList(
      'Deleted',
      keys.map((key) => ({ Key: key })),
      true,
    ),
  });
}

async function objectRequest(
  buckets: Buckets,
  uploads: Uploads,
  request: ServiceRequest,
  bucket: string,
  key: string,
): Promise<ServiceResponse> {
  const { method } = request;
  if (request.query.has('uploads') || request.query.has('uploadId')) {
    const part = uploads.handle(request, await existing(buckets, bucket), key, aboutOf(request));
    if (part !== undefined) return part;
  }
  if (method === 'PUT') return putObject(buckets, request, bucket, key);
  if (method === 'DELETE') {
    await buckets.erase(await existing(buckets, bucket), key);
    return { status: 204, body: '' };
  }
  if (method !== 'GET' && method !== 'HEAD')
    throw new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  const { body, contentType, metadata } = await readObject(buckets, bucket, key);
  const modified = (await buckets.read(bucket, key))?.modified ?? 0;
  const headers: Record<string, string> = {
    'content-type': contentType,
    etag: etagOf(body),
    'last-modified': new Date(modified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(headerOf(request, 'range') ?? '');
  if (range && method === 'GET') {
    const first = Number(range[1]);
    if (first >= body.length) throw new ServiceError('InvalidRange', 'The requested range is not satisfiable', 416);
    const last = Math.min(body.length - 1, range[2] === '' ? body.length - 1 : Number(range[2]));
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${first}-${last}/${body.length}` },
      body: body.subarray(first, last + 1),
    };
  }
  return { status: 200, headers, body };
}

/** What a request says of the object beside its content. */
function aboutOf(request: ServiceRequest): { contentType: string; metadata: Record<string, string> } {
  const metadata: Record<string, string> = {};
  for (const name of Object.keys(request.headers))
    if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = headerOf(request, name) ?? '';
  return { contentType: headerOf(request, 'content-type') ?? defaultType, metadata };
}

async function putObject(
  buckets: Buckets,
  request: ServiceRequest,
  bucket: string,
  key: string,
): Promise<ServiceResponse> {
  await existing(buckets, bucket);
  const source = headerOf(request, 'x-amz-copy-source');
  if (source !== undefined) {
    const [from = '', ...rest] = decodeURIComponent(source).replace(/^\//, '').split('/');
    const found = await readObject(buckets, from, rest.join('/'));
    await buckets.write(bucket, key, found);
    return xml('CopyObjectResult', { ETag: etagOf(found.body), LastModified: new Date().toISOString() });
  }
  const body = decodeChunks(request);
  const given = headerOf(request, 'content-md5');
  if (given !== undefined && given !== createHash('md5').update(body).digest('base64'))
    throw new ServiceError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400);
  await buckets.write(bucket, key, { ...aboutOf(request), body });
  return {
    status: 200,
    headers: {
      etag: etagOf(body),
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-checksum-crc32': crc32Base64(body),
    },
    body: '',
  };
}
