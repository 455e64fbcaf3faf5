// A workbench in headless Chromium.
import util from 'node:util';
import { chromium } from 'playwright-core';
import { explain } from './explain.mjs';
import { patience, until } from './until.mjs';

const browserFlags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run'],
  ...[
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--force-prefers-reduced-motion',
  ],
];

export const launchBrowser = (editor, flags = []) =>
  chromium.launch({
    executablePath: editor.chromium,
    headless: true,
    timeout: patience,
    // A signal ends the process (see server.mjs), and the browser with it; by itself this library would close the browser and go on.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
    args: [...browserFlags, ...flags],
  });

/** The address of a workbench on `folder`, with extensions in development and, if given, tests to run. */
export function workbenchUrl(server, { folder, extensions = [], tests, env, open }) {
  const url = new URL(server.base);
  if (folder) url.searchParams.set('folder', folder);
  else url.searchParams.set('ew', 'true');
  // Host and port must be the page's own, or the development options are ignored.
  const remote = (file) => `vscode-remote://${url.host}${file}`;
  const payload = [['skipWelcome', 'true']];
  for (const extension of extensions) payload.push(['extensionDevelopmentPath', remote(extension)]);
  if (open) payload.push(['openFile', remote(open)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  if (env) payload.push(['extensionEnvironment', JSON.stringify(env)]);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** Runs the module `tests` (exporting `run()`) inside the extension host; resolves to `{code, why?}`, never rejects for a failed test. */
export async function runInHost(server, browser, { timeout = 3_600_000, onLog, ...open }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await patientPage(context);
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  await page.exposeFunction('codeAutomationLog', (type, args) => onLog?.(type, util.format(...args)));
  await page.exposeFunction('codeAutomationExit', (code) => end({ code }));
  page.on('crash', () => end({ code: 98, why: 'the page crashed' }));
  const timer = setTimeout(() => end({ code: 98, why: `no result within ${timeout / 1000} s` }), timeout);
  await page.goto(workbenchUrl(server, open));
  const result = await ended;
  clearTimeout(timer);
  if (result.code !== 0) await explain(page, 'host failure');
  await context.close();
  return result;
}

/** Opens a workbench and waits until it is restored. `language`: what extensions are told that the editor speaks. */
export async function openWorkbench(
  server,
  browser,
  { viewport = { width: 1440, height: 960 }, language, ...open } = {},
) {
  const context = await browser.newContext({
    viewport,
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // As a language pack does it: the editor's own words stay English, extensions load their bundle of the language.
  if (language) await context.addInitScript((name) => (globalThis._VSCODE_NLS_LANGUAGE = name), language);
  const page = await patientPage(context);
  try {
    await page.goto(workbenchUrl(server, open));
    await restored(page);
  } catch (error) {
    await explain(page, 'opening');
    throw error;
  }
  return page;
}

async function patientPage(context) {
  context.setDefaultTimeout(patience);
  context.setDefaultNavigationTimeout(patience);
  return context.newPage();
}

/** The workbench is there, and what was open is open again. */
export async function restored(page) {
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  // Told to the page where it is on; it comes a moment after the workbench.
  const hasDriver = await page.evaluate(() => {
    const told = document.getElementById('vscode-workbench-web-configuration')?.dataset.settings ?? '{}';
    return JSON.parse(told).developmentOptions?.enableSmokeTestDriver === true;
  });
  if (!hasDriver) return;
  await until('the driver', () => page.evaluate(() => !!window.driver));
  await page.evaluate(() => window.driver.whenWorkbenchRestored());
}
