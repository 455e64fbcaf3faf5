/** DynamoDB: dynalite's operations on its store in memory, called as functions rather than over a port of their own. */
import { create } from 'dynalite/db';
import { checkTypes, checkValidations } from 'dynalite/validations';
import type { Json, JsonObject } from '../../model/json';
import { ServiceError, type ServerContext } from '../contract';
import { operations } from './dynaliteOperations';
import { list, object, text, type Api } from './protocol';

/** What dynalite throws and calls back with for an error of the service. */
interface DynaliteError {
  readonly statusCode: number;
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

const isServiceAnswer = (error: unknown): error is DynaliteError =>
  typeof (error as DynaliteError | undefined)?.statusCode === 'number';

export function createDynamoDb(context: ServerContext): Api {
  const store = create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsRegion = context.region;
  store.tableDb.awsAccountId = context.accountId;
  const call: Api['call'] = (action, input) => {
    const operation = operations[action];
    if (!operation)
      return Promise.reject(
        new ServiceError('com.amazon.coral.service#UnknownOperationException', `StepBench's DynamoDB has no ${action}`),
      );
    return new Promise((resolve, reject) => {
      try {
        const data = checkTypes(withoutNulls(tableByName(input)), operation.checks.types);
        checkValidations(data, operation.checks.types, operation.checks.custom, store);
        operation.run(store, data, (error, answer) => {
          if (error) reject(asError(error));
          else resolve(answer as JsonObject);
        });
      } catch (error) {
        reject(asError(error));
      }
    });
  };
  const settled = async (TableName: Json | undefined): Promise<boolean> => {
    try {
      const { Table } = await call('DescribeTable', { TableName });
      return object(Table).TableStatus === 'ACTIVE';
    } catch {
      // Deleted.
      return true;
    }
  };
  return {
    async call(action, input) {
      const answer = await call(action, input);
      // dynalite changes a table at a later turn, and nobody here gains from the wait: an answer comes when it is done.
      const changing = action === 'CreateTable' || action === 'DeleteTable' || action === 'UpdateTable';
      while (changing && !(await settled(input.TableName))) await new Promise((resolve) => setTimeout(resolve, 1));
      // It knows tags too, but not those that a table is created with.
      const { TableArn } = object(answer.TableDescription);
      if (action === 'CreateTable' && list(input.Tags).length > 0)
        await call('TagResource', { ResourceArn: TableArn, Tags: input.Tags });
      return answer;
    },
  };
}

/** A member that is null counts as absent. */
function withoutNulls(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));
}

/** A table may be given by its ARN. */
function tableByName(input: JsonObject): JsonObject {
  const name = text(input.TableName);
  return name?.startsWith('arn:') ? { ...input, TableName: name.slice(name.lastIndexOf('/') + 1) } : input;
}

function asError(error: unknown): Error {
  if (!isServiceAnswer(error)) return error instanceof Error ? error : new Error(String(error));
  const { __type, message, Message, ...fields } = error.body;
  return new ServiceError(__type, message ?? Message ?? '', error.statusCode, fields);
}
