import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { notification, openFile, quickPick, restored, runCommand, webview } from '../../host/workbench.mjs';
import { lenses, makeWorld, themes, until, watchStop } from './world.mjs';

describe('the story of a first benchmark', function () {
  let world;
  let page;
  before(async () => {
    world = await makeWorld({
      settings: { 'stepbench.executions': 20, 'stepbench.concurrency': 10, 'stepbench.warmup': 1 },
    });
    page = world.page;
  });
  after(() => world?.dispose());
  afterEach(async function () {
    if (this.currentTest.state === 'failed')
      await world?.picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-').slice(0, 40)}`);
  });
  const panelText = () => webview(page).locator('body').innerText();
  const runs = async () =>
    (await readdir(path.join(world.folder, '.stepbench/runs')).catch(() => [])).filter((file) =>
      /^(?!index).*\.json$/.test(file),
    );

  it('opens the workflow: lenses to benchmark and to run once', async () => {
    await openFile(page, 'order.asl.json');
    const texts = await until('lenses', async () => {
      const found = await lenses(page);
      return found.some((text) => text.includes('Benchmark')) && found;
    });
    assert.match(texts[0], /Benchmark.*Run once/);
    assert.equal(texts.filter((text) => /Standard|Express/.test(text)).length, 0);
  });

  it('asks for the type only, both being the default, and opens the panel', async () => {
    await runCommand(page, 'StepBench: Benchmark This Workflow');
    const pick = quickPick(page);
    await pick.widget.locator('.quick-input-title', { hasText: 'order.asl.json' }).waitFor({ timeout: 10_000 });
    const rows = await pick.rows();
    assert.equal(rows.length, 4);
    await world.picture('quick-pick');
    await pick.accept();
    await page.locator('iframe.webview.ready').first().waitFor({ timeout: 15_000 });
    await webview(page).locator('text=order.asl.json').first().waitFor({ timeout: 15_000 });
  });

  it('shows numbers that move while it runs', async () => {
    const done = /(\d+) of (\d+)/;
    const first = await until('progress', async () => done.exec(await panelText()), 30_000);
    const later = await until(
      'progress that moves',
      async () => {
        const match = done.exec(await panelText());
        return match && Number(match[1]) > Number(first[1]) && match;
      },
      60_000,
    );
    assert.equal(later[2], '40');
    await world.picture('running');
    await until('the lens to count', async () => (await lenses(page))[0]?.includes('Stop'));
  });

  it('shows in the graph how many executions are in each state now, and how that is known', async () => {
    await webview(page).getByRole('tab', { name: 'Graph' }).click();
    const { counts, said } = await until(
      'counts',
      async () => {
        const seen = await webview(page)
          .locator('.graph')
          .evaluate((graph) => ({
            counts: [...graph.querySelectorAll('.now')].map((count) => count.textContent),
            said: graph.closest('figure').textContent,
          }));
        return seen.counts.length > 0 && seen;
      },
      60_000,
    );
    await world.picture('graph-live');
    assert.match(said, /executions in each state now, \d+ in flight, .* between states \((measured|derived)/);
    for (const count of counts) assert.match(count, /^(≈ )?\d+(\.\d)?$/);
    await webview(page).getByRole('tab', { name: 'States' }).click();
  });

  it('ends with one notification that is the answer, and figures above the states', async () => {
    await until('the end of the run', async () => /Benchmark/.test((await lenses(page))[0] ?? ''), 120_000);
    const said = await notification(page, 'order', 20_000);
    assert.match(said, /Express|no difference/);
    assert.match(said, /per million/);
    await page.keyboard.press('Escape');
    const texts = await until('figures', async () => {
      const found = await lenses(page);
      return found.some((text) => /^.?\s*Standard .* in/.test(text)) && found;
    });
    assert.match(texts[0], /simulated: study/);
    assert.equal((await runs()).length, 1);
    const document = JSON.parse(await readFile(path.join(world.folder, '.stepbench/runs', (await runs())[0]), 'utf8'));
    assert.deepEqual(document.status, { kind: 'finished' });
    assert.deepEqual(
      document.arms.map((arm) => [arm.type, arm.executions.started]),
      [
        ['STANDARD', 20],
        ['EXPRESS', 20],
      ],
    );
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`looks right in ${name} (a picture for a person)`, async () => {
      await world.set({ 'workbench.colorTheme': theme });
      await page.waitForTimeout(1500);
      await world.picture(`figures-${name}`);
    });
  }

  it('marks a state that is edited as stale', async () => {
    await world.set({ 'workbench.colorTheme': themes.dark });
    const file = path.join(world.folder, 'order.asl.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"$.validation"', '"$.checked"'));
    await until('the mark', async () => (await lenses(page)).some((lens) => lens.includes('edited since')));
    await writeFile(file, text);
    await until('the mark to go', async () => !(await lenses(page)).some((lens) => lens.includes('edited since')));
  });

  it('keeps figures over a reload of the window', async () => {
    await page.reload();
    await restored(page);
    await until('lenses', async () => (await lenses(page)).some((text) => /Standard .* in/.test(text)), 30_000);
    await until('the panel', async () => /Standard/.test(await panelText()), 30_000);
    await world.picture('reloaded');
  });

  it('stops within a second, keeps what was measured, and takes Stop twice', async () => {
    const executions = webview(page).locator('[data-field="executions"] input');
    await executions.fill('200');
    await webview(page).getByRole('button', { name: 'Run benchmark' }).click();
    await until('the run', async () => /Stop/.test((await lenses(page))[0] ?? ''), 20_000);
    // Of this run: the last one's progress stands there until the first news of it.
    await until('something done', async () => /[1-9]\d* of 400/.test(await panelText()), 60_000);
    const shown = await watchStop(page, webview(page));
    // Twice, as a person does who is not sure that it was heard.
    await page.locator('.codelens-decoration a', { hasText: 'Stop' }).first().dblclick();
    await until('the end', async () => (await runs()).length === 2 && /Benchmark/.test((await lenses(page))[0] ?? ''));
    const { panel, lens } = await shown();
    console.log(`      from the click to what the panel shows: ${panel} ms; to the lens: ${lens} ms`);
    const documents = await Promise.all(
      (await runs()).map(async (file) =>
        JSON.parse(await readFile(path.join(world.folder, '.stepbench/runs', file), 'utf8')),
      ),
    );
    const stopped = documents.find((document) => document.status.kind === 'stopped');
    assert.ok(stopped, documents.map((document) => document.status.kind).join());
    assert.ok(stopped.arms.some((arm) => arm.executions.succeeded > 0));
  });

  it('lists the runs; deleting one can be undone', async () => {
    const rows = () => page.locator('.pane', { hasText: 'Runs' }).locator('.monaco-list-row');
    await until('two rows', async () => (await rows().count()) === 2);
    await rows().first().hover();
    await rows().first().locator('[aria-label^="Delete"]').first().click();
    await until('one row', async () => (await rows().count()) === 1);
    await notification(page, 'Deleted');
    await page
      .locator('.notification-list-item', { hasText: 'Deleted' })
      .locator('.monaco-button', { hasText: 'Undo' })
      .first()
      .click();
    await until('two rows again', async () => (await rows().count()) === 2);
  });
});
