import assert from 'node:assert/strict';
import { openFile, runCommand, webview } from '../../host/workbench.mjs';
import { clickLens, lenses, makeWorld, until } from './world.mjs';

describe('in German', function () {
  let world;
  before(async () => {
    world = await makeWorld({
      language: 'de',
      settings: { 'stepbench.executions': 3, 'stepbench.concurrency': 3, 'stepbench.latencyProfile': 'none' },
    });
  });
  after(() => world?.dispose());

  it('speaks German above the states, in the panel and in the status bar, with German numbers', async () => {
    const { page } = world;
    await openFile(page, 'order.asl.json');
    await until('the lens', async () => (await lenses(page))[0]?.includes('Einmal ausführen'), 30_000);
    await runCommand(page, 'StepBench: Show Panel');
    const text = () => webview(page).locator('body').innerText();
    await until('the panel', async () => /Benchmark starten/.test(await text()), 20_000);
    await clickLens(page, 'Einmal ausführen');
    await until(
      'the end',
      async () => /Übergänge|Übergängen/.test(await text()) && /2 von 2/.test(await text()),
      60_000,
    );
    const shown = await text();
    assert.match(shown, /Zustände[\s\S]*Zeitachse[\s\S]*Vergleich/);
    assert.match(shown, /simuliert: reine Engine/);
    assert.match(shown, /\d,\d+ (ms|s)/);
    assert.doesNotMatch(shown, /Run benchmark|per million|transition in/);
    await world.picture('german');
  });
});
