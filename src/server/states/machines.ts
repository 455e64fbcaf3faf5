/**
 * State machines with their revisions, versions and aliases. A revision is what runs; a version is a revision that was
 * published under a number; an alias shares starts out over one or two versions by weight.
 */
import type { CompiledMachine } from '../../engine';
import type { JsonObject } from '../../model/json';
import type { WorkflowType } from '../../model/machine';
import { ServiceError } from '../contract';
import { parseArn } from './arn';
import type { LoggingConfiguration } from './logging';

export interface Revision {
  /** Undefined for the one a machine was created with: AWS shows no id for it and calls it INITIAL. */
  readonly id?: string;
  /** The text as it was sent. */
  readonly definition: string;
  readonly compiled: CompiledMachine;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly tracing: { readonly enabled: boolean };
  readonly encryption?: JsonObject;
  /** State name → variables it uses; undefined where it uses none. */
  readonly variableReferences?: Readonly<Record<string, readonly string[]>>;
  /** Epoch ms. */
  readonly updatedAt: number;
}

export interface Version {
  readonly number: number;
  readonly arn: string;
  readonly revision: Revision;
  readonly description?: string;
  readonly createdAt: number;
}

export interface Route {
  readonly stateMachineVersionArn: string;
  /** Percent; the weights of an alias sum to 100. */
  readonly weight: number;
}

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  updatedAt: number;
  description?: string;
  routes: readonly Route[];
}

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly type: WorkflowType;
  readonly createdAt: number;
  revision: Revision;
  readonly versions: Map<number, Version>;
  nextVersion: number;
  readonly aliases: Map<string, Alias>;
  readonly tags: Map<string, string>;
}

/** What an unqualified, versioned or aliased state machine ARN stands for at this moment. */
export interface Target {
  readonly machine: Machine;
  readonly revision: Revision;
  readonly version?: Version;
  readonly alias?: Alias;
}

const doesNotExist = (arn: string): ServiceError =>
  new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);

export class Machines {
  readonly #byArn = new Map<string, Machine>();

  constructor(private readonly random: () => number) {}

  all(): Iterable<Machine> {
    return this.#byArn.values();
  }

  get(arn: string): Machine | undefined {
    return this.#byArn.get(arn);
  }

  add(machine: Machine): void {
    this.#byArn.set(machine.arn, machine);
  }

  delete(arn: string): void {
    this.#byArn.delete(arn);
  }

  /** The machine of an unqualified ARN. Throws StateMachineDoesNotExist, InvalidArn. */
  unqualified(arn: string): Machine {
    parseArn(arn, ['stateMachine']);
    const machine = this.#byArn.get(arn);
    if (!machine) throw doesNotExist(arn);
    return machine;
  }

  /** Resolves machine, version and alias ARNs; an alias draws one of its versions by weight. */
  resolve(arn: string): Target {
    const { parts } = parseArn(arn, ['stateMachine']);
    if (parts.length === 1) {
      const machine = this.unqualified(arn);
      return { machine, revision: machine.revision };
    }
    const machine = this.#byArn.get(arn.slice(0, arn.lastIndexOf(':')));
    const qualifier = parts[1] ?? '';
    if (!machine || parts.length > 2) throw doesNotExist(arn);
    if (/^\d+$/.test(qualifier)) {
      const version = machine.versions.get(Number(qualifier));
      if (!version) throw doesNotExist(arn);
      return { machine, revision: version.revision, version };
    }
    const alias = machine.aliases.get(qualifier);
    if (!alias) throw doesNotExist(arn);
    const version = this.version(draw(alias.routes, this.random()));
    if (!version) throw doesNotExist(arn);
    return { machine, revision: version.revision, version, alias };
  }

  /** The version of a versioned ARN, if there is one. */
  version(arn: string): Version | undefined {
    const machine = this.#byArn.get(arn.slice(0, arn.lastIndexOf(':')));
    return machine?.versions.get(Number(arn.slice(arn.lastIndexOf(':') + 1)));
  }

  /** Publishes the current revision; the same revision keeps the version it has, as AWS does. */
  publish(machine: Machine, now: number, description?: string): Version {
    for (const version of machine.versions.values()) {
      if (version.revision === machine.revision) return version;
    }
    if (machine.versions.size >= 1000) {
      throw new ServiceError(
        'ServiceQuotaExceededException',
        'A state machine can have at most 1000 published versions.',
      );
    }
    const number = machine.nextVersion++;
    const version: Version = {
      number,
      arn: `${machine.arn}:${number}`,
      revision: machine.revision,
      description,
      createdAt: now,
    };
    machine.versions.set(number, version);
    return version;
  }
}

/** `chance` in [0, 1). */
function draw(routes: readonly Route[], chance: number): string {
  let left = chance * 100;
  for (const route of routes) {
    left -= route.weight;
    if (left < 0) return route.stateMachineVersionArn;
  }
  return routes[routes.length - 1]?.stateMachineVersionArn ?? '';
}
