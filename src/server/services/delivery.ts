/** Who gets what by ARN: functions, queues, topics, buses and state machines as targets of the other services. */
import type { Json } from '../../model/json';
import type { Deliver, AsyncInvoker } from '../lambda/async';
import type { FunctionStore } from '../lambda/functions';
import type { Api } from './protocol';
import type { Sqs } from './sqs';
import type { Attribute } from './sqsMessage';
import type { StatesBackend } from './statesBackend';

export interface DeliveryParts {
  readonly functions: FunctionStore;
  readonly asyncInvoker: () => AsyncInvoker;
  readonly sqs: Sqs;
  readonly sns: () => Api;
  readonly states: () => StatesBackend;
}

/** The returned function rejects where there is no such target. */
export function createDelivery(parts: DeliveryParts): Deliver {
  return async (arn, body, attributes, fifo) => {
    const service = arn.split(':')[2];
    if (service === 'lambda') {
      const { fn } = parts.functions.find(arn);
      parts.asyncInvoker().accept(fn, { reference: arn, payload: body, caller: 'direct' });
    } else if (service === 'sqs') {
      const queue = parts.sqs.byArn(arn);
      if (!queue) throw new Error(`no queue ${arn}`);
      const texts = Object.entries(attributes).map(([name, value]): [string, Attribute] => [
        name,
        { type: 'String', value },
      ]);
      queue.send({ body, attributes: new Map(texts), ...fifo });
    } else if (service === 'sns') {
      const shown = Object.entries(attributes).map(([name, value]): [string, Json] => [
        name,
        { DataType: 'String', StringValue: value },
      ]);
      await parts.sns().call('Publish', { TopicArn: arn, Message: body, MessageAttributes: Object.fromEntries(shown) });
    } else if (service === 'states') await parts.states().call('StartExecution', { stateMachineArn: arn, input: body });
    else throw new Error(`StepBench cannot deliver to ${arn}`);
  };
}
