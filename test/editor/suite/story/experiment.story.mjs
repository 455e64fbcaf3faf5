// "Run Experiment…" as a person does it: a file with two rows, one of them chosen; stopped in its middle; run again, which takes
// what is done; its report opened.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  answerNotification,
  headLens,
  notification,
  openAtTop,
  quickPick,
  runCommand,
  webview,
} from '../../host/person.mjs';
import { until } from '../../host/until.mjs';
import { makeWorld, tellsOfFailures } from './world.mjs';

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

/** Takes as long as it is told: there is time to stop it (an Express execution may take no longer than 300 s), and later none to wait for. */
const pause = (seconds) =>
  JSON.stringify({ StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: seconds, End: true } } }, null, 2);

describe('an experiment from the palette', function () {
  let world;
  let page;
  before(async () => {
    world = await makeWorld({
      settings: { 'stepbench.latencyProfile': 'none' },
      files: { 'experiments.json': JSON.stringify(experiment, null, 2), 'pause.asl.json': pause(280) },
    });
    page = world.page;
    await openAtTop(page, 'order.asl.json');
    await until('the lens', async () => (await headLens(page)).includes('Benchmark'));
  });
  tellsOfFailures(() => world?.page);
  after(() => world?.dispose());
  const stateFolder = () => path.join(world.folder, '.stepbench');
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
    await pick.titled(experiment.title);
    await until('both rows', async () => (await pick.rows()).length === 2);
    const chosen = () => pick.widget.locator('.quick-input-count').innerText();
    await until('both of them chosen', async () => (await chosen()).includes('2'));
    await pick.toggle('nobody chooses');
    await until('one of them chosen', async () => (await chosen()).includes('1'));
    await pick.accept(experiment.title);
  };

  it('asks for the rows, each run in a sentence, and shows in the status bar how far it is', async () => {
    await runFirstRow();
    await until('the progress', async () =>
      /A small experiment: \d of 2: Durations of two workflows/.test(await page.locator('.statusbar').innerText()),
    );
    await world.picture('experiment');
  });

  it('can be stopped, and says how to go on', async () => {
    await until('the first run', async () => (await finished()).length === 1);
    await until('the second', async () => /2 of 2/.test(await page.locator('.statusbar').innerText()));
    await runCommand(page, 'StepBench: Stop the Run');
    assert.match(await notification(page, 'stopped after'), /stopped after 1 of 2 runs. Run it again to go on/);
    assert.equal((await finished()).length, 1);
  });

  it('takes what is done when it is run again, and opens its report', async () => {
    const [kept] = await finished();
    await writeFile(path.join(world.folder, 'pause.asl.json'), pause(1));
    await runFirstRow();
    await until('both runs', async () => (await finished()).length === 2);
    assert.ok(
      (await finished()).some(({ runId }) => runId === kept.runId),
      'the first run was not made again',
    );
    assert.deepEqual((await world.runs()).map(({ status }) => status.kind).sort(), ['finished', 'finished', 'stopped']);
    const said = await notification(page, `${experiment.title}.`);
    assert.match(said, /A small experiment\. \S/);
    await answerNotification(page, `${experiment.title}.`, 'Open Report');
    await page.locator('.tab.active', { hasText: 'report.md' }).waitFor();
    await until('the report', async () => /A small experiment[\s\S]*Durations of two workflows/.test(await preview()));
    await world.picture('experiment-report');
    assert.ok(existsSync(path.join(stateFolder(), 'experiments/small/report.html')));
  });
});
