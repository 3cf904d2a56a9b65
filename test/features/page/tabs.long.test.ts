// Several tabs of one browser, which keeps one cookie for all of them: the login of the newest counts in each.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { addressOf, endAll, goTo, noBrowser, openBrowser, startDaemon, watched } from './page-world.ts';

describe.skipIf(noBrowser !== null)(`tabs${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  const fleet = createFleet();
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    await startDaemon(mac);
    browser = await openBrowser();
  });

  afterAll(() => endAll(browser, mac));

  test('another tab that is let in locks out none, and lets in those that are out', async () => {
    const context = await browser.newContext();
    const tab = async (address: string): Promise<Page> => {
      const page = await context.newPage();
      wrong.push(watched(page, new URL(address).origin));
      await page.goto(address);
      return page;
    };
    const wrong: string[][] = [];
    const live = (page: Page) => page.getByText('live', { exact: true }).waitFor();
    const [address = ''] = (await addressOf(mac)).split('#');
    const early = await tab(address);
    await early.getByText('This browser has no access').waitFor();
    const first = await tab(await addressOf(mac));
    await live(first);
    await live(early);
    const second = await tab(await addressOf(mac));
    await live(second);
    const answered = first.waitForResponse((it) => it.url().endsWith('/page/health') && it.status() === 200);
    await goTo(first, 'health');
    await answered;
    await live(await tab(await addressOf(mac, '--read-only')));
    await first.getByRole('banner').getByText('read only').waitFor();
    for (const page of [early, first, second]) expect(await page.getByText('has no access').count()).toBe(0);
    expect(wrong.flat()).toEqual([]);
    await context.close();
  });
});
