/** Managed policies of IAM: kept and shown, never enforced; clients make them for the roles they set up. */
import type { ServerContext } from '../contract';
import { ServiceError } from '../contract';
import { textOf, XmlList, type QueryFields, type Xml } from './protocol';

type Operation = (fields: QueryFields) => Xml;

export function policyOperations(
  context: Pick<ServerContext, 'accountId' | 'clock' | 'uuid'>,
  required: (fields: QueryFields, name: string) => string,
): Readonly<Record<string, Operation>> {
  const policies = new Map<string, { readonly [name: string]: Xml }>();
  const find = (fields: QueryFields): { readonly [name: string]: Xml } => {
    const arn = required(fields, 'PolicyArn');
    const policy = policies.get(arn);
    if (!policy) throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
    return policy;
  };
  return {
    CreatePolicy(fields) {
      const name = required(fields, 'PolicyName');
      parseDocument(required(fields, 'PolicyDocument'));
      const path = textOf(fields.Path) ?? '/';
      const arn = `arn:aws:iam::${context.accountId}:policy${path}${name}`;
      if (policies.has(arn))
        throw new ServiceError(
          'EntityAlreadyExists',
          `A policy called ${name} already exists. Duplicate names are not allowed.`,
          409,
        );
      const at = new Date(context.clock.now()).toISOString();
      const policy = {
        PolicyName: name,
        PolicyId: `ANPA${context.uuid().replaceAll('-', '').slice(0, 17).toUpperCase()}`,
        Arn: arn,
        Path: path,
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        IsAttachable: true,
        CreateDate: at,
        UpdateDate: at,
      };
      policies.set(arn, policy);
      return { Policy: policy };
    },
    GetPolicy: (fields) => ({ Policy: find(fields) }),
    DeletePolicy(fields) {
      find(fields);
      policies.delete(required(fields, 'PolicyArn'));
      return undefined;
    },
    ListPolicies: () => ({ Policies: new XmlList('member', [...policies.values()]), IsTruncated: false }),
  };
}

function parseDocument(document: string): void {
  try {
    JSON.parse(document);
  } catch {
    throw new ServiceError('MalformedPolicyDocument', 'Syntax errors in policy.', 400);
  }
}
