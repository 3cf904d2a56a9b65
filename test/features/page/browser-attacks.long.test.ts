// Other pages in the browser of somebody who is in: what they can send, frame, open and steal there is nothing to them.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { addressOf, noBrowser, openBrowser, openPage, startDaemon } from './page-world.ts';

describe.skipIf(noBrowser !== null)(`other pages of a browser${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let mac: TestMachine;
  let browser: Browser;
  let context: BrowserContext;
  let own: string;
  let evil: Page;
  /** What the other page's server was sent by the browser. */
  const sent: IncomingMessage[] = [];
  const thief = createServer((request, response) => {
    sent.push(request);
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>other</title><body>another page</body>');
  });

  beforeAll(async () => {
    const fleet = createFleet();
    [mac] = (await fleet.joined('mac')) as [TestMachine];
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 30s\n' });
    [browser] = await Promise.all([
      openBrowser(['--host-resolver-rules=MAP evil.example 127.0.0.1']),
      startDaemon(mac),
      new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve)),
    ]);
    const opened = await openPage(browser, mac);
    context = opened.context;
    own = new URL(opened.page.url()).origin;
    evil = await context.newPage();
    await evil.goto(`http://localhost:${(thief.address() as AddressInfo).port}/`);
  });

  afterAll(async () => {
    await browser.close();
    thief.close();
    await mac.coord(['daemon', 'stop', '--runs']);
    endFleets();
  });

  test('a page on another port is sent the cookie, as browsers do, and it opens nothing without the key', async () => {
    const cookie = sent.map(({ headers }) => headers.cookie ?? '').find((it) => it.startsWith('coord-')) ?? '';
    expect(cookie).toMatch(/^coord-[0-9a-f]{12}=/);
    for (const path of ['fleet', 'inbox', 'page/health'])
      expect((await fetch(`${own}/api/v1/${path}`, { headers: { cookie } })).status, path).toBe(401);
    const headers = { cookie, origin: own, 'content-type': 'application/json' };
    expect((await fetch(`${own}/api/v1/pause`, { method: 'POST', headers, body: '{}' })).status).toBe(401);
    // The key lies where no other port can read it.
    expect(await evil.evaluate('localStorage.length')).toBe(0);
  });

  test('another page posts, and the machine goes on; it reads nothing', async () => {
    const told = (await evil.evaluate(`Promise.all([
      fetch('${own}/api/v1/pause', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }),
      fetch('${own}/api/v1/pause', { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json', 'Coord-Page': 'x' }, body: '{}' }),
      fetch('${own}/api/v1/fleet', { credentials: 'include' }),
      fetch('${own}/dashboard', { credentials: 'include' }),
    ].map((it) => it.then((answer) => answer.type + answer.status, () => 'refused')))`)) as string[];
    expect(told).toEqual(['refused', 'refused', 'refused', 'refused']);
    expect((await mac.json('status')).machines['1']?.state).toBe('IDLE');
  });

  test('another page opens the stream, and is shut out', async () => {
    const open = (protocols: string) =>
      evil.evaluate(`new Promise((done) => {
        const socket = new WebSocket('${own.replace('http', 'ws')}/api/v1/stream', ${protocols});
        socket.onopen = () => done('open');
        socket.onerror = () => done('refused');
      })`);
    expect([await open("['coord.v1']"), await open("['coord.v1', 'coord.page.x']")]).toEqual(['refused', 'refused']);
  });

  test('a frame of the page stays empty', async () => {
    await evil.evaluate(`new Promise((done) => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      frame.onload = done;
      frame.src = '${own}/dashboard';
    })`);
    const framed = evil.frames().filter((frame) => frame !== evil.mainFrame());
    expect(framed).toHaveLength(1);
    for (const frame of framed) expect(await frame.locator('#app').count()).toBe(0);
  });

  test('a name that was turned to point here is answered nothing', async () => {
    const turned = await context.newPage();
    const answer = await turned.goto(`${own.replace('localhost', 'evil.example')}/dashboard`);
    expect([answer?.status(), await turned.locator('#app').count()]).toEqual([421, 0]);
    expect(await turned.innerText('body')).not.toContain('mac');
  });

  test('a ticket in the words of a process lets in whoever is first, and the other one is told', async () => {
    const address = await addressOf(mac);
    const [first, second] = [await (await browser.newContext()).newPage(), await (await browser.newContext()).newPage()];
    await Promise.all([first.goto(address), second.goto(address)]);
    // A page that is let in shows the same title as one that is not until coord has answered it.
    const ends = (page: Page) => page.getByRole('heading', { name: 'Needs you' }).or(page.getByText('this ticket was used'));
    const told = await Promise.all([first, second].map((page) => ends(page).innerText()));
    expect(told.toSorted()).toEqual(['Needs you', expect.stringContaining('this ticket was used')]);
  });
});
