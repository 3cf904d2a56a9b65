// An act that is chosen in the palette, in a fleet that is larger than what is drawn, in a real browser: it is done now, where one sees it, or never.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { openLargePage } from './large-page.ts';
import { addressOf, endAll, frame, noBrowser, openBrowser, startDaemon } from './page-world.ts';

/** What the stream says can be said by a script too, in the middle of another one. */
const HEARD = `
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...words) {
      super(...words);
      window.stream = this;
    }
  };
`;

describe.skipIf(noBrowser !== null)(`what was chosen${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    [mac] = (await createFleet().joined('mac')) as [TestMachine];
    await startDaemon(mac);
    browser = await openBrowser();
  });

  afterAll(() => endAll(browser, mac));

  /** Once the page has heard of it: that closes whatever was open. */
  const goTo = (page: Page, room: string) =>
    page.evaluate(`new Promise((done) => {
      if (location.hash === '#/${room}') return done();
      addEventListener('hashchange', () => requestAnimationFrame(done), { once: true });
      location.hash = '#/${room}';
    })`);
  /** A large fleet, and what is sent from its page. */
  const opened = async (room: string) => {
    const { page, say } = await openLargePage(browser, await addressOf(mac));
    const sent: string[] = [];
    page.on('request', (request) => {
      const [, path = ''] = request.url().split('/api/v1/');
      if (request.method() === 'POST') sent.push(`${path} ${request.postData()}`);
    });
    await goTo(page, room);
    return { page, say, sent };
  };
  const offer = async (page: Page, words: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(words);
    await page.locator('[role=option]').first().getByText(words).waitFor();
  };
  const choose = async (page: Page, words: string) => {
    await offer(page, words);
    await page.keyboard.press('Enter');
  };
  const isSeen = (page: Page, selector: string) => {
    const place = `document.querySelector('${selector}').getBoundingClientRect()`;
    return page.evaluate(`${place}.top >= 0 && ${place}.bottom <= innerHeight`);
  };

  test('a machine that has no tile gets it, and is paused at once, before the eyes of who chose it', async () => {
    const { page, sent } = await opened('fleet');
    await page.locator('.resting').waitFor();
    expect(await page.locator('[data-machine="30"]').count()).toBe(0);
    await choose(page, 'coord pause 30');
    await page.locator('[data-machine="30"]').getByText('Done.').waitFor();
    expect(sent).toEqual(['pause {"machine":30}']);
    expect(await isSeen(page, '[data-act="coord pause 30"]')).toBe(true);
    await page.context().close();
  });

  test('what stands on a later page of what needs a person is turned to', async () => {
    const { page, say, sent } = await opened('needs');
    const needs = Array.from({ length: 150 }, (_, at) => `order-${at * 3}`);
    const needsYou = needs.map((order) => ({ code: 'order', order, why: 'failed', told: ['failed', { way: 'runAgain' }] }));
    say({ event: 'needs-you', needsYou, digest: '1' });
    await page.getByText('1 to 100 of 150').waitFor();
    await choose(page, 'coord retry order-420');
    await expect.poll(() => sent).toEqual(['orders/order-420/retry {}']);
    await page.context().close();
  });

  test('who goes elsewhere has done with it: it is not pressed later', async () => {
    const { page, sent } = await opened('fleet');
    await offer(page, 'coord pause 30');
    await page.evaluate("document.querySelector('[role=option]').click(); location.hash = '#/health'");
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.evaluate("location.hash = '#/fleet/30'");
    await page.locator('[data-machine="30"]').waitFor();
    await frame(page);
    expect(sent).toEqual([]);
    await page.context().close();
  });

  test('an act whose button is gone in that moment is not done, and the page says so', async () => {
    const { page, sent } = await opened('fleet');
    await page.addInitScript(HEARD);
    await page.reload();
    await page.locator('.pulse.live').waitFor();
    await offer(page, 'coord pause 30');
    const gone = JSON.stringify({ event: 'machines', changed: {}, removed: ['30'], digest: '1' });
    await page.evaluate(`document.querySelector('[role=option]').click(); stream.onmessage({ data: '${gone}' })`);
    const said = page.getByRole('alert').filter({ hasText: 'Nothing was done' });
    await said.getByText('coord pause 30').waitFor();
    await page.evaluate("location.hash = '#/health'");
    await said.waitFor({ state: 'detached' });
    expect(sent).toEqual([]);
    await page.context().close();
  });
});
