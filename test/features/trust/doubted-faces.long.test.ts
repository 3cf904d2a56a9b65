// T5.6 by the built program: whoever looks at a machine that is not believed is told so, whichever face they look at.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { connect, endClients } from '../../e2e/mcp-client.ts';
import { axeFaults, goTo, isTooWide, noBrowser, openBrowser, openPage, startDaemon } from '../page/page-world.ts';
import { type SignedFleet, signedFleet } from './signed-fleet.ts';

const WHY = 'its lane is not signed with its key';

let signed: SignedFleet;
let mac: TestMachine;

beforeAll(async () => {
  signed = await signedFleet();
  ({ mac } = signed);
  await startDaemon(mac);
});

afterAll(async () => {
  await endClients();
  await mac.coord(['daemon', 'stop', '--runs']);
  endFleets();
});

/** `path` of its local API. */
async function asked(path: string): Promise<unknown> {
  const state = (name: string) => readFileSync(join(mac.folder, '.coord', name), 'utf8');
  const { url } = JSON.parse(state('api.json')) as { url: string };
  const token = (await mac.ok('api', 'token')).trim();
  return (await fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
}

function forge(): void {
  const { thief } = signed;
  thief.putLane(2, thief.forged(thief.lane(2), { message: (before) => before.replace(/^Coord-Signed: .*$/m, '') }));
}

test('T5.6 status, lists, the API and agents say who is not believed, and STATUS.json does not', async () => {
  const listed = (await mac.json('machines')) as Record<string, { doubted?: string }>;
  expect(Object.values(listed).map(({ doubted }) => doubted)).toEqual([undefined, undefined]);
  forge();
  await mac.coord(['sync']);
  const told = { doubted: WHY };
  expect(await mac.json('status')).toMatchObject({ machines: { 2: told } });
  expect(await mac.json('machines')).toMatchObject({ 2: told });
  expect(await asked('machines')).toMatchObject({ 2: told });
  expect(await asked('machines/2')).toMatchObject(told);
  expect(await asked('fleet')).toMatchObject({ machines: { 2: told } });
  for (const words of [['status'], ['machines'], ['prime']])
    expect((await mac.coord(words)).stdout).toContain(`not believed: ${WHY}`);
  expect((await mac.coord(['trust'])).stdout).toContain(`! what 2 pc says is not believed here: ${WHY}`);
  const client = await connect(mac);
  const { structuredContent } = await client.callTool({ name: 'fleet_status', arguments: {} });
  expect(structuredContent).toMatchObject({ machines: [{ number: 1 }, { number: 2, ...told }] });
  expect(JSON.stringify(signed.fleet.status())).not.toContain('doubted');
});

describe.skipIf(noBrowser !== null)(`in a browser${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('T5.6 the tile of a machine says that it is not believed, and no longer once it is', async () => {
    forge();
    await mac.coord(['sync']);
    const { page, context, wrong } = await openPage(browser, mac);
    await goTo(page, 'fleet');
    const tile = page.locator('[data-machine="2"]');
    await tile.getByText('not believed', { exact: true }).waitFor();
    await tile.getByText(`Not believed here: ${WHY}`).waitFor();
    expect(await page.locator('[data-machine="1"]').getByText('not believed').count()).toBe(0);
    expect([await axeFaults(page), await isTooWide(page)]).toEqual([[], false]);
    await signed.pc.ok('send', '1', 'still here');
    await mac.coord(['sync']);
    await tile.getByText('not believed', { exact: true }).waitFor({ state: 'detached' });
    expect(wrong).toEqual([]);
    await context.close();
  });
});
