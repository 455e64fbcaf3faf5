import assert from 'node:assert/strict';
import path from 'node:path';
import { packExtension } from '../../host/package.mjs';
import { panelOf } from '../../host/panel.mjs';
import { clickLens, headLens, openAtTop, runCommand } from '../../host/person.mjs';
import { makeScratch } from '../../host/scratch.mjs';
import { until } from '../../host/until.mjs';
import { makeWorld, root, tellsOfFailures } from './world.mjs';

describe('the extension as a user installs it', function () {
  let scratch;
  let world;
  before(async () => {
    scratch = await makeScratch('stepbench-vsix-');
    const vsix = path.join(scratch.folder, 'stepbench.vsix');
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
  tellsOfFailures(() => world?.page);
  after(async () => {
    await world?.dispose();
    scratch?.remove();
  });
  /** Its text as it is found: a toast goes by itself. */
  const toast = (pattern) =>
    until(`a toast that says ${pattern}`, async () =>
      (await world.page.locator('.notification-toast').allInnerTexts()).find((text) => pattern.test(text)),
    );

  it('reads and checks in a workspace that is not trusted, and says why it runs nothing', async () => {
    const { page } = world;
    const panel = panelOf(page);
    await openAtTop(page, 'order.asl.json');
    await until('the lens', async () => (await headLens(page)).includes('No benchmarks here'));
    await clickLens(page, 'No benchmarks here');
    assert.match(await toast(/not trusted/), /would run its code/);
    await page.locator('.activitybar [aria-label*="StepBench"]').first().click();
    await panel.says(/order\.asl\.json/);
    const run = panel.inner().locator('[data-action="run"]');
    assert.equal(await run.count(), 1);
    assert.equal(await run.getAttribute('disabled'), '');
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
    await until('the lens', async () => (await headLens(page)).includes('Benchmark |'));
    await clickLens(page, 'Run once');
    assert.match(await toast(/order:/), /Standard|Express/);
    await world.picture('toast');
  });
});
