/** CreateStateMachine, DescribeStateMachine, UpdateStateMachine, DeleteStateMachine, ListStateMachines. */
import { compileMachine, DefinitionError, type CompiledMachine } from '../../engine';
import { isObject, type JsonObject } from '../../model/json';
import type { WorkflowType } from '../../model/machine';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import { checkName, parseArn } from './arn';
import type { StatesContext } from './context';
import { invalidDefinition, parseDefinition } from './definition';
import { inputs } from './inputs';
import { loggingConfiguration } from './logging';
import type { Machine, Revision } from './machines';
import { page } from './paging';
import { readTags } from './tags';
import { variableReferences } from './variableReferences';

export const seconds = (ms: number): number => Math.round(ms) / 1000;

function checkRole(roleArn: string): void {
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+/.test(roleArn))
    throw new ServiceError('InvalidArn', `Invalid Role Arn: '${roleArn}'`);
}

/** Validates, compiles and freezes what runs. */
function revision(
  states: StatesContext,
  id: string | undefined,
  definition: string,
  type: WorkflowType,
  rest: Pick<Revision, 'roleArn' | 'logging' | 'tracing' | 'encryption'>,
): Revision {
  const parsed = parseDefinition(definition, type);
  const references = variableReferences(parsed);
  return {
    id,
    definition,
    compiled: compiled(parsed),
    ...rest,
    ...(references && { variableReferences: references }),
    updatedAt: states.clock.now(),
  };
}

/** The interpreter's own refusal, should the validator have let something pass. */
function compiled(definition: JsonObject): CompiledMachine {
  try {
    return compileMachine(definition);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw invalidDefinition([{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: error.message }]);
  }
}

const sameSettings = (a: Pick<Revision, 'logging' | 'tracing'>, b: Pick<Revision, 'logging' | 'tracing'>): boolean =>
  JSON.stringify([a.logging, a.tracing]) === JSON.stringify([b.logging, b.tracing]);

const tracing = (input: JsonObject): { enabled: boolean } => ({
  enabled: isObject(input.tracingConfiguration) && input.tracingConfiguration.enabled === true,
});

function checkVersionDescription(input: JsonObject): void {
  if (input.versionDescription !== undefined && input.publish !== true) {
    throw new ServiceError('ValidationException', 'Version description can only be set when publish is true');
  }
}

function create(states: StatesContext, input: JsonObject): object {
  const name = input.name as string;
  const type = (input.type ?? 'STANDARD') as WorkflowType;
  checkName(name);
  checkVersionDescription(input);
  checkRole(input.roleArn as string);
  const definition = input.definition as string;
  const settings = {
    logging: loggingConfiguration(
      isObject(input.loggingConfiguration) ? input.loggingConfiguration : undefined,
      states.groupExists,
    ),
    tracing: tracing(input),
  };
  const arn = states.arns.machine(name);
  const existing = states.machines.get(arn);
  if (existing) {
    // Idempotent on name, definition, type and configurations; role and tags are not looked at (API reference).
    const same =
      existing.type === type &&
      existing.revision.definition === definition &&
      sameSettings(existing.revision, settings);
    if (!same) throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    return created(states, existing, input);
  }
  const machine: Machine = {
    arn,
    name,
    type,
    createdAt: states.clock.now(),
    revision: revision(states, undefined, definition, type, {
      roleArn: input.roleArn as string,
      ...settings,
      ...(isObject(input.encryptionConfiguration) && { encryption: input.encryptionConfiguration }),
    }),
    versions: new Map(),
    nextVersion: 1,
    aliases: new Map(),
    tags: readTags(input.tags),
  };
  states.machines.add(machine);
  return created(states, machine, input);
}

function created(states: StatesContext, machine: Machine, input: JsonObject): object {
  const version =
    input.publish === true
      ? states.machines.publish(machine, states.clock.now(), input.versionDescription as string | undefined)
      : undefined;
  return {
    stateMachineArn: machine.arn,
    creationDate: seconds(machine.createdAt),
    ...(version && { stateMachineVersionArn: version.arn }),
  };
}

function update(states: StatesContext, input: JsonObject): object {
  const arn = input.stateMachineArn as string;
  parseArn(arn, ['stateMachine']);
  const machine = states.machines.unqualified(arn);
  checkVersionDescription(input);
  const { definition, roleArn, loggingConfiguration: logging, tracingConfiguration } = input;
  if (
    [definition, roleArn, logging, tracingConfiguration, input.encryptionConfiguration].every(
      (given) => given === undefined || given === null,
    )
  ) {
    throw new ServiceError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  }
  const old = machine.revision;
  if (typeof roleArn === 'string') checkRole(roleArn);
  const settings = {
    logging: isObject(logging) ? loggingConfiguration(logging, states.groupExists) : old.logging,
    tracing: isObject(tracingConfiguration) ? tracing(input) : old.tracing,
  };
  const next = {
    definition: typeof definition === 'string' ? definition : old.definition,
    roleArn: typeof roleArn === 'string' ? roleArn : old.roleArn,
  };
  const encryption = isObject(input.encryptionConfiguration) ? input.encryptionConfiguration : old.encryption;
  const changed =
    next.definition !== old.definition ||
    next.roleArn !== old.roleArn ||
    !sameSettings(old, settings) ||
    encryption !== old.encryption;
  if (changed) {
    machine.revision = revision(states, states.uuid(), next.definition, machine.type, {
      roleArn: next.roleArn,
      ...settings,
      encryption,
    });
  }
  const version =
    input.publish === true
      ? states.machines.publish(machine, states.clock.now(), input.versionDescription as string | undefined)
      : undefined;
  return {
    updateDate: seconds(changed ? machine.revision.updatedAt : states.clock.now()),
    ...(machine.revision.id && { revisionId: machine.revision.id }),
    ...(version && { stateMachineVersionArn: version.arn }),
  };
}

/** What DescribeStateMachine and DescribeStateMachineForExecution share. */
export function describeRevision(current: Revision, includedData: unknown): object {
  return {
    ...(includedData !== 'METADATA_ONLY' && { definition: current.definition }),
    roleArn: current.roleArn,
    loggingConfiguration: current.logging,
    tracingConfiguration: current.tracing,
    encryptionConfiguration: current.encryption ?? { type: 'AWS_OWNED_KEY' },
    ...(current.id && { revisionId: current.id }),
    ...(current.variableReferences && { variableReferences: current.variableReferences }),
  };
}

function describe(states: StatesContext, input: JsonObject): object {
  const { machine, revision: current, version } = states.machines.resolve(input.stateMachineArn as string);
  return {
    stateMachineArn: version?.arn ?? machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    type: machine.type,
    creationDate: seconds(version?.createdAt ?? machine.createdAt),
    ...describeRevision(current, input.includedData),
    ...(version?.description !== undefined && { description: version.description }),
  };
}

export function machineOperations(states: StatesContext): Record<string, Operation> {
  return {
    CreateStateMachine: { input: inputs.CreateStateMachine, run: (input) => create(states, input) },
    UpdateStateMachine: { input: inputs.UpdateStateMachine, run: (input) => update(states, input) },
    DescribeStateMachine: { input: inputs.DescribeStateMachine, run: (input) => describe(states, input) },
    DeleteStateMachine: {
      input: inputs.DeleteStateMachine,
      run: (input) => {
        const arn = input.stateMachineArn as string;
        parseArn(arn, ['stateMachine']);
        states.machines.delete(arn);
        return {};
      },
    },
    ListStateMachines: {
      input: inputs.ListStateMachines,
      run: (input) => {
        const sorted = [...states.machines.all()].sort((a, b) => (a.name < b.name ? -1 : 1));
        const { items, nextToken } = page(
          sorted,
          (machine) => machine.arn,
          'machines',
          input.maxResults as number | undefined,
          input.nextToken as string | undefined,
        );
        return {
          stateMachines: items.map((machine) => ({
            stateMachineArn: machine.arn,
            name: machine.name,
            type: machine.type,
            creationDate: seconds(machine.createdAt),
          })),
          nextToken,
        };
      },
    },
  };
}
