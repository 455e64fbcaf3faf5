import { describe, expect, it } from 'vitest';
import { startServer } from '../../../src/server/start';
import { brokenInvariants, newFolder, run, type RunSetUp } from './setUp';

const notesOf = ({ notes }: { readonly notes: readonly { readonly message: string }[] }) =>
  notes.map((note) => note.message).join('\n');

describe('load from within the account', () => {
  it('bursts of both types: every execution is started by the Map, found, timed, billed and traced', async () => {
    const { document } = await run({ plan: { driver: true, load: { kind: 'burst', executions: 40 } } });
    expect(document.status).toEqual({ kind: 'finished' });
    expect(brokenInvariants(document)).toEqual([]);
    expect(document.arms.map((arm) => arm.type)).toEqual(['STANDARD', 'EXPRESS']);
    for (const arm of document.arms) {
      expect([arm.type, arm.executions]).toMatchObject([arm.type, { started: 40, succeeded: 40, dropped: 0 }]);
      expect(arm.traced).toBe(40);
      expect(arm.states.find((state) => state.path === 'Done')?.visits).toBe(40);
      expect(arm.cost?.total).toBeGreaterThan(0);
      // No client made these starts.
      expect(arm.startMs ?? null).toBeNull();
    }
    expect(notesOf(document)).toMatch(/Standard: the load came from within the account, out of 40 Express children/);
    expect(notesOf(document)).toMatch(/Its 41 transitions and the starts come out of the same buckets/);
    expect(notesOf(document)).toMatch(/Its own cost, at most \$/);
  });

  it('keeps to the times of an open load, ramped, and to the slots of a closed one', async () => {
    const open = await run({
      plan: {
        driver: true,
        types: ['STANDARD'],
        load: { kind: 'arrivalRate', rate: 5, endRate: 25, durationMs: 1_500, maxInFlight: 100 },
      },
    });
    const [ramp] = open.document.arms;
    expect(ramp?.executions.succeeded).toBe(22);
    const due = (ramp?.samples ?? []).map((sample) => sample.atMs).sort((a, b) => a - b);
    // Rising from 5 to 25 a second: the gaps go from 164 ms to 42 ms.
    expect(due[1]).toBe(164);
    expect((due[21] ?? 0) - (due[20] ?? 0)).toBe(42);
    const closed = await run({
      plan: { driver: true, types: ['STANDARD'], load: { kind: 'iterations', executions: 9, concurrency: 3 } },
      definition: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, End: true } } },
    });
    const [slots] = closed.document.arms;
    expect(slots?.executions.succeeded).toBe(9);
    expect(notesOf(closed.document)).toMatch(/out of 9 Standard children/);
    // Three rounds of three: never more than three at a time.
    expect(Date.parse(closed.document.finishedAt!) - Date.parse(closed.document.startedAt)).toBeGreaterThan(3_000);
  });

  it('gives each execution its own input as far as they fit, and counts failures by their error', async () => {
    const { document } = await run({
      plan: {
        driver: true,
        load: { kind: 'burst', executions: 6 },
        input: { kind: 'value', label: 'bad', value: { fail: '{{index}}' } },
      },
    });
    expect(brokenInvariants(document)).toEqual([]);
    for (const arm of document.arms) {
      expect(arm.executions).toMatchObject({ started: 6, failed: 6 });
      expect(arm.errors).toEqual({ 'Order.Invalid': 6 });
    }
  });

  it('says what the driver could not start, and why', async () => {
    const server = await startServer({ seed: 1 });
    const { endpoint, region, credentials } = server;
    const { SFNClient, CreateStateMachineCommand } = await import('@aws-sdk/client-sfn');
    const sfn = new SFNClient({ endpoint, region, credentials });
    try {
      const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
      await sfn.send(
        new CreateStateMachineCommand({ name: 'mine', definition, roleArn: 'arn:aws:iam::111111111111:role/x' }),
      );
      const runId = '20261124-101530-abcdef';
      const named = async (driver: boolean) => {
        const options = { folder: newFolder(), runId };
        const { document } = await run({
          folder: options.folder,
          plan: {
            ...{ driver, existing: { machine: 'mine' }, target: { kind: 'endpoint', url: endpoint, region } },
            load: { kind: 'burst', executions: 5 },
            input: { kind: 'value', label: 'x', value: { driver } },
          },
          io: {
            options,
            env: { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
          },
        });
        return document;
      };
      expect((await named(false)).arms[0]?.executions.succeeded).toBe(5);
      const document = await named(true);
      expect(brokenInvariants(document)).toEqual([]);
      expect(document.arms[0]?.executions).toMatchObject({ started: 0, dropped: 5 });
      expect(notesOf(document)).toMatch(
        /5 executions could not be started: the driver's child .* \(5 of 5 did: StepFunctions.ExecutionAlreadyExists/,
      );
    } finally {
      sfn.destroy();
      await server.stop();
    }
  });

  it('is removed with everything else from a target that stays', async () => {
    const server = await startServer({ seed: 1 });
    try {
      const { SFNClient, ListStateMachinesCommand } = await import('@aws-sdk/client-sfn');
      const seen = new Set<string>();
      const { endpoint, region, credentials } = server;
      const sfn = new SFNClient({ endpoint, region, credentials });
      const list = async () => (await sfn.send(new ListStateMachinesCommand({}))).stateMachines ?? [];
      let looking = true;
      const look = (async () => {
        while (looking) {
          for (const each of await list()) seen.add(each.name!.replace(/-[0-9a-f]{6}$/, ''));
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      const setUp: RunSetUp = {
        plan: {
          driver: true,
          target: { kind: 'endpoint', url: endpoint, region },
          load: { kind: 'burst', executions: 3 },
        },
        io: {
          env: { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
        },
      };
      const { document } = await run(setUp);
      looking = false;
      await look;
      expect(document.status).toEqual({ kind: 'finished' });
      expect([...seen].sort()).toEqual([
        'stepbench-order-driver-s-standard',
        'stepbench-order-driver-x-standard',
        'stepbench-order-express',
        'stepbench-order-standard',
      ]);
      expect(await list()).toEqual([]);
      sfn.destroy();
    } finally {
      await server.stop();
    }
  });

  it('ends with the run: a stop stops the driver and what it has started', async () => {
    const stop = new AbortController();
    const { document } = await run({
      plan: { driver: true, types: ['STANDARD'], load: { kind: 'burst', executions: 4 } },
      definition: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } },
      io: { signal: stop.signal },
      onSnapshot: ({ progress }) => {
        if (progress.running === 4) stop.abort('enough');
      },
    });
    expect(document.status).toEqual({ kind: 'stopped', reason: 'enough' });
    expect(brokenInvariants(document)).toEqual([]);
    const [arm] = document.arms;
    expect((arm?.executions.aborted ?? 0) + (arm?.executions.unknown ?? 0)).toBe(4);
  });

  it('refuses more than a Map Run holds, and systems that are no workflows', async () => {
    const load = { kind: 'iterations', executions: 10_001, concurrency: 10 } as const;
    await expect(run({ plan: { driver: true, load } })).rejects.toThrow(/at most 10,000 executions of a step/);
    await expect(
      run({ plan: { driver: true, types: ['STANDARD'], systems: ['standard', 'as-code'] } }),
    ).rejects.toThrow(/leave the other systems out/);
  });
});
