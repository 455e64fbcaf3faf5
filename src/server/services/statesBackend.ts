/**
 * Step Functions as the other services see it: what a `states:startExecution` task, an `aws-sdk:sfn:…` task or an
 * EventBridge rule needs of it. The `states` service implements it.
 */
import type { MaybePromise } from '../../engine/contract';
import type { JsonObject } from '../../model/json';

export interface StatesBackend {
  /**
   * One operation of the API in the API's own member names: `call('StartExecution', {stateMachineArn, input})` answers
   * `{executionArn, startDate}` with dates as epoch seconds. Throws ServiceError with the API's codes and messages.
   * `parentArn` names the execution that asks, for nested ones.
   */
  call(action: string, input: JsonObject, caller?: { readonly parentArn?: string }): MaybePromise<JsonObject>;
  /**
   * Calls back once with DescribeExecution's answer when the execution has ended: at once if it has already. Works for
   * Express too, which the API itself cannot describe. Returns what cancels it.
   */
  onFinished(executionArn: string, callback: (description: JsonObject) => void): () => void;
}
