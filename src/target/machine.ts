import type { JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import { recorded, type DeployedMachine, type Deployment } from './deployment';
import { logGroupName, partition, resourceName, tagsOf } from './names';
import { isTaken, patiently, refusal } from './refusal';
import { isOurs } from './remove';

export { partition } from './names';

export interface MachineRequest {
  readonly type: WorkflowType;
  readonly workflow: string;
  readonly definition: JsonObject;
  readonly roleArn: string;
  /** A stable name that the next run updates; else one of this run alone. */
  readonly keep: boolean;
  /** Log at ALL; Express timings come from nowhere else. Standard needs none. */
  readonly log: boolean;
  /** The role was made a moment ago: IAM takes a while to know it everywhere. */
  readonly freshRole?: boolean;
}

const logRetentionDays = 1;
const suffix = { STANDARD: 'standard', EXPRESS: 'express' } as const;

/** Creates the machine, or updates the kept one, with its log group and tags, and publishes the version that will be started. */
export const deployMachine = async (deployment: Deployment, request: MachineRequest): Promise<DeployedMachine> => {
  const { door, ownership } = deployment;
  const name = resourceName(request.workflow, suffix[request.type], request.keep ? '' : ownership.runId.slice(-6));
  const arn = `arn:${partition(door.region)}:states:${door.region}:${door.accountId}:stateMachine:${name}`;
  const logGroup = request.log ? await createLogGroup(deployment, logGroupName(name)) : undefined;
  const settings = {
    definition: JSON.stringify(request.definition),
    roleArn: request.roleArn,
    publish: true,
    loggingConfiguration: logGroup
      ? {
          level: 'ALL' as const,
          // Inputs and outputs are not needed for timings, and every byte of a log is billed.
          includeExecutionData: false,
          destinations: [
            {
              cloudWatchLogsLogGroup: {
                logGroupArn: `arn:${partition(door.region)}:logs:${door.region}:${door.accountId}:log-group:${logGroup}:*`,
              },
            },
          ],
        }
      : undefined,
  };
  const { sdk, clients } = door;
  let version: string | undefined;
  let updated = false;
  try {
    await recorded(deployment.ledger, { kind: 'stateMachine', id: arn, name }, async () => {
      try {
        const made = await patiently(
          () =>
            clients.sfn.send(
              new sdk.CreateStateMachineCommand({
                ...settings,
                name,
                type: request.type,
                tags: Object.entries(tagsOf(ownership)).map(([key, value]) => ({ key, value })),
              }),
            ),
          { ...deployment.pause, ...(request.freshRole ? { attempts: 12, retry: roleNotKnownYet } : {}) },
        );
        version = made.stateMachineVersionArn;
      } catch (error) {
        if (!isTaken(error) || !request.keep || !(await isOurs(door, { kind: 'stateMachine', id: arn, name })))
          throw error;
        const answer = await clients.sfn.send(new sdk.UpdateStateMachineCommand({ ...settings, stateMachineArn: arn }));
        version = answer.stateMachineVersionArn;
        updated = true;
      }
      return true;
    });
  } catch (error) {
    throw refusal('CreateStateMachine', name, error);
  }
  // An old definition can run after an update only. Emulators know versions less well than machines: moto cannot start one.
  const startArn = version !== undefined && (updated || door.kind !== 'endpoint') ? version : arn;
  return { type: request.type, name, arn, startArn, ...(logGroup ? { logGroup } : {}) };
};

/** IAM is eventually consistent: for some seconds after its creation a role "cannot be assumed". */
const roleNotKnownYet = (error: unknown): boolean =>
  error instanceof Error &&
  /assume|role|log destination|logging configuration/i.test(error.message) &&
  /AccessDenied|Invalid/.test(error.name);

const createLogGroup = async (deployment: Deployment, logGroupName: string): Promise<string> => {
  const { sdk, clients } = deployment.door;
  try {
    await recorded(deployment.ledger, { kind: 'logGroup', id: logGroupName, name: logGroupName }, async () => {
      try {
        await patiently(
          () =>
            clients.logs.send(
              new sdk.CreateLogGroupCommand({ logGroupName, tags: { ...tagsOf(deployment.ownership) } }),
            ),
          deployment.pause,
        );
      } catch (error) {
        // Its name holds our prefix and the run's id or the kept workflow: an existing one is from a call that answered too late.
        if (!isTaken(error)) throw error;
      }
      return true;
    });
    await patiently(
      () => clients.logs.send(new sdk.PutRetentionPolicyCommand({ logGroupName, retentionInDays: logRetentionDays })),
      deployment.pause,
    );
  } catch (error) {
    throw refusal('CreateLogGroup', logGroupName, error);
  }
  return logGroupName;
};
