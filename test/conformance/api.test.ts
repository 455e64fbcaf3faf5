import { afterAll, describe, expect, test } from 'vitest';
import { corpusIsThere, recordings, Replay, type Recording } from './apiReplay';

/** Recordings that cannot be replayed as they are, and why. */
function notRun({ file, name, test: recorded }: Recording): string | undefined {
  if (recorded.allCalls.some((call) => call.op.startsWith('cloudformation.'))) return 'needs CloudFormation';
  if (/^test_express_(a)?sync$/.test(file) && /test_(catch|retry)/.test(name))
    return 'needs a function: the execution suite runs it';
  if (JSON.stringify(recorded.allCalls).includes('stubs.LoggingConfiguration object'))
    return 'its request was not recorded';
  return corrupt[name];
}

/** Recordings whose requests were restored wrongly: they cannot have had the answers recorded beside them. */
const corrupt: Readonly<Record<string, string>> = {
  test_create_update_state_machine_base_role_arn: 'its two roles were recorded as one',
  test_create_update_state_machine_same_parameters: 'its two roles were recorded as one',
  test_error_create_alias_invalid_router_configs: 'request names version 2 twice, answer speaks of version 3',
  test_publish_state_machine_version: 'request names version 1, answer describes version 2',
};

/** Where the server is known to differ, and why. Each is in docs/feature-support.md. */
const exceptions: Readonly<Record<string, string>> = {};

const results: { file: string; outcome: 'passed' | 'failed' | 'notRun'; why?: string }[] = [];

const queuesOf = (recording: Recording): string[] => [
  ...new Set(JSON.stringify(recording.test.allCalls).match(/queue-uid\d+/g) ?? []),
];

const groupsOf = (recording: Recording): string[] => {
  const named = [...JSON.stringify(recording.test.allCalls).matchAll(/log-group:([^:"\\]+):\*/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(named)];
};

describe.skipIf(!corpusIsThere)('recorded API calls (../shared/corpus/api)', () => {
  for (const recording of recordings()) {
    const why = notRun(recording);
    if (why !== undefined) {
      results.push({ file: recording.file, outcome: 'notRun', why });
      continue;
    }
    test(`${recording.file} ${recording.name}`, async () => {
      const replay = await Replay.start();
      try {
        for (const group of groupsOf(recording)) await replay.createGroup(group);
        for (const queue of queuesOf(recording)) await replay.createQueue(queue);
        await replay.walk(recording.test);
      } finally {
        await replay.stop();
      }
      const excused = exceptions[recording.name.split('[')[0] ?? ''];
      const failed = replay.failures.length > 0;
      results.push({ file: recording.file, outcome: failed ? 'failed' : 'passed', why: excused });
      if (excused === undefined) expect(replay.failures).toEqual([]);
      else expect(failed, 'no longer an exception: take it off the list').toBe(true);
    });
  }

  afterAll(() => {
    const files = [...new Set(results.map((result) => result.file))];
    const count = (file: string, outcome: string): number =>
      results.filter((result) => result.file === file && result.outcome === outcome).length;
    console.table(
      files.map((file) => ({
        area: file,
        passed: count(file, 'passed'),
        failed: count(file, 'failed'),
        'not run': count(file, 'notRun'),
      })),
    );
    for (const why of new Set(results.filter((result) => result.outcome === 'notRun').map((result) => result.why))) {
      console.log(
        `not run, ${why}: ${results.filter((result) => result.outcome === 'notRun' && result.why === why).length}`,
      );
    }
  });
});

if (!corpusIsThere)
  test.skip('the recorded API calls are absent (../shared/corpus): nothing to replay', () => undefined);
