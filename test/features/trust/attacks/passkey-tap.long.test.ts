// T6.7 attack 20 in a real browser with an authenticator of its own: what a passkey answered once is used for nothing else, and on no other page.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fleet, TestMachine } from '../../../e2e/fleet.ts';
import { endAll, noBrowser, openBrowser, openPage, startDaemon } from '../../page/page-world.ts';
import { authenticator, madePasskey, type TappedAnswer, tappedAt } from '../browser-passkey.ts';
import { bothSigned } from '../people.ts';

interface Prepared {
  readonly at: string;
  readonly challenge: string;
}

describe.skipIf(noBrowser !== null)(`in a browser${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let fleet: Fleet;
  let [mac, pc] = [] as unknown as [TestMachine, TestMachine];
  let browser: Browser;
  let evil: Server;
  let evilPort: number;

  beforeAll(async () => {
    ({ fleet, mac, pc } = await bothSigned());
    evil = createServer((request, response) => {
      const frame = `<iframe src="http://localhost:${evilPort}/in" allow="publickey-credentials-get *"></iframe>`;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(request.url === '/' ? frame : '<p>free stickers</p>');
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    evilPort = (evil.address() as AddressInfo).port;
    [browser] = await Promise.all([
      openBrowser(['--host-resolver-rules=MAP evil.localhost 127.0.0.1', '--disable-features=LocalNetworkAccessChecks']),
      startDaemon(mac),
    ]);
  });

  afterAll(async () => {
    evil.closeAllConnections();
    evil.close();
    await endAll(browser, mac);
  });

  /** As the page itself asks, with its session. */
  async function sessionOf(page: Page): Promise<(path: string, body: object) => Promise<{ status: number; text: string }>> {
    const request = page.waitForRequest((it) => it.headers()['coord-page'] !== undefined);
    await page.reload();
    const key = (await request).headers()['coord-page'] ?? '';
    return (path, body) =>
      page.evaluate(
        async ([at, sent, pageKey]) => {
          const headers = { 'Coord-Page': pageKey, 'Content-Type': 'application/json' };
          const answer = await fetch(`/api/v1/page/trust/${at}`, { method: 'POST', headers, body: sent });
          return { status: answer.status, text: await answer.text() };
        },
        [path, JSON.stringify(body), key] as const,
      );
  }

  const pushed = (...entries: object[]) => fleet.person().order(entries);

  test('T6 attack 20: an answer for one order, scope, generation or page counts for no other', async () => {
    const mine = { id: 'mine', assign: 2, approval: true, run: 'echo mine >> ran' };
    const other = { id: 'other', assign: 2, approval: true, run: 'echo other >> ran' };
    pushed(mine, other);
    await mac.ok('sync');
    const { page, context } = await openPage(browser, mac);
    await authenticator(page);
    await mac.ok('trust', 'add', 'anna', await madePasskey(page, 'localhost'), '--role', 'order,approve');
    await mac.ok('sync');
    const ask = await sessionOf(page);
    const prepared = async (wish: object) => JSON.parse((await ask('prepare', wish)).text) as Prepared;
    const sign = (wish: object, shown: Prepared, answer: TappedAnswer) =>
      ask('sign', { ...wish, at: shown.at, seen: shown.challenge, ...answer });
    const [order, word] = [
      { order: 'mine', scope: 'order' },
      { order: 'mine', scope: 'approved' },
    ];
    const shown = await prepared(order);
    // The person taps for their own order, and somebody else has the answer before coord does.
    const answer = await tappedAt(page, 'localhost', shown.challenge);
    const theirs = { ...order, order: 'other' };
    const refused = async (what: string, asked: Promise<{ status: number; text: string }>, status: number, why: string) => {
      const found = await asked;
      expect([found.status, found.text], what).toEqual([status, expect.stringContaining(why)]);
    };
    const OTHER = 'it is of something else than what was shown';
    await refused('another order', sign(theirs, await prepared(theirs), answer), 403, OTHER);
    await refused('another order as shown', sign(theirs, shown, answer), 409, 'other was changed since it was shown');
    await refused('another scope', sign(word, await prepared(word), answer), 403, OTHER);
    await refused('a word of another order', sign({ ...word, order: 'other' }, shown, answer), 409, 'changed since it was shown');
    pushed({ ...mine, generation: 2 }, other);
    await mac.ok('sync');
    await refused('another generation', sign(order, shown, answer), 409, 'mine was changed since it was shown');
    await refused('another generation', sign(order, await prepared(order), answer), 403, OTHER);
    pushed(mine, other);
    await mac.ok('sync');

    // A page elsewhere that asks the same device for what coord would show.
    const { challenge } = shown;
    const elsewhere = await context.newPage();
    await elsewhere.goto(`http://evil.localhost:${evilPort}/`);
    await authenticator(elsewhere);
    await expect(tappedAt(elsewhere, 'localhost', challenge)).rejects.toThrow(/SecurityError|relying party|not a registrable/i);
    await madePasskey(elsewhere, 'evil.localhost');
    await refused(
      'a passkey of another page',
      sign(order, shown, await tappedAt(elsewhere, 'evil.localhost', challenge)),
      403,
      '',
    );
    expect(fleet.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('SIGNATURES.json');

    // What was tapped for is signed with that very answer, once.
    expect((await sign(order, shown, answer)).status).toBe(200);
    await refused('once more', sign(order, shown, answer), 409, 'mine was changed since it was shown');
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('');
    const approve = await prepared(word);
    expect((await sign(word, approve, await tappedAt(page, 'localhost', approve.challenge))).status).toBe(200);
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('mine\n');
    await context.close();
  });

  test('T6 attack 20: an answer that the device gave in a frame of another page is refused', async () => {
    pushed({ id: 'framed', assign: 2, run: 'echo framed >> ran' });
    await mac.ok('sync');
    const { page, context } = await openPage(browser, mac);
    const own = await authenticator(page);
    await mac.ok('trust', 'add', 'anna', await madePasskey(page, 'localhost'), '--role', 'order,approve');
    await mac.ok('sync');
    const ask = await sessionOf(page);
    const wish = { order: 'framed', scope: 'order' };
    const shown = JSON.parse((await ask('prepare', wish)).text) as Prepared;
    const outer = await context.newPage();
    const { cdp, authenticatorId } = await authenticator(outer);
    // It is one device, whichever page asks it.
    const { credentials } = await own.cdp.send('WebAuthn.getCredentials', { authenticatorId: own.authenticatorId });
    for (const credential of credentials) await cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
    await outer.goto(`http://evil.localhost:${evilPort}/`);
    const frame = outer.frames().find((it) => it.url().endsWith('/in'));
    if (frame === undefined) throw new Error('no frame');
    const answer = await tappedAt(frame, 'localhost', shown.challenge);
    expect(JSON.parse(Buffer.from(answer.clientDataJSON, 'base64url').toString())).toMatchObject({ crossOrigin: true });
    const { status, text } = await ask('sign', { ...wish, at: shown.at, seen: shown.challenge, ...answer });
    expect([status, text]).toEqual([403, expect.stringContaining('frame')]);
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).not.toContain('framed');
    await context.close();
  });
});
