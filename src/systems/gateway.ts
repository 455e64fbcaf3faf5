import path from 'node:path';
import type { ExecutionTrace } from '../model/visit';
import { createHttpCaller } from './http';
import { createShelf, startOverHttp } from './httpStart';
import { hostEnvironment, startHost } from './host/process';
import { traceStages, type Stage } from './stageTrace';
import type { SystemUnderTest } from './system';

/** Stages as the gateway names them, with the names that figures have. */
const stageLabels: Readonly<Record<string, string>> = { validate: 'Validate', charge: 'Charge', ship: 'Ship' };

export interface GatewayOptions {
  /** Module that exports `createGateway`. */
  readonly module: string;
  /** A gateway that is up already, for one on EC2; then none is started. */
  readonly url?: string;
  /** Functions it calls. */
  readonly functions?: readonly string[];
  /** Folder of the product's bundles. */
  readonly bundles?: string;
}

/**
 * The order as code behind an HTTP door. Started beside the run against the same target, or reached where it stands. Latency
 * is the client's round trip: one clock, and what an order waits at the door is part of it.
 */
export const gateway = ({ module, url, functions, bundles = __dirname }: GatewayOptions): SystemUnderTest => ({
  name: 'gateway',
  label: 'Gateway',
  prepare: async ({ door }, context) => {
    const host = url
      ? undefined
      : await startHost(path.join(bundles, 'gateway-host.js'), [module], await hostEnvironment(door));
    const caller = createHttpCaller(url ?? host?.address ?? '', 120_000);
    const traces = createShelf<ExecutionTrace>();
    const start = (name: string, input: string, intendedAt: number) =>
      startOverHttp(
        caller,
        {
          ...{ name, intendedAt, path: '/order', body: input, headers: { 'x-submission-id': name } },
          read: ({ body }) => ({
            status: body['ok'] === true ? 'succeeded' : 'failed',
            payloadBytes: input.length,
            ...(typeof body['error'] === 'string' ? { error: body['error'] } : {}),
          }),
          onAnswer: ({ body }, sentAt, ms) =>
            traces.put(name, traceStages(stagesOf(body, sentAt), sentAt, sentAt + ms)),
        },
        context,
      );

    return {
      name: 'gateway',
      states: Object.values(stageLabels).map((path) => ({ path, name: path, type: 'Task' as const })),
      traces: 'own' as const,
      ...(functions ? { functions } : {}),
      start,
      trace: (id) => traces.take(id),
      stop: () => undefined,
      remove: async () => {
        caller.destroy();
        await host?.stop();
      },
    };
  },
});

/** Durations in the order of their stages, laid one after the other: the gateway says how long, not when. */
const stagesOf = (
  { stages: durations, requests }: Readonly<Record<string, unknown>>,
  from: number,
): readonly Stage[] => {
  if (typeof durations !== 'object' || durations === null) return [];
  let at = from;
  return Object.entries(stageLabels).flatMap(([key, name]): Stage[] => {
    const ms = (durations as Readonly<Record<string, unknown>>)[key];
    if (typeof ms !== 'number') return [];
    const ids: unknown = (requests as Readonly<Record<string, unknown>> | undefined)?.[key];
    const requestIds = Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
    const stage = { name, startedAt: at, finishedAt: at + ms, ...(requestIds.length > 0 ? { requestIds } : {}) };
    at += ms;
    return [stage];
  });
};
