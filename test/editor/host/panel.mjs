// A person's hands in the panel, by pointer and by keyboard.
import { runCommand, webview } from './person.mjs';
import { until, within } from './until.mjs';

/** The panel in the side bar of a workbench. */
export const panelOf = (page) => {
  const inner = () => webview(page);
  const text = () => inner().locator('body').innerText({ timeout: 10_000 });
  const frame = async () => (await inner().locator('body').elementHandle()).ownerFrame();
  const runButton = () => inner().locator('[data-action="run"]:not([disabled])');
  const selectedTab = () => inner().locator('[role="tab"][aria-selected="true"]').innerText({ timeout: 10_000 });
  /** What has the focus in the panel: its name as a screen reader says it, or its field. */
  const focused = async () =>
    (await frame()).evaluate(() => {
      const element = document.activeElement;
      const host = element?.closest?.('[data-field], [data-action]') ?? element;
      return (
        host?.getAttribute('data-field') ??
        host?.getAttribute('data-action') ??
        host?.getAttribute('aria-label') ??
        host?.textContent?.trim() ??
        ''
      );
    });
  /** Presses a key that moves the focus, and waits until it has moved: the next one would pass over what is looked for. */
  const moveBy = async (key) => {
    const inside = await frame();
    await inside.evaluate(() => {
      window.focusBefore = document.activeElement;
    });
    await page.keyboard.press(key);
    await until(`the focus to move by ${key}`, () =>
      inside.evaluate(() => document.activeElement !== window.focusBefore || !document.hasFocus()),
    );
  };
  return {
    inner,
    text,
    frame,
    focused,
    moveBy,
    selectedTab,
    says: (pattern) => until(`the panel to say ${pattern}`, async () => pattern.exec(await text())),
    /** Shows it; keys go to it when this resolves. */
    focus: () =>
      until('the focus in the panel', async () => {
        await runCommand(page, 'StepBench: Show Panel');
        return within(20_000, async () => (await frame()).evaluate(() => document.hasFocus()));
      }),
    /** Run can be pressed: a click on it before that is lost, as on any button that is greyed out. */
    canRun: () => runButton().waitFor(),
    async run() {
      await runButton().click();
      await until('Run to be taken', async () => (await runButton().count()) === 0);
    },
    async tab(name) {
      await inner().getByRole('tab', { name }).click();
      await until(`the tab ${name}`, async () => (await selectedTab()) === name);
    },
    /** Chooses in a dropdown. */
    async choose(label, option) {
      const box = inner().getByRole('combobox', { name: label });
      await until(`${option} as ${label}`, async () => {
        const isChosen = () => box.evaluate((element, wanted) => element.displayValue.trim() === wanted, option);
        if (await isChosen()) return true;
        if ((await box.getAttribute('aria-expanded')) !== 'true') await box.click({ timeout: 10_000 });
        await inner().getByRole('option', { name: option, exact: true }).click({ timeout: 10_000 });
        return within(5000, isChosen);
      });
    },
    async fill(field, value) {
      const input = inner().locator(`[data-field="${field}"] input`);
      await input.fill(value);
      await until(`${value} in ${field}`, async () => (await input.inputValue()) === value);
    },
    /** Goes on by a key until `wanted` has the focus. */
    async tabTo(wanted, key = 'Tab', most = 60) {
      const passed = [];
      for (let steps = 0; steps < most; steps++) {
        const now = await focused();
        if (now === wanted) return;
        passed.push(now);
        await moveBy(key);
      }
      throw new Error(
        `${wanted} was not reached by ${key}; on the way: ${passed.map((each) => each.slice(0, 40)).join(' | ')}`,
      );
    },
    /**
     * Types over what is in the field. Not by Control+A: that goes to the workbench and comes back when it likes, perhaps after the
     * first key, and selects this too.
     */
    async overwrite(value) {
      await page.keyboard.press('Home');
      await page.keyboard.press('Shift+End');
      await page.keyboard.type(value);
      await until(`${value} in the field`, async () =>
        (await frame()).evaluate((wanted) => document.activeElement?.value === wanted, value),
      );
    },
  };
};
