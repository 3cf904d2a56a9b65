// The page in a real browser when nobody sees it, when it may only look, and by the keyboard alone.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { addressOf, axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

/** Counts what a person can press or fill in, and marks it until it is reached. */
const MARK_ALL = `(() => {
  const all = [...document.querySelectorAll('a[href], button:not(:disabled), input, select, textarea, summary, [tabindex="0"]')]
    .filter((it) => it.checkVisibility({ visibilityProperty: true }) && it.closest('details:not([open]) > :not(summary)') === null);
  for (const it of all) it.dataset.wanted = '';
  return all.length;
})()`;
/** Takes the mark from what has the focus; tells of it where nothing shows that it has. */
const REACHED = `(() => {
  const it = document.activeElement;
  if (it === document.body || !('wanted' in it.dataset)) return [];
  delete it.dataset.wanted;
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  return outlineStyle === 'none' || outlineWidth === '0px' ? [it.outerHTML.slice(0, 120)] : [];
})()`;

describe.skipIf(noBrowser !== null)(`ways to look${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    const fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    fleet.person().order([{ id: 'broken', assign: 'mac', run: 'exit 3' }]);
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(() => endAll(browser, mac));

  test('without a stream it asks from time to time, and while nobody sees it, never', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    let asked = 0;
    await page.routeWebSocket('**/api/v1/stream', (socket) => socket.close());
    page.on('request', (request) => {
      asked += request.url().endsWith('/api/v1/fleet') ? 1 : 0;
    });
    await page.clock.install();
    await page.goto(await addressOf(mac));
    await page.getByText('every 5 s').waitFor();
    const beat = async (minutes: number) => {
      const before = asked;
      await page.clock.runFor(minutes * 60_000);
      return asked - before;
    };
    // A second question waits for the answer to the first.
    for (let time = 0; time < 3; time += 1) await expect.poll(() => beat(0.2)).toBeGreaterThan(0);
    await page.evaluate(
      "Object.defineProperty(document, 'hidden', { get: () => window.isAway, configurable: true }); window.isAway = true",
    );
    expect(await beat(5)).toBe(0);
    await page.evaluate("window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))");
    await expect.poll(() => beat(0.1)).toBeGreaterThan(0);
    await context.close();
  });

  test('a page that may only look has no button that acts, and still says what to type', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(await addressOf(mac, '--read-only'));
    await page.getByText('read only').waitFor();
    for (const room of ['needs', 'fleet', 'orders', 'orders/broken', 'chat/0', 'network', 'timeline', 'health']) {
      await goTo(page, room);
      const buttons = await page.locator('main button').allTextContents();
      expect(
        buttons.filter((name) => !['copy', 'First error', 'What waits for what'].includes(name)),
        room,
      ).toEqual([]);
    }
    await goTo(page, 'fleet');
    await page.getByText('coord pause', { exact: true }).waitFor();
    await context.close();
  });

  test('a machine is paused from its tile and goes on again, by the keyboard alone', async () => {
    const { page, context, wrong } = await openPage(browser, mac, { width: 360, colour: 'dark' });
    await goTo(page, 'fleet');
    const tile = page.locator('[data-machine="1"]');
    await tile.getByRole('button', { name: 'Pause', exact: true }).focus();
    await page.keyboard.press('Enter');
    await tile.locator('[data-state=PAUSED]').waitFor();
    expect((await mac.json('status')).machines['1']?.state).toBe('PAUSED');
    await tile.getByRole('button', { name: 'Resume', exact: true }).press('Enter');
    await tile.locator('[data-state=IDLE]').waitFor();
    expect([await axeFaults(page), await isTooWide(page), wrong]).toEqual([[], false, []]);
    await context.close();
  });

  test('whatever can be pressed or filled in is reached by Tab alone, in each room, and is seen to be', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    for (const room of ['needs', 'fleet', 'orders', 'orders/broken', 'chat/0', 'network', 'timeline', 'health']) {
      await goTo(page, room);
      const missed = await page.evaluate(MARK_ALL);
      expect(missed, room).toBeGreaterThan(9);
      const unseen: string[] = [];
      for (let at = 0; at < (missed as number) + 20; at += 1) {
        await page.keyboard.press('Tab');
        unseen.push(...((await page.evaluate(REACHED)) as string[]));
      }
      const left = await page.evaluate("[...document.querySelectorAll('[data-wanted]')].map((it) => it.outerHTML.slice(0, 120))");
      expect([left, unseen], room).toEqual([[], []]);
    }
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('it can be installed: a name, an icon, a start, a window of its own; and nothing stands against it', async () => {
    const { page, context } = await openPage(browser, mac);
    const devtools = await context.newCDPSession(page);
    const { errors, manifest } = (await devtools.send('Page.getAppManifest')) as { errors: unknown[]; manifest?: object };
    expect(errors).toEqual([]);
    expect(manifest).toMatchObject({ name: 'coord', display: 'kStandalone' });
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // No app is installed in a window that leaves no traces, which is where tests look.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
    await context.close();
  });
});
