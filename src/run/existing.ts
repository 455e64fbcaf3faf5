import path from 'node:path';
import { ExpectedError } from '../model/errors';
import type { Plan } from '../model/plan';
import { openDoor, type Door } from '../target/door';
import { findExisting, parseReference, type ExistingMachine } from '../target/existing';
import type { JobIo } from './io';
import { askMfa } from './session';

/** A deployed state machine, looked up; the door stays open for the run, so that nobody signs in twice. */
export interface Fetched {
  readonly plan: Plan;
  readonly io: JobIo;
  readonly door: Door;
  readonly machine: ExistingMachine;
}

/**
 * Looks up the machine that a plan names and fills in what only it can say: its type and its definition. The door is the
 * caller's to close.
 * @throws ExpectedError (usage) where nothing of that name can be run there.
 */
export const fetchExisting = async ({ systems: _, ...plan }: Plan, io: JobIo): Promise<Fetched> => {
  const named = plan.existing?.machine ?? '';
  const reference = parseReference(named);
  if (!reference)
    throw new ExpectedError(`"${named}" is neither the ARN of a state machine nor the name of one.`, { code: 'usage' });
  const { target } = plan;
  if (target.kind === 'embedded')
    throw new ExpectedError(
      `${named} is to be found on an account or an endpoint: add --target aws[:PROFILE], or a URL. The embedded engine starts empty.`,
      { code: 'usage' },
    );
  const located =
    target.region === undefined && reference.kind === 'arn' ? { ...target, region: reference.region } : target;
  const door = await openDoor(located, {
    now: () => io.clock.now(),
    timeouts: io.timeouts,
    signIn: { env: io.env, askMfa: (serial) => askMfa(io, serial) },
  });
  try {
    const machine = await findExisting(door, reference);
    return {
      door,
      machine,
      plan: {
        ...plan,
        target: located,
        types: [machine.type],
        // No file of that name is read: settings and inputs stand in its folder.
        file: path.join(path.dirname(plan.file), `${machine.name}.asl.json`),
        existing: { machine: machine.startArn },
      },
      io: { ...io, options: { ...io.options, text: machine.definition } },
    };
  } catch (error) {
    door.close();
    throw error;
  }
};
