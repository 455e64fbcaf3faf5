import { isObject, type Json, type JsonObject } from '../model/json';
import type { StateType } from '../model/machine';
import { statesOfDefinition } from '../trace/states';
import type { PriceId } from './table';

/** What a state bills besides its transition, each attempt of it. */
export type TaskBilling =
  | { readonly kind: 'lambda'; readonly functionName: string }
  | { readonly kind: 'units'; readonly price: PriceId; readonly units: number; readonly note?: string }
  | { readonly kind: 'workflow'; readonly synchronous: boolean }
  /** A service this table has no price of, or a price of nothing (an activity). */
  | { readonly kind: 'unpriced'; readonly service: string; readonly action: string };

export interface CostState {
  readonly path: string;
  readonly name: string;
  readonly type: StateType;
  readonly parent?: string;
  /** Tasks only. */
  readonly billing?: TaskBilling;
  /** A Map in distributed mode. */
  readonly distributed?: boolean;
  /** Inside a distributed Map whose children are Express: entering it is no billed transition. */
  readonly inExpressChild?: boolean;
}

/** `arn:aws:lambda:r:a:function:NAME[:alias]`, a partial ARN or a bare name → the name. */
export const functionNameOf = (reference: string): string => {
  const parts = reference.split(':');
  const at = parts.indexOf('function');
  return at >= 0 ? (parts[at + 1] ?? reference) : parts.length > 1 ? parts[0]! : reference;
};

const integration = /^arn:[^:]*:states:[^:]*:[^:]*:(?:(aws-sdk):)?([^:]+):([^.:]+)(\.sync(?::2)?|\.waitForTaskToken)?$/;

const parametersOf = (state: JsonObject): JsonObject => {
  const given = state.Parameters ?? state.Arguments;
  return isObject(given) ? given : {};
};

/** A parameter by its name, plain or by path; a path's value is not known from the definition. */
const text = (parameters: JsonObject, name: string): string | undefined => {
  const value = parameters[name] ?? parameters[`${name}.$`];
  return typeof value === 'string' ? value : undefined;
};

const chunks = (value: Json | undefined, chunkBytes: number): number =>
  Math.max(1, Math.ceil(JSON.stringify(value ?? {}).length / chunkBytes));

const itemNote = 'Item size is taken from the definition: 1 unit unless the parameters are larger.';

const dynamodb = (action: string, parameters: JsonObject): TaskBilling | undefined => {
  const item = chunks(parameters.Item ?? parameters, 1024);
  switch (action) {
    case 'putItem':
      return { kind: 'units', price: 'dynamodb.writeUnits', units: item, note: itemNote };
    case 'updateItem':
    case 'deleteItem':
      return { kind: 'units', price: 'dynamodb.writeUnits', units: 1, note: itemNote };
    case 'getItem':
    case 'query':
    case 'scan':
      return {
        kind: 'units',
        price: 'dynamodb.readUnits',
        units: parameters.ConsistentRead === true ? 1 : 0.5,
        note: `Read of at most 4 KB, ${parameters.ConsistentRead === true ? 'strongly' : 'eventually'} consistent.`,
      };
    default:
      return undefined;
  }
};

const billingOf = (state: JsonObject): TaskBilling => {
  const resource = typeof state.Resource === 'string' ? state.Resource : '';
  const parameters = parametersOf(state);
  if (/:lambda:[^:]*:[^:]*:function:/.test(resource)) return { kind: 'lambda', functionName: functionNameOf(resource) };
  const [, , service = '', rawAction = '', pattern = ''] = integration.exec(resource) ?? [];
  const action = rawAction.charAt(0).toLowerCase() + rawAction.slice(1);
  const other: TaskBilling = { kind: 'unpriced', service: service || resource, action };
  switch (service) {
    case 'lambda':
      return action === 'invoke'
        ? { kind: 'lambda', functionName: functionNameOf(text(parameters, 'FunctionName') ?? '') }
        : other;
    case 'sns':
      return action === 'publish'
        ? {
            kind: 'units',
            price: 'sns.publishes',
            units: chunks(parameters.Message, 65536),
          }
        : other;
    case 'sqs': {
      const fifo = text(parameters, 'QueueUrl')?.endsWith('.fifo') ?? false;
      return {
        kind: 'units',
        price: fifo ? 'sqs.requests.fifo' : 'sqs.requests',
        units: chunks(parameters.MessageBody, 65536),
      };
    }
    case 'events':
    case 'eventbridge':
      return action === 'putEvents'
        ? {
            kind: 'units',
            price: 'events.events',
            units: Array.isArray(parameters.Entries) ? Math.max(1, parameters.Entries.length) : 1,
          }
        : other;
    case 'dynamodb':
      return dynamodb(action, parameters) ?? other;
    case 'apigateway':
      return { kind: 'units', price: 'apigateway.http', units: 1, note: 'Taken for an HTTP API.' };
    case 'states':
    case 'sfn':
      return action === 'startExecution' || action === 'startSyncExecution'
        ? { kind: 'workflow', synchronous: pattern !== '' || action === 'startSyncExecution' }
        : other;
    default:
      return other;
  }
};

/** Every state of a definition with what it bills. */
export const costStates = (definition: JsonObject): CostState[] => {
  /** Paths of distributed Maps with Express children, and of what is inside them. */
  const express = new Set<string>();
  return statesOfDefinition(definition).map(({ path, name, type, parent, state }) => {
    const processor = isObject(state.ItemProcessor) ? state.ItemProcessor : undefined;
    const config = isObject(processor?.ProcessorConfig) ? processor.ProcessorConfig : undefined;
    const mode = config?.Mode;
    const inside = parent !== undefined && express.has(parent);
    if (inside || (mode === 'DISTRIBUTED' && config?.ExecutionType === 'EXPRESS')) express.add(path);
    return {
      path,
      name,
      type,
      ...(parent === undefined ? {} : { parent }),
      ...(type === 'Task' ? { billing: billingOf(state) } : {}),
      ...(type === 'Map' && mode === 'DISTRIBUTED' ? { distributed: true } : {}),
      ...(inside ? { inExpressChild: true } : {}),
    };
  });
};
