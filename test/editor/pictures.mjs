// `npm run pictures`: the README's pictures and its walkthrough, taken from the real editor, so that they are always true.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { animate, shrink } from './png.mjs';
import { headLens, openAtTop, quickPick, runCommand, webview } from './host/person.mjs';
import { until } from './host/until.mjs';
import { makeWorld, root } from './suite/story/world.mjs';

const out = path.join(root, 'docs/pictures');
await mkdir(out, { recursive: true });
const world = await makeWorld({
  viewport: { width: 1280, height: 800 },
  settings: {
    'stepbench.executions': 25,
    'stepbench.concurrency': 5,
    'editor.minimap.enabled': false,
    'window.commandCenter': false,
  },
});
const { page } = world;
const frames = [];
const frame = async (ms) => frames.push({ png: await page.screenshot({ animations: 'disabled' }), ms });
const save = async (name) => {
  await writeFile(path.join(out, `${name}.png`), shrink(await page.screenshot({ animations: 'disabled' })));
  console.log(path.relative(root, path.join(out, `${name}.png`)));
};
try {
  await openAtTop(page, 'order.asl.json');
  await until('the lens', async () => (await headLens(page)).includes('Benchmark'));
  await frame(1500);
  await runCommand(page, 'StepBench: Show Panel');
  await webview(page).locator('[data-action="run"]').waitFor();
  // A little wider than the editor's default, as a person would drag it.
  const sash = page.locator('.monaco-sash.vertical').nth(1);
  const box = await sash.boundingBox();
  if (box) {
    await page.mouse.move(box.x + box.width / 2, 400);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, 400, { steps: 5 });
    await page.mouse.up();
  }
  await frame(1200);
  await runCommand(page, 'StepBench: Benchmark This Workflow');
  await quickPick(page).titled('order.asl.json');
  await frame(1500);
  await quickPick(page).accept('order.asl.json');
  await until('the run', async () => /\d+ of \d+/.test(await webview(page).locator('body').innerText()));
  for (let shots = 0; shots < 3 && (await headLens(page)).includes('Stop'); shots++) {
    await page.waitForTimeout(5000);
    await frame(800);
  }
  await until('the end', async () => (await headLens(page)).includes('Benchmark |'));
  await page.waitForTimeout(1500);
  await frame(3000);
  await save('editor-dark');
  await runCommand(page, 'StepBench: Open in an Editor Tab');
  // A panel that is being opened takes the focus; then wide enough for its two columns.
  await page.waitForTimeout(3000);
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await webview(page).getByRole('tab', { name: 'Timeline' }).waitFor();
  await webview(page).getByRole('tab', { name: 'Timeline' }).click();
  await page.waitForTimeout(2500);
  await frame(2500);
  await save('wide-dark');
  // Keys go to the editor again, not into the webview.
  await page.locator('.tab.active').first().click();
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await writeFile(path.join(out, 'walkthrough.png'), animate(frames));
  console.log(path.relative(root, path.join(out, 'walkthrough.png')));
  await runCommand(page, 'View: Close Editor');
  await world.theme('light');
  await page.waitForTimeout(1500);
  await save('editor-light');
} finally {
  await world.dispose();
}
