import { preciseClock } from '../run/clock';
import { openDoor, type Door } from '../target/door';
import { checkPermissions, type CheckedPermission } from '../target/permissionCheck';
import {
  permissions,
  policyFor,
  purposes,
  purposeTexts,
  resourcesOf,
  type Permission,
  type Purpose,
} from '../target/permissions';
import type { CommandContext, Parsed } from './command';
import { usageError } from './command';
import { parseTarget } from './planArguments';

/** What is checked unless told otherwise: a whole run, and removing what it left. */
const usual: readonly Purpose[] = ['run', 'express', 'role', 'clean'];

const isPurpose = (text: string): text is Purpose => (purposes as readonly string[]).includes(text);

const purposesOf = (text: string | undefined): readonly Purpose[] => {
  if (text === undefined) return usual;
  if (text === 'all') return purposes;
  return text.split(',').map((each) => {
    if (isPurpose(each)) return each;
    throw usageError(`--for takes ${purposes.join(', ')}, or all, with commas between; not "${each}".`);
  });
};

const marks = { allowed: 'ok     ', denied: 'MISSING', unknown: '?      ' } as const;

/** What is missing, in full; what is there, in a line. */
const permissionsText = (
  door: Pick<Door, 'accountId' | 'region' | 'caller'>,
  checked: readonly CheckedPermission[],
): string => {
  const lines = checked.map(({ permission, resource, state }) => {
    const basis = state.kind === 'allowed' ? '' : `: ${state.why}`;
    return `${marks[state.kind]} ${permission.action} on ${resource}, to ${permission.why}${basis}`;
  });
  const count = (kind: CheckedPermission['state']['kind']) => checked.filter(({ state }) => state.kind === kind).length;
  const simulated = checked.some(({ state }) => state.kind !== 'unknown' && state.basis === 'simulated');
  lines.push(
    `${door.caller} in account ${door.accountId}, ${door.region}: ${count('allowed')} of ${checked.length} permissions are there, ${count('denied')} missing, ${count('unknown')} not to be told (${simulated ? 'simulated by IAM' : 'tried dry; IAM simulates for those who may iam:SimulatePrincipalPolicy'}).`,
  );
  if (count('denied') > 0) lines.push('The policy to ask for: stepbench check --permissions --policy');
  return `${lines.join('\n')}\n`;
};

/** `stepbench check --permissions`: 0 when nothing is missing, 1 when something is. */
export const runPermissionCheck = async (parsed: Parsed, context: CommandContext): Promise<number> => {
  const wanted = purposesOf(parsed.text('for'));
  const clock = preciseClock();
  const role = parsed.text('role');
  const target = parseTarget(parsed.text('target') ?? 'aws', { region: parsed.text('region'), profile: 'none' });
  if (target.kind === 'embedded')
    throw usageError(
      '--permissions asks an account or an endpoint: --target aws[:PROFILE], or a URL. The embedded engine permits everything.',
    );
  const door = await openDoor(target, {
    now: () => clock.now(),
    signIn: { env: context.env, askMfa: async (serial) => context.askLine?.(`Code of MFA device ${serial}: `, false) },
  });
  try {
    const place = { region: door.region, accountId: door.accountId, ...(role ? { roleArn: role } : {}) };
    if (parsed.flag('policy')) {
      context.stdout.write(`${JSON.stringify(policyFor(wanted, place), null, 2)}\n`);
      return 0;
    }
    const checked = await checkPermissions(door, wanted, role);
    context.stdout.write(
      parsed.flag('json')
        ? `${JSON.stringify({ account: door.accountId, region: door.region, caller: door.caller, permissions: checked.map(({ permission, resource, state }) => ({ action: permission.action, resource, ...state, neededTo: permission.why })) })}\n`
        : permissionsText(door, checked),
    );
    return checked.some(({ state }) => state.kind === 'denied') ? 1 : 0;
  } finally {
    door.close();
  }
};

const example = { region: 'REGION', accountId: 'ACCOUNT' };

const row = ({ action, scope, why }: Permission) =>
  `| \`${action}\` | ${resourcesOf(scope, example)
    .map((each) => `\`${each}\``)
    .join(' ')} | ${why} |`;

/** docs/permissions.md, from the table. */
export const permissionsPage = (): string => {
  const sections = purposes.map((purpose) => {
    const rows = permissions.filter((each) => each.purposes[0] === purpose);
    const shared = permissions.filter((each) => each.purposes[0] !== purpose && each.purposes.includes(purpose));
    return [
      `## For ${purposeTexts[purpose]} (\`${purpose}\`)`,
      '',
      ...(rows.length > 0 ? ['| Action | On | Needed to |', '|---|---|---|', ...rows.map(row)] : []),
      ...(shared.length > 0 ? ['', `And of the above: ${shared.map((each) => `\`${each.action}\``).join(', ')}.`] : []),
      '',
    ];
  });
  return [
    '# Permissions',
    '',
    'What StepBench asks of an account, and nothing else. This page is written from the table in `src/target/permissions.ts`;',
    'tests hold the two, and every request that the product makes, together.',
    '',
    '- Which of them you have: `stepbench check --permissions --target aws:PROFILE` (IAM is asked to simulate; where it may not be',
    '  asked, each permission is tried dry on a name that does not exist). Exit 1 when one is missing.',
    '- The policy to hand to whoever gives permissions: `stepbench check --permissions --policy`, for other purposes with',
    `  \`--for ${purposes.join(',')}\` or \`--for all\`; a role of your own with \`--role ARN\`.`,
    '- Everything that StepBench makes is called `stepbench-…`, so the policy needs no other names.',
    '- `sts:GetCallerIdentity` needs no permission.',
    '',
    ...sections.flat(),
    '## The policy for a run',
    '',
    'With `REGION` and `ACCOUNT` filled in, for a run of both types that makes its own role, and for removing it all again:',
    '',
    '```json',
    JSON.stringify(policyFor(usual, example), null, 2),
    '```',
    '',
    '## The role of the workflow',
    '',
    'Under which the tasks run. Without `--role`, or `"role"` in `stepbench.json`, it is derived from the tasks of the definition, shown',
    'line by line before it is created, and removed after the run. It trusts `states.amazonaws.com` for state machines of this account',
    'only. An Express workflow adds what delivering its log needs, a distributed Map what starting its children needs.',
    'Whoever may pass any role may act as any role: `iam:PassRole` is therefore asked for on that one role, to Step Functions only.',
    '',
  ].join('\n');
};
