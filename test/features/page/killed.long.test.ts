// A machine that dies under the page: its tile says so from its first heartbeat that did not come, and at once where there is a bell.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { createMosquitto, endBrokers, hasMosquitto } from '../bell/broker.ts';
import { axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

/** Looks so often: a fleet in which nothing goes on looks seldom, and then nobody is late. */
const OFTEN = { COORD_LOOK_MS: '1000' };
const BEAT = 'pushes_per_minute: 600\nheartbeat: 20s\n';
/** None is overdue in the time of a test, however slow this computer is. */
const CALM = 'pushes_per_minute: 600\nheartbeat: 1h\n';

describe.skipIf(noBrowser !== null)(`a machine is killed${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });

  /** Both run and are connected to `address`, where there is a bell; the tile of the other one is there. */
  async function watched(address: string | null): Promise<{ fleet: Fleet; mac: TestMachine; page: Page; kill(): void }> {
    const fleet = createFleet();
    const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': address === null ? BEAT : CALM });
    if (address !== null) await mac.ok('bell', 'on', address);
    for (const machine of [mac, pc]) await machine.ok('sync');
    await startDaemon(mac, OFTEN);
    const { pid } = await startDaemon(pc, OFTEN);
    const { page } = await openPage(browser, mac, { width: 360 });
    await goTo(page, 'fleet');
    return { fleet, mac, page, kill: () => process.kill(pid, 'SIGKILL') };
  }

  const stateOf = (page: Page) => page.locator('[data-machine="2"] .head [data-state]').last().getAttribute('data-state');
  const macs: TestMachine[] = [];
  afterAll(async () => {
    for (const mac of macs.slice(1)) await mac.coord(['daemon', 'stop', '--runs']);
    const [first] = macs;
    if (first !== undefined) await endAll(browser, first);
    await endBrokers();
  });

  test('O4 its first overdue heartbeat is said, calmly; and that it is offline, once its lease is over', async () => {
    const { mac, page, kill } = await watched(null);
    macs.push(mac);
    const tile = page.locator('[data-machine="2"]');
    await tile.locator('[data-state=IDLE]').waitFor({ timeout: 60_000 });
    await tile.locator('.beats .heard').first().waitFor({ timeout: 60_000 });
    expect(await tile.getByText('beat overdue').count()).toBe(0);
    kill();
    await tile.getByText(/no beat since .*, expected every 20 s/).waitFor({ timeout: 60_000 });
    expect(await stateOf(page)).toBe('IDLE');
    expect(await tile.locator('.head [data-state="beat overdue"]').count()).toBe(1);
    expect(await tile.locator('.beats :is(.late, .missed)').count()).toBeGreaterThan(0);
    expect([await axeFaults(page), await isTooWide(page)]).toEqual([[], false]);
    await tile.locator('.head [data-state=OFFLINE]').waitFor({ timeout: 120_000 });
    expect(await tile.getByText('beat overdue').count()).toBe(0);
    await page.getByText('1 of 2 machines online').waitFor();
  });

  test.skipIf(!hasMosquitto)('B6 with a bell its tile says so as soon as the broker does, long before a heartbeat', async () => {
    const broker = await createMosquitto();
    const { mac, page, kill } = await watched(broker.address);
    macs.push(mac);
    const tile = page.locator('[data-machine="2"]');
    await tile.getByText('online now').waitFor({ timeout: 90_000 });
    await tile.getByText(/heard (just now|\d+ s ago)/).waitFor();
    kill();
    const killedMs = Date.now();
    await tile.locator('.head [data-state="not online"]').waitFor({ timeout: 90_000 });
    console.log(`the tile turned ${Date.now() - killedMs} ms after the kill`);
    expect(await tile.getByText('beat overdue').count()).toBe(0);
    await tile.getByText('not on the bell').waitFor();
    expect(await stateOf(page)).toBe('IDLE');
    expect([await axeFaults(page), await isTooWide(page)]).toEqual([[], false]);
  });
});
