import { ExpectedError, messageOf } from '../model/errors';
import type { WorkflowType } from '../model/machine';
import type { Door } from './door';
import { isAbsent, refusal } from './refusal';

/** How a person names a state machine that is deployed already. */
export type MachineReference =
  | { readonly kind: 'arn'; readonly arn: string; readonly region: string; readonly accountId: string }
  | { readonly kind: 'name'; readonly name: string; readonly qualifier?: string };

const arnPattern = /^arn:[\w-]+:states:([\w-]+):(\d{12}):stateMachine:([^:\s]+)(?::([^:\s]+))?$/;
const namePattern = /^([\w-]{1,80})(?::([\w.-]{1,80}))?$/;

/** `arn:…:stateMachine:NAME[:VERSION|ALIAS]`, or `NAME[:VERSION|ALIAS]`; undefined for anything else, such as a path. */
export const parseReference = (text: string): MachineReference | undefined => {
  const arn = arnPattern.exec(text);
  if (arn) return { kind: 'arn', arn: text, region: arn[1] as string, accountId: arn[2] as string };
  const name = namePattern.exec(text);
  if (!name || text.startsWith('arn:')) return undefined;
  return { kind: 'name', name: name[1] as string, ...(name[2] ? { qualifier: name[2] } : {}) };
};

/** `…:stateMachine:NAME:7` → `…:stateMachine:NAME`, after which its executions are named. */
export const unqualified = (arn: string): string => arn.split(':').slice(0, 7).join(':');

/** A state machine as it is deployed: what is started, and what can be known of it. */
export interface ExistingMachine {
  readonly name: string;
  readonly type: WorkflowType;
  /** Without version or alias. */
  readonly arn: string;
  /** What was named: the machine, one of its versions, or an alias. */
  readonly startArn: string;
  /** ASL as JSON text, as it was given to AWS. */
  readonly definition: string;
  /** Where it logs at level ALL; absent where it does not. */
  readonly logGroup?: string;
  /** OFF, FATAL, ERROR or ALL. */
  readonly logLevel: string;
  /** An alias that leads to more than one version: their shares in percent. */
  readonly routes?: readonly { readonly arn: string; readonly weight: number }[];
}

/** `arn:…:log-group:/aws/vendedlogs/x:*` → `/aws/vendedlogs/x`. */
const logGroupOfArn = (arn: string): string => arn.split(':log-group:')[1]?.replace(/:\*$/, '') ?? arn;

/**
 * Looks a deployed machine up. Nothing is created or changed.
 * @throws ExpectedError where there is none of that name, it belongs to another account or region, or it may not be read.
 */
export const findExisting = async (door: Door, reference: MachineReference): Promise<ExistingMachine> => {
  if (reference.kind === 'arn') {
    if (reference.region !== door.region)
      throw new ExpectedError(
        `${reference.arn} is in ${reference.region}, but the target is ${door.region}. Pass --region ${reference.region}.`,
        { code: 'usage' },
      );
    if (reference.accountId !== door.accountId)
      throw new ExpectedError(
        `${reference.arn} belongs to account ${reference.accountId}, but the target is account ${door.accountId}.`,
        { code: 'usage' },
      );
    return describe(door, reference.arn);
  }
  const arn = await arnOfName(door, reference.name);
  return describe(door, reference.qualifier ? `${arn}:${reference.qualifier}` : arn);
};

/** By listing, since the partition and path of an ARN are the service's to say. */
const arnOfName = async ({ sdk, clients, region, accountId }: Door, name: string): Promise<string> => {
  const close: string[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await clients.sfn.send(new sdk.ListStateMachinesCommand({ maxResults: 1_000, nextToken }));
      for (const each of page.stateMachines ?? []) {
        if (each.name === name && each.stateMachineArn) return each.stateMachineArn;
        if (each.name?.toLowerCase().includes(name.toLowerCase())) close.push(each.name);
      }
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    throw refusal('ListStateMachines', name, error);
  }
  const hint = close.length > 0 ? ` Did you mean ${close.slice(0, 3).join(' or ')}?` : '';
  throw new ExpectedError(
    `There is neither a file nor a state machine called ${name} in account ${accountId}, ${region}.${hint}`,
    { code: 'usage' },
  );
};

const describe = async (door: Door, named: string): Promise<ExistingMachine> => {
  const { sdk, clients } = door;
  const routes = await aliasRoutes(door, named);
  // An alias has no definition of its own: that of the version it leads to is described.
  const described = routes?.[0]?.arn ?? named;
  try {
    const machine = await clients.sfn.send(new sdk.DescribeStateMachineCommand({ stateMachineArn: described }));
    if (!machine.definition || !machine.type || !machine.name)
      throw new Error('the answer holds no definition (it may be encrypted with a key that may not be used)');
    const { level = 'OFF', destinations } = machine.loggingConfiguration ?? {};
    const group = destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
    return {
      name: machine.name,
      type: machine.type,
      arn: unqualified(machine.stateMachineArn ?? described),
      startArn: named,
      definition: machine.definition,
      logLevel: level,
      ...(level === 'ALL' && group ? { logGroup: logGroupOfArn(group) } : {}),
      ...(routes && routes.length > 1 ? { routes } : {}),
    };
  } catch (error) {
    if (isAbsent(error))
      throw new ExpectedError(
        `There is no state machine ${named} in account ${door.accountId}, ${door.region}: ${messageOf(error)}`,
        { code: 'usage' },
      );
    throw refusal('DescribeStateMachine', named, error);
  }
};

/** Versions of an alias, the most used one first; undefined where the ARN names no alias. */
const aliasRoutes = async ({ sdk, clients }: Door, arn: string): Promise<ExistingMachine['routes']> => {
  const qualifier = arn.split(':')[7];
  if (qualifier === undefined || /^\d+$/.test(qualifier)) return undefined;
  try {
    const alias = await clients.sfn.send(new sdk.DescribeStateMachineAliasCommand({ stateMachineAliasArn: arn }));
    return (alias.routingConfiguration ?? [])
      .flatMap(({ stateMachineVersionArn, weight }) =>
        stateMachineVersionArn ? [{ arn: stateMachineVersionArn, weight: weight ?? 0 }] : [],
      )
      .sort((a, b) => b.weight - a.weight);
  } catch (error) {
    if (isAbsent(error)) throw new ExpectedError(`There is no alias ${arn}: ${messageOf(error)}`, { code: 'usage' });
    throw refusal('DescribeStateMachineAlias', arn, error);
  }
};

/** What a reader must know of a machine that is benchmarked as it is. */
export const describeExisting = (machine: ExistingMachine): readonly string[] => {
  const notes = [
    `Benchmarked as it is deployed: ${machine.startArn}. Nothing was created or changed but its executions.`,
  ];
  if (machine.routes)
    notes.push(
      `The alias leads to ${machine.routes.map(({ arn, weight }) => `version ${arn.split(':').pop()} (${weight} %)`).join(' and ')}: states and cost are read by the definition of the first.`,
    );
  if (machine.type === 'EXPRESS' && !machine.logGroup)
    notes.push(
      `Per-state timings are not to be had: the machine logs at level ${machine.logLevel}, and AWS gives the events of an Express execution nowhere but in its log at level ALL. Latency, status and the billed duration are measured all the same.`,
    );
  return notes;
};
