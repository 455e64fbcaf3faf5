import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type ClientConfig } from './server';

let stop: () => Promise<void>;
let config: ClientConfig;
beforeAll(async () => {
  const served = await serve();
  stop = () => served.server.stop();
  config = served.config;
});
afterAll(() => stop());

describe('DynamoDB through the SDK', () => {
  it('creates a table and puts, gets, updates, queries and deletes', async () => {
    const client = new DynamoDBClient(config);
    await client.send(
      new CreateTableCommand({
        TableName: 'Table',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Table' }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:us-east-1:111111111111:table/Table',
    });
    const Key = { id: { S: 'a' } };
    await client.send(
      new PutItemCommand({
        TableName: 'Table',
        Item: { ...Key, n: { N: '1' } },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
    await expect(
      client.send(
        new PutItemCommand({ TableName: 'Table', Item: Key, ConditionExpression: 'attribute_not_exists(id)' }),
      ),
    ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await client.send(
      new UpdateItemCommand({
        TableName: 'Table',
        Key,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    expect((await client.send(new GetItemCommand({ TableName: 'Table', Key }))).Item).toEqual({
      ...Key,
      n: { N: '2' },
    });
    expect(
      (
        await client.send(
          new QueryCommand({
            TableName: 'Table',
            KeyConditionExpression: 'id = :a',
            ExpressionAttributeValues: { ':a': { S: 'a' } },
          }),
        )
      ).Count,
    ).toBe(1);
    await client.send(new DeleteItemCommand({ TableName: 'Table', Key }));
    expect((await client.send(new ScanCommand({ TableName: 'Table' }))).Count).toBe(0);
    await expect(client.send(new GetItemCommand({ TableName: 'none', Key }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
  });
});

describe('S3 through the SDK', () => {
  const story = async (client: S3Client): Promise<void> => {
    await client.send(new CreateBucketCommand({ Bucket: 'data' }));
    for (const key of ['a.txt', 'dir/b.txt', 'dir/c d.txt'])
      await client.send(
        new PutObjectCommand({ Bucket: 'data', Key: key, Body: `body of ${key}`, ContentType: 'text/plain' }),
      );
    const got = await client.send(new GetObjectCommand({ Bucket: 'data', Key: 'dir/c d.txt' }));
    expect(await got.Body?.transformToString()).toBe('body of dir/c d.txt');
    const part = await client.send(new GetObjectCommand({ Bucket: 'data', Key: 'a.txt', Range: 'bytes=5-6' }));
    expect(await part.Body?.transformToString()).toBe('of');
    expect((await client.send(new HeadObjectCommand({ Bucket: 'data', Key: 'a.txt' }))).ContentLength).toBe(13);
    const folders = await client.send(new ListObjectsV2Command({ Bucket: 'data', Delimiter: '/' }));
    expect(folders.Contents?.map((o) => o.Key)).toEqual(['a.txt']);
    expect(folders.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
    const first = await client.send(new ListObjectsV2Command({ Bucket: 'data', MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2 });
    const second = await client.send(
      new ListObjectsV2Command({ Bucket: 'data', MaxKeys: 2, ContinuationToken: first.NextContinuationToken }),
    );
    expect(second.Contents?.map((o) => o.Key)).toEqual(['dir/c d.txt']);
    await client.send(new CopyObjectCommand({ Bucket: 'data', Key: 'copy', CopySource: 'data/a.txt' }));
    await expect(client.send(new DeleteBucketCommand({ Bucket: 'data' }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
    await client.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'copy' }));
    await client.send(
      new DeleteObjectsCommand({
        Bucket: 'data',
        Delete: { Objects: ['a.txt', 'dir/b.txt', 'dir/c d.txt'].map((Key) => ({ Key })) },
      }),
    );
    await expect(client.send(new GetObjectCommand({ Bucket: 'data', Key: 'a.txt' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    await client.send(new DeleteBucketCommand({ Bucket: 'data' }));
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'data' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  };

  it('keeps objects in memory', () => story(new S3Client({ ...config, forcePathStyle: true })));

  it('keeps objects in a folder, and nothing outside it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'objects-'));
    const { server, config: own } = await serve({ objectsFolder: folder });
    try {
      const client = new S3Client({ ...own, forcePathStyle: true });
      await story(client);
      await client.send(new CreateBucketCommand({ Bucket: 'kept' }));
      await client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'x/y.json', Body: '[1]' }));
      expect(readFileSync(path.join(folder, 'kept/x/y.json'), 'utf8')).toBe('[1]');
      expect((await client.send(new ListBucketsCommand({}))).Buckets?.map((b) => b.Name)).toEqual(['kept']);
    } finally {
      await server.stop();
    }
  });
});

describe('IAM and STS through the SDK', () => {
  it('keeps roles and their policies', async () => {
    const iam = new IAMClient(config);
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'r', Path: '/stepbench/', AssumeRolePolicyDocument: trust }),
    );
    expect(Role?.Arn).toBe('arn:aws:iam::111111111111:role/stepbench/r');
    await expect(
      iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust })),
    ).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: '{}' }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: 'arn:aws:iam::aws:policy/X' }));
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: 'r' }))).PolicyNames).toEqual(['p']);
    expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r' }))).AttachedPolicies).toEqual([
      { PolicyName: 'X', PolicyArn: 'arn:aws:iam::aws:policy/X' },
    ]);
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'r' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: 'arn:aws:iam::aws:policy/X' }));
    expect(
      decodeURIComponent((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role?.AssumeRolePolicyDocument ?? ''),
    ).toBe(trust);
    expect((await iam.send(new ListRolesCommand({}))).Roles).toHaveLength(1);
    await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'r' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  it('says who calls', async () => {
    expect((await new STSClient(config).send(new GetCallerIdentityCommand({}))).Account).toBe('111111111111');
  });
});
