// Bad days of a person with the page, in a real browser before real daemons: small fleets, full queues, wrong clocks, crowds, two hands at once.
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { clockOff } from '../../e2e/clock-off.ts';
import { createFleet, endFleets, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { axeFaults, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

const ROOMS = ['needs', 'fleet', 'orders', 'chat', 'network', 'timeline', 'health'];

describe.skipIf(noBrowser !== null)(`bad days of the page${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser;
  let daemons: TestMachine[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    return () => browser.close();
  });

  afterEach(async () => {
    for (const machine of daemons) await machine.coord(['daemon', 'stop', '--runs']);
    daemons = [];
    endFleets();
  });

  const served = async (
    names: readonly string[],
    env: (fleet: Fleet) => Readonly<Record<string, string>> = () => ({}),
  ): Promise<{ fleet: Fleet; machines: TestMachine[] }> => {
    const fleet = createFleet();
    const machines = await fleet.joined(...names);
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    for (const machine of machines) {
      await startDaemon(machine, env(fleet));
      daemons.push(machine);
    }
    return { fleet, machines };
  };

  test('a fleet of one without an order: each room has something to say, and nothing is wrong', async () => {
    const { machines } = await served(['mac']);
    const [mac] = machines as [TestMachine];
    for (const width of [1440, 360]) {
      const { page, context, wrong } = await openPage(browser, mac, { width });
      for (const room of ROOMS) {
        await goTo(page, room);
        expect((await page.locator('main').innerText()).length, room).toBeGreaterThan(20);
        expect([await isTooWide(page), await axeFaults(page)], room).toEqual([false, []]);
      }
      await goTo(page, 'fleet');
      await page.locator('.beats[aria-label*="heartbeat"]').waitFor();
      expect(wrong).toEqual([]);
      await context.close();
    }
  });

  test('sixty orders that need a person are all there, and approved from the page one by one', async () => {
    const { fleet, machines } = await served(['mac', 'pc']);
    const [mac] = machines as [TestMachine];
    fleet.person().order(Array.from({ length: 60 }, (_, at) => ({ id: `wait-${at}`, assign: 2, approval: true, run: 'true' })));
    await mac.ok('sync');
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await page.locator('[data-need], main li').nth(59).waitFor();
    expect([await isTooWide(page), await axeFaults(page)]).toEqual([false, []]);
    await expect.poll(() => page.title()).toContain('60');
    await page.getByRole('button', { name: 'Look and approve' }).first().click();
    await page
      .getByRole('button', { name: /^Approve/ })
      .first()
      .click();
    await expect.poll(() => page.title(), { timeout: 60_000 }).toContain('59');
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('a tail of 64 KB without a line break, full of terminal codes, is shown and breaks nothing', async () => {
    const { machines } = await served(['mac']);
    const [mac] = machines as [TestMachine];
    await mac.ok(
      'order',
      'add',
      'noise',
      '--for',
      '1',
      `node -e "process.stdout.write('\\u001b[31mx\\u001b[0m\\u001b]0;title\\u0007'.repeat(4000))"`,
    );
    await mac.ok('wait', 'noise');
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await goTo(page, 'orders/noise');
    await page.locator('.log').getByText('xxxxxxxxxx').first().waitFor();
    expect(await isTooWide(page)).toBe(false);
    const text = await page.locator('.log').innerText();
    expect(text.split('').some((letter) => letter === String.fromCharCode(27) || letter === String.fromCharCode(7))).toBe(false);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('a machine whose clock is a day ahead: ages stay sane, nothing is negative', async () => {
    const fleet = createFleet();
    const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
    await startDaemon(mac);
    daemons.push(mac);
    await pc.coord(['send', '1', 'from tomorrow'], { env: clockOff(fleet, 86_400_000) });
    await mac.ok('sync');
    const { page, context, wrong } = await openPage(browser, mac);
    for (const room of ROOMS) {
      await goTo(page, room);
      expect(await page.locator('main').innerText(), room).not.toMatch(/-\d+ (?:s|min|h|day)|NaN|Invalid/);
    }
    await goTo(page, 'chat/2');
    await page.getByText('from tomorrow').first().waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('two pages act on one order at once: one of them wins, and both show what became of it', async () => {
    const { machines } = await served(['mac', 'pc']);
    const [mac, pc] = machines as [TestMachine, TestMachine];
    await mac.ok('order', 'add', 'both', '--for', '9', 'true');
    await pc.ok('sync');
    const [one, other] = [await openPage(browser, mac), await openPage(browser, pc)];
    for (const { page } of [one, other]) await goTo(page, 'orders/both');
    const cancel = ({ page }: { page: Page }) => page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await Promise.all([cancel(one), cancel(other)]);
    for (const { page } of [one, other]) await page.locator('.title [data-state=CANCELLED]').waitFor({ timeout: 60_000 });
    expect([one.wrong, other.wrong]).toEqual([[], []]);
    for (const { context } of [one, other]) await context.close();
  });

  test('an act that the repo refuses says why in place: the host takes no push, the list cannot be read', async () => {
    const { fleet, machines } = await served(['mac']);
    const [mac] = machines as [TestMachine];
    await mac.ok('order', 'add', 'kept', '--for', '9', 'true');
    const { page, context } = await openPage(browser, mac);
    await goTo(page, 'orders/kept');
    fleet.person().push({ 'coordination/ORDERS.json': '{ "orders": [' });
    await mac.coord(['sync']);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    // It waits, visibly: nothing that was accepted is lost.
    await page
      .getByText(/Recorded here; .*ORDERS\.json line 1/)
      .first()
      .waitFor({ timeout: 60_000 });
    await goTo(page, 'health');
    await page.getByText('ORDERS.json').first().waitFor();
    await page.getByText('cancel kept').first().waitFor();
    await context.close();
  });

  test('five hundred connections keep neither the page nor its stream from answering', async () => {
    const { machines } = await served(['mac']);
    const [mac] = machines as [TestMachine];
    const { page, context, wrong } = await openPage(browser, mac);
    await page.getByText('live', { exact: true }).waitFor();
    const port = Number(new URL(page.url()).port);
    const sockets = Array.from({ length: 500 }, () => connect({ host: '127.0.0.1', port }).on('error', () => {}));
    for (const socket of sockets) socket.write('GET /dashboard HTTP/1.1\r\nHost: ');
    try {
      await mac.ok('order', 'add', 'seen', '--for', '9', 'true');
      await goTo(page, 'orders');
      await page.getByRole('link', { name: 'seen' }).waitFor({ timeout: 60_000 });
      await page.getByText('live', { exact: true }).waitFor();
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('messages and runs move in the picture of the network, and come to rest', async () => {
    const { machines } = await served(['mac', 'pc']);
    const [mac, pc] = machines as [TestMachine, TestMachine];
    await mac.ok('sync');
    const { page, context, wrong } = await openPage(browser, mac);
    await goTo(page, 'network');
    await page.locator('.box').nth(2).waitFor();
    // This browser wants no motion: a dot is there for a moment, and goes. Whether it came is noted in the page.
    await page.evaluate(`window.dots = 0; new MutationObserver((all) => {
      for (const { addedNodes } of all) for (const it of addedNodes) if (it.matches?.('.flight')) window.dots += 1;
    }).observe(document.querySelector('.picture'), { childList: true, subtree: true })`);
    await pc.ok('send', '1', 'hello');
    await mac.ok('sync');
    await expect.poll(() => page.evaluate('window.dots'), { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.flight').count(), { timeout: 30_000 }).toBe(0);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('an upgrade under an open page: it goes on, and the new one comes with the next visit', async () => {
    const { machines } = await served(['mac']);
    const [mac] = machines as [TestMachine];
    const { page, context } = await openPage(browser, mac);
    const { port } = new URL(page.url());
    await page.getByText('live', { exact: true }).waitFor();
    await mac.ok('daemon', 'stop');
    await page.getByText('live', { exact: true }).waitFor({ state: 'detached' });
    await startDaemon(mac, { COORD_API_FIRST_PORT: port });
    await page.getByText('live', { exact: true }).waitFor({ timeout: 60_000 });
    await goTo(page, 'orders');
    await page.reload();
    await page.getByText('live', { exact: true }).waitFor({ timeout: 60_000 });
    expect(join('/', new URL(page.url()).pathname)).toBe('/dashboard');
    await context.close();
  });
});
