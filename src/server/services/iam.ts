/** As much of IAM and STS as deploying and removing a workflow needs: roles are kept and shown, and permit everything. */
import type { JsonObject } from '../../model/json';
import { policyOperations } from './iamPolicies';
import { ServiceError, type ServerContext, type Service } from '../contract';
import { handleQuery, listOf, mapOf, textOf, XmlList, type Api, type QueryFields, type Xml } from './protocol';

interface Role {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  trust: string;
  readonly description: string;
  readonly created: string;
  readonly policies: Map<string, string>;
  readonly attached: Set<string>;
  tags: Record<string, string>;
}

const noRole = (name: string): ServiceError =>
  new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);

const tagList = (tags: Readonly<Record<string, string>>): XmlList =>
  new XmlList(
    'member',
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  );

/** IAM percent-encodes policy documents in its answers. */
const showRole = (role: Role): Xml => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: role.created,
  AssumeRolePolicyDocument: encodeURIComponent(role.trust),
  Description: role.description,
  MaxSessionDuration: 3600,
  Tags: tagList(role.tags),
});

export function iamService(context: ServerContext): Service {
  const roles = new Map<string, Role>();
  const required = (fields: QueryFields, name: string): string => {
    const value = textOf(fields[name]);
    if (value === undefined)
      throw new ServiceError(
        'ValidationError',
        `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
        400,
      );
    return value;
  };
  const find = (fields: QueryFields): Role => {
    const name = required(fields, 'RoleName');
    const role = roles.get(name);
    if (!role) throw noRole(name);
    return role;
  };
  const operations: Readonly<Record<string, (fields: QueryFields) => Xml>> = {
    CreateRole(fields) {
      const name = required(fields, 'RoleName');
      if (roles.has(name)) throw new ServiceError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
      const path = textOf(fields.Path) ?? '/';
      const role: Role = {
        name,
        path,
        arn: `arn:aws:iam::${context.accountId}:role${path}${name}`,
        id: `AROA${context.uuid().replaceAll('-', '').slice(0, 17).toUpperCase()}`,
        trust: required(fields, 'AssumeRolePolicyDocument'),
        description: textOf(fields.Description) ?? '',
        created: new Date(context.clock.now()).toISOString(),
        policies: new Map(),
        attached: new Set(),
        tags: mapOf(fields.Tags),
      };
      roles.set(name, role);
      return { Role: showRole(role) };
    },
    GetRole: (fields) => ({ Role: showRole(find(fields)) }),
    ListRoles(fields) {
      const prefix = textOf(fields.PathPrefix) ?? '/';
      return {
        Roles: new XmlList('member', [...roles.values()].filter((r) => r.path.startsWith(prefix)).map(showRole)),
        IsTruncated: false,
      };
    },
    DeleteRole(fields) {
      const role = find(fields);
      if (role.policies.size > 0)
        throw new ServiceError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      if (role.attached.size > 0)
        throw new ServiceError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
      roles.delete(role.name);
      return undefined;
    },
    UpdateAssumeRolePolicy(fields) {
      find(fields).trust = required(fields, 'PolicyDocument');
      return undefined;
    },
    PutRolePolicy(fields) {
      const document = required(fields, 'PolicyDocument');
      try {
        JSON.parse(document);
      } catch {
        throw new ServiceError('MalformedPolicyDocument', 'Syntax errors in policy.', 400);
      }
      find(fields).policies.set(required(fields, 'PolicyName'), document);
      return undefined;
    },
    GetRolePolicy(fields) {
      const role = find(fields);
      const name = required(fields, 'PolicyName');
      const document = role.policies.get(name);
      if (document === undefined)
        throw new ServiceError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeURIComponent(document) };
    },
    DeleteRolePolicy(fields) {
      const name = required(fields, 'PolicyName');
      if (!find(fields).policies.delete(name))
        throw new ServiceError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
      return undefined;
    },
    ListRolePolicies: (fields) => ({
      PolicyNames: new XmlList('member', [...find(fields).policies.keys()]),
      IsTruncated: false,
    }),
    AttachRolePolicy(fields) {
      find(fields).attached.add(required(fields, 'PolicyArn'));
      return undefined;
    },
    DetachRolePolicy(fields) {
      const arn = required(fields, 'PolicyArn');
      if (!find(fields).attached.delete(arn))
        throw new ServiceError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
      return undefined;
    },
    ListAttachedRolePolicies: (fields) => ({
      AttachedPolicies: new XmlList(
        'member',
        [...find(fields).attached].map((arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn })),
      ),
      IsTruncated: false,
    }),
    TagRole(fields) {
      Object.assign(find(fields).tags, mapOf(fields.Tags));
      return undefined;
    },
    UntagRole(fields) {
      const role = find(fields);
      const keys = listOf(fields.TagKeys);
      role.tags = Object.fromEntries(Object.entries(role.tags).filter(([key]) => !keys.includes(key)));
      return undefined;
    },
    ListRoleTags: (fields) => ({ Tags: tagList(find(fields).tags), IsTruncated: false }),
    // Roles of this server belong to no instance.
    ListInstanceProfilesForRole(fields) {
      find(fields);
      return { InstanceProfiles: new XmlList('member', []), IsTruncated: false };
    },
  };
  const policies = policyOperations(context, required);
  return queryService('https://iam.amazonaws.com/doc/2010-05-08/', 'IAM', { ...operations, ...policies });
}

export function stsApi(context: ServerContext): Api {
  const answers: Readonly<Record<string, () => JsonObject>> = {
    GetCallerIdentity: () => ({
      UserId: 'AIDASTEPBENCH',
      Account: context.accountId,
      Arn: `arn:aws:iam::${context.accountId}:user/stepbench`,
    }),
  };
  return {
    call(action) {
      const answer = answers[action];
      if (!answer) throw new ServiceError('InvalidAction', `StepBench's STS has no ${action}`, 400);
      return answer();
    },
  };
}

export function stsService(api: Api): Service {
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  return {
    handle: (request) =>
      handleQuery({ namespace, call: async (action) => (await api.call(action, {})) as Xml }, request),
  };
}

function queryService(
  namespace: string,
  name: string,
  operations: Readonly<Record<string, (fields: QueryFields) => Xml>>,
): Service {
  return {
    handle: (request) =>
      handleQuery(
        {
          namespace,
          call(action, fields) {
            const operation = operations[action];
            if (!operation) throw new ServiceError('InvalidAction', `StepBench's ${name} has no ${action}`, 400);
            return operation(fields);
          },
        },
        request,
      ),
  };
}
