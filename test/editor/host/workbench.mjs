// A workbench in headless Chromium, and a person's hands on it: palette, quick pick, notifications, webviews.
import util from 'node:util';
import { chromium } from 'playwright-core';

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
  chromium.launch({ executablePath: editor.chromium, headless: true, args: [...browserFlags, ...flags] });

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
export async function runInHost(server, browser, { timeout = 300_000, onLog, screenshot, ...open }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  await page.exposeFunction('codeAutomationLog', (type, args) => onLog?.(type, util.format(...args)));
  await page.exposeFunction('codeAutomationExit', (code) => end({ code }));
  page.on('crash', () => end({ code: 98, why: 'the page crashed' }));
  const timer = setTimeout(() => end({ code: 98, why: `no result within ${timeout / 1000} s` }), timeout);
  await page.goto(workbenchUrl(server, open));
  const result = await ended;
  clearTimeout(timer);
  if (result.code !== 0 && screenshot) await page.screenshot({ path: screenshot }).catch(() => {});
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
  const page = await context.newPage();
  await page.goto(workbenchUrl(server, open));
  await restored(page);
  return page;
}

export async function restored(page) {
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
  if (await page.evaluate(() => !!window.driver)) await page.evaluate(() => window.driver.whenWorkbenchRestored());
}

/** Runs a command by its title through the palette; waits for commands that an extension has yet to register. */
export async function runCommand(page, title) {
  for (let tries = 0; ; tries++) {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget:visible input.input');
    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    try {
      // A webview that is being shown takes the focus, and the palette closes: then it is asked for again.
      await input.fill(`>${title}`, { timeout: 10_000 });
      await row.waitFor({ timeout: 5000 });
      await row.click();
      return;
    } catch (error) {
      await page.keyboard.press('Escape');
      if (tries >= 4) throw error;
    }
  }
}

/** Opens a file of the workspace by its name. */
export async function openFile(page, name) {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget:visible input.input');
  await input.waitFor();
  await input.fill(name);
  const row = page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ hasText: name.split('/').pop() })
    .first();
  await row.waitFor({ timeout: 15_000 });
  await page.keyboard.press('Enter');
  await page
    .locator('.tab.active')
    .filter({ hasText: name.split('/').pop() })
    .waitFor();
}

/** The open quick pick: its title, its rows, and how to choose. */
export const quickPick = (page) => {
  const widget = page.locator('.quick-input-widget:visible');
  return {
    widget,
    title: () => widget.locator('.quick-input-title').innerText(),
    rows: () => widget.locator('.quick-input-list .monaco-list-row').allInnerTexts(),
    async choose(text) {
      const row = widget.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
      await row.waitFor({ timeout: 15_000 });
      await row.click();
    },
    async type(text) {
      await widget.locator('input.input').fill(text);
      await page.keyboard.press('Enter');
    },
    accept: () => page.keyboard.press('Enter'),
  };
};

/** Waits for a notification with this text; the smoke-test driver suppresses toasts, so the notification centre is read. */
export async function notification(page, text, timeout = 15_000) {
  const message = page.locator('.notification-list-item-message', { hasText: text }).first();
  const centre = page.locator('.notifications-center.visible');
  if ((await page.evaluate(() => !!window.driver)) && !(await centre.count())) {
    await runCommand(page, 'Notifications: Show Notifications');
  }
  await message.waitFor({ timeout });
  return message.innerText();
}

export const notifications = (page) => page.locator('.notification-list-item-message').allInnerTexts();

/** The inner document of the n-th webview that is shown. */
export const webview = (page, n = 0) =>
  page.locator('iframe.webview.ready').nth(n).contentFrame().frameLocator('iframe#active-frame');
