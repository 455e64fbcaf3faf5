import path from 'node:path';
import { ExpectedError } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { SystemName, WorkflowType } from '../model/machine';
import type { SystemsSettings } from '../model/settings';
import type { Pacer } from '../run/pace';
import type { DeployedMachine } from '../target/deployment';
import type { MachineState } from '../trace';
import { asCode } from './asCode';
import { eventDriven } from './eventDriven';
import { express } from './express';
import { gateway } from './gateway';
import { standard } from './standard';
import type { SystemUnderTest } from './system';

/** What systems are made of. */
export interface Ingredients {
  /** As it was deployed. */
  readonly definition: JsonObject;
  readonly states: readonly MachineState[];
  readonly machines: ReadonlyMap<WorkflowType, DeployedMachine>;
  /** `systems` of stepbench.json, and the folder its paths are relative to. */
  readonly settings: SystemsSettings | undefined;
  readonly folder: string;
  readonly describes: Pacer;
  readonly lists: Pacer;
  /** Folder of the product's bundles, where it is not this file's own. */
  readonly bundles?: string;
}

const missing = (system: string, field: string): ExpectedError =>
  new ExpectedError(
    `The ${system} system is not described: add "systems": {"${field}": …} to stepbench.json beside the workflow.`,
    { code: 'usage' },
  );

/** @throws ExpectedError (usage) for a system that the settings do not describe. */
export const checkSystems = (systems: readonly SystemName[], settings: SystemsSettings | undefined): void => {
  for (const name of ['event-driven', 'gateway'] as const)
    if (systems.includes(name) && !settings?.[name]) throw missing(name, name);
};

/** A system by its name. @throws ExpectedError (usage) where it is not described. */
export const systemUnderTest = (name: SystemName, from: Ingredients): SystemUnderTest => {
  const { definition, states, machines, settings, folder, describes, lists, bundles } = from;
  const machineOf = (type: WorkflowType) => {
    const machine = machines.get(type);
    if (!machine) throw new Error(`No machine of type ${type} was deployed.`);
    return { machine, states, describes, lists };
  };
  switch (name) {
    case 'standard':
      return standard(machineOf('STANDARD'));
    case 'express':
      return express(machineOf('EXPRESS'));
    case 'event-driven': {
      const chain = settings?.['event-driven'];
      if (!chain) throw missing(name, name);
      return eventDriven({ ...chain, folder: path.resolve(folder, chain.folder) });
    }
    case 'gateway': {
      const own = settings?.gateway;
      if (!own) throw missing(name, name);
      return gateway({
        module: path.resolve(folder, own.module),
        ...(own.url ? { url: own.url } : {}),
        ...(own.functions ? { functions: own.functions } : {}),
        ...(bundles ? { bundles } : {}),
      });
    }
    case 'as-code':
      return asCode({ definition, states, ...(bundles ? { bundles } : {}) });
  }
};
