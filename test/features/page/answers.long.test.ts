// A question of an agent that is answered on the page.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

const STAND_IN = join(import.meta.dirname, '..', 'agents', 'stand-in.mjs');

/** What speaks like claude lies where claude's own installer puts it. */
async function withAgent(machine: TestMachine): Promise<void> {
  const path = join(machine.home, '.local', 'bin', 'claude');
  mkdirSync(join(path, '..'), { recursive: true });
  mkdirSync(join(machine.home, 'work'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${STAND_IN}' "$@"\n`);
  chmodSync(path, 0o755);
  await machine.ok('allow', 'agent');
  await machine.ok('allow', 'folder', '~/work');
}

describe.skipIf(noBrowser !== null)(`people and machines${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  const fleet = createFleet();
  let mac: TestMachine;
  let pc: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
    await withAgent(mac);
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 10s\n' });
    fleet.person().order([{ id: 'fix', assign: 1, agent: 'claude', prompt: 'asks', cwd: '~/work' }]);
    await startDaemon(mac);
    await startDaemon(pc);
    browser = await openBrowser();
  });

  afterAll(() => endAll(browser, mac));

  test('O18 a question is answered in place, and its agent goes on', async () => {
    const { page, context, wrong } = await openPage(browser, mac);
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'fix' }) });
    await card.getByRole('button', { name: 'Answer', exact: true }).click({ timeout: 90_000 });
    await card.getByText('May I drop the table?').last().waitFor();
    await card.getByLabel('Your answer').fill('Yes, it works');
    await card.getByRole('button', { name: 'Send the answer' }).click();
    await card.waitFor({ state: 'detached', timeout: 90_000 });
    await goTo(page, 'orders/fix');
    await page.locator('.title [data-state=COMPLETED]').waitFor({ timeout: 90_000 });
    await page.getByText('Wrote made.txt').first().waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('O18 a question is answered in Chat, with people and with its machine, by the keyboard alone', async () => {
    fleet.person().order([{ id: 'again', assign: 1, agent: 'claude', prompt: 'asks', cwd: '~/work' }]);
    const { page, context, wrong } = await openPage(browser, pc, { width: 360, colour: 'dark' });
    await goTo(page, 'chat/1');
    const asking = page.getByRole('region', { name: 'A question of again' });
    await asking.getByText('May I drop the table?').waitFor({ timeout: 90_000 });
    await page
      .getByRole('link', { name: /^People/ })
      .getByText('asks')
      .waitFor();
    expect([await axeFaults(page), await isTooWide(page)]).toEqual([[], false]);
    await asking.getByRole('button', { name: 'Answer', exact: true }).press('Enter');
    await asking.getByLabel('Your answer').focus();
    await page.keyboard.type('Yes, it works');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await asking.waitFor({ state: 'detached', timeout: 90_000 });
    await goTo(page, 'orders/again');
    await page.locator('.title [data-state=COMPLETED]').waitFor({ timeout: 90_000 });
    expect(wrong).toEqual([]);
    await context.close();
  });
});
