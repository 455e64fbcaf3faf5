// What every story needs: an editor of its own, a copy of the example to work in, pictures of what was seen.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installEditor } from '../../install/install.mjs';
import { explain, pictures } from '../../host/explain.mjs';
import { makeScratch } from '../../host/scratch.mjs';
import { startServer } from '../../host/server.mjs';
import { until, within } from '../../host/until.mjs';
import { launchBrowser, openWorkbench } from '../../host/workbench.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');

/** Name of a theme, and the class that the workbench has with it. */
export const themes = {
  dark: ['Default Dark Modern', 'vs-dark'],
  light: ['Default Light Modern', 'vs'],
  'hc-dark': ['Default High Contrast', 'hc-black'],
  'hc-light': ['Default High Contrast Light', 'hc-light'],
};

/** What is begun one after the other, ended in the opposite order, each although another fails to. */
const endings = () => {
  const ends = [];
  return {
    add: (end) => ends.unshift(end),
    async run() {
      const results = [];
      for (const end of ends.splice(0)) results.push(...(await Promise.allSettled([Promise.resolve().then(end)])));
      const failed = results.find(({ status }) => status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
};

/** A workbench on a copy of the example. `dispose` ends all that was started. */
export async function makeWorld({
  settings = {},
  files = {},
  viewport,
  language,
  development = true,
  ...options
} = {}) {
  const ends = endings();
  try {
    const { folder, remove } = await makeScratch('stepbench-story-');
    ends.add(remove);
    await cp(path.join(root, 'examples/order-booking'), folder, { recursive: true });
    await rm(path.join(folder, '.stepbench'), { recursive: true, force: true });
    const write = async (name, text) => {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    };
    for (const [name, text] of Object.entries(files)) await write(name, text);
    const editor = await installEditor();
    const server = await startServer(editor, {
      settings: { 'workbench.colorTheme': themes.dark[0], ...settings },
      ...options,
    });
    ends.add(server.stop);
    const browser = await launchBrowser(editor);
    ends.add(() => browser.close());
    await mkdir(pictures, { recursive: true });
    const page = await openWorkbench(server, browser, {
      folder,
      extensions: development ? [root] : [],
      viewport,
      language,
    });
    const runFiles = async () => {
      const at = path.join(folder, '.stepbench/runs');
      const names = (await readdir(at).catch(() => [])).filter((file) => /^(?!index).*\.json$/.test(file));
      return names.map((name) => path.join(at, name));
    };
    /**
     * Writes a file beside the editor and waits until the editor has seen it. Written again from time to time: a watcher that has
     * not yet begun, or that is overrun, loses what it should tell.
     */
    const writeSeen = (name, text, what, isSeen) =>
      until(what, async () => {
        await write(name, text);
        return within(10_000, isSeen);
      });
    return {
      folder,
      server,
      page,
      writeSeen,
      /** By the workspace's settings: the editor watches their file, which it does not for a user's own in a served editor. */
      async theme(name) {
        const [title, kind] = themes[name];
        const workbench = page.locator(`.monaco-workbench.${kind}`);
        const text = JSON.stringify({ 'workbench.colorTheme': title }, null, 2);
        await writeSeen('.vscode/settings.json', text, `the theme ${name}`, async () => (await workbench.count()) > 0);
      },
      /** For a person to look at; a test does not fail by it. */
      picture: (name) =>
        page
          .screenshot({ path: path.join(pictures, `${name}.png`), animations: 'disabled' })
          .catch((error) => console.log(`      no picture of ${name}: ${error.message.split('\n')[0]}`)),
      runFiles,
      /** The documents of the runs that are kept, in no order. */
      runs: async () => Promise.all((await runFiles()).map(async (file) => JSON.parse(await readFile(file, 'utf8')))),
      dispose: () => ends.run(),
    };
  } catch (error) {
    await ends.run().catch(() => {});
    throw error;
  }
}

/**
 * For each story, before the hook that ends its world: what a failure looked like is told while it can still be seen. What follows a
 * failure stands on it and is not tried.
 */
export function tellsOfFailures(pageOf) {
  beforeEach(function () {
    if (this.currentTest.parent.tests.some(({ state }) => state === 'failed')) this.skip();
  });
  const tell = async (title) => {
    const page = pageOf();
    if (page) await explain(page, title);
  };
  afterEach(async function () {
    if (this.currentTest.state === 'failed') await tell(this.currentTest.title);
  });
  after(async function () {
    const { tests } = this.test.parent;
    // None of them was begun: what came before them failed.
    if (tests.every(({ state, pending }) => !state && !pending)) await tell(`before ${tests[0].title}`);
  });
}

/**
 * Keeps the orders of a run waiting in their first step: the first `count` of them pass, counted with those of the warm-up, until more
 * may. A run that waits cannot be over before a test has looked at it, however slow the machine. `files` are for `makeWorld`.
 */
export async function makeGate() {
  const { folder, remove } = await makeScratch('stepbench-gate-');
  const example = path.join(root, 'examples/order-booking');
  const settings = JSON.parse(await readFile(path.join(example, 'stepbench.json'), 'utf8'));
  settings.functions.validateOrder.timeout = 900;
  const [allowed, calls] = [path.join(folder, 'allowed'), path.join(folder, 'calls')];
  const own = await readFile(path.join(example, 'functions/validateOrder.js'), 'utf8');
  const gated = `
const fs = require('node:fs');
const validated = exports.handler;
exports.handler = async (document) => {
  fs.appendFileSync(${JSON.stringify(calls)}, '.');
  const { size } = fs.statSync(${JSON.stringify(calls)});
  while (size > Number(fs.readFileSync(${JSON.stringify(allowed)}, 'utf8') || 0)) await new Promise((go) => setTimeout(go, 50));
  return validated(document);
};
`;
  const pass = (count) => writeFile(allowed, String(count));
  await pass(0);
  return {
    files: {
      'stepbench.json': JSON.stringify(settings, null, 2),
      'functions/validateOrder.js': own + gated,
    },
    pass,
    remove,
  };
}

/**
 * Waits until the browser's workbench has written what it keeps for the next time, which it does every few seconds: a page that is
 * reloaded before that forgets. `has` gets what it keeps as one text, `key=value` a line.
 */
export const untilKept = (page, what, has) =>
  until(`the editor to have written ${what}`, async () =>
    has(
      await page.evaluate(async () => {
        const answered = (request) =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        const lines = [];
        for (const { name } of await indexedDB.databases()) {
          if (!name.startsWith('vscode-web-state-db')) continue;
          const database = await answered(indexedDB.open(name));
          const store = database.transaction('ItemTable').objectStore('ItemTable');
          const [keys, values] = await Promise.all([answered(store.getAllKeys()), answered(store.getAll())]);
          keys.forEach((key, at) => lines.push(`${key}=${values[at]}`));
          database.close();
        }
        return lines.join('\n');
      }),
    ),
  );

/**
 * Notes in the page itself when Stop is clicked and when its end is drawn, for a test's own looks cost more than what they measure.
 * Resolves to a function that gives both times, ms from the click.
 */
export async function watchStop(page, frame) {
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
