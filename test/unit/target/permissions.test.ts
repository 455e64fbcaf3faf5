import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json';
import { checkPermissions, policySource } from '../../../src/target/permissionCheck';
import { permissions, permissionsFor, policyFor, purposes, resourcesOf } from '../../../src/target/permissions';
import { probeOf } from '../../../src/target/permissionProbes';
import type { Door } from '../../../src/target/door';
import * as sdk from '../../../src/target/sdk';

const place = { region: 'eu-west-1', accountId: '111122223333' };

/** A door whose services answer by the name of the command. */
const doorOf = (
  answer: (command: string, input: Record<string, unknown>) => unknown,
  caller = 'arn:aws:iam::111122223333:user/ada',
) => {
  const sent: string[] = [];
  const client = {
    send: (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      sent.push(name);
      return Promise.resolve().then(() => answer(name, command.input));
    },
  };
  const door = { ...place, caller, sdk, clients: { sfn: client, logs: client, iam: client } } as unknown as Door;
  return { door, sent };
};

const named = (name: string, message = name) => Object.assign(new Error(message), { name });

describe('the table of permissions', () => {
  it('names each action on each kind of resource once', () => {
    const keys = permissions.map(({ action, scope }) => `${action} ${scope}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const purpose of purposes) expect(permissionsFor([purpose]).length).toBeGreaterThan(0);
  });

  it('is narrowed to our own names for everything that makes, changes or removes', () => {
    for (const { action, scope } of permissions)
      if (/:(Create|Update|Put|Delete|Tag|Publish|PassRole)/.test(action))
        for (const arn of resourcesOf(scope, place))
          expect([action, arn]).toEqual([action, expect.stringContaining('stepbench-*')]);
  });

  it('becomes one statement a kind of resource; a role is passed to Step Functions only', () => {
    const policy = policyFor(['run'], { ...place, roleArn: 'arn:aws:iam::111122223333:role/mine' });
    const statements = policy['Statement'] as JsonObject[];
    expect(statements.map((each) => each['Sid'])).toEqual([
      'StepBenchMachine',
      'StepBenchPassedRole',
      'StepBenchExecution',
    ]);
    expect(statements[1]).toMatchObject({
      Action: ['iam:PassRole'],
      Resource: ['arn:aws:iam::111122223333:role/mine'],
      Condition: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } },
    });
    expect(statements[0]).toMatchObject({
      Resource: ['arn:aws:states:eu-west-1:111122223333:stateMachine:stepbench-*'],
    });
  });

  it('speaks of the partition of the region', () => {
    expect(resourcesOf('role', { region: 'cn-north-1', accountId: '1' })).toEqual([
      'arn:aws-cn:iam::1:role/stepbench-*',
    ]);
  });

  it('can be tried dry, all but what would make something', () => {
    const { door } = doorOf(() => ({}));
    const untried = permissions.filter((each) => !probeOf(each, door)).map((each) => each.action);
    expect(untried).toEqual(['iam:PassRole', 'logs:CreateLogGroup']);
  });
});

describe('which permissions are missing', () => {
  it('is asked of IAM, with the service that a role is passed to', async () => {
    const asked: unknown[] = [];
    const { door, sent } = doorOf((_name, input) => {
      asked.push(input);
      const [action] = input['ActionNames'] as string[];
      return {
        EvaluationResults: [
          {
            EvalActionName: action,
            EvalDecision:
              action === 'states:StopExecution'
                ? 'explicitDeny'
                : action === 'iam:PassRole'
                  ? 'implicitDeny'
                  : 'allowed',
          },
        ],
      };
    });
    const checked = await checkPermissions(door, ['run'], 'arn:aws:iam::111122223333:role/mine');
    expect(new Set(sent)).toEqual(new Set(['SimulatePrincipalPolicy']));
    const missing = checked.filter(({ state }) => state.kind === 'denied');
    expect(missing.map(({ permission, state }) => [permission.action, state.kind === 'denied' && state.why])).toEqual([
      ['iam:PassRole', 'no policy allows it'],
      ['states:StopExecution', 'a policy denies it'],
    ]);
    expect(asked).toContainEqual(
      expect.objectContaining({
        PolicySourceArn: 'arn:aws:iam::111122223333:user/ada',
        ActionNames: ['iam:PassRole'],
        ResourceArns: ['arn:aws:iam::111122223333:role/mine'],
        ContextEntries: [expect.objectContaining({ ContextKeyValues: ['states.amazonaws.com'] })],
      }),
    );
  });

  it('names a boundary or an organization that stands in the way', async () => {
    const { door } = doorOf((_name, input) => ({
      EvaluationResults: [
        {
          EvalDecision: 'implicitDeny',
          ...((input['ActionNames'] as string[])[0] === 'states:CreateStateMachine'
            ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } }
            : { OrganizationsDecisionDetail: { AllowedByOrganizations: false } }),
        },
      ],
    }));
    const why = (await checkPermissions(door, ['run'])).map(({ state }) => (state.kind === 'denied' ? state.why : ''));
    expect(why[0]).toBe('a permissions boundary stands in the way');
    expect(why[1]).toBe('a policy of the organization stands in the way');
  });

  it('is tried dry where IAM may not be asked', async () => {
    const { door, sent } = doorOf((name) => {
      if (name === 'SimulatePrincipalPolicy') throw named('AccessDenied');
      if (name === 'DeleteStateMachine')
        throw named('AccessDeniedException', 'not authorized to perform: states:DeleteStateMachine');
      if (name === 'CreateStateMachine') throw named('InvalidDefinition');
      if (name === 'StopExecution') throw named('ECONNRESET', 'cut');
      throw named('StateMachineDoesNotExist');
    });
    const checked = await checkPermissions(door, ['run']);
    const states = Object.fromEntries(checked.map(({ permission, state }) => [permission.action, state]));
    expect(states['states:CreateStateMachine']).toEqual({ kind: 'allowed', basis: 'probed' });
    expect(states['states:StartExecution']).toEqual({ kind: 'allowed', basis: 'probed' });
    expect(states['states:DeleteStateMachine']).toMatchObject({ kind: 'denied', basis: 'probed' });
    expect(states['states:StopExecution']).toEqual({ kind: 'unknown', why: 'cut' });
    expect(states['iam:PassRole']).toMatchObject({ kind: 'unknown' });
    expect(sent[0]).toBe('SimulatePrincipalPolicy');
  });

  it('takes away again what an emulator made of a try', async () => {
    const { door, sent } = doorOf((name) => {
      if (name === 'SimulatePrincipalPolicy') throw named('NotImplemented');
      return {};
    });
    await checkPermissions(door, ['run', 'role']);
    expect(sent[sent.indexOf('CreateStateMachine') + 1]).toBe('DeleteStateMachine');
    expect(sent[sent.indexOf('CreateRole') + 1]).toBe('DeleteRole');
  });

  it('asks for the role behind a session, with its path', async () => {
    expect(policySource('arn:aws:sts::1:assumed-role/Ops/me@x')).toBe('arn:aws:iam::1:role/Ops');
    expect(policySource('arn:aws:iam::1:user/ada')).toBe('arn:aws:iam::1:user/ada');
    const sources = new Set<unknown>();
    const { door } = doorOf((name, input) => {
      if (name === 'GetRole') return { Role: { Arn: 'arn:aws:iam::111122223333:role/aws-reserved/sso/Ops' } };
      sources.add(input['PolicySourceArn']);
      return { EvaluationResults: [{ EvalDecision: 'allowed' }] };
    }, 'arn:aws:sts::111122223333:assumed-role/Ops/me');
    await checkPermissions(door, ['clean']);
    expect([...sources]).toEqual(['arn:aws:iam::111122223333:role/aws-reserved/sso/Ops']);
  });

  it('lacks nothing for the root of an account, of whom IAM simulates nothing', async () => {
    const { door, sent } = doorOf(() => ({}), 'arn:aws:iam::111122223333:root');
    const checked = await checkPermissions(door, ['run', 'clean']);
    expect(checked.every(({ state }) => state.kind === 'allowed')).toBe(true);
    expect(sent).toEqual([]);
  });
});
