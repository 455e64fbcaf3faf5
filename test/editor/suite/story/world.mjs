// What every story needs: an editor of its own, a copy of the example to work in, pictures of what was seen.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { installEditor } from '../../install/install.mjs';
import { startServer } from '../../host/server.mjs';
import { launchBrowser, openWorkbench } from '../../host/workbench.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const pictures = path.join(root, 'test/editor/screenshots');

export const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

/** Polls until `check` answers something true. */
export async function until(what, check, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  let last;
  while (Date.now() < end) {
    try {
      last = await check();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}; last: ${String(last)}`);
}

/** A workbench on a copy of the example. `dispose` ends all that was started. */
export async function makeWorld({
  settings = {},
  files = {},
  viewport,
  language,
  development = true,
  ...options
} = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'stepbench-story-'));
  await cp(path.join(root, 'examples/order-booking'), folder, { recursive: true });
  await rm(path.join(folder, '.stepbench'), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const editor = await installEditor();
  const server = await startServer(editor, {
    settings: { 'workbench.colorTheme': themes.dark, ...settings },
    ...options,
  });
  const browser = await launchBrowser(editor);
  const page = await openWorkbench(server, browser, {
    folder,
    extensions: development ? [root] : [],
    viewport,
    language,
  });
  await mkdir(pictures, { recursive: true });
  return {
    folder,
    server,
    browser,
    page,
    /** Workspace settings: the editor watches their file, which it does not for a user's own in a served editor. */
    async set(changes) {
      const file = path.join(folder, '.vscode/settings.json');
      await mkdir(path.dirname(file), { recursive: true });
      const now = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
      await writeFile(file, JSON.stringify({ ...now, ...changes }, null, 2));
    },
    picture: (name) => page.screenshot({ path: path.join(pictures, `${name}.png`), animations: 'disabled' }),
    async dispose() {
      await browser.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Texts of the lenses that are drawn, top to bottom. */
export const lenses = async (page) =>
  (await page.locator('.codelens-decoration').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));

/** Clicks the first lens link with this text. */
export const clickLens = (page, text) => page.locator('.codelens-decoration a', { hasText: text }).first().click();

/**
 * Notes in the page itself when Stop is clicked and when its end is drawn, for a test's own looks cost more than what they measure.
 * Resolves to a function that gives both times, ms from the click.
 */
export async function watchStop(page, panel) {
  const frame = await (await panel.locator('body').elementHandle()).ownerFrame();
  await page.evaluate(() => {
    const seen = (window.stopSeen = {});
    document.addEventListener('mousedown', () => (seen.clicked ??= Date.now()), { capture: true });
    const timer = setInterval(() => {
      if (!seen.clicked || !document.querySelector('.codelens-decoration')?.innerText.includes('Benchmark')) return;
      seen.drawn = Date.now();
      clearInterval(timer);
    }, 5);
  });
  await frame.evaluate(() => {
    const timer = setInterval(() => {
      if (!document.querySelector('[data-action="run"]:not([disabled])')) return;
      window.stopSeen = Date.now();
      clearInterval(timer);
    }, 5);
  });
  return async () => {
    const { clicked, drawn } = await page.evaluate(() => window.stopSeen);
    return { lens: drawn - clicked, panel: (await frame.evaluate(() => window.stopSeen)) - clicked };
  };
}
