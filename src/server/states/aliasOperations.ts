/** Aliases: Create-, Describe-, Update-, Delete- and ListStateMachineAlias(es). */
import type { Json, JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import { parseArn } from './arn';
import type { StatesContext } from './context';
import { inputs } from './inputs';
import type { Alias, Machine, Route } from './machines';
import { seconds } from './machineOperations';
import { page } from './paging';

const refuse = (text: string): ServiceError => new ServiceError('ValidationException', text);

/** The routes of a request, checked as AWS checks them, in its order. */
function readRoutes(states: StatesContext, input: Json | undefined): { routes: readonly Route[]; machine: Machine } {
  const routes = (input as unknown as readonly Route[]).map(({ stateMachineVersionArn, weight }) => ({
    stateMachineVersionArn,
    weight,
  }));
  const arns = routes.map((route) => route.stateMachineVersionArn);
  const received = `[${arns.join(', ')}]`;
  const isVersion = (arn: string): boolean => {
    const { parts } = parseArn(arn, ['stateMachine']);
    return parts.length === 2 && /^\d+$/.test(parts[1] ?? '');
  };
  if (!arns.every(isVersion))
    throw refuse(`Routing configuration must contain state machine version ARNs. Received: ${received}`);
  if (new Set(arns).size !== arns.length)
    throw refuse(`Routing configuration must contain distinct state machine version ARNs. Received: ${received}`);
  const weights = routes.map((route) => route.weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw refuse(`Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`);
  }
  const machines = new Set(arns.map((arn) => arn.slice(0, arn.lastIndexOf(':'))));
  if (machines.size > 1)
    throw refuse(`Routing configuration must contain versions of one state machine. Received: ${received}`);
  const machine = states.machines.get([...machines][0] ?? '');
  if (!machine || !arns.every((arn) => states.machines.version(arn))) throw notFound();
  return { routes, machine };
}

const notFound = (): ServiceError =>
  new ServiceError('ResourceNotFound', 'Request references a resource that does not exist.');
const sameRoutes = (a: readonly Route[], b: readonly Route[]): boolean => JSON.stringify(a) === JSON.stringify(b);

function create(states: StatesContext, input: JsonObject): object {
  const name = input.name as string;
  const { routes, machine } = readRoutes(states, input.routingConfiguration);
  const description = input.description as string | undefined;
  const existing = machine.aliases.get(name);
  if (existing) {
    if (!sameRoutes(existing.routes, routes) || existing.description !== description) {
      throw new ServiceError(
        'ConflictException',
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
      );
    }
    return { stateMachineAliasArn: existing.arn, creationDate: seconds(existing.createdAt) };
  }
  if (machine.aliases.size >= 100)
    throw new ServiceError('ServiceQuotaExceededException', 'A state machine can have at most 100 aliases.');
  const now = states.clock.now();
  const alias: Alias = { name, arn: `${machine.arn}:${name}`, createdAt: now, updatedAt: now, description, routes };
  machine.aliases.set(name, alias);
  return { stateMachineAliasArn: alias.arn, creationDate: seconds(now) };
}

function find(states: StatesContext, arn: string): { machine?: Machine; alias?: Alias } {
  const { parts } = parseArn(arn, ['stateMachine']);
  const machine = states.machines.get(arn.slice(0, arn.lastIndexOf(':')));
  return { machine, alias: machine?.aliases.get(parts[1] ?? '') };
}

function update(states: StatesContext, input: JsonObject): object {
  const { alias, machine } = find(states, input.stateMachineAliasArn as string);
  if (!alias) throw notFound();
  if (input.description === undefined && input.routingConfiguration === undefined) {
    throw refuse('Either the description or the routing configuration must be specified');
  }
  if (input.routingConfiguration !== undefined) {
    const routing = readRoutes(states, input.routingConfiguration);
    if (routing.machine !== machine)
      throw refuse('Routing configuration must contain versions of the state machine of the alias.');
    alias.routes = routing.routes;
  }
  if (input.description !== undefined) alias.description = input.description as string;
  alias.updatedAt = states.clock.now();
  return { updateDate: seconds(alias.updatedAt) };
}

export function aliasOperations(states: StatesContext): Record<string, Operation> {
  return {
    CreateStateMachineAlias: { input: inputs.CreateStateMachineAlias, run: (input) => create(states, input) },
    UpdateStateMachineAlias: { input: inputs.UpdateStateMachineAlias, run: (input) => update(states, input) },
    DescribeStateMachineAlias: {
      input: inputs.DescribeStateMachineAlias,
      run: (input) => {
        const { alias } = find(states, input.stateMachineAliasArn as string);
        if (!alias) throw notFound();
        return {
          stateMachineAliasArn: alias.arn,
          name: alias.name,
          ...(alias.description !== undefined && { description: alias.description }),
          routingConfiguration: alias.routes,
          creationDate: seconds(alias.createdAt),
          updateDate: seconds(alias.updatedAt),
        };
      },
    },
    DeleteStateMachineAlias: {
      input: inputs.DeleteStateMachineAlias,
      run: (input) => {
        const { machine, alias } = find(states, input.stateMachineAliasArn as string);
        if (alias) machine?.aliases.delete(alias.name);
        return {};
      },
    },
    ListStateMachineAliases: {
      input: inputs.ListStateMachineAliases,
      run: (input) => {
        const { machine, version } = states.machines.resolve(input.stateMachineArn as string);
        const aliases = [...machine.aliases.values()].filter(
          (alias) => !version || alias.routes.some((route) => route.stateMachineVersionArn === version.arn),
        );
        const { items, nextToken } = page(
          aliases,
          (alias) => alias.name,
          `aliases ${input.stateMachineArn as string}`,
          input.maxResults as number | undefined,
          input.nextToken as string | undefined,
        );
        return {
          stateMachineAliases: items.map((alias) => ({
            stateMachineAliasArn: alias.arn,
            creationDate: seconds(alias.createdAt),
          })),
          nextToken,
        };
      },
    },
  };
}
