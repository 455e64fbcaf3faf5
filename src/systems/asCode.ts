import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HistoryEvent } from '../model/event';
import type { Json, JsonObject } from '../model/json';
import type { ExecutionTrace } from '../model/visit';
import { childrenOf, statesInside, traceExecution, underPrefix, type MachineState } from '../trace';
import { createHttpCaller } from './http';
import { createShelf, startOverHttp, type ReadAnswer } from './httpStart';
import { hostEnvironment, startHost } from './host/process';
import type { ChildTrace, SystemUnderTest } from './system';

export interface AsCodeOptions {
  /** The definition as it would be deployed, placeholders filled. */
  readonly definition: JsonObject;
  readonly states: readonly MachineState[];
  /** Folder of the product's bundles. */
  readonly bundles?: string;
}

/**
 * The code-based twin of any workflow: the interpreter as a service of one's own, in a process beside the run. Latency is the
 * client's round trip, as for the gateway; states are traced on the service's clock.
 */
export const asCode = ({ definition, states, bundles = __dirname }: AsCodeOptions): SystemUnderTest => ({
  name: 'as-code',
  label: 'As code',
  prepare: async ({ door }, context) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'stepbench-as-code-'));
    const file = path.join(folder, 'definition.json');
    await writeFile(file, JSON.stringify(definition));
    const host = await startHost(path.join(bundles, 'as-code-host.js'), [file], await hostEnvironment(door)).finally(
      () => rm(folder, { recursive: true, force: true }),
    );
    const caller = createHttpCaller(host.address, 3_600_000);
    const traces = createShelf<ExecutionTrace>();
    const children = new Map<string, readonly ChildTrace[]>();
    const start = (name: string, input: string, intendedAt: number) =>
      startOverHttp(
        caller,
        {
          ...{ name, intendedAt, path: '/execution', body: `{"name":${JSON.stringify(name)},"input":${input}}` },
          read: ({ status, body }) => (status === 200 ? endingOf(body as unknown as Reply, input) : undefined),
          onAnswer: ({ body }) => {
            const reply = body as unknown as Reply;
            traces.put(name, traceExecution(reply.events, states));
            if (reply.mapRuns.length > 0) children.set(name, childrenIn(reply, states));
          },
        },
        context,
      );

    return {
      name: 'as-code' as const,
      traces: 'own' as const,
      states,
      start,
      children: (id) => {
        const its = children.get(id) ?? [];
        children.delete(id);
        return its;
      },
      trace: (id) => traces.take(id),
      stop: () => undefined,
      remove: async () => {
        caller.destroy();
        await host.stop();
      },
    };
  },
});

interface Reply {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly events: readonly HistoryEvent[];
  /** Runs of distributed Maps: histories of some children, of how many. */
  readonly mapRuns: readonly {
    readonly arn: string;
    readonly of: number;
    readonly children: readonly (readonly HistoryEvent[])[];
  }[];
}

const childrenIn = ({ events, mapRuns }: Reply, states: readonly MachineState[]): readonly ChildTrace[] => {
  const mapOf = new Map(childrenOf(events).mapRuns.map(({ arn, map }) => [arn, map]));
  return mapRuns.flatMap(({ arn, of, children }) => {
    const { states: its, prefix } = statesInside(states, mapOf.get(arn) ?? '');
    return children.map((history) => ({
      trace: underPrefix(traceExecution(history, its), prefix),
      weight: of / children.length,
    }));
  });
};

const endingOf = ({ status, output, error }: Reply, input: string): ReturnType<ReadAnswer> => ({
  status: status === 'SUCCEEDED' ? 'succeeded' : status === 'TIMED_OUT' ? 'timedOut' : 'failed',
  payloadBytes: input.length + JSON.stringify(output ?? '').length,
  ...(error === undefined ? {} : { error }),
});
