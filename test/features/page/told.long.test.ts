// What the page is told of by the stream, in a real browser: late greetings, and looks that failed.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { endAll, goTo, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

/** The stream comes when it may, and so does the first answer of the inbox. */
const HELD = `
  const [Socket, ask] = [WebSocket, fetch];
  window.WebSocket = class {
    constructor(...words) {
      window.goStream = () => {
        const real = new Socket(...words);
        real.onmessage = (it) => this.onmessage(it);
        real.onclose = (it) => this.onclose(it);
      };
    }
    close() {}
  };
  let isHeld = true;
  window.fetch = async (path, ...words) => {
    if (isHeld && String(path).includes('inbox')) {
      isHeld = false;
      const status = await new Promise((go) => { window.goInbox = go; });
      if (status !== undefined) return new Response('{}', { status });
    }
    return ask(path, ...words);
  };
`;

describe.skipIf(noBrowser !== null)(`what the page is told${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let fleet: Fleet;
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(() => endAll(browser, mac));

  test('what happened between a look that is under way and the greeting of the stream is shown', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await page.addInitScript(HELD);
    await page.reload();
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    fleet.person().order([{ id: 'breaks', assign: 'mac', run: 'exit 3' }]);
    await mac.ok('sync', '--wait');
    expect(fleet.status().orders.breaks).toMatchObject({ state: 'FAILED' });
    await page.evaluate('goStream()');
    await page.locator('.pulse.live').waitFor();
    expect(await page.locator('main').getByText('breaks').count()).toBe(0);
    await page.evaluate('goInbox()');
    await page.locator('main').getByText('breaks').first().waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('a look that did not come whole is made anew with the greeting of the stream', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await page.clock.install();
    await page.addInitScript(HELD);
    await page.reload();
    await goTo(page, 'chat');
    await page.getByText('Asking coord on this computer').waitFor();
    // Without a stream, nothing is asked for while nobody sees the page.
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true }); goInbox(503)");
    await page.clock.runFor(2_000);
    await page.evaluate('goStream()');
    await page.getByRole('heading', { name: 'Chat' }).first().waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });
});
