import { ExpectedError, messageOf } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { Plan } from '../model/plan';
import { planWarmups } from '../plan/defaults';
import { noQuotas, regionQuotas, type Quotas } from '../plan/quotas';
import type { RunningServer } from '../server/options';
import { loadProfile } from '../server/profile';
import { openDoor, type Door } from '../target/door';
import { partition } from '../target/machine';
import { confirmSpending } from './confirm';
import type { JobIo } from './io';
import type { Prepared } from './prepare';

/** A target that is open: whose account, where, which quotas, and the definition as it will be deployed there. */
export interface Session {
  readonly door: Door;
  readonly quotas: Quotas;
  readonly definition: JsonObject;
  close(): Promise<void>;
}

/**
 * Starts the embedded server where that is the target, opens the door, fills the placeholders, and asks before money is spent.
 * Nothing has been made when this throws.
 * @throws ExpectedError with what stands in the way.
 */
export const openSession = async (
  plan: Plan,
  io: JobIo,
  prepared: Prepared,
  planned: number,
  onServerEnd: (message: string) => void,
  opened?: Door,
): Promise<Session> => {
  const server =
    plan.target.kind === 'embedded' ? await startEmbedded(plan, io, prepared, planned, onServerEnd) : undefined;
  let door = opened;
  const close = async () => {
    door?.close();
    await server?.stop();
  };
  try {
    door ??= await openDoor(plan.target, {
      server,
      region: prepared.settings.region,
      now: () => io.clock.now(),
      timeouts: io.timeouts,
      signIn: { env: io.env, askMfa: (serial) => askMfa(io, serial) },
    });
    const { region, accountId } = door;
    const quotas =
      plan.target.kind === 'aws' || io.options.enforceQuotas
        ? regionQuotas(region, io.options.quotas)
        : noQuotas(io.options.quotas);
    const definition = await prepared.resolve({ region, accountId, partition: partition(region) }, io.ask);
    if (plan.target.kind !== 'embedded' && !io.options.yes)
      await confirmSpending(plan, definition, door, prepared, quotas, io.ask);
    return { door, quotas, definition, close };
  } catch (error) {
    await close();
    throw error;
  }
};

export const askMfa = async (io: JobIo, serial: string): Promise<string | undefined> => {
  const answer = await io.ask({ kind: 'text', about: 'mfa', secret: false, message: `Code of MFA device ${serial}` });
  return typeof answer === 'string' ? answer : undefined;
};

const startEmbedded = async (
  plan: Plan,
  io: JobIo,
  prepared: Prepared,
  planned: number,
  onServerEnd: (message: string) => void,
): Promise<RunningServer> => {
  const name = plan.target.kind === 'embedded' ? plan.target.profile : 'none';
  const profile = await loadProfile(name).catch((error: unknown) => {
    throw new ExpectedError(messageOf(error), { code: 'usage' });
  });
  try {
    return await io.startServer(
      {
        region: prepared.settings.region,
        profile,
        seed: plan.seed,
        quotas: io.options.enforceQuotas,
        coldStarts: plan.cold ? 'forced' : undefined,
        // Histories are read after the load: none of them may have been forgotten by then.
        keptExecutions: Math.max(10_000, planned + planWarmups(plan) * 2 + 100),
      },
      onServerEnd,
    );
  } catch (error) {
    throw new ExpectedError(`The embedded engine did not start: ${messageOf(error)}`, { cause: error });
  }
};
