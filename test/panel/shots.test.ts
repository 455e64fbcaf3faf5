import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'vitest';
import { orderTimeline, nestedTimeline } from './fixtures/timeline';
import type { RunDocument } from '../../src/model/run';
import { orderMachine } from './fixtures/machine';
import { base, snapshots, type SnapshotName } from './fixtures/snapshots';
import { hasChromium, problemsOf, reply, settled, show, startHarness } from './harness/browser';
import { themeNames, type ThemeName } from './harness/themes';

/**
 * Pictures to look at: `PANEL_SHOTS=finished:dark:260,900 npx vitest run --config test/panel/vitest.config.ts shots`.
 * Snapshot, theme (or `all`), widths, and optionally the tabs; several parted by blanks.
 */
const wanted = process.env.PANEL_SHOTS;
const folder = process.env.PANEL_SHOTS_FOLDER ?? '/tmp/panel-shots';

describe.skipIf(!wanted || !hasChromium)('pictures', () => {
  it('are taken', async () => {
    await mkdir(folder, { recursive: true });
    const harness = await startHarness();
    try {
      for (const wish of wanted!.split(' ')) {
        const [name, themes = 'all', widths = '260,360,900,1600', tabs = 'states'] = wish.split(':') as [
          SnapshotName,
          string?,
          string?,
          string?,
        ];
        for (const theme of themes === 'all' ? themeNames : ([themes] as ThemeName[])) {
          for (const width of widths.split(',').map(Number)) {
            const page = await harness.open({ width, height: width < 600 ? 2600 : 1150, theme });
            await reply(page, 'timeline', {
              ok: true,
              value: name === 'nested' ? nestedTimeline(6) : orderTimeline(name === 'failed'),
            });
            // `file`: a run document made by the product itself, named by PANEL_RUN.
            const document = process.env.PANEL_RUN;
            const real = (name as string) === 'file' && document !== undefined;
            await show(
              page,
              real
                ? base(orderMachine, JSON.parse(await readFile(document, 'utf8')) as RunDocument)
                : snapshots[name](),
            );
            for (const tab of tabs.split(',')) {
              await page.evaluate(`harness.post({kind: 'show', tab: ${JSON.stringify(tab)}})`);
              await settled(page);
              await page.waitForTimeout(150);
              await page.screenshot({
                path: path.join(folder, `${name}-${tab}-${theme}-${width}.png`),
                fullPage: true,
              });
            }
            for (const problem of problemsOf(page)) console.log(`${name} ${theme} ${width}: ${problem}`);
            await page.context().close();
          }
        }
      }
    } finally {
      await harness.close();
    }
  });
});
