// The output of runs in a real browser: its colours, and of a long one all that there is, counted, searched, and its first error found.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

/** 40,000 lines, 1 MB: what speaks of an error, and one of the two needles, are far before its end. */
const LONG = `node -e "for (let i = 1; i <= 40000; i += 1) console.log(i === 100 ? 'it failed here' : i % 20000 === 7 ? 'a needle ' + i : 'all is well, line ' + i)"`;
const PAINT = `printf '\\033[32mgreen\\033[0m \\033[1;38;5;196mred\\033[0m\\n\\033[41;97m FAIL \\033[0m <b>plain</b>\\n'`;

describe.skipIf(noBrowser !== null)(`output${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    const fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    fleet.person().order([
      { id: 'long', assign: 'mac', run: LONG },
      { id: 'paint', assign: 'mac', run: PAINT },
    ]);
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
    for (const id of ['long', 'paint']) await mac.ok('wait', id);
  });

  afterAll(() => endAll(browser, mac));

  const openOrder = async (id: string, colour: 'light' | 'dark' = 'light', width = 1440) => {
    const opened = await openPage(browser, mac, { width, colour });
    await goTo(opened.page, `orders/${id}`);
    await opened.page.locator('.log .line').first().waitFor();
    return opened;
  };
  const colourOf = (page: Page, words: string) =>
    page.evaluate(
      `getComputedStyle([...document.querySelectorAll('.log bdi span')].find((it) => it.textContent.trim() === '${words}')).color`,
    ) as Promise<string>;

  test('has the colours of a terminal, readable in the light and in the dark, and is text all the same', async () => {
    const seen = new Set<string>();
    for (const colour of ['light', 'dark'] as const)
      for (const width of [1440, 360]) {
        const { page, context, wrong } = await openOrder('paint', colour, width);
        for (const words of ['green', 'red']) seen.add(await colourOf(page, words));
        expect(await colourOf(page, 'FAIL')).toBe(await colourOf(page, 'red'));
        expect(await page.locator('.log').innerText()).toContain('<b>plain</b>');
        expect([await axeFaults(page), await isTooWide(page), wrong]).toEqual([[], false, []]);
        await context.close();
      }
    expect(seen.size).toBe(4);
  });

  test('T8.5 where orders are signed, what came over the bell is shown as what may be anybody\u2019s', async () => {
    for (const signed of [true, false]) {
      const { page, context } = await openPage(browser, mac);
      await page.route('**/api/v1/page/orders/paint/output*', (route) =>
        route.fulfill({ body: `${JSON.stringify({ text: 'over the bell\n', machine: 2, isHint: true })}\n` }),
      );
      // Its events have the fleet as it is, which would take the place of the answer here.
      await page.routeWebSocket('**/api/v1/stream', (socket) => socket.close());
      await page.route('**/api/v1/fleet', async (route) => {
        const response = await route.fetch();
        const json = (await response.json()) as { self: object };
        await route.fulfill({ response, json: { ...json, self: { ...json.self, signed } } });
      });
      await goTo(page, 'orders/paint');
      await page.reload();
      await page.locator('.log').getByText('over the bell').waitFor();
      const words = page.getByText('machine 2, as it comes, not signed, so it may be anybody\u2019s');
      expect(await words.count()).toBe(signed ? 1 : 0);
      await context.close();
    }
  });

  test('of a long one the end comes first; a search counts in all of it, and the first error is shown', async () => {
    const { page, context, wrong } = await openOrder('long');
    await page.getByText(/^the last \d+ lines$/).waitFor();
    await page.locator('.log').getByText('all is well, line 40000').waitFor();
    await page.getByLabel('Search the output').fill('NEEDLE');
    await page.getByText('2 of 40000 lines').waitFor();
    expect(await page.locator('.log .line').allInnerTexts()).toEqual([
      expect.stringMatching(/^7\s+a needle 7$/),
      expect.stringMatching(/^20007\s+a needle 20007$/),
    ]);
    await page.getByRole('button', { name: 'First error' }).click();
    const error = page.locator('.line.wrong');
    await error.getByText('it failed here').waitFor();
    const place = "document.querySelector('.line.wrong').getBoundingClientRect()";
    await expect.poll(() => page.evaluate(`${place}.top > 0 && ${place}.bottom < innerHeight`)).toBe(true);
    expect(await error.innerText()).toMatch(/^100\s/);
    expect(await page.locator('.log .line').count()).toBe(1_000);
    await page.getByText('… 39000 lines after').waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });
});
