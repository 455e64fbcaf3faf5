/** What belongs to a function beside its code: concurrency, retries, permissions, aliases, tags. */
import { isObject } from '../../model/json';
import { ServiceError } from '../contract';
import { list, object, parseBody, text, textMap } from '../services/protocol';
import { describeVersion, invalidParameter } from './configuration';
import { empty, json, type Operation } from './parts';

export const putConcurrency: Operation = (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  const wanted = parseBody(request.body).ReservedConcurrentExecutions;
  if (typeof wanted !== 'number' || wanted < 0)
    throw invalidParameter('ReservedConcurrentExecutions must be a number from 0');
  fn.reservedConcurrency = wanted;
  return json(200, { ReservedConcurrentExecutions: wanted });
};

export const getConcurrency: Operation = (parts, _, [name = '']) => {
  const reserved = parts.functions.find(name).fn.reservedConcurrency;
  return json(200, reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved });
};

export const deleteConcurrency: Operation = (parts, _, [name = '']) => {
  parts.functions.find(name).fn.reservedConcurrency = undefined;
  return empty();
};

export const putEventInvoke: Operation = (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  const input = parseBody(request.body);
  const attempts = input.MaximumRetryAttempts;
  if (attempts !== undefined && (typeof attempts !== 'number' || attempts < 0 || attempts > 2))
    throw invalidParameter('MaximumRetryAttempts must be 0, 1 or 2');
  const destinations = object(input.DestinationConfig);
  fn.eventInvoke = {
    maximumRetryAttempts: attempts,
    onFailure: text(object(destinations.OnFailure).Destination),
    onSuccess: text(object(destinations.OnSuccess).Destination),
  };
  return json(200, {
    FunctionArn: `${fn.arn}:$LATEST`,
    MaximumRetryAttempts: attempts,
    DestinationConfig: destinations,
    LastModified: parts.context.clock.now() / 1000,
  });
};

export const addPermission: Operation = (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  const input = parseBody(request.body);
  const id = text(input.StatementId) ?? '';
  if (fn.permissions.has(id))
    throw new ServiceError(
      'ResourceConflictException',
      `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      409,
      { Type: 'User' },
    );
  const source = text(input.SourceArn);
  const statement = {
    Sid: id,
    Effect: 'Allow',
    Principal: { Service: text(input.Principal) ?? '' },
    Action: text(input.Action) ?? '',
    Resource: fn.arn,
    ...(source === undefined ? {} : { Condition: { ArnLike: { 'AWS:SourceArn': source } } }),
  };
  fn.permissions.set(id, statement);
  return json(201, { Statement: JSON.stringify(statement) });
};

export const getPolicy: Operation = (parts, _, [name = '']) => {
  const { fn } = parts.functions.find(name);
  if (fn.permissions.size === 0)
    throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
      Type: 'User',
    });
  return json(200, {
    Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: [...fn.permissions.values()] }),
    RevisionId: fn.latest.revisionId,
  });
};

export const removePermission: Operation = (parts, _, [name = '', id = '']) => {
  if (!parts.functions.find(name).fn.permissions.delete(id))
    throw new ServiceError('ResourceNotFoundException', `Statement ${id} is not found in resource policy.`, 404, {
      Type: 'User',
    });
  return empty();
};

export const listVersions: Operation = (parts, _, [name = '']) => {
  const { fn } = parts.functions.find(name);
  return json(200, { Versions: [fn.latest, ...fn.published].map((version) => describeVersion(fn, version)) });
};

export const createAlias: Operation = (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  const input = parseBody(request.body);
  const alias = text(input.Name) ?? '';
  const version = text(input.FunctionVersion) ?? '$LATEST';
  parts.functions.find(name, version);
  fn.aliases.set(alias, version);
  return json(201, {
    AliasArn: `${fn.arn}:${alias}`,
    Name: alias,
    FunctionVersion: version,
    Description: text(input.Description) ?? '',
    RevisionId: parts.context.uuid(),
  });
};

export const tagResource: Operation = (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  const input = parseBody(request.body);
  if (!isObject(input.Tags)) throw invalidParameter('Tags must be a map');
  fn.tags = { ...fn.tags, ...textMap(input.Tags) };
  return empty();
};

export const untagResource: Operation = (parts, request, [name = '']) => {
  const { fn } = parts.functions.find(name);
  const keys = [...request.query.getAll('tagKeys'), ...list(parseBody(request.body).TagKeys)];
  fn.tags = Object.fromEntries(Object.entries(fn.tags).filter(([key]) => !keys.includes(key)));
  return empty();
};
