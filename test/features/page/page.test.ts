// The page in a real browser, before a real daemon: who gets in, what needs a person, and what a button does.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, mainPath, type TestMachine } from '../../e2e/fleet.ts';
import { addressOf, axeFaults, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

let fleet: Fleet;
let mac: TestMachine;

beforeAll(async () => {
  fleet = createFleet();
  [mac] = (await fleet.joined('mac')) as [TestMachine];
});

afterAll(async () => {
  await mac.coord(['daemon', 'stop', '--runs']);
  endFleets();
});

test('all that the first look needs is below 60 KB', () => {
  const folder = join(dirname(mainPath), 'page');
  const text = readFileSync(join(folder, 'index.html'), 'utf8');
  const needed = ['index.html', ...[...text.matchAll(/"\/dashboard\/([^"]+)"/g)].map(([, name]) => name ?? '')];
  const bytes = needed.map((name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length);
  expect(needed.filter((name) => /\.(js|css)$/.test(name))).toHaveLength(2);
  expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(60 * 1024);
  expect(readdirSync(folder).filter((name) => name.endsWith('.map'))).toEqual([]);
});

test('where no daemon runs, coord dash says what to do', async () => {
  expect(await mac.coord(['dash'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'coord: no daemon runs here, and the page comes from it\n  try: coord daemon start\n',
  });
});

describe.skipIf(noBrowser !== null)(`in a browser${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    fleet.person().order([
      { id: 'broken', title: 'It breaks', assign: 'mac', run: 'echo before; exit 3' },
      { id: 'deploy', assign: 'mac', approval: true, run: 'echo "<b>deployed</b>"', env: { STAGE: 'live' } },
    ]);
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(async () => {
    await browser.close();
  });

  test('a ticket lets one browser in, once, and leaves the address; another is told what to type', async () => {
    const address = await addressOf(mac);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dashboard#ticket=[0-9a-f]{64}$/);
    const [context, stranger] = [await browser.newContext(), await browser.newContext()];
    const page = await context.newPage();
    await page.goto(address);
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    expect(page.url()).toBe(address.split('#')[0]);
    // It stays in, also in a tab of its own.
    const tab = await context.newPage();
    await tab.goto(page.url());
    await tab.getByRole('heading', { name: 'Needs you' }).waitFor();
    const other = await stranger.newPage();
    await other.goto(address);
    await other.getByText('this ticket was used').waitFor();
    expect(await other.getByText('coord dash', { exact: true }).count()).toBe(1);
    await Promise.all([context.close(), stranger.close()]);
  });

  test('an approval shows what will run, word for word, and runs it; a retry runs again', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    const card = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
    await card('broken').getByText('failed with exit code 3').waitFor();
    expect(await card('broken').getByText('coord retry broken').count()).toBe(1);
    await card('deploy').getByRole('button', { name: 'Look and approve' }).click();
    await card('deploy').getByText('echo "<b>deployed</b>"').waitFor();
    await card('deploy').getByText('env STAGE').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await card('deploy').getByRole('button', { name: 'Approve', exact: true }).click();
    await card('deploy').waitFor({ state: 'detached' });
    await card('broken').getByRole('button', { name: 'Retry', exact: true }).click();
    await page.goto(`${page.url().split('#')[0]}#/orders/broken`);
    await page.getByText('generation').waitFor();
    await page.locator('.title [data-state=FAILED]').waitFor({ timeout: 90_000 });
    await page.goto(`${page.url().split('#')[0]}#/orders/deploy`);
    await page.locator('.title [data-state=COMPLETED]').waitFor({ timeout: 90_000 });
    await page.locator('.log').getByText('<b>deployed</b>').waitFor();
    expect((await mac.json('status')).orders).toMatchObject({ deploy: { state: 'COMPLETED' }, broken: { generation: 2 } });
    expect(wrong).toEqual([]);
    await context.close();
  });

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
    for (const room of ['needs', 'fleet', 'orders', 'orders/broken', 'chat/0']) {
      await page.goto(`${page.url().split('#')[0]}#/${room}`);
      await page.locator('h1').first().waitFor();
      const buttons = await page.locator('main button').allTextContents();
      expect(
        buttons.filter((name) => !['copy', 'First error'].includes(name)),
        room,
      ).toEqual([]);
    }
    await page.goto(`${page.url().split('#')[0]}#/fleet`);
    await page.getByText('coord pause', { exact: true }).waitFor();
    await context.close();
  });

  test('a machine is paused from its tile and goes on again, by the keyboard alone', async () => {
    const { page, context, wrong } = await openPage(browser, mac, { width: 360, colour: 'dark' });
    await page.goto(`${page.url().split('#')[0]}#/fleet`);
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
});
