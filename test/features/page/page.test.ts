// The page in a real browser, before a real daemon: who gets in, what needs a person, and what a button does.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, mainPath, type TestMachine } from '../../e2e/fleet.ts';
import { addressOf, axeFaults, goTo, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

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

test('all that the first look needs is below 60 KB, and all that there is below 150 KB', () => {
  const folder = join(dirname(mainPath), 'page');
  const text = readFileSync(join(folder, 'index.html'), 'utf8');
  const named = [...text.matchAll(/"\/dashboard\/([^"]+)"/g)].map(([, name]) => name ?? '');
  const needed = new Set(['index.html', ...named]);
  // And what these load at once: rooms that come when they open are asked for otherwise.
  for (const name of needed)
    if (name.endsWith('.js'))
      for (const [, other = ''] of readFileSync(join(folder, name), 'utf8').matchAll(/\b(?:from|import)"\.\/([^"]+)"/g))
        needed.add(other);
  const bytesOf = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
  expect(named.filter((name) => /\.(js|css)$/.test(name))).toHaveLength(2);
  // What is asked for later is there, and not among what is needed.
  const rooms = readdirSync(folder).filter((name) => name.startsWith('health-'));
  expect([rooms.length, needed.has(rooms[0] ?? '')]).toEqual([1, false]);
  expect(bytesOf(needed)).toBeLessThan(60 * 1024);
  expect(bytesOf(readdirSync(folder))).toBeLessThan(150 * 1024);
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

  test('several browsers that open the page at once all get it', async () => {
    const opened = await Promise.all(Array.from({ length: 4 }, () => openPage(browser, mac)));
    await Promise.all(opened.map(({ page }) => page.getByRole('heading', { name: 'Needs you' }).waitFor()));
    await Promise.all(opened.map(({ context }) => context.close()));
  });

  test('a ticket lets one browser in, once, and leaves the address; another is told what to type', async () => {
    const address = await addressOf(mac);
    expect(address).toMatch(/^http:\/\/localhost:\d+\/dashboard#ticket=[0-9a-f]{64}$/);
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

  test('Health counts what there is, names each fault with its place, and doctor looks when asked', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\nheartbaet: 1\n' });
    await mac.ok('sync');
    await goTo(page, 'health');
    await page.getByText('1 of 1 machines online').waitFor();
    await page.getByRole('row').filter({ hasText: 'fleet.yaml:3:1' }).filter({ hasText: 'heartbaet' }).waitFor();
    await page.getByText(/from here in the last minute, of 600 pushes a minute for the whole fleet/).waitFor();
    await page.getByText('open: whoever can push can order what the policy of this machine allows').waitFor();
    expect(await page.getByText('coord trust on', { exact: true }).count()).toBe(1);
    await page.getByRole('button', { name: 'Examine this machine' }).click();
    await page.getByText(/checks found nothing wrong/).click({ timeout: 60_000 });
    await page.getByText('remote takes a push').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(wrong).toEqual([]);
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    await context.close();
  });

  test('an approval shows what will run, word for word, and runs it; a retry runs again', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    const card = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
    await card('broken').getByText('failed with exit code 3').waitFor();
    // And where, and what it wrote last.
    await card('broken').getByText('on 1 mac').waitFor();
    await card('broken').getByText('before', { exact: true }).waitFor();
    expect(await card('broken').getByText('coord retry broken').count()).toBe(1);
    await card('deploy').getByRole('button', { name: 'Look and approve' }).click();
    await card('deploy').getByText('echo "<b>deployed</b>"').waitFor();
    await card('deploy').getByText('env STAGE').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await card('deploy').getByRole('button', { name: 'Approve', exact: true }).click();
    await card('deploy').waitFor({ state: 'detached' });
    await card('broken').getByRole('button', { name: 'Retry', exact: true }).click();
    await goTo(page, 'orders/broken');
    await page.getByText('generation').waitFor();
    await page.locator('.title [data-state=FAILED]').waitFor({ timeout: 90_000 });
    await goTo(page, 'orders/deploy');
    await page.locator('.title [data-state=COMPLETED]').waitFor({ timeout: 90_000 });
    await page.locator('.log').getByText('<b>deployed</b>').waitFor();
    expect((await mac.json('status')).orders).toMatchObject({ deploy: { state: 'COMPLETED' }, broken: { generation: 2 } });
    expect(wrong).toEqual([]);
    await context.close();
  });
});
