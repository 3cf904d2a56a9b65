// A device at the page for other devices: what it follows, what it does, and what keeps it from neither.
import { request } from 'node:https';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { endFleets } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { ask, out, type Phone, phoneOf, served, streamOf } from './outer-world.ts';
import { axeFaults, goTo, isTooWide, noBrowser, openBrowser, startDaemon, watched } from './page-world.ts';

afterEach(endFleets);

const hasTls = hasProgram('openssl');

test.skipIf(!hasTls)('what a device follows ends when its login does, and when the door is closed', async () => {
  const { fleet, mac } = await served();
  await mac.ok('order', 'add', 'long', '--for', '1', 'echo begun; sleep 600');
  const phone = await phoneOf(fleet, mac, 'phone');
  const follow = (it: Phone) =>
    new Promise<{ readonly ended: Promise<unknown> }>((resolve, reject) => {
      const path = '/api/v1/page/orders/long/output';
      const asked = request({
        host: '127.0.0.1',
        port: it.port,
        path,
        headers: it.headers,
        servername: 'box.example',
        ca: it.ca,
      });
      asked.on('error', reject);
      asked.on('response', (answer) => {
        const ended = new Promise((done) => answer.once('close', done).on('error', () => {}));
        answer.once('data', () => resolve({ ended }));
      });
      asked.end();
    });
  const [stream, output] = [await streamOf(phone), await follow(phone)];
  expect(await out(mac, '--sign-out', 'phone')).toBe('phone is out');
  await Promise.all([stream.closed, output.ended]);
  const again = await phoneOf(fleet, mac, 'phone');
  const second = await streamOf(again);
  expect(await out(mac, '--close')).toBe('the page is open to no other device');
  await second.closed;
});

test.skipIf(!hasTls)('a device is in again when the daemon has started anew, at the same address', async () => {
  const { fleet, mac } = await served();
  const { port, ca, headers } = await phoneOf(fleet, mac, 'phone');
  await mac.ok('daemon', 'stop');
  await startDaemon(mac);
  expect((await ask(port, ca, '/api/v1/fleet', { headers })).status).toBe(200);
  expect(await out(mac, '--logins')).toContain('phone');
});

test.skipIf(!hasTls)('who asked stands in a message, in the note of a pause, and in the log', async () => {
  const { fleet, mac } = await served();
  const { port, ca, headers } = await phoneOf(fleet, mac, "Anna's phone");
  const act = async (path: string, body: object) => (await ask(port, ca, `/api/v1/${path}`, { headers, body })).status;
  expect(await act('messages', { to: 0, body: 'The oven is on' })).toBe(201);
  expect(await act('pause', { for: '2h' })).toBe(200);
  expect(await act('pause', { fleet: true, note: 'a storm comes' })).toBe(200);
  const sent = (await ask(port, ca, '/api/v1/sent', { headers })).json as unknown as { body: string }[];
  expect(sent[0]?.body).toBe("The oven is on\n\nAnna's phone, from the page");
  expect((await mac.json('status')).machines['1']).toMatchObject({ pauseNote: expect.stringContaining("by Anna's phone") });
  expect(fleet.git('show', 'main:coordination/fleet.yaml')).toContain("a storm comes, by Anna's phone");
  expect(await mac.ok('daemon', 'logs')).toContain("from the page, Anna's phone: messages (201)");
});

test.skipIf(!hasTls)('five hundred connections that never speak TLS keep no device out', async () => {
  const { fleet, mac } = await served();
  const { port, ca, headers } = await phoneOf(fleet, mac, 'phone');
  const sockets = Array.from({ length: 500 }, () => connect({ host: '127.0.0.1', port }).on('error', () => {}));
  try {
    await Promise.all(sockets.slice(0, 64).map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await expect
      .poll(async () => (await ask(port, ca, '/api/v1/fleet', { headers }).catch(() => null))?.status, { timeout: 30_000 })
      .toBe(200);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

describe.skipIf(noBrowser !== null || !hasTls)(`in a browser${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  test('a phone is let in once, acts by its name, and is out when its owner says so', async () => {
    const { fleet, mac } = await served();
    await mac.ok('order', 'add', 'kept', '--for', '9', 'true');
    const { port } = await phoneOf(fleet, mac, 'desk');
    const address = await out(mac, '--for', "Anna's phone");
    const browser = await openBrowser(['--host-resolver-rules=MAP box.example 127.0.0.1']);
    try {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ignoreHTTPSErrors: true });
      const page = await context.newPage();
      const wrong = watched(page, `https://box.example:${port}`);
      await page.goto(address);
      await page.getByText('live', { exact: true }).waitFor();
      await page.getByRole('banner').getByText("Anna's phone").waitFor();
      expect([await isTooWide(page), await axeFaults(page)]).toEqual([false, []]);
      await goTo(page, 'orders/kept');
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.locator('.title [data-state=CANCELLED]').waitFor({ timeout: 60_000 });
      expect(fleet.git('log', '--format=%s', 'main')).toContain("cancel kept by Anna's phone");
      // The address is worth nothing to whoever finds it.
      const other = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
      await other.goto(address);
      await other.getByText('this ticket was used').waitFor();
      expect(wrong).toEqual([]);
      expect(await out(mac, '--sign-out', "Anna's phone")).toContain('is out');
      await page.getByText('This device has no access').waitFor({ timeout: 60_000 });
      await page.getByText('coord dash --for "my phone"').waitFor();
      // It comes in anew in the same tab, and signs itself out.
      await page.goto(await out(mac, '--for', 'tablet'));
      await page.getByText('live', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Keys and settings' }).click();
      await page.getByRole('button', { name: 'Sign out tablet' }).click();
      await page.getByText('This device has no access').waitFor();
      expect(await out(mac, '--logins')).not.toContain('tablet');
    } finally {
      await browser.close();
    }
  });
});
