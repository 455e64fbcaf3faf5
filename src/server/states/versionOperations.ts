/** PublishStateMachineVersion, ListStateMachineVersions, DeleteStateMachineVersion. */
import type { JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import { parseArn } from './arn';
import type { StatesContext } from './context';
import { inputs } from './inputs';
import { seconds } from './machineOperations';
import { page } from './paging';

function publish(states: StatesContext, input: JsonObject): object {
  const machine = states.machines.unqualified(input.stateMachineArn as string);
  const wanted = input.revisionId as string | undefined;
  const current = machine.revision.id ?? 'INITIAL';
  if (wanted !== undefined && wanted !== current) {
    throw new ServiceError(
      'ConflictException',
      `Failed to publish the State Machine version for revision ${wanted}. The current State Machine revision is ${current}.`,
    );
  }
  const version = states.machines.publish(machine, states.clock.now(), input.description as string | undefined);
  return { creationDate: seconds(version.createdAt), stateMachineVersionArn: version.arn };
}

function remove(states: StatesContext, input: JsonObject): object {
  const arn = input.stateMachineVersionArn as string;
  const { parts } = parseArn(arn, ['stateMachine']);
  if (parts.length !== 2 || !/^\d+$/.test(parts[1] ?? ''))
    throw new ServiceError('ValidationException', `Not a state machine version ARN: '${arn}'`);
  const machine = states.machines.get(arn.slice(0, arn.lastIndexOf(':')));
  const users = [...(machine?.aliases.values() ?? [])].filter((alias) =>
    alias.routes.some((route) => route.stateMachineVersionArn === arn),
  );
  if (users.length > 0) {
    throw new ServiceError(
      'ConflictException',
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map((alias) => alias.name).join(', ')}]`,
    );
  }
  machine?.versions.delete(Number(parts[1]));
  return {};
}

export function versionOperations(states: StatesContext): Record<string, Operation> {
  return {
    PublishStateMachineVersion: { input: inputs.PublishStateMachineVersion, run: (input) => publish(states, input) },
    DeleteStateMachineVersion: { input: inputs.DeleteStateMachineVersion, run: (input) => remove(states, input) },
    ListStateMachineVersions: {
      input: inputs.ListStateMachineVersions,
      run: (input) => {
        const arn = input.stateMachineArn as string;
        parseArn(arn, ['stateMachine']);
        // The call's model has no error for a machine that is not there: it has no versions.
        const newestFirst = [...(states.machines.get(arn)?.versions.values() ?? [])].sort(
          (a, b) => b.number - a.number,
        );
        const { items, nextToken } = page(
          newestFirst,
          (version) => version.number,
          `versions ${arn}`,
          input.maxResults as number | undefined,
          input.nextToken as string | undefined,
        );
        return {
          stateMachineVersions: items.map((version) => ({
            stateMachineVersionArn: version.arn,
            creationDate: seconds(version.createdAt),
          })),
          nextToken,
        };
      },
    },
  };
}
