// Every room of the page, played in a real browser before two real daemons: orders, their output, messages, hostile text, bad days.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { HOSTILE } from './hostile.ts';
import { axeFaults, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

const ROOMS = [
  'needs',
  'fleet',
  'orders',
  'orders/loud',
  'orders/breaks',
  'chat',
  'chat/2',
  'chat/all',
  'network',
  'timeline',
  'timeline/2',
  'health',
];

describe.skipIf(noBrowser !== null)(`the rooms${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let fleet: Fleet;
  let [mac, pc]: TestMachine[] = [];
  let browser: Browser;
  const daemons = new Map<TestMachine, number>();
  const machines = () => {
    if (mac === undefined || pc === undefined) throw new Error('no machines');
    return { mac, pc };
  };

  beforeAll(async () => {
    fleet = createFleet();
    [mac, pc] = await fleet.joined('mac', 'pc');
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    for (const machine of Object.values(machines())) daemons.set(machine, (await startDaemon(machine)).pid);
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    for (const machine of Object.values(machines())) await machine.coord(['daemon', 'stop', '--runs']);
    endFleets();
  });

  test('an order is placed, followed line by line while it runs, searched, and fails', async () => {
    const { page, context, wrong } = await openPage(browser, machines().mac);
    const seen = join(machines().mac.folder, '.coord', 'seen-step-1');
    await goTo(page, 'orders');
    await page.getByRole('button', { name: 'Place an order' }).click();
    await page.getByLabel('Id', { exact: true }).fill('Wrong Id');
    await page.getByRole('combobox', { name: /^For/ }).selectOption('1');
    await page
      .getByLabel('Command, a line of a shell')
      .fill(`for i in 1 2 3; do echo "step $i"; done; until [ -e '${seen}' ]; do sleep 0.1; done; echo "an error came"; exit 4`);
    await page.getByRole('button', { name: 'Place it' }).click();
    await page.getByRole('alert').getByText('Wrong Id').waitFor();
    await page.getByLabel('Id', { exact: true }).fill('followed');
    expect(await page.getByText(/coord order add followed --for 1 -- '/).count()).toBe(1);
    await page.getByRole('button', { name: 'Place it' }).click();
    await page.getByRole('link', { name: 'followed' }).click();
    await page.locator('.log').getByText('step 1').waitFor();
    // It came before the run was over.
    expect(await page.getByText('an error came').count()).toBe(0);
    writeFileSync(seen, '');
    await page.locator('.title [data-state=FAILED]').waitFor({ timeout: 90_000 });
    await page.getByRole('button', { name: 'First error' }).click();
    await page.locator('.line.wrong').getByText('an error came').waitFor();
    await page.getByLabel('Search the output').fill('STEP');
    await page.getByText('3 of 4 lines').waitFor();
    await page.getByText('attempt 1 failed with exit code 4').waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('raw JSON has the faults of the command line; what runs is cancelled', async () => {
    const { page, context } = await openPage(browser, machines().mac);
    await goTo(page, 'orders');
    await page.getByRole('button', { name: 'Place an order' }).click();
    await page.getByRole('button', { name: 'As JSON' }).click();
    const raw = page.getByLabel('The order, as ORDERS.json lists it');
    await page.getByText('What an order can say').click();
    await page.getByText('Names the order. Unique, and never used again for other work.').waitFor();
    const place = page.getByRole('button', { name: 'Place it' });
    await raw.fill('{ "id": "slow",\n  "assing": 1, "run": "sleep 60" }');
    await place.click();
    await page.getByRole('alert').getByText('assing').waitFor();
    await raw.fill('{ "id": "slow",\n  nothing');
    await place.click();
    await page
      .getByRole('alert')
      .getByText(/line 2|the request:2/)
      .waitFor();
    await raw.fill('{ "id": "slow", "assign": 1, "run": "sleep 60" }');
    await place.click();
    await page.getByLabel(/^Filter/).fill('state:in-progress');
    await page.getByRole('link', { name: 'slow' }).click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.locator('.title [data-state=CANCELLED]').waitFor();
    await context.close();
  });

  test('a message arrives on the page of the other machine, is read there, and its sender sees it', async () => {
    const [here, there] = [await openPage(browser, machines().mac), await openPage(browser, machines().pc, { width: 360 })];
    await goTo(here.page, 'chat/2');
    await here.page.getByLabel('Message', { exact: true }).fill('Is https://example.com/a. still there?');
    await here.page.getByRole('button', { name: 'Send', exact: true }).click();
    await here.page.locator('.said.own').getByText('Is https').waitFor();
    await machines().pc.ok('sync');
    await goTo(there.page, 'chat/1');
    const link = there.page.locator('.said.unread a');
    await link.waitFor();
    expect([await link.getAttribute('href'), await link.getAttribute('rel')]).toEqual([
      'https://example.com/a',
      'noopener noreferrer nofollow',
    ]);
    await there.page.getByRole('button', { name: 'Mark as read' }).click();
    await there.page.locator('.said.unread').waitFor({ state: 'detached' });
    await machines().mac.ok('sync');
    await here.page.locator('.said.own').getByText('read', { exact: false }).filter({ hasText: '· read' }).waitFor();
    expect([here.wrong, there.wrong]).toEqual([[], []]);
    for (const { context } of [here, there]) await context.close();
  });

  test('forty hostile texts in every field: nothing runs, nothing loads, and what hides is seen', {
    timeout: 400_000,
  }, async () => {
    const { mac, pc } = machines();
    const text = HOSTILE.join('\n');
    fleet.person().order([
      ...HOSTILE.map((title, at) => ({ id: `h${at}`, title, assign: 1, approval: true, run: title, env: { X: title } })),
      {
        id: 'loud',
        title: HOSTILE[1],
        assign: 1,
        run: `cat <<'END'\n${text}\nEND\nprintf 'out=%s\\n' '<img src=x>' >> "$COORD_OUTPUT"`,
      },
      { id: 'breaks', assign: 2, run: `cat <<'END' >&2\n${HOSTILE.slice(0, 20).join('\n')}\nEND\nexit 1` },
    ]);
    await mac.ok('sync');
    await pc.ok('sync');
    await pc.ok('send', '1', text, '--priority', 'urgent');
    await pc.ok('send', 'all', text);
    await pc.ok('send', '0', HOSTILE.slice(0, 8).join('\n'));
    await pc.ok('pause', '2', '--for', '2h', '--note', HOSTILE[0] ?? '');
    await mac.ok('sync');
    for (const colour of ['light', 'dark'] as const)
      for (const width of [1440, 360]) {
        const { page, context, wrong } = await openPage(browser, mac, { width, colour });
        for (const room of ROOMS) {
          await goTo(page, room);
          const where = `${room} ${width} ${colour}`;
          expect(await isTooWide(page), where).toBe(false);
          const drawn =
            'main img, main script, main iframe, main style, main object, main base, main link, main math, body > form';
          expect(await page.locator(drawn).count(), where).toBe(0);
          expect(await page.evaluate('window.pwned'), where).toBeUndefined();
          const links = (await page.evaluate(
            '[...document.querySelectorAll("a")].map((it) => [it.getAttribute("href"), it.rel])',
          )) as string[][];
          expect(
            links.filter(
              ([href = '', rel = '']) => !href.startsWith('#/') && !(/^https?:\/\//.test(href) && rel.includes('noopener')),
            ),
            where,
          ).toEqual([]);
          expect(await axeFaults(page), where).toEqual([]);
        }
        await goTo(page, 'orders');
        await page.getByText('a\\u{202e}gnp.exe').first().waitFor();
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: 'Go to, or do' }).fill('window.pwned');
        await page.getByRole('option').first().waitFor();
        expect(await page.locator('dialog :is(img, script, iframe, style, object, form)').count()).toBe(0);
        expect([await isTooWide(page), await axeFaults(page)]).toEqual([false, []]);
        await page.keyboard.press('Escape');
        await goTo(page, 'needs');
        await page.getByRole('button', { name: 'Look and approve' }).first().click();
        await page
          .locator('.work')
          .getByText(HOSTILE[0] ?? '')
          .first()
          .waitFor();
        expect(wrong).toEqual([]);
        await context.close();
      }
  });

  test('D11 an order of long ago is found by a word of its entry, and shown as the archive has it', async () => {
    const { mac } = machines();
    const at = '2026-10-03T08:00:00.000Z';
    const entry = { id: 'ported', title: 'Port the pangolin', run: `echo '${HOSTILE[0]}'` };
    const line = { id: 'ported', state: 'FAILED', endedAt: at, machine: 2, exitCode: 3, reason: 'exit code 3', entry };
    fleet.person().push({ 'coordination/archive/2026-10.jsonl': `${JSON.stringify(line)}\n` });
    await mac.ok('sync');
    for (const colour of ['light', 'dark'] as const) {
      const { page, context, wrong } = await openPage(browser, mac, { width: 360, colour });
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Go to, or do' }).fill('pangolin');
      await page.getByRole('option', { name: 'ported' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('It has left the list for the archive, archive/2026-10.jsonl.').waitFor();
      expect(page.url()).toContain('#/orders/ported');
      await page.locator('[data-state=FAILED]').waitFor();
      await page.locator('.facts').getByText('3', { exact: true }).waitFor();
      await page.locator('pre').getByText('"title": "Port the pangolin"').waitFor();
      expect([await axeFaults(page), await isTooWide(page), wrong]).toEqual([[], false, []]);
      await goTo(page, 'orders/nobody');
      await page.getByText('No order has this id now.').waitFor();
      await context.close();
    }
  });

  test('the daemon starts again under an open page, which says its age and then goes on by itself', async () => {
    const { mac } = machines();
    const { page, context } = await openPage(browser, mac);
    const { port } = new URL(page.url());
    await page.getByText('live', { exact: true }).waitFor();
    process.kill(daemons.get(mac) ?? 0, 'SIGKILL');
    await page.getByText('coord daemon start').waitFor({ timeout: 60_000 });
    await startDaemon(mac, { COORD_API_FIRST_PORT: port });
    await page.getByText('live', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('coord daemon start').waitFor({ state: 'detached' });
    await context.close();
  });

  test('where the remote is not reached, a banner says since when', async () => {
    const { mac } = machines();
    const { page, context } = await openPage(browser, mac);
    fleet.away(true);
    try {
      await mac.coord(['sync']);
      await page.getByText('What other machines do is not shown').waitFor({ timeout: 30_000 });
      expect(await axeFaults(page)).toEqual([]);
    } finally {
      fleet.away(false);
    }
    await mac.ok('sync');
    await page.getByText('What other machines do is not shown').waitFor({ state: 'detached', timeout: 30_000 });
    await context.close();
  });
});
