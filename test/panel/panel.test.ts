import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tabs } from '../../webview/state/ui';
import { nestedTimeline, orderTimeline } from './fixtures/timeline';
import { base, snapshots, storm, type SnapshotName } from './fixtures/snapshots';
import { largeMachine, orderMachine } from './fixtures/machine';
import { hasChromium, problemsOf, reply, setTheme, settled, show, startHarness, type Harness } from './harness/browser';
import { themeNames } from './harness/themes';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core calls serious or critical, a line each. */
const seriousOf = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate<boolean>('Boolean(window.axe)'))) await page.evaluate(axe);
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 2)
        .map(
          (node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary.replaceAll('\n', ' ').slice(0, 200)})`,
        ),
    );
};

const goTo = async (page: Page, tab: string): Promise<void> => {
  await page.evaluate(`harness.post({kind: 'show', tab: ${JSON.stringify(tab)}})`);
  await settled(page);
};

const sent = (page: Page): Promise<{ id: number; request: { kind: string; [field: string]: unknown } }[]> =>
  page.evaluate('harness.sent');

describe.skipIf(!hasChromium)('the panel in Chromium (skipped where chromium is absent)', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
    console.log(
      `scripts of the panel ${(harness.bundleBytes.js / 1000).toFixed(0)} kB, panel.css ${(harness.bundleBytes.css / 1000).toFixed(1)} kB minified`,
    );
  });
  afterAll(() => harness.close());

  const opened = async (
    width: number,
    name: SnapshotName,
    theme: (typeof themeNames)[number] = 'dark',
  ): Promise<Page> => {
    const page = await harness.open({ width, theme });
    await reply(page, 'timeline', { ok: true, value: name === 'nested' ? nestedTimeline(4) : orderTimeline() });
    await show(page, snapshots[name]());
    return page;
  };
  const close = (page: Page): Promise<void> => page.context().close();

  describe.each([300, 1400])('axe-core at %i px', (width) => {
    it.each(themeNames)('finds nothing serious in any tab in %s', async (theme) => {
      const page = await opened(width, 'finished', theme);
      const found: string[] = [];
      for (const tab of tabs) {
        await goTo(page, tab);
        found.push(...(await seriousOf(page)).map((line) => `${tab}: ${line}`));
      }
      await show(page, snapshots.sweep());
      await goTo(page, 'sweep');
      found.push(...(await seriousOf(page)).map((line) => `sweep run: ${line}`));
      await close(page);
      expect(found).toEqual([]);
    });
  });

  it('axe-core finds nothing serious where something is missing or wrong', async () => {
    const page = await opened(300, 'nothing');
    const found: string[] = [];
    for (const name of ['nothing', 'empty', 'wrongForm', 'failed', 'starting', 'compared', 'underWay'] as const) {
      await show(page, snapshots[name]());
      found.push(...(await seriousOf(page)).map((line) => `${name}: ${line}`));
    }
    await close(page);
    expect(found).toEqual([]);
  });

  it.each([260, 360, 420, 900, 1600])('cuts nothing and lays nothing over another at %i px', async (width) => {
    const faults: string[] = [];
    const page = await opened(width, 'finished');
    for (const name of [
      'finished',
      'german',
      'hostile',
      'nested',
      'sweep',
      'compared',
      'wrongForm',
      'empty',
      'starting',
      'stopped',
      'broken',
      'late',
      'underWay',
      'failed',
      'nothing',
    ] as const) {
      await show(page, snapshots[name]());
      for (const tab of name === 'nothing' ? ['states'] : tabs) {
        await goTo(page, tab);
        faults.push(...(await page.evaluate<string[]>('harness.faults()')).map((fault) => `${name}/${tab}: ${fault}`));
      }
    }
    const problems = problemsOf(page);
    await close(page);
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('is worked by keyboard alone', async () => {
    const page = await opened(360, 'finished');
    const focused = (): Promise<string> =>
      page.evaluate(
        `(() => { const e = document.activeElement; if (e.seen) return 'BODY'; if (window.walking) e.seen = true; return e.dataset?.rove ?? e.dataset?.field ?? e.dataset?.action ?? e.className ?? e.tagName; })()`,
      );
    const visited: string[] = [];
    await page.evaluate('window.walking = true');
    for (let step = 0; step < 80; step++) {
      await page.keyboard.press('Tab');
      const name = await focused();
      if (name === 'BODY') break;
      visited.push(name);
    }
    expect(visited).toEqual(expect.arrayContaining(['both', 'executions', 'concurrency', 'input', 'run', 'states']));
    // One stop for the list of states, whatever its length.
    expect(visited.filter((name) => orderMachine.some((state) => state.name === name))).toHaveLength(1);

    await page.evaluate('window.walking = false; for (const e of document.querySelectorAll("*")) delete e.seen;');

    await page.locator('[data-rove=both]').focus();
    await page.keyboard.press('ArrowLeft');
    await settled(page);
    expect(await page.locator('[role=radio][aria-checked=true]').textContent()).toBe('Express');

    await page.locator('[role=tab][data-rove=states]').focus();
    await page.keyboard.press('ArrowRight');
    await settled(page);
    expect(await page.locator('[role=tab][aria-selected=true]').textContent()).toBe('Graph');
    await page.locator('.graph [tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('IsOrderValid');
    await page.keyboard.press('Enter');
    await settled(page);
    expect((await sent(page)).at(-1)!.request).toEqual({ kind: 'reveal', path: 'IsOrderValid' });

    await page.keyboard.press('End');
    await goTo(page, 'timeline');
    await page.locator('.waterfall [tabindex="0"]').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await settled(page);
    expect((await sent(page)).at(-1)!.request).toEqual({ kind: 'reveal', path: 'OrderShipped' });
    const outlined = await page.evaluate<string>(
      `getComputedStyle(document.activeElement.querySelector('.hit')).stroke`,
    );
    expect(outlined).not.toBe('none');
    await close(page);
  });

  it.each([260, 1600])('shows how many executions stand where, live, beside the name at %i px', async (width) => {
    const page = await opened(width, 'underWay');
    await goTo(page, 'graph');
    const nodes = () =>
      page.evaluate<[string, string][]>(
        `[...document.querySelectorAll('.graph .now')].map((pill) => [pill.parentNode.dataset.rove, pill.textContent])`,
      );
    expect(Object.fromEntries(await nodes())).toEqual({
      ValidateOrder: '4',
      ChargeCustomer: '9',
      WaitForPayment: '1',
      ShipOrder: '3',
    });
    const overlaps = await page.evaluate<string[]>(`[...document.querySelectorAll('.graph .now')].flatMap((pill) => {
      const [box, name, own] = [pill.parentNode.querySelector('.box'), pill.parentNode.querySelector('.nodename'), pill].map((each) => each.getBoundingClientRect());
      return own.left < name.right || own.right > box.right || own.top < box.top || own.bottom > box.bottom ? [pill.parentNode.dataset.rove] : [];
    })`);
    expect(overlaps).toEqual([]);
    await page.getByRole('button', { name: 'Express' }).last().click();
    await settled(page);
    expect(await nodes()).toContainEqual(['ChargeCustomer', '≈ 5.7']);
    expect(await page.locator('.graph .now.derived').count()).toBe(4);

    const snapshot = snapshots.underWay();
    const arms = snapshot.run!.arms.map((arm) => ({
      ...arm,
      standing: { ...arm.standing!, states: [{ path: 'SaveBill', executions: 12 }] },
    }));
    await show(page, { ...snapshot, run: { ...snapshot.run!, arms } });
    expect(await nodes()).toEqual([['SaveBill', '≈ 12']]);
    await show(page, { ...snapshot, run: { ...snapshot.run!, arms, status: { kind: 'finished' } } });
    expect(await nodes()).toEqual([]);
    await close(page);
  });

  it('sorts the table of states by its heads', async () => {
    const page = await opened(1400, 'finished');
    const first = (): Promise<string | null> => page.locator('.statetable .name').first().textContent();
    expect(await first()).toBe('ChargeCustomer');
    await page.getByRole('button', { name: 'State', exact: true }).click();
    await settled(page);
    expect(await first()).toBe('ChargeCustomer');
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    await page
      .getByRole('button', { name: /^State/ })
      .first()
      .click();
    await settled(page);
    expect(await first()).toBe('WaitForPayment');
    await close(page);
  });

  it('shows text from files as text', async () => {
    const page = await opened(400, 'hostile');
    for (const tab of tabs) await goTo(page, tab);
    expect(await page.title()).toBe('StepBench panel');
    expect(await page.locator('#stepbench img, #stepbench script, #stepbench b').count()).toBe(0);
    await goTo(page, 'states');
    expect(await page.locator('.name').first().textContent()).toBe('<img src=x onerror=alert(1)>');
    await close(page);
  });

  it('cuts an output of 10 MB and opens the whole of it when asked', async () => {
    const page = await opened(1400, 'finished');
    const output = JSON.stringify({ text: `</script>${'x'.repeat(10_000_000)}` });
    await reply(page, 'timeline', { ok: true, value: orderTimeline(false, output) });
    await goTo(page, 'timeline');
    await page.waitForSelector('pre[aria-label=Output]');
    expect((await page.locator('pre[aria-label=Output]').textContent())!.length).toBeLessThan(3000);
    await page.getByRole('button', { name: /^Show all/ }).click();
    await settled(page);
    const last = (await sent(page)).at(-1)!.request;
    expect(last.kind).toBe('showText');
    expect((last.text as string).length).toBe(output.length);
    await close(page);
  });

  it('sends what was typed before it runs, and shows a refusal beside the buttons', async () => {
    const page = await opened(360, 'empty');
    await reply(page, 'run', { ok: false, error: 'The port is taken. Choose another target.' });
    await page.locator('[data-field=executions] input').fill('250');
    await page.locator('[data-action=run]:not([disabled])').click();
    await settled(page);
    const requests = (await sent(page)).map(({ request }) => request);
    const [form, run] = requests.slice(-2);
    expect(form).toMatchObject({ kind: 'form', form: { executions: 250 } });
    expect(run).toEqual({ kind: 'run' });
    expect(await page.locator('.form [role=alert]').textContent()).toBe('The port is taken. Choose another target.');

    await page.locator('[data-field=executions] input').fill('many');
    await settled(page);
    expect(await page.locator('.field.wrong .problem').textContent()).toBe('A whole number, please.');
    expect(await page.locator('[data-action=run]').getAttribute('disabled')).not.toBeNull();
    await close(page);
  });

  it('keeps tab and sort over a reload', async () => {
    const page = await opened(1400, 'finished');
    await page.getByRole('button', { name: 'Retries' }).click();
    await page.locator('[role=tab][data-rove=cost]').click();
    // It is written a moment after it was changed.
    await expect
      .poll(() => page.evaluate<string>(`sessionStorage.getItem('state') ?? ''`), { timeout: 120_000 })
      .toContain('"tab":"cost"');
    await page.reload();
    await setTheme(page, 'dark', 1400);
    await show(page, snapshots.finished());
    expect(await page.locator('[role=tab][aria-selected=true]').textContent()).toBe('Cost');
    await page.locator('[role=tab][data-rove=states]').click();
    await settled(page);
    expect(await page.locator('th[aria-sort]').textContent()).toContain('Retries');
    await close(page);
  });

  it('takes figures and pictures elsewhere', async () => {
    const page = await opened(1400, 'finished');
    await goTo(page, 'timeline');
    const frame = page.locator('figure', { has: page.locator('.waterfall') });
    await frame.getByRole('button', { name: 'CSV' }).click();
    await settled(page);
    expect((await sent(page)).at(-1)!.request).toMatchObject({
      kind: 'copy',
      text: expect.stringMatching(/^State,.*\r\nValidateOrder,/) as string,
    });
    expect(await frame.getByRole('button', { name: 'Copied' }).count()).toBe(1);
    for (const [tab, selector] of [
      ['timeline', '.waterfall'],
      ['distribution', 'canvas'],
    ] as const) {
      await goTo(page, tab);
      await settled(page);
      await page
        .locator('figure', { has: page.locator(`.tabpanel ${selector}, ${selector}`) })
        .last()
        .getByRole('button', { name: 'Image' })
        .click();
      await settled(page);
      const { dataUrl } = (await sent(page)).at(-1)!.request as unknown as { dataUrl: string };
      const colours = await page.evaluate<number>(`(async () => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(${JSON.stringify(dataUrl)}.split(',')[1]), (c) => c.charCodeAt(0))], {type: 'image/png'}));
        const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        pen.drawImage(bitmap, 0, 0);
        return new Set(new Uint32Array(pen.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
      })()`);
      expect(colours).toBeGreaterThan(4);
    }
    await close(page);
  });

  it('says why an execution cannot be shown, and tries again', async () => {
    const page = await opened(400, 'finished');
    await reply(page, 'timeline', { ok: false, error: 'The history was deleted.' });
    await goTo(page, 'timeline');
    expect(await page.locator('.tabpanel [role=alert]').textContent()).toBe('The history was deleted.');
    await reply(page, 'timeline', { ok: true, value: orderTimeline() });
    await page.locator('.tabpanel vscode-button').click();
    await page.waitForSelector('.waterfall');
    await close(page);
  });

  it('stands still where motion is to be reduced', async () => {
    const page = await harness.open({ width: 360, theme: 'dark', reducedMotion: true });
    await show(page, snapshots.late());
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.fill')).transitionDuration`)).toMatch(
      /^0s$|none/,
    );
    await close(page);
  });

  it('draws within its budget (printed, not asserted)', async () => {
    const page = await harness.open({ width: 360, theme: 'dark' });
    await settled(page);
    await settled(page);
    const paint = await page.evaluate<number>(
      `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1`,
    );
    console.log(`first paint ${paint.toFixed(0)} ms after its HTML`);
    const feed = storm(40);
    for (const tab of ['states', 'graph', 'distribution'] as const) {
      await show(page, feed[0]);
      await goTo(page, tab);
      const figures = await page.evaluate<Record<string, number>>(`harness.storm(${JSON.stringify(feed)}, 4000)`);
      console.log(
        `storm, 1,000 executions × ${orderMachine.length} states, ${tab}: ${JSON.stringify(figures, (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value))}`,
      );
      expect(figures.framesPerSecond).toBeGreaterThan(0);
    }
    const large = base(largeMachine(1000), null);
    const took = await page.evaluate<number>(
      `(async () => { const t0 = performance.now(); harness.snapshot(${JSON.stringify(large)}); await harness.settled(); return performance.now() - t0; })()`,
    );
    console.log(`1,000 states drawn in ${took.toFixed(0)} ms`);
    await close(page);
  });
});
