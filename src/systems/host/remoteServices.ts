import type { JsonObject } from '../../model/json';
import { ServiceError } from '../../server/contract';
import type { Invoker } from '../../server/lambda/invoker';
import type { Api } from '../../server/services/protocol';
import type { Clients, Sdk } from '../../target/clients';

/** What a task of workflow code reaches: the services themselves, through the SDK, as any service of one's own would. */
export interface RemoteServices {
  readonly apis: ReadonlyMap<string, Api>;
  readonly invoker: Pick<Invoker, 'invoke'>;
  /** Step Functions itself, for nested workflows. */
  readonly states: Api;
}

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** An SDK error as the task runner knows errors; what never reached the service keeps its own name. */
const serviceError = (error: unknown): ServiceError => {
  const { name, message, $metadata } = error as SdkError;
  return new ServiceError(name ?? 'SdkClientException', message ?? String(error), $metadata?.httpStatusCode ?? 500);
};

type Command = new (input: never) => object;
interface Client {
  send(command: never): Promise<object>;
}

/** Any operation of a client by its name; one that the product's SDK bundle lacks is said by name. */
const apiOf = (sdk: Sdk, client: Client, service: string): Api => ({
  call: async (action, input) => {
    const command = (sdk as unknown as Readonly<Record<string, Command | undefined>>)[`${action}Command`];
    if (!command) {
      throw new ServiceError('UnknownOperationException', `As code, StepBench does not call ${service}:${action}`, 400);
    }
    try {
      const { $metadata: _, ...answer } = (await client.send(new command(input as never) as never)) as JsonObject;
      return answer;
    } catch (error) {
      throw serviceError(error);
    }
  },
});

export const createRemoteServices = (sdk: Sdk, clients: Clients): RemoteServices => ({
  apis: new Map<string, Api>([
    ['dynamodb', apiOf(sdk, clients.dynamodb, 'dynamodb')],
    ['sns', apiOf(sdk, clients.sns, 'sns')],
    ['sqs', apiOf(sdk, clients.sqs, 'sqs')],
    ['events', apiOf(sdk, clients.events, 'events')],
  ]),
  states: apiOf(sdk, clients.sfn, 'states'),
  invoker: {
    invoke: async ({ reference, qualifier, payload }) => {
      try {
        const answer = await clients.lambda.send(
          new sdk.InvokeCommand({
            FunctionName: reference,
            Payload: Buffer.from(payload),
            ...(qualifier ? { Qualifier: qualifier } : {}),
          }),
        );
        return {
          requestId: answer.$metadata.requestId ?? '',
          payload: Buffer.from(answer.Payload ?? []).toString(),
          executedVersion: answer.ExecutedVersion ?? '$LATEST',
          logTail: '',
          cold: false,
          ...(answer.FunctionError ? { functionError: 'Unhandled' as const } : {}),
        };
      } catch (error) {
        throw serviceError(error);
      }
    },
  },
});
