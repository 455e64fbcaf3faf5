import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { leftoverSentence, offerRecovery } from '../../../src/cli/recover';
import { endedLine, startedLine, type SampleHead } from '../../../src/run/sampleLine';
import { openStore } from '../../../src/store/runs';
import { runDocument, useFolder } from '../store/fixtures';

const newFolder = useFolder();

const interruptedOn = async (kind: 'aws' | 'embedded'): Promise<string> => {
  const folder = newFolder();
  const store = openStore(folder);
  const target = kind === 'aws' ? ({ kind } as const) : ({ kind, profile: 'none' } as const);
  await store.save(
    runDocument('r1', {
      status: { kind: 'running', phase: 'loading' },
      target: { kind, region: 'us-east-1', account: '111111111111', simulated: null },
    }),
  );
  const head: SampleHead = {
    ...{ head: 'stepbench.samples/1', runId: 'r1', pid: 4_194_305, target, region: 'us-east-1' },
    arms: [
      {
        ...{ type: 'STANDARD', machineArn: 'arn:aws:states:us-east-1:1:stateMachine:m', namePrefix: 'n' },
        load: { kind: 'burst', executions: 3 },
      },
    ],
  };
  mkdirSync(path.dirname(store.samplesFile('r1')), { recursive: true });
  const sample = { name: 'n0', atMs: 0, latencyMs: 5, status: 'succeeded' as const };
  writeFileSync(
    store.samplesFile('r1'),
    [JSON.stringify(head), startedLine(0, 0, false, 0), startedLine(0, 1, false, 0), endedLine(0, 0, sample, 1)].join(
      '\n',
    ),
  );
  store.dispose();
  return folder;
};

const contextIn = (cwd: string, answer?: string) => {
  const said: string[] = [];
  const output = { write: (text: string) => said.push(text) };
  const context = {
    ...{ stdout: output, stderr: output, cwd, env: {} },
    signal: new AbortController().signal,
    ...(answer === undefined ? {} : { askLine: (text: string) => (said.push(text), Promise.resolve(answer)) }),
  };
  return { context, said: () => said.join('') };
};

const statusOf = async (folder: string) => {
  const store = openStore(folder);
  const read = await store.read('r1');
  store.dispose();
  return read.ok ? read.document : undefined;
};

describe('a run that was interrupted', () => {
  it('on the embedded engine is completed quietly: nothing is left to decide', async () => {
    const folder = await interruptedOn('embedded');
    const { context, said } = contextIn(folder);
    await offerRecovery(context);
    expect(said()).toBe('');
    expect((await statusOf(folder))?.status.kind).toBe('stopped');
  });

  it('on an account is said where nobody can be asked, with the way to complete it', async () => {
    const folder = await interruptedOn('aws');
    const { context, said } = contextIn(folder);
    await offerRecovery(context);
    expect(said()).toContain('Run r1 of order on account 111111111111 (us-east-1): 1 execution in flight.');
    expect(said()).toContain('stepbench recover --collect');
    expect((await statusOf(folder))?.status.kind).toBe('running');
  });

  it('is offered to a person, and kept as it is where that is the answer', async () => {
    const folder = await interruptedOn('aws');
    const later = contextIn(folder, '');
    await offerRecovery(later.context);
    expect((await statusOf(folder))?.status.kind).toBe('running');
    const keep = contextIn(folder, 'k');
    await offerRecovery(keep.context);
    expect(keep.said()).toContain('1 run completed, 0 resources removed.');
    expect((await statusOf(folder))?.arms[0]?.executions).toMatchObject({ started: 2, succeeded: 1, unknown: 1 });
  });

  it('is completed by its own command', async () => {
    const folder = await interruptedOn('aws');
    const look = contextIn(folder);
    expect(await main(['recover'], look.context)).toBe(0);
    expect(look.said()).toContain('--collect, --stop or --as-is');
    const both = contextIn(folder);
    expect(await main(['recover', '--stop', '--as-is'], both.context)).toBe(2);
    const done = contextIn(folder);
    expect(await main(['recover', '--as-is', '--json'], done.context)).toBe(0);
    expect(JSON.parse(done.said())).toMatchObject({ interrupted: [{ runId: 'r1' }], done: { completed: 1 } });
    const nothing = contextIn(folder);
    expect(await main(['recover'], nothing.context)).toBe(0);
    expect(nothing.said()).toBe('No run is left to complete.\n');
  });

  it('on an endpoint is named by its address', () =>
    expect(
      leftoverSentence({
        ...{ runId: 'r', workflow: null, region: 'us-east-1', accountId: null, outstanding: 0, resources: 2 },
        target: { kind: 'endpoint', url: 'http://localhost:4566' },
      }),
    ).toBe('Run r on http://localhost:4566: 2 resources left.'));
});
