/** Lambda's operations that `aws-sdk:lambda:…` tasks have besides Invoke: those that only read. */
import { ServiceError } from '../contract';
import { text, type Api } from '../services/protocol';
import { describeVersion } from './configuration';
import type { FunctionStore } from './functions';

export function lambdaTaskApi(functions: FunctionStore): Api {
  return {
    call(action, input) {
      if (action === 'ListFunctions') return { Functions: functions.all().map((fn) => describeVersion(fn, fn.latest)) };
      if (action !== 'GetFunction' && action !== 'GetFunctionConfiguration') {
        throw new ServiceError('UnknownOperationException', `StepBench's Lambda has no ${action} for tasks`, 404);
      }
      const { fn, version } = functions.find(text(input.FunctionName) ?? '', text(input.Qualifier));
      const configuration = describeVersion(fn, version);
      if (action === 'GetFunctionConfiguration') return configuration;
      return {
        Configuration: configuration,
        Code: { RepositoryType: 'S3', Location: `file://${version.code.folder}` },
        Tags: fn.tags,
      };
    },
  };
}
