import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { permissionsPage } from '../../../src/cli/permissions';
import { startServer } from '../../../src/server/start';

const page = path.resolve(__dirname, '../../../docs/permissions.md');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const cli = async (...args: string[]) => {
  const server = await startServer({});
  closing.push(() => server.stop());
  let stdout = '';
  let stderr = '';
  const code = await main(
    args.map((each) => each.replace('ENDPOINT', server.endpoint)),
    {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
      cwd: '/',
      env: {
        AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      },
      signal: new AbortController().signal,
    },
  );
  return { code, stdout, stderr };
};

describe('docs/permissions.md', () => {
  it('is what the table says (UPDATE_DOCS=1 writes it)', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, permissionsPage());
    expect(readFileSync(page, 'utf8')).toBe(permissionsPage());
  });
});

describe('stepbench check --permissions', () => {
  it('tries every permission and leaves nothing behind', async () => {
    const { code, stdout } = await cli('check', '--permissions', '--target', 'ENDPOINT', '--for', 'all');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/ok +states:CreateStateMachine on arn:aws:states:/)]);
    expect(stdout).toMatch(/\? +iam:PassRole on .*cannot be tried/);
    expect(stdout).toMatch(/0 missing, 2 not to be told \(tried dry/);
  });

  it('prints a document with --json, and the policy with --policy', async () => {
    const { stdout } = await cli('check', '--permissions', '--target', 'ENDPOINT', '--json');
    const parsed = JSON.parse(stdout) as { account: string; permissions: { action: string; kind: string }[] };
    expect(parsed.account).toMatch(/^\d{12}$/);
    expect(parsed.permissions.find((each) => each.action === 'states:StartExecution')?.kind).toBe('allowed');
    const policy = await cli('check', '--permissions', '--target', 'ENDPOINT', '--policy', '--for', 'clean');
    expect((JSON.parse(policy.stdout) as { Version: string }).Version).toBe('2012-10-17');
  });

  it.each([
    [['check', '--permissions', '--target', 'local'], /embedded engine permits everything/],
    [['check', '--permissions', '--for', 'everything', '--target', 'ENDPOINT'], /--for takes run, express/],
    [['check', '--permissions', 'a.asl.json'], /checks an account, not files/],
    [['check', 'a.asl.json', '--policy'], /--policy goes with --permissions/],
    [['check'], /takes FILE…; none was given/],
  ])('%j is refused in one sentence', async (args, message) => {
    const { code, stderr } = await cli(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
