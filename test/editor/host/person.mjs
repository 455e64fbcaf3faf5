// A person's hands on a workbench: palette, files, quick picks, menus, notifications. Each step makes sure of its own effect before
// the next one begins: a key that is sent before the focus is where it should be goes elsewhere, and nothing tells.
import { performance } from 'node:perf_hooks';
import { patience, until, within } from './until.mjs';

const widgetOf = (page) => page.locator('.quick-input-widget:visible');
const inputOf = (page) => page.locator('.quick-input-widget:visible input.input');
const rowsOf = (page) => page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
const isGone = async (locator) => (await locator.count()) === 0;
const literal = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Nothing is asked any more: what closes is waited for, and what stays open is left as a person leaves it. */
export const noQuestion = (page) =>
  until('the last question to be gone', async () => {
    if (await within(3000, () => isGone(widgetOf(page)))) return true;
    await page.keyboard.press('Escape');
    return false;
  });

/** Presses a key that opens a quick input; again where nothing opens, for a workbench that has just started hears none. */
async function openWith(page, key) {
  await noQuestion(page);
  await until(`an answer to ${key}`, async () => {
    await page.keyboard.press(key);
    return within(10_000, async () => (await inputOf(page).count()) > 0);
  });
}

/** The row of a list that is no longer changing: its elements are used for other rows while it is. */
async function steadyRow(page, row, timeoutMs) {
  let last;
  await until(
    'a list that stands still and has the row',
    async () => {
      const now = (await rowsOf(page).allTextContents()).join('\n');
      const isSteady = now === last;
      last = now;
      return isSteady && (await row.count()) > 0;
    },
    timeoutMs,
  );
  return row.first();
}

const labelled = (page, label) =>
  rowsOf(page).filter({ has: page.locator('.label-name', { hasText: new RegExp(`^${literal(label)}$`) }) });

/**
 * Runs a command by its whole title through the palette; waits for commands that an extension has yet to register. Resolves to when
 * it was chosen (`performance.now()`).
 */
export const runCommand = (page, title) =>
  until(`the command "${title}"`, async () => {
    await openWith(page, 'F1');
    // A webview that is being shown takes the focus, and the palette closes: then it is asked for again.
    await inputOf(page).fill(`>${title}`, { timeout: 5000 });
    const row = await steadyRow(page, labelled(page, title), 10_000);
    await row.click({ timeout: 5000 });
    const chosen = performance.now();
    // A click that was taken closes the palette at once; what the command itself asks has another text.
    const asked = async () => ((await inputOf(page).isVisible()) ? inputOf(page).inputValue({ timeout: 500 }) : '');
    await until('the palette to close', async () => (await asked().catch(() => '')) !== `>${title}`);
    return chosen;
  });

const baseName = (name) => name.split('/').pop();
const isActive = async (page, name) =>
  (await page
    .locator('.tab.active')
    .filter({ hasText: baseName(name) })
    .count()) > 0;
const editorHasFocus = async (page) => (await page.locator('.editor-instance .monaco-editor.focused').count()) > 0;

/** Opens a file of the workspace by its name; keys go to its editor when this resolves. */
export const openFile = (page, name) =>
  until(`${name} to be open and to have the focus`, async () => {
    await openWith(page, 'Control+P');
    await inputOf(page).fill(name, { timeout: 5000 });
    const row = await steadyRow(page, labelled(page, baseName(name)), 15_000);
    await row.click({ timeout: 5000 });
    // The tab may have been the active one before: the question has to be gone and the editor to have the focus.
    return within(
      20_000,
      async () => (await isGone(widgetOf(page))) && (await isActive(page, name)) && (await editorHasFocus(page)),
    );
  });

/** Shows the first line of a file and the lens above it. Others are emptied by the editor while they are out of sight. */
export const openAtTop = (page, name) =>
  until(`the first line of ${name}`, async () => {
    await openFile(page, name);
    await page.keyboard.press('Control+Home');
    return within(5000, async () => {
      const numbers = await page.locator('.editor-group-container.active .margin .line-numbers').allInnerTexts();
      return numbers.includes('1') && /\bLn 1, Col 1\b/.test(await page.locator('.statusbar').innerText());
    });
  });

/** The open quick pick: its title, its rows, and how to answer. An answer is taken when this resolves. */
export const quickPick = (page) => {
  const widget = widgetOf(page);
  const title = () => widget.locator('.quick-input-title').innerText({ timeout: 5000 });
  const titled = (text) => until(`the question "${text}"`, async () => (await title()).includes(text));
  return {
    widget,
    title,
    titled,
    rows: () => rowsOf(page).allInnerTexts(),
    /** Clicks a row, once: for lists of which several may be chosen. */
    async toggle(text) {
      await (await steadyRow(page, rowsOf(page).filter({ hasText: text }), patience)).click();
    },
    async choose(text) {
      const row = rowsOf(page).filter({ hasText: text });
      await steadyRow(page, row, patience);
      await until(`"${text}" to be taken`, async () => {
        if (await isGone(row)) return true;
        await row.first().click({ timeout: 5000 });
        return within(10_000, () => isGone(row));
      });
    },
    /** Answers a question that has this in its title. */
    async type(text, question) {
      await titled(question);
      const input = inputOf(page);
      await input.fill(text);
      await until('the answer in its field', async () => (await input.inputValue()) === text);
      await input.press('Enter');
      await until('the answer to be taken', async () => (await isGone(widget)) || !(await title()).includes(question));
    },
    /** Accepts what is chosen in the question that has this in its title. */
    async accept(question) {
      await titled(question);
      await inputOf(page).press('Enter');
      await until('the choice to be taken', async () => (await isGone(widget)) || !(await title()).includes(question));
    },
  };
};

/** Takes an entry of the menu of `row`. A menu that is still opening takes a click for a hover: then it stays. */
export async function contextMenu(page, row, item) {
  const entry = page.locator('.monaco-menu .action-label', { hasText: item }).first();
  let isClicked = false;
  await until(`"${item}" in the menu`, async () => {
    if (!(await entry.isVisible())) {
      if (isClicked) return true;
      await row.click({ button: 'right', timeout: 10_000 });
      await entry.waitFor({ timeout: 10_000 });
    }
    await entry.hover({ timeout: 5000 });
    await entry.click({ timeout: 5000 });
    isClicked = true;
    return within(3000, async () => !(await entry.isVisible()));
  });
}

const hasDriver = (page) => page.evaluate(() => !!window.driver);

/** Waits for a notification with this text; the smoke-test driver suppresses toasts, so the notification centre is read. */
export async function notification(page, text) {
  const message = page.locator('.notification-list-item-message:visible', { hasText: text }).first();
  return until(`the notification "${text}"`, async () => {
    if (await message.isVisible()) return message.innerText({ timeout: 2000 });
    const isShown = (await page.locator('.notifications-center.visible').count()) > 0;
    if (!isShown && (await hasDriver(page))) await runCommand(page, 'Notifications: Show Notifications');
    return false;
  });
}

/** Presses a button of the notification with this text, which goes by it. */
export async function answerNotification(page, text, button) {
  const item = page.locator('.notification-list-item', { hasText: text }).first();
  await notification(page, text);
  await item.locator('.monaco-button', { hasText: button }).first().click();
  await until(`the notification "${text}" to go`, async () => !(await item.isVisible()));
}

export const notifications = (page) => page.locator('.notification-list-item-message').allInnerTexts();

/** The inner document of the n-th webview that is shown. */
export const webview = (page, n = 0) =>
  page.locator('iframe.webview.ready').nth(n).contentFrame().frameLocator('iframe#active-frame');

/** Texts of the lenses that are in sight, top to bottom. */
export const lenses = (page) =>
  page.locator('.codelens-decoration').evaluateAll((all) =>
    all
      .filter((lens) => lens.checkVisibility({ visibilityProperty: true }))
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((lens) => lens.innerText.replaceAll(/\s+/g, ' ')),
  );

/** The lens above the first line of a file that is shown from its top. */
export const headLens = async (page) => (await lenses(page))[0] ?? '';

/**
 * The first lens with this text, as a link. An editor that does not have the focus may show what it remembers of its lenses, as words
 * without a command; a click on them does nothing but give it the focus, and it asks for them again.
 */
export async function lensLink(page, text) {
  const first = (selector) => page.locator(selector, { hasText: text }).first();
  const link = first('.codelens-decoration a');
  await until(`the lens "${text}" as a link`, async () => {
    if (await within(3000, () => link.isVisible())) return true;
    await first('.codelens-decoration').click({ timeout: 3000 });
    return false;
  });
  return link;
}

export const clickLens = async (page, text) => (await lensLink(page, text)).click();
