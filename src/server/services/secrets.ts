/** Secrets Manager: secrets of this server's lifetime. */
import type { JsonObject } from '../../model/json';
import { ServiceError, type ServerContext } from '../contract';
import { text, type Api } from './protocol';

interface Secret {
  readonly name: string;
  readonly arn: string;
  value: string;
  version: string;
  /** Epoch ms. */
  changed: number;
}

export function secretsApi(context: ServerContext): Api {
  const secrets = new Map<string, Secret>();
  const find = (input: JsonObject): Secret => {
    const id = text(input.SecretId) ?? '';
    const secret = secrets.get(id) ?? [...secrets.values()].find((s) => s.arn === id);
    if (!secret)
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.", 400);
    return secret;
  };
  const shown = (s: Secret): JsonObject => ({ ARN: s.arn, Name: s.name, VersionId: s.version });
  const operations: Readonly<Record<string, (input: JsonObject) => JsonObject>> = {
    ListSecrets: () => ({
      SecretList: [...secrets.values()].map((s) => ({ ARN: s.arn, Name: s.name, LastChangedDate: s.changed / 1000 })),
    }),
    CreateSecret(input) {
      const name = text(input.Name) ?? '';
      if (!/^[\w/+=.@!-]+$/.test(name))
        throw new ServiceError(
          'ValidationException',
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
          400,
        );
      if (secrets.has(name))
        throw new ServiceError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
          400,
        );
      const arn = `arn:aws:secretsmanager:${context.region}:${context.accountId}:secret:${name}-${context.uuid().slice(0, 6)}`;
      const secret: Secret = {
        name,
        arn,
        value: text(input.SecretString) ?? '',
        version: context.uuid(),
        changed: context.clock.now(),
      };
      secrets.set(name, secret);
      return shown(secret);
    },
    GetSecretValue(input) {
      const secret = find(input);
      return {
        ...shown(secret),
        SecretString: secret.value,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: secret.changed / 1000,
      };
    },
    PutSecretValue(input) {
      const secret = find(input);
      secret.value = text(input.SecretString) ?? '';
      secret.version = context.uuid();
      secret.changed = context.clock.now();
      return { ...shown(secret), VersionStages: ['AWSCURRENT'] };
    },
    DescribeSecret: (input) => shown(find(input)),
    DeleteSecret(input) {
      const secret = find(input);
      secrets.delete(secret.name);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: context.clock.now() / 1000 };
    },
  };
  return {
    call(action, input) {
      const operation = operations[action];
      if (!operation)
        throw new ServiceError('UnknownOperationException', `StepBench's Secrets Manager has no ${action}`, 400);
      return operation(input);
    },
  };
}
