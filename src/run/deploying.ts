import type { Clock } from '../model/clock';
import { ExpectedError } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { Plan } from '../model/plan';
import { createLocalServices } from '../target/localServices';
import { allEnded, type DeployedMachine, type Deployment } from '../target/deployment';
import type { Door } from '../target/door';
import type { ExistingMachine } from '../target/existing';
import { memoryLedger, startLedger, type Ledger, type LedgerHead } from '../target/ledger';
import { deployMachine } from '../target/machine';
import { deriveRole, describeRole } from '../target/role';
import type { Ask, RunOptions } from './contract';
import { logsByDefault } from './observer';
import type { Prepared } from './prepare';

export interface DeployRequest {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly prepared: Prepared;
  readonly definition: JsonObject;
  readonly door: Door;
  readonly runId: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly ask: Ask;
  /** Run as it is: nothing is made. */
  readonly existing?: ExistingMachine;
  /** Called as soon as there is a ledger: from then on clean-up has something to do. */
  readonly onLedger: (ledger: Ledger) => void;
}

export interface Deployed {
  readonly deployment: Deployment;
  readonly machines: ReadonlyMap<WorkflowType, DeployedMachine>;
  /** The same workflow once more, with a log where it has none and without where it has one. */
  readonly observers?: ReadonlyMap<WorkflowType, DeployedMachine>;
}

/** Deploys what the plan needs: local services where the target is not AWS, and for the types a role and a machine each. */
export const deploy = async (request: DeployRequest): Promise<Deployed> => {
  const { plan, prepared, definition, door, runId, clock, random } = request;
  const head: LedgerHead = {
    runId,
    target: plan.target,
    region: door.region,
    accountId: door.accountId,
    at: new Date(clock.now()).toISOString(),
    ...(plan.keep ? { keep: true } : {}),
  };
  const ledger = await openLedger(request, head);
  request.onLedger(ledger);
  const deployment: Deployment = {
    door,
    ledger,
    ownership: { runId, workflow: prepared.workflow.name, createdAt: clock.now() },
    pause: { sleep: (ms) => clock.sleep(ms), random },
  };
  if (request.existing) {
    const { type, name, arn, startArn, logGroup } = request.existing;
    const machine = { type, name, arn, startArn, ...(logGroup ? { logGroup } : {}) };
    return { deployment, machines: new Map([[type, machine]]) };
  }
  if (plan.target.kind !== 'aws') await createLocalServices(deployment, prepared.settings, prepared.settingsFolder);
  if (plan.types.length === 0) return { deployment, machines: new Map() };
  const role = await roleFor(request, deployment);
  const ofEachType = async (workflow: string, logs: (type: WorkflowType) => boolean) => {
    const machines = await allEnded(
      plan.types.map((type) =>
        deployMachine(deployment, {
          ...{ type, workflow, definition, roleArn: role.arn, keep: plan.keep },
          log: logs(type),
          freshRole: role.fresh,
        }),
      ),
    );
    return new Map(machines.map((machine) => [machine.type, machine]));
  };
  const { name } = prepared.workflow;
  const machines = await ofEachType(name, logsByDefault);
  if (!plan.observer) return { deployment, machines };
  return { deployment, machines, observers: await ofEachType(`${name}-pair`, (type) => !logsByDefault(type)) };
};

/** On the embedded engine all ends with the server, with this process at the latest: nothing is ever left that a list could tell of. */
const openLedger = ({ plan, options }: DeployRequest, head: LedgerHead): Promise<Ledger> =>
  options.inMemory || plan.target.kind === 'embedded'
    ? Promise.resolve(memoryLedger(head))
    : startLedger(options.folder, head);

/** The role that is named, else a derived one. */
const roleFor = (request: DeployRequest, deployment: Deployment): Promise<UsedRole> => {
  const { plan, prepared, definition } = request;
  const named = (plan.target.kind === 'aws' ? plan.target.roleArn : undefined) ?? prepared.settings.role;
  if (named) return Promise.resolve({ arn: named, fresh: false });
  return derivedRole(
    definition,
    prepared.workflow.name,
    plan.observer === true || plan.types.includes('EXPRESS'),
    request,
    deployment,
  );
};

export interface UsedRole {
  readonly arn: string;
  /** Made a moment ago. */
  readonly fresh: boolean;
}

/** On AWS a role derived from the tasks, shown before it is made; elsewhere a name that nobody checks. */
export const derivedRole = async (
  definition: JsonObject,
  workflow: string,
  logs: boolean,
  { runId, options, ask }: Pick<DeployRequest, 'runId' | 'options' | 'ask'>,
  deployment: Deployment,
): Promise<UsedRole> => {
  const { kind, region, accountId } = deployment.door;
  if (kind !== 'aws') return { arn: `arn:aws:iam::${accountId}:role/stepbench-local`, fresh: false };
  const role = describeRole(definition, { region, accountId, workflow, runId, logs });
  const agreed =
    options.yes ||
    (await ask({
      kind: 'confirm',
      about: 'createRole',
      message: `Create the IAM role ${role.name} for this run?`,
      detail: role.text,
    })) === true;
  if (!agreed)
    throw new ExpectedError(
      'No role: name one with "role" in stepbench.json or in the settings, or let StepBench create it.',
    );
  return { arn: await deriveRole(deployment, role), fresh: true };
};
