// The page by the keyboard alone: the palette, lists, and what they lead to; and what a browser keeps for itself.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { axeFaults, endAll, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

const COLOUR = 'getComputedStyle(document.body).backgroundColor';

/** In place of what a desktop would show. */
const STAND_IN = `
  window.told = [];
  window.Notification = class {
    static permission = 'default';
    static requestPermission = async () => (Notification.permission = 'granted');
    constructor(title, { body }) { told.push([title, body]); }
  };
  navigator.setAppBadge = async (count) => { window.badge = count; };
`;

describe.skipIf(noBrowser !== null)(`keys${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let fleet: Fleet;
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    fleet.person().order([
      { id: 'build', title: 'The program', assign: 'mac', run: 'true' },
      { id: 'release', assign: 'mac', after: ['build'], approval: true, run: 'echo released' },
      { id: 'nightly', assign: 'mac', schedule: '30 3 * * *', run: 'true' },
    ]);
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(() => endAll(browser, mac));

  const palette = async (page: Page, ...words: string[]) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to, or do' }).waitFor();
    for (const word of words) await page.keyboard.type(word);
    await page.keyboard.press('Enter');
  };

  /** What there is once it was done, before the next frame. */
  const atOnce = (page: Page, deed: string, look: string) =>
    page.evaluate(`(async () => {
      ${deed};
      for (let at = 0; at < 20; at += 1) await null;
      return ${look};
    })()`);

  test('from anywhere to an order, to its approval and to its end, without a mouse', async () => {
    const { page, context, wrong } = await openPage(browser, mac, { width: 360, colour: 'dark' });
    // Where there is no search.
    await page.keyboard.press('/');
    await page.getByRole('dialog').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    // Nothing was typed, so nothing is meant.
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await palette(page, 'rel');
    await page.getByRole('heading', { name: 'release' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('look');
    const enter = "new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })";
    const deed = `document.querySelector('[role=combobox]').dispatchEvent(${enter})`;
    expect(await atOnce(page, deed, 'document.activeElement.textContent')).toBe('Look and approve');
    await page.locator('.work').getByText('echo released').waitFor();
    for (let at = 0; at < 12; at += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.textContent')) === 'Approve') break;
    }
    await page.keyboard.press('Enter');
    await page.locator('.title [data-state=COMPLETED]').waitFor({ timeout: 90_000 });
    await palette(page, 'pause');
    expect(page.url()).toContain('#/orders/release');
    await page.keyboard.press('Escape');
    await palette(page, 'fleet');
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    await palette(page, 'pause');
    await page.locator('[data-machine="1"] [data-state=PAUSED]').waitFor();
    await palette(page, 'resume');
    await page.locator('[data-machine="1"] [data-state=PAUSED]').waitFor({ state: 'detached' });
    expect(wrong).toEqual([]);
    await context.close();
  });

  test.each([
    ['by its button', 'document.querySelector(\'[aria-label="Keys and settings"]\').click()'],
    ['by its key', "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))"],
  ])('a window that is opened %s has the keys at once: the first letters do not go elsewhere', async (_, open) => {
    const { page, context, wrong } = await openPage(browser, mac);
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    const look = "[document.querySelector('dialog')?.open, document.querySelector('dialog')?.contains(document.activeElement)]";
    expect(await atOnce(page, open, look)).toEqual([true, true]);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('a key that is pressed as soon as the page is drawn counts', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    const press = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))";
    await page.addInitScript(`new MutationObserver((_, seen) => {
      if (document.querySelector('#app h1') === null) return;
      seen.disconnect();
      ${press};
    }).observe(document, { childList: true, subtree: true })`);
    await page.reload();
    await page.getByRole('combobox', { name: 'Go to, or do' }).waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('j and k go through a list; what waits for what, and when a schedule comes, are there', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await palette(page, 'orders');
    await page.getByRole('link', { name: 'nightly' }).waitFor();
    const focused = () => page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('j');
    const first = await focused();
    await page.keyboard.press('j');
    expect(await focused()).not.toBe(first);
    await page.keyboard.press('k');
    expect(await focused()).toBe(first);
    await page.getByRole('button', { name: 'What waits for what' }).press('Enter');
    await page.locator('svg.picture .box').nth(1).waitFor();
    await page.getByText('The same as a table').press('Enter');
    await page.getByRole('row').filter({ hasText: 'release' }).filter({ hasText: 'build completed' }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await palette(page, 'nightly');
    await page.getByRole('heading', { name: 'Comes next' }).waitFor();
    expect(
      await page
        .locator('section', { hasText: 'Comes next' })
        .getByText(/\d\d:30$/)
        .count(),
    ).toBe(5);
    await page.getByRole('button', { name: 'Edit', exact: true }).press('Enter');
    const entry = page.getByLabel('The order, as ORDERS.json lists it');
    const text = await entry.inputValue();
    await entry.fill(text.replace('"run"', '"rnu"'));
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByRole('alert').getByText('rnu').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await entry.fill(text.replace('"run"', '"title": "Every night", "run"'));
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.locator('.sum').getByText('Every night').waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('the timeline is narrowed by words, which the address keeps; the network has each machine', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await palette(page, 'timeline');
    await page.getByText('mac joined the fleet').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('release added');
    await page.getByText('mac joined the fleet').waitFor({ state: 'detached' });
    await page.getByRole('listitem').filter({ hasText: 'release added by' }).waitFor();
    expect(page.url()).toContain('q=release%20added');
    await page.getByLabel('Search the timeline').fill('nothing like it');
    await page.getByText('Nothing of that kind has happened').waitFor();
    await page.keyboard.press('Tab');
    await palette(page, 'network');
    await page.getByRole('row').filter({ hasText: '1 mac' }).filter({ hasText: 'this machine; it reached the hub' }).waitFor();
    await palette(page, '1 mac');
    await page.locator('.tile.meant[data-machine="1"]').waitFor();
    expect(page.url()).toContain('#/fleet/1');
    await page.getByRole('link', { name: 'Timeline' }).nth(1).press('Enter');
    await page.getByText('mac joined the fleet').waitFor();
    expect(page.url()).toContain('#/timeline/1');
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('light and dark are this browser’s choice, and it keeps it', async () => {
    const { page, context, wrong } = await openPage(browser, mac, { colour: 'light' });
    const before = await page.evaluate(COLOUR);
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await page.keyboard.press('?');
    await page.getByLabel('Colours').selectOption('dark');
    const dark = await page.evaluate(COLOUR);
    expect(dark).not.toBe(before);
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).press('Enter');
    await page.reload();
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    expect(await page.evaluate(COLOUR)).toBe(dark);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('who has asked for it is told once of what comes while nobody looks, and the icon has the count', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await page.addInitScript(STAND_IN);
    await page.reload();
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await page.getByRole('button', { name: 'Keys and settings' }).press('Enter');
    await page.getByLabel(/Notify me/).press('Space');
    await expect.poll(() => page.getByLabel(/Notify me/).isChecked()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.evaluate('told')).toEqual([]);
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })");
    fleet.person().order([{ id: 'breaks', assign: 'mac', run: 'exit 3' }]);
    // Until it has ended: when the daemon looks is not what this is about.
    await mac.ok('sync', '--wait');
    expect(fleet.status().orders.breaks).toMatchObject({ state: 'FAILED' });
    await expect
      .poll(() => page.evaluate('told'), { timeout: 90_000 })
      .toEqual([['Order breaks', expect.stringContaining('failed')]]);
    await expect.poll(() => page.evaluate('badge')).toBe(1);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('where the system shows no notification, as on phones, the page goes on', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await page.addInitScript(`
      localStorage.setItem('coord-page-notify', 'true');
      window.refused = 0;
      window.Notification = class {
        static permission = 'granted';
        constructor() { refused += 1; throw new TypeError('Illegal constructor'); }
      };
    `);
    await page.reload();
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await page.locator('.pulse.live').waitFor();
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })");
    fleet.person().order([{ id: 'fails', assign: 'mac', run: 'exit 4' }]);
    await mac.ok('sync', '--wait');
    expect(fleet.status().orders.fails).toMatchObject({ state: 'FAILED' });
    await page.locator('main').getByText('fails').first().waitFor();
    await expect.poll(() => page.evaluate('refused')).toBe(1);
    await page.keyboard.press('?');
    await page.getByText('This browser shows no notifications of this page.').waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });
});
