// What the page says, and keeps, where something did not work: in a real browser, with answers that are late or fail.
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { openLargePage } from './large-page.ts';
import { addressOf, axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

const AT = '2026-11-20T12:00:00Z';
const BUSY = { status: 503, json: { error: { code: 'BUSY', message: 'busy for now', hint: null } } };

const story = (word: string) => {
  return {
    events: [{ kind: 'message', at: AT, by: { machine: 1 }, to: 'ALL', number: 1, priority: 'normal', text: word }],
    machines: {},
  };
};
const files = (word: string) => [
  { machine: 1, until: AT, files: [{ name: word, size: 1, sha256: 'a'.repeat(64), where: 'here' }] },
];

describe.skipIf(noBrowser !== null)(`what failed${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    const fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().order([{ id: 'waits', assign: 9, run: 'true' }]);
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(() => endAll(browser, mac));

  const atOrder = async (script: string) => {
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await page.addInitScript(script);
    await page.reload();
    await goTo(page, 'orders/waits');
    await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    return { page, context, wrong };
  };

  test.each([
    ['is not there', 'undefined', 'could not be copied'],
    ['refuses', "{ writeText: async () => { throw new Error('refused'); } }", 'could not be copied'],
    ['works', '{ writeText: async () => {} }', 'copied'],
  ])('where the clipboard %s, that is what a copy says', async (_, clipboard, said) => {
    const { page, context, wrong } = await atOrder(`Object.defineProperty(navigator, 'clipboard', { value: ${clipboard} })`);
    const button = page.locator('.command', { hasText: 'coord cancel waits' }).getByRole('button');
    await button.click();
    await expect.poll(() => button.innerText()).toBe(said);
    expect([await isTooWide(page), await axeFaults(page), wrong]).toEqual([false, [], []]);
    await context.close();
  });

  test('a device that could not be signed out is told so', async () => {
    const { page, context, wrong } = await atOrder("localStorage.setItem('coord-page-device', 'my phone')");
    await page.route('**/api/v1/page/leave', (route) => route.fulfill(BUSY));
    await page.keyboard.press('?');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('busy for now').waitFor();
    expect([await isTooWide(page), await axeFaults(page), wrong]).toEqual([false, [], []]);
    await context.close();
  });

  /** The order moves on, so that what is shown of it is asked for anew. */
  const moves = (say: (event: object) => void, attempt: number) => {
    const order = { state: 'IN_PROGRESS', assign: '1', machine: 1, attempt, startedAt: AT };
    say({ event: 'orders', changed: { 'order-1': order }, removed: [], digest: String(attempt) });
  };
  const answered = (page: Page, route: Route | undefined, word: string, answer: object) =>
    Promise.all([
      page.waitForResponse((response) => response.url() === route?.request().url()),
      route?.fulfill(word === '' ? BUSY : { json: answer }),
    ]);

  test.each([
    ['the events', '**/api/v1/timeline?order=**', story],
    ['the files', '**/api/v1/orders/order-1/artifacts', files],
  ])('%s of an order stay where an answer fails, and a late one is no news', async (_, path, answerOf) => {
    const { page, say } = await openLargePage(browser, await addressOf(mac));
    const asked: Route[] = [];
    await page.route('**/artifacts', (route) => route.fulfill({ json: [] }));
    await page.route(path, (route) => void asked.push(route));
    const answers = (at: number, word: string) => answered(page, asked[at], word, answerOf(word));
    const areAsked = (count: number) => expect.poll(() => asked.length).toBe(count);
    const shown = (word: string) => page.locator('main').getByText(word);
    await page.evaluate("location.hash = '#/orders/order-1'");
    await areAsked(1);
    moves(say, 1);
    await areAsked(2);
    await answers(1, 'second');
    await shown('second').waitFor();
    await answers(0, 'first');
    moves(say, 2);
    await areAsked(3);
    expect(await shown('first').count()).toBe(0);
    await answers(2, '');
    await areAsked(4);
    expect(await shown('second').count()).toBe(1);
    await answers(3, 'third');
    await shown('third').waitFor();
    await page.context().close();
  });

  test('the timeline asks again for what was not answered, and mixes nothing with other words', async () => {
    const { page } = await openLargePage(browser, await addressOf(mac));
    const asked: Route[] = [];
    await page.route('**/api/v1/page/timeline?**', (route) => void asked.push(route));
    const answers = async (at: number, word: string) => {
      await expect.poll(() => asked.length).toBe(at + 1);
      await answered(page, asked[at], word, { ...story(word), more: false });
    };
    const shown = (word: string) => page.locator('main').getByText(word);
    const busy = page.getByRole('alert').getByText('busy for now');
    await page.evaluate("location.hash = '#/timeline'");
    await page.clock.install();
    await answers(0, '');
    await busy.waitFor();
    await page.clock.fastForward(16_000);
    await answers(1, 'first');
    await shown('first').waitFor();
    expect(await busy.count()).toBe(0);
    await page.getByLabel('Search the timeline').fill('second');
    await answers(2, '');
    await busy.waitFor();
    await page.clock.fastForward(16_000);
    await answers(3, 'second');
    await shown('second').waitFor();
    expect([await shown('first').count(), await busy.count()]).toEqual([0, 0]);
    // An answer that will never be another is not asked for again.
    await page.evaluate("location.hash = '#/timeline/99'");
    await expect.poll(() => asked.length).toBe(5);
    await asked[4]?.fulfill({ status: 404, json: { error: { code: 'NOT_FOUND', message: 'no machine 99', hint: null } } });
    await page.getByRole('alert').getByText('no machine 99').waitFor();
    for (let round = 0; round < 3; round += 1) await page.clock.fastForward(16_000);
    await page.waitForTimeout(1_000);
    expect(asked.length).toBe(5);
    await page.context().close();
  });
});
