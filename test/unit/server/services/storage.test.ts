import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json';
import type { ServiceResponse } from '../../../../src/server/contract';
import { createDynamoDb } from '../../../../src/server/services/dynamodb';
import { folderBuckets, memoryBuckets, objectStore, type Buckets } from '../../../../src/server/services/objects';
import { crc32Base64, s3Api, s3Service } from '../../../../src/server/services/s3';
import { secretsApi } from '../../../../src/server/services/secrets';
import { fakeContext, request } from './context';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'buckets-'));
const kinds: [string, () => Buckets][] = [
  ['memory', () => memoryBuckets(fakeContext().clock)],
  ['a folder', () => folderBuckets(folder())],
];

describe.each(kinds)('objects in %s', (_, make) => {
  it('serve the engine: get, put, list in order of keys', async () => {
    const buckets = make();
    const store = objectStore(buckets);
    await store.put('b', 'z/1.json', Buffer.from('1'));
    await store.put('b', 'a.json', Buffer.from('[1,2]'));
    expect((await store.get('b', 'a.json'))?.toString()).toBe('[1,2]');
    expect(await store.get('b', 'none')).toBeUndefined();
    expect(await store.get('none', 'a')).toBeUndefined();
    expect((await store.list('b', ''))?.map((o) => o.Key)).toEqual(['a.json', 'z/1.json']);
    expect((await store.list('b', 'z/'))?.[0]).toMatchObject({
      Size: 1,
      StorageClass: 'STANDARD',
      Etag: '"c4ca4238a0b923820dcc509a6f75849b"',
    });
    expect(await store.list('none', '')).toBeUndefined();
  });

  it('serve tasks: a body is stored as its JSON', async () => {
    const api = s3Api(make());
    const call = async (action: string, input: JsonObject): Promise<JsonObject> =>
      api.call(action, { Bucket: 'b', Key: 'k', ...input });
    await call('CreateBucket', {});
    const put = await call('PutObject', { Body: 'text' });
    expect(put).toMatchObject({ ChecksumCRC32: crc32Base64(Buffer.from('"text"')), ServerSideEncryption: 'AES256' });
    expect(await call('GetObject', {})).toMatchObject({ Body: '"text"', ContentLength: 6 });
    await call('CopyObject', { CopySource: '/b/k', Key: 'copy' });
    expect(await call('ListObjectsV2', { MaxKeys: 1 })).toMatchObject({
      KeyCount: 1,
      IsTruncated: true,
      Contents: [{ Key: 'copy' }],
    });
    await call('DeleteObject', {});
    await expect(call('GetObject', {})).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
    await expect(call('GetObject', { Bucket: 'none' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(call('DeleteBucket', {})).rejects.toMatchObject({ code: 'BucketNotEmpty' });
    expect(() => api.call('PutBucketAcl', {})).toThrow(/no PutBucketAcl/);
  });
});

describe('the folder of objects', () => {
  it('is never left', async () => {
    const root = folder();
    writeFileSync(path.join(path.dirname(root), 'outside.txt'), 'secret');
    mkdirSync(path.join(root, 'b'));
    const buckets = folderBuckets(root);
    await expect((async () => buckets.read('b', '../../outside.txt'))()).rejects.toThrow(/leaves the objects folder/);
    await expect((async () => buckets.read('..', 'outside.txt'))()).rejects.toThrow(/leaves the objects folder/);
    await expect(
      (async () => buckets.write('b', '../x', { body: Buffer.from(''), contentType: '', metadata: {} }))(),
    ).rejects.toThrow(/leaves/);
  });
});

describe('the REST door', () => {
  it('takes aws-chunked bodies apart', async () => {
    const buckets = memoryBuckets(fakeContext().clock);
    await buckets.create('b');
    const service = s3Service(buckets, s3Api(buckets));
    const text =
      '5;chunk-signature=x\r\nhello\r\n6;chunk-signature=x\r\n world\r\n0\r\nx-amz-checksum-crc32:abc\r\n\r\n';
    const put = await service.handle(
      request({
        method: 'PUT',
        path: '/b/k',
        text,
        headers: { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-meta-who': 'me' },
      }),
    );
    expect(put.status).toBe(200);
    const got = await service.handle(request({ method: 'GET', path: '/b/k' }));
    expect(got.body.toString()).toBe('hello world');
    expect(got.headers).toMatchObject({ 'x-amz-meta-who': 'me', etag: '"5eb63bbbe01eeed093cb22bb8f5acdc3"' });
  });

  it('makes one object of the parts of an upload, in the order that is asked for', async () => {
    const buckets = memoryBuckets(fakeContext().clock);
    await buckets.create('b');
    const service = s3Service(buckets, s3Api(buckets));
    const call = (method: string, query: string, text = ''): Promise<ServiceResponse> =>
      Promise.resolve(
        service.handle(
          request({
            method,
            path: '/b/k',
            query: new URLSearchParams(query),
            text,
            headers: { 'content-type': 'text/csv' },
          }),
        ),
      );
    const begun = (await call('POST', 'uploads')).body.toString();
    const id = /<UploadId>(.+)<\/UploadId>/.exec(begun)?.[1] ?? '';
    await call('PUT', `uploadId=${id}&partNumber=2`, 'world');
    await call('PUT', `uploadId=${id}&partNumber=1`, 'hello ');
    expect((await call('PUT', `uploadId=${id}&partNumber=0`)).status).toBe(400);
    const parts = (...numbers: number[]): string => numbers.map((n) => `<PartNumber>${n}</PartNumber>`).join('');
    expect((await call('POST', `uploadId=${id}`, parts(1, 3))).body.toString()).toContain('<Code>InvalidPart</Code>');
    expect((await call('GET', '')).status).toBe(404);
    expect((await call('POST', `uploadId=${id}`, parts(1, 2))).body.toString()).toContain('<ETag>');
    const got = await call('GET', '');
    expect([got.body.toString(), got.headers?.['content-type']]).toEqual(['hello world', 'text/csv']);
    expect((await call('DELETE', `uploadId=${id}`)).body.toString()).toContain('<Code>NoSuchUpload</Code>');
  });

  it('refuses what does not add up or is not there', async () => {
    const buckets = memoryBuckets(fakeContext().clock);
    await buckets.create('b');
    const service = s3Service(buckets, s3Api(buckets));
    const bad = await service.handle(
      request({ method: 'PUT', path: '/b/k', text: 'x', headers: { 'content-md5': 'AAAA' } }),
    );
    expect(bad.body.toString()).toContain('<Code>BadDigest</Code>');
    expect((await service.handle(request({ method: 'HEAD', path: '/none' }))).status).toBe(404);
    expect((await service.handle(request({ method: 'PATCH', path: '/b/k' }))).status).toBe(405);
    expect((await service.handle(request({ method: 'PATCH', path: '/b' }))).status).toBe(405);
    await buckets.write('b', 'k', { body: Buffer.from('x'), contentType: '', metadata: {} });
    expect(
      (await service.handle(request({ method: 'GET', path: '/b/k', headers: { range: 'bytes=5-' } }))).status,
    ).toBe(416);
  });
});

describe('DynamoDB', () => {
  const table = {
    TableName: 'Table',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  };

  it('takes a table by its ARN and counts null members as absent', async () => {
    const api = createDynamoDb(fakeContext());
    await api.call('CreateTable', table);
    const TableName = 'arn:aws:dynamodb:us-east-1:111111111111:table/Table';
    await api.call('PutItem', { TableName, Item: { id: { S: 'a' } }, ConditionExpression: null });
    expect(await api.call('GetItem', { TableName, Key: { id: { S: 'a' } } })).toEqual({ Item: { id: { S: 'a' } } });
    await expect(api.call('PutItem', { TableName, Item: null })).rejects.toMatchObject({
      message:
        "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
    });
  });

  it("keeps AWS's codes", async () => {
    const api = createDynamoDb(fakeContext());
    await expect(api.call('GetItem', { TableName: 'None', Key: { id: { S: 'a' } } })).rejects.toMatchObject({
      code: expect.stringMatching(/#ResourceNotFoundException$/) as string,
      status: 400,
    });
    await expect(api.call('Dance', {})).rejects.toMatchObject({
      code: expect.stringMatching(/#UnknownOperationException$/) as string,
    });
  });
});

describe('secrets', () => {
  it('are kept, changed and deleted', async () => {
    const api = secretsApi(fakeContext());
    const { ARN } = api.call('CreateSecret', { Name: 's', SecretString: 'one' }) as JsonObject;
    expect(() => api.call('CreateSecret', { Name: 's' })).toThrow(/already exists/);
    await api.call('PutSecretValue', { SecretId: 's', SecretString: 'two' });
    expect(api.call('GetSecretValue', { SecretId: ARN })).toMatchObject({
      Name: 's',
      SecretString: 'two',
      VersionStages: ['AWSCURRENT'],
    });
    await api.call('DeleteSecret', { SecretId: 's' });
    expect(api.call('ListSecrets', {})).toEqual({ SecretList: [] });
    expect(() => api.call('GetSecretValue', { SecretId: 's' })).toThrow(/can't find the specified secret/);
    expect(() => api.call('RotateSecret', {})).toThrow(/no RotateSecret/);
  });
});
