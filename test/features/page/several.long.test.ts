// Several orders at once, and what takes an act back, in a real browser before a real daemon.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

describe.skipIf(noBrowser !== null)(`several orders${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let fleet: Fleet;
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    const person = fleet.person();
    person.push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
    const waits = { assign: 1, run: 'true', approval: true };
    person.order([
      ...['one', 'two', 'three'].map((id) => ({ id, ...waits })),
      ...['bad', 'worse'].map((id) => ({ id, assign: 1, run: 'exit 3', attempts: 1 })),
    ]);
    await mac.coord(['sync', '--wait']);
    await startDaemon(mac);
    browser = await openBrowser();
  });

  afterAll(() => endAll(browser, mac));

  const listed = () => {
    const { orders } = JSON.parse(fleet.board('ORDERS.json')) as { orders: { id: string }[] };
    return Object.fromEntries(orders.map((entry) => [entry.id, entry]));
  };

  test('cancelled together and taken back, run again together, and removed together after a question', async () => {
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await goTo(page, 'orders');
    const choose = async (...ids: readonly string[]) => {
      await page.getByRole('button', { name: 'Choose several' }).click();
      for (const id of ids) await page.getByLabel(`Choose ${id}`, { exact: true }).check();
      await page.getByText(`${ids.length} chosen`).waitFor();
    };
    await choose('one', 'two');
    expect(await axeFaults(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await page.getByText('coord cancel one two').waitFor();
    await page.getByRole('button', { name: 'Cancel 2' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(listed()).toMatchObject({ one: { cancelled: true }, two: { cancelled: true } });
    // The row says BLOCKED before and after: only the answer tells that it is done.
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/page/orders')),
      page.getByRole('button', { name: 'Undo' }).click(),
    ]);
    expect(answer.status()).toBe(200);
    expect(listed().one).not.toHaveProperty('cancelled');

    await choose('bad', 'worse');
    await page.getByRole('button', { name: 'Retry 2' }).click();
    await page.getByText('Done.').waitFor();
    expect(listed()).toMatchObject({ bad: { generation: 2 }, worse: { generation: 2 } });

    await choose('one', 'two', 'three');
    await page.getByRole('button', { name: 'Remove 3' }).click();
    // What is chosen by the time of the answer goes, and nothing else.
    await page.getByLabel('Choose two', { exact: true }).uncheck();
    await page.getByRole('button', { name: 'Yes, remove 2' }).click();
    await page.getByText('Done.').waitFor();
    expect(Object.keys(listed())).toEqual(['two', 'bad', 'worse']);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('P1 a pause lets finish what runs, in words; what stops that too is asked for apart', async () => {
    await mac.ok('order', 'add', 'slow', '--for', '1', 'sleep 600');
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await goTo(page, 'fleet');
    const tile = page.locator('[data-machine="1"]');
    await tile.getByRole('link', { name: 'slow' }).waitFor({ timeout: 60_000 });
    await page.getByText('A paused machine takes nothing new, and finishes what runs.').waitFor();
    await tile.getByRole('button', { name: 'Pause', exact: true }).click();
    await tile.getByText('It takes nothing new, and finishes the order that runs.').waitFor({ timeout: 60_000 });
    expect((await mac.json('status')).orders).toMatchObject({ slow: { state: 'IN_PROGRESS' } });
    await tile.getByText('Stop what runs too').click();
    await tile.getByText('coord cancel slow', { exact: true }).waitFor();
    expect([await axeFaults(page), await isTooWide(page)]).toEqual([[], false]);
    await tile.getByRole('button', { name: 'Cancel this order' }).click();
    await tile.getByText('It takes nothing new. Nothing runs there.').waitFor({ timeout: 60_000 });
    await expect.poll(listed).toMatchObject({ slow: { cancelled: true } });
    expect(wrong).toEqual([]);
    await context.close();
  });
});
