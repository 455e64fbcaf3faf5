/** State machines made, run and read back through Step Functions' own API. */
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { expect } from 'vitest';
import type { ClientConfig } from './server';

export const account = '111111111111';
const roleArn = `arn:aws:iam::${account}:role/r`;

export interface Ended {
  readonly status: string | undefined;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly events: readonly HistoryEvent[];
}

export class Workflows {
  private made = 0;
  readonly sfn: SFNClient;

  constructor(config: ClientConfig) {
    this.sfn = new SFNClient(config);
  }

  async create(definition: object, name = `m${++this.made}`): Promise<string> {
    const { stateMachineArn = '' } = await this.sfn.send(
      new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) }),
    );
    return stateMachineArn;
  }

  async start(stateMachineArn: string, input: unknown = {}): Promise<string> {
    return (
      (await this.sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) })))
        .executionArn ?? ''
    );
  }

  async end(executionArn: string): Promise<Ended> {
    for (;;) {
      const { status, output, error, cause } = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') {
        const { events = [] } = await this.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
        return { status, output: output === undefined ? undefined : JSON.parse(output), error, cause, events };
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** One Task state, its resource and parameters. */
  async task(resource: string, parameters?: object, input: unknown = {}, more: object = {}): Promise<Ended> {
    const state = {
      Type: 'Task',
      Resource: resource,
      ...(parameters ? { Parameters: parameters } : {}),
      ...more,
      End: true,
    };
    return this.end(await this.start(await this.create({ StartAt: 'T', States: { T: state } }), input));
  }
}

/** What optimised integrations add to a service's answer. */
export const metadata = {
  SdkHttpMetadata: {
    HttpStatusCode: 200,
    HttpHeaders: { 'x-amzn-RequestId': expect.any(String) as string },
    AllHttpHeaders: { 'Content-Length': [expect.any(String) as string] },
  },
  SdkResponseMetadata: { RequestId: expect.any(String) as string },
};
