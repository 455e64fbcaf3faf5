import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { packExtension } from '../../host/package.mjs';
import { openFile, runCommand, webview } from '../../host/workbench.mjs';
import { clickLens, lenses, makeWorld, root, until } from './world.mjs';

describe('the extension as a user installs it', function () {
  let scratch;
  let world;
  before(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), 'stepbench-vsix-'));
    const vsix = path.join(scratch, 'stepbench.vsix');
    await packExtension(root, vsix);
    // No development mode and no test driver: toasts, trust and activation are those of a real editor.
    world = await makeWorld({
      vsix: [vsix],
      smokeDriver: false,
      development: false,
      trust: true,
      settings: {
        'stepbench.executions': 2,
        'stepbench.concurrency': 2,
        'stepbench.warmup': 0,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
      },
    });
  });
  afterEach(async function () {
    if (this.currentTest.state === 'failed') await world?.picture('failed-installed');
  });
  after(async () => {
    await world?.dispose();
    await rm(scratch, { recursive: true, force: true });
  });

  it('reads and checks in a workspace that is not trusted, and says why it runs nothing', async () => {
    const { page } = world;
    await openFile(page, 'order.asl.json');
    await until('the lens', async () => (await lenses(page))[0]?.includes('No benchmarks here'), 30_000);
    await clickLens(page, 'No benchmarks here');
    const toast = page.locator('.notification-toast', { hasText: 'not trusted' });
    await toast.first().waitFor({ timeout: 10_000 });
    assert.match(await toast.first().innerText(), /would run its code/);
    await page.locator('.activitybar [aria-label*="StepBench"]').first().click();
    await webview(page).locator('text=order.asl.json').first().waitFor({ timeout: 20_000 });
    assert.equal(await webview(page).locator('[data-action="run"][disabled], [data-action="run"].disabled').count(), 1);
    await world.picture('untrusted');
  });

  it('runs as soon as it is trusted, and says the answer in a toast', async () => {
    const { page } = world;
    await runCommand(page, 'Workspaces: Manage Workspace Trust');
    await page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ })
      .first()
      .click();
    await page.locator('.tab', { hasText: 'order.asl.json' }).first().click();
    await until('the lens', async () => (await lenses(page))[0]?.includes('Benchmark |'), 30_000);
    await clickLens(page, 'Run once');
    const toast = page.locator('.notification-toast', { hasText: 'order:' });
    await toast.first().waitFor({ timeout: 60_000 });
    assert.match(await toast.first().innerText(), /Standard|Express/);
    await world.picture('toast');
  });
});
