// What a workbench looked like when something failed, in the log: a failure on another machine explains itself.
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const pictures = path.join(path.dirname(fileURLToPath(import.meta.url)), '../screenshots');

const texts = {
  'active tab': '.tab.active',
  'status bar': '.statusbar',
  'quick input': '.quick-input-widget',
  menu: '.monaco-menu',
  lenses: '.codelens-decoration',
  'first lines': '.editor-group-container.active .view-lines',
};

const soon = (promise, ms = 10_000) =>
  Promise.race([
    Promise.resolve(promise).catch((error) => `? ${error.message.split('\n')[0]}`),
    new Promise((resolve) => setTimeout(resolve, ms, '? no answer').unref()),
  ]);
const short = (text, most = 1500) => {
  const line = String(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
};

/** Each element with its place: what is out of sight or hidden looks the same in a text. */
const seen = (page, selector) =>
  page.locator(selector).evaluateAll((all) =>
    all.slice(0, 12).map((each) => {
      const { top, left } = each.getBoundingClientRect();
      const place = each.checkVisibility({ visibilityProperty: true }) ? `at ${left | 0},${top | 0}` : 'hidden';
      return `[${place}] ${each.innerText.slice(0, 300)}`;
    }),
  );

const focusOf = (frame) =>
  frame.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return `${document.hasFocus() ? 'focus' : 'no focus'}: ${element?.outerHTML.slice(0, 250) ?? 'nothing'}`;
  });

const told = [];
/** What was said of all failures: for the end of a log, of which often no more is shown. */
export const explained = () => [...told];

/** Prints all that can be read of the page; a picture of it is left in the folder of screenshots. */
export async function explain(page, title) {
  const say = (what, text) => {
    const line = `      | ${what}: ${text}`;
    told.push(line);
    console.log(line);
  };
  const name = `failed-${title.replaceAll(/\W+/g, '-').slice(0, 40)}`;
  say(
    'what it looked like',
    `${title} (load ${os
      .loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')})`,
  );
  for (const [what, selector] of Object.entries(texts)) {
    const found = await soon(seen(page, selector));
    say(what, Array.isArray(found) ? short(found.join(' ¦ ')) : found);
  }
  for (const frame of page.frames()) {
    const focus = await soon(focusOf(frame));
    if (!focus.startsWith('no focus')) say(`focus in ${frame.name() || 'the workbench'}`, short(focus, 400));
    if (/^(active|pending)-frame$/.test(frame.name()))
      say('webview', short(await soon(frame.evaluate(() => document.body.innerText)), 2500));
  }
  // What is said is read where all of it is kept, which is opened for that.
  if (!(await soon(page.locator('.notifications-center.visible').count())))
    await soon(page.locator('[id="status.notifications"]').click({ timeout: 5000 }));
  say('notifications', short(await soon(page.locator('.notification-list-item-message').allInnerTexts())));
  const file = path.join(pictures, `${name}.png`);
  await soon(page.screenshot({ path: file, animations: 'disabled' }), 30_000);
  say('picture', file);
}
