import path from 'node:path';
import { withRetries } from '../run/retry';
import type { Outcome } from '../run/execution';
import type { ExecutionTrace } from '../model/visit';
import { createHttpCaller } from './http';
import { startHost } from './host/process';
import { traceStages, type Stage } from './stageTrace';
import type { SystemUnderTest } from './system';

/** Stages as the gateway names them, with the names that figures have. */
const stageLabels: Readonly<Record<string, string>> = { validate: 'Validate', charge: 'Charge', ship: 'Ship' };

export interface GatewayOptions {
  /** Module that exports `createGateway`. */
  readonly module: string;
  /** A gateway that is up already, for one on EC2; then none is started. */
  readonly url?: string;
  /** Folder of the product's bundles. */
  readonly bundles?: string;
}

/**
 * The order as code behind an HTTP door. Started beside the run against the same target, or reached where it stands. Latency
 * is the client's round trip: one clock, and what an order waits at the door is part of it.
 */
export const gateway = ({ module, url, bundles = __dirname }: GatewayOptions): SystemUnderTest => ({
  name: 'gateway',
  label: 'Gateway',
  prepare: async ({ door }, { clock, random, signal }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await door.connection.credentials();
    const host = url
      ? undefined
      : await startHost(path.join(bundles, 'gateway-host.js'), [module], {
          AWS_REGION: door.region,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          ACCOUNT_ID: door.accountId,
          ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
          ...(door.connection.endpoint ? { AWS_ENDPOINT_URL: door.connection.endpoint } : {}),
        });
    const caller = createHttpCaller(url ?? host?.address ?? '', 120_000);
    const traces = new Map<string, ExecutionTrace>();

    const start = async (name: string, input: string, intendedAt: number): Promise<Outcome> => {
      let sentAt = clock.now();
      const answer = await withRetries(
        () => {
          sentAt = clock.now();
          return caller.post('/order', input, { 'x-submission-id': name }, signal);
        },
        { clock, random, signal },
      );
      const roundTripMs = clock.now() - sentAt;
      const { throttles, failures, ambiguous } = answer.tries;
      const measured = { lateMs: Math.max(0, sentAt - intendedAt), roundTripMs, throttles, failures };
      if (!answer.ok) {
        if (ambiguous === 0) return { kind: 'notStarted', failure: answer.last, throttles };
        const why = answer.last.message;
        return { ...measured, kind: 'unknown', executionArn: name, why, afterMs: clock.now() - intendedAt };
      }
      const { body } = answer.value;
      traces.set(name, traceStages(stagesOf(body['stages'], sentAt), sentAt, sentAt + roundTripMs));
      return {
        ...measured,
        kind: 'ended',
        executionArn: name,
        status: body['ok'] === true ? 'succeeded' : 'failed',
        serviceMs: roundTripMs,
        startedAt: sentAt,
        payloadBytes: input.length,
        ...(typeof body['error'] === 'string' ? { error: body['error'] } : {}),
      };
    };

    return {
      name: 'gateway',
      states: Object.values(stageLabels).map((path) => ({ path, name: path, type: 'Task' })),
      start,
      trace: (id) => {
        const trace = traces.get(id);
        traces.delete(id);
        return Promise.resolve(trace);
      },
      stop: () => undefined,
      remove: async () => {
        caller.destroy();
        await host?.stop();
      },
    };
  },
});

/** Durations in the order of their stages, laid one after the other: the gateway says how long, not when. */
const stagesOf = (durations: unknown, from: number): readonly Stage[] => {
  if (typeof durations !== 'object' || durations === null) return [];
  let at = from;
  return Object.entries(stageLabels).flatMap(([key, name]): Stage[] => {
    const ms = (durations as Readonly<Record<string, unknown>>)[key];
    if (typeof ms !== 'number') return [];
    const stage = { name, startedAt: at, finishedAt: at + ms };
    at += ms;
    return [stage];
  });
};
