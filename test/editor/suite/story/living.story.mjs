// Living with it: the panel by keyboard alone, what axe-core says of every tab in the real editor, where the panel may be
// moved, what is done with earlier runs, and a target that dies.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { notification, openFile, quickPick, restored, runCommand, webview } from '../../host/workbench.mjs';
import { lenses, makeWorld, root, themes, until } from './world.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const tabs = ['States', 'Graph', 'Timeline', 'Compare', 'Sweep', 'Cost', 'Distribution'];

/** An endpoint of our own, with the credentials that it wants. */
async function serve() {
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'serve', '--profile', 'none'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  return { ...JSON.parse(line), kill: () => child.kill('SIGKILL') };
}

describe('living with the extension', function () {
  let world;
  let page;
  let endpoint;
  before(async () => {
    endpoint = await serve();
    world = await makeWorld({
      settings: {
        'stepbench.executions': 6,
        'stepbench.concurrency': 3,
        'stepbench.warmup': 0,
        'stepbench.latencyProfile': 'none',
        'files.simpleDialog.enable': true,
      },
      env: {
        AWS_ACCESS_KEY_ID: endpoint.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: endpoint.credentials.secretAccessKey,
        AWS_REGION: endpoint.region,
      },
    });
    page = world.page;
    await openFile(page, 'order.asl.json');
    await until('the lens', async () => (await lenses(page))[0]?.includes('Benchmark'), 30_000);
  });
  after(async () => {
    endpoint?.kill();
    await world?.dispose();
  });
  afterEach(async function () {
    if (this.currentTest.state === 'failed')
      await world?.picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-').slice(0, 40)}`);
  });
  const panel = () => webview(page);
  const panelText = () => panel().locator('body').innerText();
  const frame = async () => (await panel().locator('body').elementHandle()).ownerFrame();
  /** What has the focus in the panel: its name as a screen reader says it, or its field. */
  const focused = async () =>
    (await frame()).evaluate(() => {
      let element = document.activeElement;
      const host = element?.closest?.('[data-field], [data-action]') ?? element;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return (
        host?.getAttribute('data-field') ??
        host?.getAttribute('data-action') ??
        host?.getAttribute('aria-label') ??
        host?.textContent?.trim() ??
        ''
      );
    });
  const tabTo = async (wanted, key = 'Tab', most = 60) => {
    const passed = [];
    for (let steps = 0; steps < most; steps++) {
      const now = await focused();
      if (now === wanted) return passed;
      passed.push(now);
      await page.keyboard.press(key);
    }
    throw new Error(
      `${wanted} was not reached by ${key}; on the way: ${passed.map((each) => each.slice(0, 40)).join(' | ')}`,
    );
  };
  /**
   * Types over what is in the field. Not by Control+A: that goes to the workbench and comes back when it likes, perhaps after the
   * first key, and selects this too.
   */
  const overwrite = async (text) => {
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type(text);
    await until(`${text} in the field`, async () =>
      (await frame()).evaluate((wanted) => document.activeElement?.value === wanted, text),
    );
  };
  const runs = async () =>
    (await readdir(path.join(world.folder, '.stepbench/runs')).catch(() => [])).filter((file) =>
      /^(?!index).*\.json$/.test(file),
    );
  const ended = (count) =>
    until(
      `${count} runs, at rest`,
      async () => (await runs()).length === count && /Benchmark/.test((await lenses(page))[0] ?? ''),
      90_000,
    );

  const choose = async (label, option) => {
    await panel().getByRole('combobox', { name: label }).click();
    await panel().getByRole('option', { name: option }).click();
  };

  it('sets the fields, runs, stops and walks the tabs by keyboard alone', async () => {
    await runCommand(page, 'StepBench: Show Panel');
    await panel().locator('[data-action="run"]:not([disabled])').waitFor({ timeout: 20_000 });
    await until('the focus in the panel', async () => (await frame()).evaluate(() => document.hasFocus()));
    await tabTo('executions');
    await overwrite('4');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'concurrency');
    await overwrite('2');
    await tabTo('run');
    await page.keyboard.press('Enter');
    await ended(1);
    assert.match(await panelText(), /8 of 8/);
    // Run again with more than can be done, of an order that fails, and stop that.
    await choose('Input', 'declined payment');
    await tabTo('executions', 'Shift+Tab');
    await overwrite('4000');
    await tabTo('run');
    await page.keyboard.press('Enter');
    await until('the run', async () => /Stop/.test((await lenses(page))[0] ?? ''), 20_000);
    await until('something done', async () => /[1-9][\d,]* of 8,000/.test(await panelText()), 30_000);
    await tabTo('stop');
    await page.keyboard.press('Enter');
    await ended(2);
    await until('that it was stopped', async () => /Stopped/.test(await panelText()));
  });

  it('sorts, goes to a state, and shows each tab by keyboard alone', async () => {
    await runCommand(page, 'StepBench: Show Panel');
    await tabTo('States');
    for (const tab of tabs.slice(1)) {
      await page.keyboard.press('ArrowRight');
      await until(`the focus on ${tab}`, async () => (await focused()) === tab);
      assert.equal(await panel().locator('[role="tab"][aria-selected="true"]').innerText(), tab);
    }
    await page.keyboard.press('Home');
    await until('the first tab', async () => (await focused()) === 'States');
    const names = () => panel().locator('.statelist .name').allInnerTexts();
    const before = await names();
    await tabTo('Sort by');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until('another order', async () => (await names()).join() !== before.join());
    // The first state of the list, by Enter.
    const [first] = await names();
    await tabTo(first);
    await page.keyboard.press('Enter');
    await until('the cursor at it', async () => {
      const text = await page.locator('.editor-instance .view-overlays .current-line').count();
      return text > 0 && (await page.locator('.statusbar').innerText()).match(/Ln (\d+)/)?.[1] !== '1';
    });
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`axe-core finds nothing serious in any tab in ${name}`, async () => {
      await world.set({ 'workbench.colorTheme': theme });
      const inside = await frame();
      const kind = {
        dark: 'vscode-dark',
        light: 'vscode-light',
        'hc-dark': 'vscode-high-contrast',
        'hc-light': 'vscode-high-contrast-light',
      }[name];
      await until('the theme', () =>
        inside.evaluate((wanted) => document.body.dataset.vscodeThemeKind === wanted, kind),
      );
      await page.waitForTimeout(300);
      // The page is transparent; axe-core does not see what shows through.
      await inside.evaluate(() => {
        document.documentElement.style.background = 'var(--vscode-sideBar-background)';
      });
      if (!(await inside.evaluate(() => Boolean(window.axe)))) await inside.evaluate(await readFile(axe, 'utf8'));
      const found = [];
      const look = async (what) => {
        await page.waitForTimeout(150);
        const violations = await inside.evaluate(async () => {
          const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary.slice(0, 200)}`);
        });
        found.push(...violations.map((each) => `${what}: ${each}`));
        await world.picture(`tab-${what.toLowerCase()}-${name}`);
      };
      for (const tab of tabs) {
        await panel().getByRole('tab', { name: tab }).click();
        await look(tab);
        if (tab !== 'Timeline') continue;
        await choose('Execution', 'A failed one');
        await panel().locator('pre.bad').first().waitFor();
        await look('Timeline-failed');
        await choose('Execution', 'Slowest');
      }
      assert.deepEqual(found, []);
    });
  }

  it('loses nothing when it is hidden, moved to the other side, and when the window is reloaded', async () => {
    await world.set({ 'workbench.colorTheme': themes.dark });
    await panel().getByRole('tab', { name: 'Cost' }).click();
    const kept = async () =>
      (await panel().locator('[role="tab"][aria-selected="true"]').innerText()) === 'Cost' &&
      /Stopped/.test(await panelText());
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await until(
      'it to be hidden',
      async () =>
        (await page.locator('iframe.webview.ready').count()) === 0 ||
        !(await page.locator('.part.sidebar').isVisible()),
    );
    await runCommand(page, 'StepBench: Show Panel');
    await until('the panel again', kept, 20_000);
    await runCommand(page, 'View: Move View');
    await quickPick(page).choose('Benchmark');
    await quickPick(page).choose('New Secondary Side Bar Entry');
    await page.locator('.part.auxiliarybar').waitFor();
    await until('the panel on the other side', kept, 20_000);
    await world.picture('secondary-side-bar');
    // A browser's workbench writes what it keeps every five seconds; a page that is reloaded before that forgets the tab.
    await page.waitForTimeout(8_000);
    await page.reload();
    await restored(page);
    // These tests start with that side bar closed; the command opens the panel wherever it is.
    await runCommand(page, 'StepBench: Show Panel');
    await until('the panel after a reload', kept, 30_000);
    await runCommand(page, 'View: Reset View Locations');
    await runCommand(page, 'StepBench: Show Panel');
    await until('the panel at its place', kept, 20_000);
  });

  it('names, pins and compares runs', async () => {
    const rows = () => page.locator('.pane', { hasText: 'Runs' }).locator('.monaco-list-row');
    await until('two rows', async () => (await rows().count()) === 2, 20_000);
    const menu = async (row, item) => {
      await row.click({ button: 'right' });
      const entry = page.locator('.monaco-menu .action-label', { hasText: item }).first();
      await entry.hover();
      await entry.click();
      // A menu that was still opening takes the click for a hover.
      if (await entry.isVisible()) await page.keyboard.press('Enter');
    };
    await menu(rows().last(), 'Rename');
    await quickPick(page).type('before the change');
    await until('the name', async () =>
      (await rows().allInnerTexts()).some((text) => text.includes('before the change')),
    );
    await menu(rows().filter({ hasText: 'before the change' }), 'Pin');
    await until('it first', async () => (await rows().first().innerText()).includes('before the change'));
    await menu(rows().last(), 'Compare With');
    await quickPick(page).choose('before the change');
    await world.picture('comparing');
    await until('the comparison', async () => /earlier/.test(await panelText()), 20_000);
    assert.equal(await panel().locator('[role="tab"][aria-selected="true"]').innerText(), 'Compare');
    await world.picture('compared');
  });

  it('saves a report as HTML', async () => {
    await runCommand(page, 'StepBench: Save Report as HTML');
    const input = page.locator('.quick-input-widget:visible input.input');
    // The palette's own input stands at the same place until the question for the file has taken it.
    await until('the question for the file', async () => (await input.inputValue()).endsWith('.html'));
    const file = path.join(world.folder, 'report.html');
    await input.fill(file);
    await page.keyboard.press('Enter');
    await until('the file', () => existsSync(file), 20_000);
    assert.match(await readFile(file, 'utf8'), /<html[\s\S]*Standard[\s\S]*Express/);
  });

  it('says in one message that its target died in the middle of a run, and keeps what was measured', async () => {
    await openFile(page, 'order.asl.json');
    // The lens above the first line tells what goes on.
    await page.keyboard.press('Control+Home');
    await runCommand(page, 'StepBench: Select Target');
    await quickPick(page).choose('Endpoint');
    await until('the question for its address', async () => /Address/.test(await quickPick(page).title()));
    await quickPick(page).type(endpoint.endpoint);
    await until('the target', async () => (await panelText()).includes(new URL(endpoint.endpoint).host), 20_000);
    await choose('Input', 'good order');
    await panel().locator('[data-field="executions"] input').fill('20000');
    await panel().locator('[data-action="run"]').click();
    await until('the run', async () => /Stop/.test((await lenses(page))[0] ?? ''), 30_000);
    await until('something done', async () => /[1-9][\d,]* of 40,000/.test(await panelText()), 60_000);
    endpoint.kill();
    const killed = Date.now();
    await ended(3);
    console.log(`      from its death to the end of the run: ${((Date.now() - killed) / 1000).toFixed(1)} s`);
    const said = await notification(page, 'order', 20_000);
    assert.match(said, /failed|stopped/i);
    const documents = await Promise.all(
      (await runs()).map(async (file) =>
        JSON.parse(await readFile(path.join(world.folder, '.stepbench/runs', file), 'utf8')),
      ),
    );
    const died = documents.find((document) => document.target.kind === 'endpoint');
    assert.ok(
      died.arms.some((arm) => arm.executions.succeeded > 0),
      JSON.stringify(died.status),
    );
    console.log(`      ${died.status.kind}: ${died.status.message ?? ''} | ${said}`);
  });
});
