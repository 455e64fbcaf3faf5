// Living with it: the panel by keyboard alone, what axe-core says of every tab in the real editor, where the panel may be
// moved, what is done with earlier runs, and a target that dies.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { panelOf } from '../../host/panel.mjs';
import { contextMenu, headLens, notification, openAtTop, quickPick, runCommand } from '../../host/person.mjs';
import { until } from '../../host/until.mjs';
import { restored } from '../../host/workbench.mjs';
import { makeWorld, root, tellsOfFailures, themes, untilKept } from './world.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const tabs = ['States', 'Graph', 'Timeline', 'Compare', 'Sweep', 'Cost', 'Distribution'];

/** An endpoint of our own, with the credentials that it wants. */
async function serve() {
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'serve', '--profile', 'none'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const line = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  return { ...JSON.parse(line), kill };
}

describe('living with the extension', function () {
  let world;
  let page;
  let panel;
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
    panel = panelOf(page);
    await openAtTop(page, 'order.asl.json');
    await until('the lens', async () => (await headLens(page)).includes('Benchmark'));
  });
  tellsOfFailures(() => world?.page);
  after(async () => {
    endpoint?.kill();
    await world?.dispose();
  });
  const ended = (count) =>
    until(
      `${count} runs, at rest`,
      async () => (await world.runFiles()).length === count && /Benchmark/.test(await headLens(page)),
    );

  it('sets the fields, runs, stops and walks the tabs by keyboard alone', async () => {
    await panel.focus();
    await panel.canRun();
    await panel.tabTo('executions');
    await panel.overwrite('4');
    await panel.moveBy('Tab');
    assert.equal(await panel.focused(), 'concurrency');
    await panel.overwrite('2');
    await panel.canRun();
    await panel.tabTo('run');
    await page.keyboard.press('Enter');
    await ended(1);
    await panel.says(/8 of 8/);
    // Run again with more than can be done, of an order that fails, and stop that.
    await panel.canRun();
    await panel.choose('Input', 'declined payment');
    await panel.tabTo('executions', 'Shift+Tab');
    await panel.overwrite('20000');
    await panel.canRun();
    await panel.tabTo('run');
    await page.keyboard.press('Enter');
    await until('the run', async () => /Stop/.test(await headLens(page)));
    await panel.says(/[1-9][\d,]* of 40,000/);
    await panel.tabTo('stop');
    await page.keyboard.press('Enter');
    await ended(2);
    await panel.says(/Stopped/);
  });

  it('sorts, goes to a state, and shows each tab by keyboard alone', async () => {
    await panel.focus();
    await panel.tabTo('States');
    for (const tab of tabs.slice(1)) {
      await panel.moveBy('ArrowRight');
      assert.equal(await panel.focused(), tab);
      await until(`the tab ${tab}`, async () => (await panel.selectedTab()) === tab);
    }
    await panel.moveBy('Home');
    await until('the first tab', async () => (await panel.selectedTab()) === 'States');
    const names = () => panel.inner().locator('.statelist .name').allInnerTexts();
    await panel.tabTo('Sort by');
    // By name, the first of the choices: two figures may have the same order.
    await page.keyboard.press('Home');
    await until('the order of names', async () => {
      const found = await names();
      return found.length > 1 && found.join() === found.toSorted((a, b) => a.localeCompare(b)).join();
    });
    // The first state of the list, by Enter.
    const [first] = await names();
    await panel.tabTo(first);
    await page.keyboard.press('Enter');
    await until(
      'the cursor at it',
      async () => Number(/\bLn (\d+)/.exec(await page.locator('.statusbar').innerText())?.[1]) > 1,
    );
  });

  for (const name of Object.keys(themes)) {
    it(`axe-core finds nothing serious in any tab in ${name}`, async () => {
      await world.theme(name);
      const inside = await panel.frame();
      const kind = {
        dark: 'vscode-dark',
        light: 'vscode-light',
        'hc-dark': 'vscode-high-contrast',
        'hc-light': 'vscode-high-contrast-light',
      }[name];
      await until('the theme', () =>
        inside.evaluate((wanted) => document.body.dataset.vscodeThemeKind === wanted, kind),
      );
      // The page is transparent; axe-core does not see what shows through.
      await inside.evaluate(() => {
        document.documentElement.style.background = 'var(--vscode-sideBar-background)';
      });
      if (!(await inside.evaluate(() => Boolean(window.axe)))) await inside.evaluate(await readFile(axe, 'utf8'));
      const found = [];
      /** Nothing is judged that is still being drawn. */
      const atRest = () =>
        until('the panel to stand still', async () => {
          const look = () =>
            inside.evaluate(() => {
              const root = document.getElementById('stepbench');
              const moving = document.getAnimations().filter((each) => each.playState === 'running').length;
              return `${moving} ${root.innerHTML}`;
            });
          const before = await look();
          await page.waitForTimeout(150);
          return before.startsWith('0 ') && (await look()) === before;
        });
      const look = async (what) => {
        await atRest();
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
        await panel.tab(tab);
        await look(tab);
        if (tab !== 'Timeline') continue;
        await panel.choose('Execution', 'A failed one');
        await panel.inner().locator('pre.bad').first().waitFor();
        await look('Timeline-failed');
        await panel.choose('Execution', 'Slowest');
      }
      assert.deepEqual(found, []);
    });
  }

  it('loses nothing when it is hidden, moved to the other side, and when the window is reloaded', async () => {
    await world.theme('dark');
    await panel.tab('Cost');
    const isKept = async () => (await panel.selectedTab()) === 'Cost' && /Stopped/.test(await panel.text());
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await until(
      'it to be hidden',
      async () =>
        (await page.locator('iframe.webview.ready').count()) === 0 ||
        !(await page.locator('.part.sidebar').isVisible()),
    );
    await runCommand(page, 'StepBench: Show Panel');
    await until('the panel again', isKept);
    await runCommand(page, 'View: Move View');
    await quickPick(page).choose('Benchmark');
    await quickPick(page).choose('New Secondary Side Bar Entry');
    await page.locator('.part.auxiliarybar').waitFor();
    await until('the panel on the other side', isKept);
    await world.picture('secondary-side-bar');
    await untilKept(
      page,
      'where the panel is, and its tab',
      (kept) =>
        /^memento\/webviewView\.stepbench\.panel=.*cost/m.test(kept) &&
        /^views\.customizations=.*stepbench\.panel/m.test(kept),
    );
    await page.reload();
    await restored(page);
    // These tests start with that side bar closed; the command opens the panel wherever it is.
    await runCommand(page, 'StepBench: Show Panel');
    await until('the panel after a reload', isKept);
    await runCommand(page, 'View: Reset View Locations');
    await runCommand(page, 'StepBench: Show Panel');
    await until(
      'the panel at its place',
      async () => (await page.locator('.part.sidebar .pane', { hasText: 'Runs' }).isVisible()) && (await isKept()),
    );
  });

  it('names, pins and compares runs', async () => {
    const rows = () => page.locator('.pane', { hasText: 'Runs' }).locator('.monaco-list-row');
    await until('two rows', async () => (await rows().count()) === 2);
    await contextMenu(page, rows().last(), 'Rename');
    await quickPick(page).type('before the change', 'Name of the run');
    const named = () => rows().filter({ hasText: 'before the change' });
    await until('the name', async () => (await named().count()) === 1);
    await contextMenu(page, named(), 'Pin');
    await until('it first', async () => (await rows().first().innerText()).includes('before the change'));
    await contextMenu(page, rows().last(), 'Compare With');
    await quickPick(page).titled('Compare');
    await world.picture('comparing');
    await quickPick(page).choose('before the change');
    await panel.says(/earlier/);
    await until('the tab', async () => (await panel.selectedTab()) === 'Compare');
    await world.picture('compared');
  });

  it('saves a report as HTML', async () => {
    await runCommand(page, 'StepBench: Save Report as HTML…');
    const input = page.locator('.quick-input-widget:visible input.input');
    // The palette's own input stands at the same place until the question for the file has taken it.
    await until('the question for the file', async () => (await input.inputValue()).endsWith('.html'));
    const file = path.join(world.folder, 'report.html');
    await input.fill(file);
    await until('its path in the field', async () => (await input.inputValue()) === file);
    await input.press('Enter');
    const isWhole = async () => /<html[\s\S]*Standard[\s\S]*Express[\s\S]*<\/html>/.test(await readFile(file, 'utf8'));
    await until('the file, whole', isWhole);
  });

  it('says in one message that its target died in the middle of a run, and keeps what was measured', async () => {
    await runCommand(page, 'StepBench: Select Target…');
    await quickPick(page).choose('Endpoint');
    await quickPick(page).type(endpoint.endpoint, 'Address');
    await panel.says(new RegExp(new URL(endpoint.endpoint).host));
    // The lens above the first line tells what goes on.
    await openAtTop(page, 'order.asl.json');
    await panel.choose('Input', 'good order');
    await panel.fill('executions', '20000');
    await panel.run();
    await until('the run', async () => /Stop/.test(await headLens(page)));
    await panel.says(/[1-9][\d,]* of 40,000/);
    endpoint.kill();
    const killed = Date.now();
    await ended(3);
    console.log(`      from its death to the end of the run: ${((Date.now() - killed) / 1000).toFixed(1)} s`);
    const said = await notification(page, 'order');
    assert.match(said, /failed|stopped/i);
    const died = (await world.runs()).find((document) => document.target.kind === 'endpoint');
    assert.ok(
      died.arms.some((arm) => arm.executions.succeeded > 0),
      JSON.stringify(died.status),
    );
    console.log(`      ${died.status.kind}: ${died.status.message ?? ''} | ${said}`);
  });
});
