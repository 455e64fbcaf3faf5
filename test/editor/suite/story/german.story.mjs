import assert from 'node:assert/strict';
import { panelOf } from '../../host/panel.mjs';
import { clickLens, headLens, openAtTop, runCommand } from '../../host/person.mjs';
import { until } from '../../host/until.mjs';
import { makeWorld, tellsOfFailures } from './world.mjs';

describe('in German', function () {
  let world;
  before(async () => {
    world = await makeWorld({
      language: 'de',
      settings: { 'stepbench.executions': 3, 'stepbench.concurrency': 3, 'stepbench.latencyProfile': 'none' },
    });
  });
  tellsOfFailures(() => world?.page);
  after(() => world?.dispose());

  it('speaks German above the states, in the panel and in the status bar, with German numbers', async () => {
    const { page } = world;
    const { text, says } = panelOf(page);
    await openAtTop(page, 'order.asl.json');
    await until('the lens', async () => (await headLens(page)).includes('Einmal ausführen'));
    await runCommand(page, 'StepBench: Show Panel');
    await says(/Benchmark starten/);
    await clickLens(page, 'Einmal ausführen');
    // Whole: some of what is said at the end is drawn a moment later than the rest.
    const ended = [/2 von 2/, /Übergänge|Übergängen/, /Zustände[\s\S]*Zeitachse[\s\S]*Vergleich/, /\d,\d+ (ms|s)/];
    const shown = await until('the end', async () => {
      const now = await text();
      return ended.every((each) => each.test(now)) && now;
    });
    assert.match(shown, /simuliert: reine Engine/);
    assert.doesNotMatch(shown, /Run benchmark|per million|transition in/);
    await until('the lens to be idle again', async () => (await headLens(page)).includes('Einmal ausführen'));
    await world.picture('german');
  });
});
