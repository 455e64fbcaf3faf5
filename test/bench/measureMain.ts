/** Figures of the runner itself: what a start costs the client, how far a burst spreads, how near the measured latency is to the true one. */
import { fork } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { preciseClock } from '../../src/run/clock';
import { freshCounts, type Lane } from '../../src/run/lane';
import { runBlock, type LoadingContext } from '../../src/run/loading';
import { createPacer } from '../../src/run/pace';
import { createRandom } from '../../src/run/random';
import { monitorSaturation } from '../../src/run/saturation';
import type { BaseLoad } from '../../src/run/shapes';
import { createArm } from '../../src/stats';
import { expressOn } from '../../src/systems/express';
import { fixedCredentials } from '../../src/target/credentials';
import { createHotCalls } from '../../src/target/hot/calls';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const clock = preciseClock();
const fixed = (value: number, digits = 1) => value.toFixed(digits).padStart(9);
const say = (text: string) => process.stdout.write(`${text}\n`);

const serve = (waitMs: number) =>
  new Promise<{ endpoint: string; stop: () => void }>((resolve) => {
    const child = fork(path.join(__dirname, 'measureServer.js'), [String(waitMs)]);
    child.once('message', (port: number) =>
      resolve({ endpoint: `http://127.0.0.1:${port}`, stop: () => child.disconnect() }),
    );
  });

interface Cost {
  readonly cpu: number;
  readonly p50: number;
}
const rounds = 5;
const middle = (costs: readonly Cost[]): Cost | undefined =>
  [...costs].sort((a, b) => a.cpu - b.cpu)[Math.floor(costs.length / 2)];

/** CPU microseconds of this process for one call, with `inFlight` of them at a time. */
const cost = async (calls: number, inFlight: number, call: (i: number) => Promise<unknown>): Promise<Cost> => {
  const drive = async (count: number, times: number[]) => {
    let next = 0;
    const slot = async () => {
      while (next < count) {
        const before = performance.now();
        await call(next++);
        times.push(performance.now() - before);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, slot));
  };
  await drive(inFlight * 2, []);
  const times: number[] = [];
  const before = process.cpuUsage();
  await drive(calls, times);
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  return { cpu: (user + system) / calls, p50: times[Math.floor(times.length / 2)] ?? 0 };
};

const clientCost = async () => {
  const waitMs = 100;
  const { endpoint, stop } = await serve(waitMs);
  const input = { stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:m', input: '{"order":{"id":1}}' };
  const hot = createHotCalls({ endpoint, region: 'us-east-1', credentials: fixedCredentials(credentials) }, () =>
    clock.now(),
  );
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2_000, maxFreeSockets: 2_000 });
  const { hostname, port } = new URL(endpoint);
  const bare = (i: number) =>
    new Promise<unknown>((resolve, reject) => {
      const body = JSON.stringify({ ...input, name: `b${i}` });
      const request = http.request(
        { agent, hostname, port, method: 'POST', path: '/', headers: { 'content-length': Buffer.byteLength(body) } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  const sdk = new SFNClient({
    endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    disableHostPrefix: true,
    requestHandler: new NodeHttpHandler({ httpAgent: new http.Agent({ keepAlive: true, maxSockets: 2_000 }) }),
  });
  say('client CPU of one synchronous start, µs (and median round trip, ms; the service takes 100)');
  say(
    `  medians of ${rounds} rounds in which the three take turns, so that whatever else this machine does falls on all`,
  );
  say('  in flight   bare HTTP         ours          SDK   ours ÷ bare');
  for (const inFlight of [1, 100, 1_000]) {
    const calls = inFlight === 1 ? 30 : inFlight * 8;
    const measured = { plain: [] as Cost[], ours: [] as Cost[], theirs: [] as Cost[] };
    for (let round = 0; round < rounds; round++) {
      measured.plain.push(await cost(calls, inFlight, bare));
      measured.ours.push(await cost(calls, inFlight, (i) => hot.startSyncExecution({ ...input, name: `o${i}` })));
      measured.theirs.push(
        await cost(Math.min(calls, 2_000), inFlight, (i) =>
          sdk.send(new StartSyncExecutionCommand({ ...input, name: `s${i}` })),
        ),
      );
    }
    const [plain, ours, theirs] = [measured.plain, measured.ours, measured.theirs].map(middle);
    const cell = (each: Cost | undefined) => `${fixed(each?.cpu ?? NaN, 0)} (${each?.p50.toFixed(0)})`;
    say(
      `  ${String(inFlight).padStart(9)} ${cell(plain)} ${cell(ours)} ${cell(theirs)}   ${fixed((ours?.cpu ?? NaN) / (plain?.cpu ?? NaN), 2)}`,
    );
  }
  hot.destroy();
  agent.destroy();
  sdk.destroy();
  stop();
};

const truth = (endpoint: string) =>
  new Promise<Map<string, { at: number; durationMs: number }>>((resolve, reject) => {
    http
      .get(`${endpoint}/truth`, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve(
            new Map(JSON.parse(Buffer.concat(chunks).toString()) as [string, { at: number; durationMs: number }][]),
          ),
        );
      })
      .on('error', reject);
  });

const machineArn = 'arn:aws:states:us-east-1:1:stateMachine:m';
const free = { bucket: Infinity, refill: Infinity };

const quantile = (values: number[], p: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))] ?? NaN;

const accuracy = async () => {
  const { endpoint, stop } = await serve(250);
  say('measured against true latency from the intended start, ms (Express, synchronous; the service takes 250)');
  say('  in flight   measured p50   true p50   difference   measured p95   true p95   start skew   marked saturated');
  for (const inFlight of [1, 100, 1_000]) {
    const hot = createHotCalls({ endpoint, region: 'us-east-1', credentials: fixedCredentials(credentials) }, () =>
      clock.now(),
    );
    const load: BaseLoad =
      inFlight === 1 ? { kind: 'iterations', executions: 20, concurrency: 1 } : { kind: 'burst', executions: inFlight };
    const arm = createArm({ type: 'EXPRESS', system: 'express', load, states: [] });
    const never = new AbortController().signal;
    const lane: Lane = {
      number: 0,
      type: 'EXPRESS',
      load,
      system: {
        ...expressOn(
          hot,
          {
            machine: { type: 'EXPRESS', name: 'm', arn: machineArn, startArn: machineArn },
            ...{ states: [], describes: createPacer(free, clock), lists: createPacer(free, clock) },
          },
          { clock, random: createRandom(1), signal: never },
        ),
        // Warmed before the origin is taken, which the true latencies are counted from.
        warm: () => Promise.resolve(),
      },
      arm,
      namePrefix: `m${inFlight}-`,
      planned: inFlight,
      ...freshCounts(),
    };
    const monitor = monitorSaturation(clock);
    const context: LoadingContext = {
      clock,
      random: createRandom(1),
      inputs: { size: 1, takesPayload: false, text: () => '{}' },
      signal: never,
      mayStart: () => true,
      monitor,
      sharesMachine: true,
      lines: [],
    };
    await hot.warm(inFlight, true);
    const origin = clock.now();
    await runBlock({ lane, load }, context);
    monitor.stop();
    const known = await truth(endpoint);
    const { samples } = arm.snapshot({ final: true });
    const measured = samples.map((sample) => sample.latencyMs);
    const real = samples.map((sample) => {
      const each = known.get(sample.name);
      return each ? each.at - (origin + sample.atMs) + each.durationMs : NaN;
    });
    const at = [...known.values()].map((each) => each.at);
    const skew = inFlight === 1 ? 0 : Math.max(...at) - Math.min(...at);
    const [m50, t50] = [quantile(measured, 0.5), quantile(real, 0.5)];
    say(
      `  ${String(inFlight).padStart(9)}      ${fixed(m50)}  ${fixed(t50)}    ${fixed(m50 - t50)}      ${fixed(quantile(measured, 0.95))}  ${fixed(quantile(real, 0.95))}    ${fixed(skew)}          ${String(lane.tally.saturated).padStart(9)}`,
    );
    hot.destroy();
  }
  stop();
};

const main = async () => {
  await clientCost();
  say('');
  await accuracy();
};

void main().then(() => process.exit(0));
