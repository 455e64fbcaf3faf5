// "Run Experiment…" as a person does it: a file with two rows, one of them chosen; stopped in its middle; run again, which takes
// what is done; its report opened.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { notification, openFile, quickPick, runCommand, webview } from '../../host/workbench.mjs';
import { lenses, makeWorld, until } from './world.mjs';

const iterations = (executions) => ({ kind: 'iterations', executions, concurrency: 1 });
const experiment = {
  schema: 'stepbench.experiments/1',
  name: 'small',
  title: 'A small experiment',
  seed: 7,
  input: 'good order',
  volumes: [1_000_000],
  rows: [
    {
      name: 'durations',
      title: 'Durations of two workflows',
      draw: 'durations',
      workflows: ['order-6.asl.json', 'pause.asl.json'],
      systems: ['standard', 'express'],
      load: iterations(2),
    },
    {
      name: 'never',
      title: 'A row that nobody chooses',
      draw: 'durations',
      workflows: ['order-9.asl.json'],
      systems: ['standard'],
      load: iterations(500),
    },
  ],
};

/** Takes as long as it is told: there is time to stop it, and later none to wait for. */
const pause = (seconds) =>
  JSON.stringify({ StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: seconds, End: true } } }, null, 2);

describe('an experiment from the palette', function () {
  let world;
  let page;
  before(async () => {
    world = await makeWorld({
      settings: { 'stepbench.latencyProfile': 'none' },
      files: { 'experiments.json': JSON.stringify(experiment, null, 2), 'pause.asl.json': pause(120) },
    });
    page = world.page;
    await openFile(page, 'order.asl.json');
    await until('the lens', async () => (await lenses(page))[0]?.includes('Benchmark'), 30_000);
  });
  after(() => world?.dispose());
  afterEach(async function () {
    if (this.currentTest.state === 'failed')
      await world?.picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-').slice(0, 40)}`);
  });
  const stateFolder = () => path.join(world.folder, '.stepbench');
  const runs = async () =>
    (await readdir(path.join(stateFolder(), 'runs')).catch(() => [])).filter((file) =>
      /^(?!index).*\.json$/.test(file),
    );
  const documents = async () =>
    Promise.all((await runs()).map(async (file) => JSON.parse(await readFile(path.join(stateFolder(), 'runs', file)))));
  const manifest = async () =>
    JSON.parse(await readFile(path.join(stateFolder(), 'experiments/small/runs.json'), 'utf8').catch(() => '{}'));
  const finished = async () =>
    Object.values((await manifest()).runs ?? {}).filter(({ status }) => status === 'finished');

  /** The text beside the panel: the panel is a webview as well. */
  const preview = async () => {
    const bodies = page.locator('iframe.webview.ready');
    for (let n = 0; n < (await bodies.count()); n++) {
      const body = webview(page, n).locator('body');
      const text = await body.innerText().catch(() => '');
      if (!/Run benchmark/.test(text)) return text;
    }
    return '';
  };

  /** Takes the second of the two rows off the list and runs the rest. */
  const runFirstRow = async () => {
    await runCommand(page, 'StepBench: Run Experiment…');
    const pick = quickPick(page);
    await pick.widget.locator('.quick-input-title', { hasText: experiment.title }).waitFor({ timeout: 20_000 });
    await until('both rows', async () => (await pick.rows()).length === 2);
    await pick.choose('nobody chooses');
    await until('one of them chosen', async () =>
      (await pick.widget.locator('.quick-input-count').innerText()).includes('1'),
    );
    await page.keyboard.press('Enter');
  };

  it('asks for the rows, each run in a sentence, and shows in the status bar how far it is', async () => {
    await runFirstRow();
    await until(
      'the progress',
      async () =>
        /A small experiment: \d of 2: Durations of two workflows/.test(await page.locator('.statusbar').innerText()),
      30_000,
    );
    await world.picture('experiment');
  });

  it('can be stopped, and says how to go on', async () => {
    await until('the first run', async () => (await finished()).length === 1, 90_000);
    await until('the second', async () => /2 of 2/.test(await page.locator('.statusbar').innerText()));
    await runCommand(page, 'StepBench: Stop the Run');
    assert.match(await notification(page, 'stopped after', 30_000), /stopped after 1 of 2 runs. Run it again to go on/);
    assert.equal((await finished()).length, 1);
    await page.keyboard.press('Escape');
  });

  it('takes what is done when it is run again, and opens its report', async () => {
    const [kept] = await finished();
    await writeFile(path.join(world.folder, 'pause.asl.json'), pause(1));
    await runFirstRow();
    await until('both runs', async () => (await finished()).length === 2, 90_000);
    assert.ok(
      (await finished()).some(({ runId }) => runId === kept.runId),
      'the first run was not made again',
    );
    assert.deepEqual((await documents()).map(({ status }) => status.kind).sort(), ['finished', 'finished', 'stopped']);
    const said = await notification(page, `${experiment.title}.`, 30_000);
    assert.match(said, /A small experiment\. \S/);
    await page
      .locator('.notification-list-item', { hasText: `${experiment.title}.` })
      .locator('.monaco-button', { hasText: 'Open Report' })
      .first()
      .click();
    await page.locator('.tab.active', { hasText: 'report.md' }).waitFor({ timeout: 20_000 });
    await until('the report', async () => /A small experiment[\s\S]*Durations of two workflows/.test(await preview()));
    await world.picture('experiment-report');
    assert.ok(existsSync(path.join(stateFolder(), 'experiments/small/report.html')));
  });
});
