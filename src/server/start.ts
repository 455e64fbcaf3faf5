/** Starts the whole server in this thread: door, Step Functions, CloudWatch Logs, and the services tasks call. */
import { stopSandbox } from '../engine/query';
import { randomUUID } from 'node:crypto';
import { createClock } from '../engine';
import type { EngineLatency } from '../engine/contract';
import type { ServerContext, Service } from './contract';
import { createQuotas, type Quotas } from './quotas';
import { openDoor } from './door/door';
import { createVerifier } from './door/sigv4';
import { logsService } from './logs/service';
import { LogStore } from './logs/store';
import type { RunningServer, ServerOptions } from './options';
import { engineLatency } from './profile';
import { randomCredentials, seededRandom } from './random';
import { createServices } from './services';
import { createStates } from './states/service';

/** Messages of all log groups together; the oldest make room. */
const maxLogBytes = 192 * 1024 * 1024;

/** Resolves when it listens. Rejects when the port is taken. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const clock = createClock(options.clock ?? 'real');
  const credentials = randomCredentials();
  const region = options.region ?? 'us-east-1';
  const accountId = options.accountId ?? '111111111111';
  const random = options.seed === undefined ? Math.random : seededRandom(options.seed);
  let endpoint = '';
  const context: ServerContext = {
    clock,
    region,
    accountId,
    credentials,
    endpoint: () => endpoint,
    uuid: randomUUID,
    random,
    log: (message) => void process.stderr.write(`${message}\n`),
  };
  const quotas = options.quotas
    ? createQuotas(region, clock, options.quotas === true ? {} : options.quotas)
    : undefined;
  const logs = new LogStore(() => clock.now(), maxLogBytes);
  const states = createStates({
    context,
    logs,
    tasks: () => services.tasks,
    objects: () => services.objects,
    mocks: () => services.mocks,
    latency: throttledLatency(engineLatency(options.profile, random), quotas),
    quotas,
    keptExecutions: options.keptExecutions ?? 10_000,
  });
  // The two need each other: the services start executions, the states run tasks. Neither does before the door is open.
  const services = createServices(context, logs, { ...options, states: () => states.backend });
  const table = new Map<string, Service>(services.services);
  table.set('states', services.forFunctions(states.service));
  table.set(
    'logs',
    logsService({
      store: logs,
      region,
      accountId,
      now: () => clock.now(),
      admit: (operation) => quotas?.admit(operation),
    }),
  );
  const verifier = createVerifier({ credentials, region, now: Date.now });
  const door = await openDoor(
    { verifier, services: table, uuid: () => context.uuid(), log: (message) => context.log(message) },
    options.port ?? 0,
  );
  endpoint = `http://127.0.0.1:${door.port}`;
  return {
    endpoint,
    region,
    accountId,
    credentials,
    stop: async () => {
      states.stop();
      await door.close();
      await services.stop();
      await stopSandbox();
    },
  };
}

/** Transitions above the quota wait: AWS queues them (metric ExecutionThrottled) rather than failing the execution. */
function throttledLatency(latency: EngineLatency | undefined, quotas: Quotas | undefined): EngineLatency | undefined {
  if (!quotas) return latency;
  return {
    ...latency,
    start: (type) => latency?.start(type) ?? 0,
    transition: (type) => (latency?.transition(type) ?? 0) + (type === 'STANDARD' ? quotas.transitionDelay() : 0),
  };
}
