import { usageError, type Command } from './command';
import { serve, UsageError } from './serve';

export const serveCommand: Command = {
  name: 'serve',
  summary:
    'Serve the embedded engine to any AWS client. Prints one JSON line with endpoint and credentials when it is ready; SIGTERM ends it. For StartSyncExecution and TestState the AWS CLI and boto3 want AWS_DISABLE_HOST_PREFIX_INJECTION=true: they put sync- before the address.',
  operands: '',
  least: 0,
  most: 0,
  options: [
    { name: 'port', value: 'N', help: 'port on 127.0.0.1; 0 for a free one (default: 0)' },
    {
      name: 'clock',
      value: 'real|virtual|xN',
      help: 'wall time, time that jumps to the next event, or N times as fast',
    },
    { name: 'quotas', help: 'enforce the published quotas of the region' },
    { name: 'region', value: 'R', help: 'region it claims to be (default: us-east-1)' },
    { name: 'profile', value: 'study|none|FILE', help: 'latencies to simulate (default: none)' },
    { name: 'seed', value: 'N', help: 'of its draws' },
    { name: 'objects', value: 'FOLDER', help: 'folder whose sub-folders stand for S3 buckets' },
    { name: 'mocks', value: 'FILE', help: "AWS's MockConfigFile.json" },
    { name: 'test-case', value: 'NAME', help: 'its test case to play; else each start names one, as ARN#NAME' },
  ],
  run: async (parsed, context) => {
    try {
      return await serve(
        {
          port: parsed.text('port'),
          clock: parsed.text('clock'),
          region: parsed.text('region'),
          profile: parsed.text('profile'),
          seed: parsed.text('seed'),
          objects: parsed.text('objects'),
          mocks: parsed.text('mocks'),
          testCase: parsed.text('test-case'),
          ...(parsed.flag('quotas') ? { quotas: true } : {}),
        },
        context,
      );
    } catch (error) {
      if (error instanceof UsageError) throw usageError(error.message);
      throw error;
    }
  },
};
