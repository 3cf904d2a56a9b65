// Machines with different versions of coord, on the tiles of a real browser.
import { execFileSync } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type TestMachine } from '../../e2e/fleet.ts';
import { OLDER, olderProgram } from '../../e2e/older-program.ts';
import { envOf } from '../../e2e/program.ts';
import { axeFaults, endAll, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

describe.skipIf(noBrowser !== null)(`versions${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    const fleet = createFleet();
    const [first, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
    mac = first;
    execFileSync(process.execPath, [olderProgram(fleet.root), 'sync'], { cwd: pc.folder, env: envOf(pc), stdio: 'ignore' });
    await mac.ok('sync');
    await startDaemon(mac);
    browser = await openBrowser();
  });

  afterAll(() => endAll(browser, mac));

  test('I6 each tile says its version; an older one says so, with the command that helps', async () => {
    const newest = (await mac.ok('--version')).trim();
    const { page, context, wrong } = await openPage(browser, mac, { width: 360 });
    await goTo(page, 'fleet');
    const tile = (number: number) => page.locator(`[data-machine="${number}"]`);
    await tile(1).getByText(`coord ${newest}`, { exact: true }).waitFor();
    await tile(2).getByText(`coord ${OLDER}, older than ${newest}`).waitFor();
    await tile(2).getByText('coord update', { exact: true }).waitFor();
    expect(await tile(1).getByText('coord update').count()).toBe(0);
    await page.getByText(`1 behind coord ${newest}`).waitFor();
    expect([await axeFaults(page), await isTooWide(page), wrong]).toEqual([[], false, []]);
    await context.close();
  });
});
