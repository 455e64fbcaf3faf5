import { describe, expect, it } from 'vitest';
import { iamService, stsApi, stsService } from '../../../../src/server/services/iam';
import { fakeContext, request } from './context';

function iam(): (form: Record<string, string>) => Promise<{ status: number; body: string }> {
  const service = iamService(fakeContext());
  return async (form) => {
    const answer = await service.handle(request({ text: new URLSearchParams(form).toString() }));
    return { status: answer.status, body: answer.body.toString() };
  };
}

describe('roles', () => {
  it('are made with tags and shown with their trust percent-encoded', async () => {
    const call = iam();
    const made = await call({
      Action: 'CreateRole',
      RoleName: 'r',
      AssumeRolePolicyDocument: '{"a":1}',
      'Tags.member.1.Key': 'k',
      'Tags.member.1.Value': 'v',
    });
    expect(made.body).toContain('<Arn>arn:aws:iam::111111111111:role/r</Arn>');
    expect(made.body).toContain('<AssumeRolePolicyDocument>%7B%22a%22%3A1%7D</AssumeRolePolicyDocument>');
    expect((await call({ Action: 'ListRoleTags', RoleName: 'r' })).body).toContain(
      '<member><Key>k</Key><Value>v</Value></member>',
    );
    await call({ Action: 'UntagRole', RoleName: 'r', 'TagKeys.member.1': 'k' });
    expect((await call({ Action: 'ListRoleTags', RoleName: 'r' })).body).not.toContain('<Key>');
  });

  it.each<[Record<string, string>, string, number]>([
    [{ Action: 'GetRole', RoleName: 'none' }, 'NoSuchEntity', 404],
    [{ Action: 'GetRole' }, 'ValidationError', 400],
    [{ Action: 'CreateRole', RoleName: 'r', AssumeRolePolicyDocument: '{}' }, 'EntityAlreadyExists', 409],
    [{ Action: 'PutRolePolicy', RoleName: 'r', PolicyName: 'p', PolicyDocument: '{' }, 'MalformedPolicyDocument', 400],
    [{ Action: 'GetRolePolicy', RoleName: 'r', PolicyName: 'p' }, 'NoSuchEntity', 404],
    [{ Action: 'DetachRolePolicy', RoleName: 'r', PolicyArn: 'a' }, 'NoSuchEntity', 404],
    [{ Action: 'CreateUser' }, 'InvalidAction', 400],
  ])('%j is refused', async (form, code, status) => {
    const call = iam();
    await call({ Action: 'CreateRole', RoleName: 'r', AssumeRolePolicyDocument: '{}' });
    const answer = await call(form);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(`<Code>${code}</Code>`);
  });
});

it('managed policies are made, shown, refused twice and deleted', async () => {
  const call = iam();
  const made = { Action: 'CreatePolicy', PolicyName: 'p', PolicyDocument: '{"Version":"2012-10-17"}' };
  const PolicyArn = 'arn:aws:iam::111111111111:policy/p';
  expect((await call(made)).body).toContain(`<Arn>${PolicyArn}</Arn>`);
  expect(await call(made)).toMatchObject({ status: 409 });
  expect((await call({ ...made, PolicyName: 'q', PolicyDocument: '{' })).body).toContain('MalformedPolicyDocument');
  expect((await call({ Action: 'GetPolicy', PolicyArn })).body).toContain('<PolicyName>p</PolicyName>');
  expect((await call({ Action: 'ListPolicies' })).body).toContain(PolicyArn);
  expect(await call({ Action: 'DeletePolicy', PolicyArn })).toMatchObject({ status: 200 });
  expect(await call({ Action: 'GetPolicy', PolicyArn })).toMatchObject({ status: 404 });
});

it('STS says who calls and nothing else', async () => {
  const service = stsService(stsApi(fakeContext()));
  expect((await service.handle(request({ text: 'Action=GetCallerIdentity' }))).body.toString()).toContain(
    '<Account>111111111111</Account>',
  );
  expect((await service.handle(request({ text: 'Action=AssumeRole' }))).status).toBe(400);
});
