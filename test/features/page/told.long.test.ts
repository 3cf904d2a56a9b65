// What the page is told of by the stream, in a real browser: late greetings, looks that failed, silence, and a coord that hangs up.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { openLargePage } from './large-page.ts';
import { addressOf, endAll, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

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

/** A stream by the clock of the page: it says nothing, or greets; it stays, or hangs up at once. */
const STAND_IN = `
  Object.assign(window, { tries: 0, greets: false, stays: false, pingMs: 600_000 });
  window.WebSocket = class {
    constructor() {
      tries += 1;
      window.hangUp = () => this.close();
      setTimeout(() => {
        if (greets) this.onmessage({ data: JSON.stringify({ event: 'hello', digest: 'other', pingMs }) });
        if (greets && !stays) this.close();
      }, 1);
    }
    close() { setTimeout(() => this.onclose({}), 1); }
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

  const standingIn = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    await page.clock.install();
    await page.addInitScript(STAND_IN);
    await page.goto(await addressOf(mac));
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    return page;
  };

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
    await page.evaluate("location.hash = '#/chat'");
    await page.getByText('Asking coord on this computer').waitFor();
    // Without a stream, nothing is asked for while nobody sees the page.
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true }); goInbox(503)");
    await page.clock.runFor(2_000);
    await page.evaluate('goStream()');
    await page.getByRole('heading', { name: 'Chat' }).first().waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('a stream that opens and never greets is given up, also while nobody sees the page', async () => {
    const page = await standingIn();
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })");
    expect(await page.evaluate('tries')).toBe(1);
    await page.clock.runFor(70_000);
    expect(await page.evaluate('tries')).toBeGreaterThan(1);
    await page.context().close();
  });

  test('a stream that is not greeted is no sign of life: the page says how old it is', async () => {
    const page = await standingIn();
    await page.route('**/api/v1/**', (route) => route.abort());
    for (let at = 0; at < 7; at += 1) {
      await page.clock.runFor(4_000);
      await page.evaluate('hangUp()');
    }
    await page.getByText('coord on this computer was last heard').waitFor();
    await page.context().close();
  });

  test('a stream that is silent for as long as it may be is no old one; then the page says how old it is', async () => {
    const page = await standingIn();
    await page.evaluate('Object.assign(window, { greets: true, stays: true, pingMs: 30_000 }); hangUp()');
    await page.locator('.pulse.live').waitFor();
    await page.clock.runFor(31_000);
    expect(await page.getByText('coord on this computer was last heard').count()).toBe(0);
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.clock.runFor(14_000);
    await page.getByText('coord on this computer was last heard').waitFor();
    await page.context().close();
  });

  test('a coord that greets and hangs up is called ever less often; one that stayed, at once', async () => {
    const page = await standingIn();
    await page.evaluate('window.greets = true; hangUp()');
    await page.clock.runFor(120_000);
    const tries = Number(await page.evaluate('tries'));
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(40);
    await page.evaluate('window.stays = true');
    await page.clock.runFor(40_000);
    const before = Number(await page.evaluate('tries'));
    await page.evaluate('hangUp()');
    await page.clock.runFor(1_000);
    expect(await page.evaluate('tries')).toBe(before + 1);
    await page.context().close();
  });

  test('what Chat has opened by itself stays open, with what is typed, whatever else is urgent', async () => {
    const { page, say } = await openLargePage(browser, await addressOf(mac));
    await page.evaluate("location.hash = '#/chat'");
    const talk = page.getByRole('region', { name: '2 machine-2' });
    await talk.getByLabel('Message', { exact: true }).fill('Half a sentence');
    const urgent = { source: '9', from: 9, to: 1, number: 999, at: '2026-11-20T13:00:00Z', priority: 'urgent', body: 'Fire' };
    say({ event: 'inbox', changed: { '9.999': { ...urgent, taken: false, name: 'machine-9' } }, removed: [], digest: '1' });
    await page.getByRole('link', { name: /^9 .*urgent/ }).waitFor();
    expect(await talk.getByLabel('Message', { exact: true }).inputValue()).toBe('Half a sentence');
    // A step back leads to where one was before, not to Chat once more.
    await page.goBack();
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await page.context().close();
  });

  test('a look that is never answered is given up, and made anew', async () => {
    const { page, say } = await openLargePage(browser, await addressOf(mac));
    await page.clock.install();
    let asked = 0;
    await page.route('**/api/v1/inbox?all=true', async (route) => {
      asked += 1;
      if (asked > 1) await route.fallback();
    });
    say({ event: 'something new' });
    await expect.poll(() => asked).toBe(1);
    await page.clock.fastForward(130_000);
    await expect.poll(() => asked).toBe(2);
    await page.context().close();
  });
});
