import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { panelOf } from '../../host/panel.mjs';
import {
  answerNotification,
  headLens,
  lenses,
  lensLink,
  notification,
  openAtTop,
  quickPick,
  runCommand,
} from '../../host/person.mjs';
import { until } from '../../host/until.mjs';
import { restored } from '../../host/workbench.mjs';
import { makeGate, makeWorld, tellsOfFailures, themes, untilKept, watchStop } from './world.mjs';

describe('the story of a first benchmark', function () {
  let world;
  let page;
  let panel;
  let gate;
  before(async () => {
    gate = await makeGate();
    world = await makeWorld({
      settings: { 'stepbench.executions': 20, 'stepbench.concurrency': 10, 'stepbench.warmup': 1 },
      files: gate.files,
    });
    page = world.page;
    panel = panelOf(page);
  });
  tellsOfFailures(() => world?.page);
  after(async () => {
    await world?.dispose();
    gate?.remove();
  });
  const isIdle = async () => /Benchmark/.test(await headLens(page));

  it('opens the workflow: lenses to benchmark and to run once', async () => {
    await openAtTop(page, 'order.asl.json');
    await until('the lens', isIdle);
    const texts = await lenses(page);
    assert.match(texts[0], /Benchmark.*Run once/);
    assert.equal(texts.filter((text) => /Standard|Express/.test(text)).length, 0);
  });

  it('asks for the type only, both being the default, and opens the panel', async () => {
    await runCommand(page, 'StepBench: Benchmark This Workflow');
    const pick = quickPick(page);
    await pick.titled('order.asl.json');
    await until('its rows', async () => (await pick.rows()).length === 4);
    await world.picture('quick-pick');
    await pick.accept('order.asl.json');
    await panel.says(/order\.asl\.json/);
  });

  it('shows numbers that move while it runs', async () => {
    // Of each type one is for warming up.
    await gate.pass(4);
    const done = /(\d+) of (\d+)/;
    const first = await until('progress', async () => {
      const match = done.exec(await panel.text());
      return match && Number(match[1]) > 0 && match;
    });
    assert.ok(Number(first[1]) < 4, first[0]);
    await gate.pass(8);
    const later = await until('progress that moves', async () => {
      const match = done.exec(await panel.text());
      return match && Number(match[1]) > Number(first[1]) && match;
    });
    assert.equal(later[2], '40');
    await world.picture('running');
    await until('the lens to count', async () => /Stop.*of 40/.test(await headLens(page)));
  });

  it('shows in the graph how many executions are in each state now, and how that is known', async () => {
    await panel.tab('Graph');
    const { counts, said } = await until('counts', async () => {
      const seen = await panel
        .inner()
        .locator('.graph')
        .evaluate((graph) => ({
          counts: [...graph.querySelectorAll('.now')].map((count) => count.textContent),
          said: graph.closest('figure').textContent,
        }));
      return seen.counts.length > 0 && seen;
    });
    await world.picture('graph-live');
    assert.match(said, /executions in each state now, \d+ in flight, .* between states \((measured|derived)/);
    for (const count of counts) assert.match(count, /^(≈ )?\d+(\.\d)?$/);
    await panel.tab('States');
  });

  it('ends with one notification that is the answer, and figures above the states', async () => {
    await gate.pass(1_000_000);
    await until('the end of the run', isIdle);
    const said = await notification(page, 'order');
    assert.match(said, /Express|no difference/);
    assert.match(said, /per million/);
    await openAtTop(page, 'order.asl.json');
    const texts = await until('figures', async () => {
      const found = await lenses(page);
      return found.some((text) => /^.?\s*Standard .* in/.test(text)) && found;
    });
    assert.match(texts[0], /simulated: study/);
    const [document, ...others] = await world.runs();
    assert.deepEqual(others, []);
    assert.deepEqual(document.status, { kind: 'finished' });
    assert.deepEqual(
      document.arms.map((arm) => [arm.type, arm.executions.started]),
      [
        ['STANDARD', 20],
        ['EXPRESS', 20],
      ],
    );
  });

  for (const name of Object.keys(themes)) {
    it(`looks right in ${name} (a picture for a person)`, async () => {
      await world.theme(name);
      // Until its colours are drawn: nothing is asserted of them.
      await page.waitForTimeout(1000);
      await world.picture(`figures-${name}`);
    });
  }

  it('marks a state that is edited as stale', async () => {
    await world.theme('dark');
    const name = 'order.asl.json';
    const text = await readFile(path.join(world.folder, name), 'utf8');
    const isMarked = async () => (await lenses(page)).some((lens) => lens.includes('edited since'));
    await world.writeSeen(name, text.replace('"$.validation"', '"$.checked"'), 'the mark', isMarked);
    await world.writeSeen(name, text, 'the mark to go', async () => !(await isMarked()));
  });

  it('keeps figures over a reload of the window', async () => {
    await untilKept(page, 'what is open', (kept) => /textFileEditor=.*order\.asl\.json/.test(kept));
    await page.reload();
    await restored(page);
    await until('lenses', async () => (await lenses(page)).some((text) => /Standard .* in/.test(text)));
    await panel.says(/Standard/);
    await world.picture('reloaded');
  });

  it('stops within a second, keeps what was measured, and takes Stop twice', async () => {
    await openAtTop(page, 'order.asl.json');
    // More than can be done until then, however slow this is.
    await panel.fill('executions', '5000');
    await panel.run();
    await until('the run', async () => /Stop/.test(await headLens(page)));
    // Of this run: the last one's progress stands there until the first news of it.
    await panel.says(/[1-9][\d,]* of 10,000/);
    const shown = await watchStop(page, await panel.frame());
    // Twice, as a person does who is not sure that it was heard.
    await (await lensLink(page, 'Stop')).dblclick();
    await until('the end', async () => (await world.runFiles()).length === 2 && (await isIdle()));
    await panel.canRun();
    const { panel: inPanel, lens } = await shown();
    console.log(`      from the click to what the panel shows: ${inPanel} ms; to the lens: ${lens} ms`);
    const documents = await world.runs();
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
    await answerNotification(page, 'Deleted', 'Undo');
    await until('two rows again', async () => (await rows().count()) === 2);
  });
});
