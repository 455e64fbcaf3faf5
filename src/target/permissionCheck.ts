import { messageOf } from '../model/errors';
import type { Door } from './door';
import { partition } from './machine';
import { permissionsFor, resourcesOf, type Permission, type Purpose } from './permissions';
import { probeOf } from './permissionProbes';
import { isAbsent } from './refusal';

/** Whether a permission is there, and how that is known. */
export type PermissionState =
  | { readonly kind: 'allowed'; readonly basis: 'simulated' | 'probed' }
  | { readonly kind: 'denied'; readonly basis: 'simulated' | 'probed'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

export interface CheckedPermission {
  readonly permission: Permission;
  readonly resource: string;
  readonly state: PermissionState;
}

/** `arn:aws:sts::1:assumed-role/Ops/me` → `arn:aws:iam::1:role/Ops`: IAM simulates the policies of the role, not of a session. */
export const policySource = (caller: string): string =>
  caller.replace(/^(arn:[\w-]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');

/** The caller's own name for IAM; the path of a role is not in a session's ARN, so it is looked up. */
const sourceOf = async ({ sdk, clients, caller }: Door): Promise<string> => {
  const source = policySource(caller);
  if (source === caller) return source;
  const name = source.split('/').at(-1) as string;
  try {
    const { Role } = await clients.iam.send(new sdk.GetRoleCommand({ RoleName: name }));
    return Role?.Arn ?? source;
  } catch {
    return source;
  }
};

/** Asks IAM what its policies say. Answers undefined where IAM may not be asked, or knows no simulation. */
const simulate = async (
  door: Door,
  source: string,
  wanted: readonly { readonly permission: Permission; readonly resource: string }[],
): Promise<readonly CheckedPermission[] | undefined> => {
  const { sdk, clients } = door;
  const checked: CheckedPermission[] = [];
  for (const { permission, resource } of wanted) {
    try {
      const answer = await clients.iam.send(
        new sdk.SimulatePrincipalPolicyCommand({
          PolicySourceArn: source,
          ActionNames: [permission.action],
          ResourceArns: [resource],
          ...(permission.action === 'iam:PassRole'
            ? {
                ContextEntries: [
                  {
                    ContextKeyName: 'iam:PassedToService',
                    ContextKeyType: 'string' as const,
                    ContextKeyValues: ['states.amazonaws.com'],
                  },
                ],
              }
            : {}),
        }),
      );
      const decision = answer.EvaluationResults?.[0];
      if (!decision?.EvalDecision) return undefined;
      const boundary = decision.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false;
      const organization = decision.OrganizationsDecisionDetail?.AllowedByOrganizations === false;
      const why = boundary
        ? 'a permissions boundary stands in the way'
        : organization
          ? 'a policy of the organization stands in the way'
          : decision.EvalDecision === 'explicitDeny'
            ? 'a policy denies it'
            : 'no policy allows it';
      checked.push({
        permission,
        resource,
        state:
          decision.EvalDecision === 'allowed'
            ? { kind: 'allowed', basis: 'simulated' }
            : { kind: 'denied', basis: 'simulated', why },
      });
    } catch {
      return undefined;
    }
  }
  return checked;
};

const isDenied = (error: unknown): boolean =>
  /AccessDenied|UnauthorizedOperation|NotAuthorized/.test(error instanceof Error ? error.name : '');

/** Calls the service in a way that cannot do anything: a refusal for want of permission and any other one are told apart. */
const probe = async (door: Door, permission: Permission): Promise<PermissionState> => {
  const call = probeOf(permission, door);
  if (!call) return { kind: 'unknown', why: 'it cannot be tried without making something' };
  try {
    await call();
    return { kind: 'allowed', basis: 'probed' };
  } catch (error) {
    if (isDenied(error)) return { kind: 'denied', basis: 'probed', why: messageOf(error) };
    const name = error instanceof Error ? error.name : '';
    // Only past its authorization does a service look at what it was asked for.
    if (isAbsent(error) || /Invalid|Malformed|Validation/.test(name)) return { kind: 'allowed', basis: 'probed' };
    return { kind: 'unknown', why: messageOf(error) || name };
  }
};

/**
 * Which permissions for some purposes are there. IAM is asked first (iam:SimulatePrincipalPolicy on oneself), which also sees
 * what cannot be tried; else each is tried dry, on names that do not exist. Nothing is created, changed or removed.
 */
export const checkPermissions = async (
  door: Door,
  wanted: readonly Purpose[],
  roleArn?: string,
): Promise<readonly CheckedPermission[]> => {
  const place = { region: door.region, accountId: door.accountId, ...(roleArn ? { roleArn } : {}) };
  const list = permissionsFor(wanted).map((permission) => ({
    permission,
    // IAM simulates on an ARN as it would be: a name of ours in the place of the star.
    resource: (resourcesOf(permission.scope, place)[0] as string).replace(/^(.+)\*$/, '$1permission-check'),
  }));
  if (door.caller === `arn:${partition(door.region)}:iam::${door.accountId}:root`)
    return list.map((each) => ({ ...each, state: { kind: 'allowed', basis: 'simulated' } }));
  const simulated = await simulate(door, await sourceOf(door), list);
  if (simulated) return simulated;
  const probed: CheckedPermission[] = [];
  for (const each of list) probed.push({ ...each, state: await probe(door, each.permission) });
  return probed;
};
