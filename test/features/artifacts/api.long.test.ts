// A3 over HTTP: a real daemon lists files of runs and hands them out, to a program with the token and to the page in a browser.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunWithFiles } from '../../../src/core/model/orders/left-files.ts';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { noBrowser, openBrowser, openPage, startDaemon } from '../page/page-world.ts';

let two: TestMachine;
let url = '';
let token = '';

beforeAll(async () => {
  const fleet = createFleet();
  const [one, other] = (await fleet.calm('pc', 'nas')) as [TestMachine, TestMachine];
  two = other;
  mkdirSync(join(one.home, 'app'));
  await one.ok('allow', 'artifacts');
  const run = 'printf "<script>1</script>" > page.html; head -c 1100000 /dev/zero > large.bin';
  fleet.person().order([{ id: 'build', assign: 1, cwd: '~/app', run, artifacts: ['*'] }]);
  await one.ok('sync', '--wait');
  await startDaemon(two, { COORD_LOOK_MS: '600000' });
  url = (JSON.parse(readFileSync(join(two.folder, '.coord', 'api.json'), 'utf8')) as { url: string }).url;
  token = (await two.coord(['api', 'token'])).stdout.trim();
});

afterAll(async () => {
  await two.coord(['daemon', 'stop', '--runs']);
  endFleets();
});

const ask = (path: string) => fetch(`${url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } });

test('A3 a program with the token gets the list, and one file as a download that no browser opens', async () => {
  const [run] = (await (await ask('orders/build/artifacts')).json()) as readonly [RunWithFiles];
  expect(run.files.map(({ name, where }) => [name, where])).toEqual([
    ['large.bin', 'elsewhere'],
    ['page.html', 'repo'],
  ]);
  const [large, page] = run.files as [RunWithFiles['files'][0], RunWithFiles['files'][0]];
  const response = await ask(`orders/build/artifacts/1/${page.sha256}`);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': "attachment; filename*=UTF-8''page.html",
    'x-content-type-options': 'nosniff',
  });
  expect(
    createHash('sha256')
      .update(Buffer.from(await response.arrayBuffer()))
      .digest('hex'),
  ).toBe(page.sha256);
  const missing = await ask(`orders/build/artifacts/1/${large.sha256}`);
  expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('it is on machine 1')]);
  expect((await ask('orders/build/artifacts/2/x')).status).toBe(404);
  expect(await (await ask('orders/nothing/artifacts')).json()).toEqual([]);
  expect((await fetch(`${url}/api/v1/orders/build/artifacts`)).status).toBe(401);
});

describe.skipIf(noBrowser !== null)(`the page${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  test('A3 lists the files of an order, and saves one', async () => {
    const browser = await openBrowser();
    try {
      const { page, wrong } = await openPage(browser, two);
      // At the name that the page has for itself.
      await page.goto(new URL('#/orders/build', page.url()).href);
      // The output of the run names it too.
      await page.getByText('page.html', { exact: true }).waitFor();
      expect(await page.getByText('only on machine 1').count()).toBe(1);
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByLabel('Download page.html').click()]);
      expect(download.suggestedFilename()).toBe('page.html');
      expect(readFileSync((await download.path()) ?? '', 'utf8')).toBe('<script>1</script>');
      expect(wrong).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
