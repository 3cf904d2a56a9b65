// More bad days of a person with the page: names that attack, fleets without a machine, acts that are refused, and parts that are gone.
import type { Browser, Page, Route, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { addressOf, axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

const ROOMS = ['needs', 'fleet', 'orders', 'chat', 'network', 'timeline', 'health'];
const HOSTILE = '<img src=x onerror=alert(1)>';
const PROTECTED =
  'while read -r old new ref; do [ "$ref" = refs/heads/main ] && { echo "main is protected"; exit 1; }; done; exit 0';

describe.skipIf(noBrowser !== null)(`worse days of the page${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let fleet: Fleet;
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    fleet.person().order([{ id: 'mind', assign: 1, agent: 'claude', prompt: 'Think' }]);
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(() => endAll(browser, mac));

  /** Each room says something, and nothing is wrong with it. */
  const looked = async (page: Page) => {
    for (const room of ROOMS) {
      await goTo(page, room);
      expect((await page.locator('main').innerText()).length, room).toBeGreaterThan(10);
      expect([await isTooWide(page), await axeFaults(page)], room).toEqual([false, []]);
    }
  };

  test('a machine whose name is an attack is a machine whose name is long', async () => {
    const forged = fleet
      .board('COMPUTER_1.md')
      .replace(/^machine: .*$/m, 'machine: 7')
      .replace(/^name: .*$/m, `name: "${HOSTILE}"`);
    fleet.person().push({ 'coordination/COMPUTER_7.md': forged });
    await mac.ok('sync');
    for (const width of [1440, 360]) {
      const { page, context, wrong } = await openPage(browser, mac, { width });
      await goTo(page, 'fleet');
      await page.locator('.tile').getByText(HOSTILE).waitFor();
      await looked(page);
      for (const room of ['fleet', 'network', 'chat', 'timeline']) {
        await goTo(page, room);
        expect(await page.locator('main').innerText(), room).toContain(HOSTILE);
        expect(await page.locator('main img').count(), room).toBe(0);
      }
      expect(wrong).toEqual([]);
      await context.close();
    }
  });

  test('a fleet without a machine or an order has rooms all the same', async () => {
    for (const width of [1440, 360]) {
      const { page, context, wrong } = await openPage(browser, mac, { width });
      await page.route('**/api/v1/fleet', async (route) => {
        const answer = await route.fetch();
        const empty = { machines: {}, orders: {}, needsYou: [], faults: [], digest: 'empty' };
        await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), ...empty } });
      });
      await page.routeWebSocket('**/api/v1/stream', (socket) => socket.send('{"event":"hello","digest":"empty"}'));
      await page.reload();
      await page.getByText('Nothing needs you').waitFor();
      await looked(page);
      expect(wrong).toEqual([]);
      await context.close();
    }
  });

  test.each([
    [
      'is refused',
      (route: Route) => route.fulfill({ status: 503, json: { error: { code: 'BUSY', message: 'busy', hint: null } } }),
    ],
    ['is overtaken by what is too large for an event', (route: Route) => route.continue()],
  ])('a look that %s is made once more, though the stream goes on', async (_, answer) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    let asked = 0;
    page.on('request', (request) => {
      asked += request.url().endsWith('/api/v1/fleet') ? 1 : 0;
    });
    let stream: WebSocketRoute | null = null;
    await page.routeWebSocket('**/api/v1/stream', (socket) => {
      stream = socket;
      socket.send('{"event":"hello","digest":"empty"}');
    });
    await page.route('**/api/v1/sent', async (route) => {
      if (asked > 1) return route.continue();
      // What is new is told while the first look is under way.
      await page.getByRole('heading', { name: 'Needs you' }).waitFor();
      stream?.send('{"event":"orders","tooLarge":true,"digest":"later"}');
      await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
      return answer(route);
    });
    await page.goto(await addressOf(mac));
    await expect.poll(() => asked, { timeout: 60_000 }).toBe(2);
    await goTo(page, 'chat');
    await page.getByRole('heading', { name: 'Chat' }).first().waitFor();
    await context.close();
  });

  test('a machine that has never synced says so, and the page comes with the first sync', async () => {
    const page = await (await browser.newContext()).newPage();
    const error = { code: 'LOCAL_STATE', message: 'this machine has never synced', hint: 'coord sync' };
    await page.route('**/api/v1/fleet', (route) => route.fulfill({ status: 503, json: { error } }));
    await page.routeWebSocket('**/api/v1/stream', (socket) => socket.close());
    await page.goto(await addressOf(mac));
    await page.getByRole('alert').getByText('this machine has never synced').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.unroute('**/api/v1/fleet');
    await page.getByRole('heading', { name: 'Needs you' }).waitFor({ timeout: 30_000 });
    await page.context().close();
  });

  test('an order that the owner of the machine does not allow says what would allow it', async () => {
    const { page, context } = await openPage(browser, mac);
    await goTo(page, 'orders/mind');
    await page
      .getByText(/coord allow agent/)
      .first()
      .waitFor();
    await context.close();
  });

  test('an edit of what another one has changed meanwhile is refused in place, and nothing is lost', async () => {
    fleet.person().order([{ id: 'edited', title: 'As it was', assign: 9, run: 'true' }]);
    await mac.ok('sync');
    const { page, context } = await openPage(browser, mac);
    await goTo(page, 'orders/edited');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const text = page.getByLabel('The order, as ORDERS.json lists it');
    await text.waitFor();
    fleet.person().order([{ id: 'edited', title: 'By another', assign: 9, run: 'true' }]);
    await mac.ok('sync');
    await text.fill((await text.inputValue()).replace('As it was', 'Mine'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('was changed meanwhile').waitFor();
    expect(await text.inputValue()).toContain('Mine');
    expect(fleet.board('ORDERS.json')).toContain('By another');
    await context.close();
  });

  test('an upgrade under an open page: it says so, also where a room is gone; a press brings the new one', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    let connections = 0;
    await page.routeWebSocket('**/api/v1/stream', (socket) => {
      const server = socket.connectToServer();
      const isUpgraded = connections > 0;
      connections += 1;
      server.onMessage((said) => {
        socket.send(isUpgraded ? String(said).replace(/"version":"[^"]*"/, '"version":"99.0.0"') : said);
        // It goes down as an upgrade begins.
        if (!isUpgraded && String(said).includes('"hello"')) socket.close();
      });
    });
    await page.reload();
    // As the files of the version before are.
    await page.route('**/dashboard/health-*', (route) => route.fulfill({ status: 404, json: {} }));
    await page.getByText('coord here is another version by now').waitFor({ timeout: 30_000 });
    expect(await axeFaults(page)).toEqual([]);
    await page.goto(`${page.url().split('#')[0]}#/health`);
    await page.getByText('This part of the page did not come').waitFor();
    await page.unroute('**/dashboard/health-*');
    await page.locator('main').getByRole('button', { name: 'Load the page again' }).click();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.getByText('coord here is another version').waitFor({ state: 'detached' });
    expect(wrong.filter((line) => !line.includes('dynamically imported module'))).toEqual([]);
    await context.close();
  });

  test('a host that protects main: the act is kept, and the page says why it waits', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    await goTo(page, 'orders/edited');
    fleet.hook('pre-receive', PROTECTED);
    try {
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByText(/Recorded here; .*hook declined/).waitFor({ timeout: 60_000 });
      await goTo(page, 'health');
      await page.getByText('cancel edited').first().waitFor();
    } finally {
      fleet.hook('pre-receive', null);
    }
    expect(wrong).toEqual([]);
    await context.close();
  });
});
