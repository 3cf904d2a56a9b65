// T6.7, T7 in a real browser with an authenticator of its own: a passkey is made on the page, admitted, and a phone's order runs after a tap.
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fleet, TestMachine } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { certificate, out } from '../page/outer-world.ts';
import {
  addressOf,
  axeFaults,
  endAll,
  frame,
  goTo,
  isTooWide,
  noBrowser,
  openBrowser,
  openPage,
  startDaemon,
} from '../page/page-world.ts';
import { authenticator } from './browser-passkey.ts';
import { bothSigned } from './people.ts';

describe.skipIf(noBrowser !== null)(`in a browser${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  let fleet: Fleet;
  let mac: TestMachine;
  let pc: TestMachine;
  let browser: Browser;

  beforeAll(async () => {
    ({ fleet, mac, pc } = await bothSigned());
    [browser] = await Promise.all([openBrowser(), startDaemon(mac)]);
  });

  afterAll(() => endAll(browser, mac));

  const card = (page: Page, name: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

  const pushed = (...entries: object[]) =>
    fleet.person().order([...(JSON.parse(fleet.board('ORDERS.json')).orders as object[]), ...entries]);

  test('T6 a phone’s order waits on the page, a passkey is made and admitted, and a tap has it run', async () => {
    await mac.ok('order', 'add', 'kept', '--for', '9', 'true');
    pushed({ id: 'phone', assign: 2, run: 'echo "<b>phone</b>" >> ran' });
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('');
    const { page, context, wrong } = await openPage(browser, mac);
    expect(new URL(page.url()).hostname).toBe('localhost');
    const { cdp, authenticatorId } = await authenticator(page);
    await card(page, 'phone').getByText('waits for a signature').waitFor({ timeout: 60_000 });
    await card(page, 'phone').getByText('coord sign phone').first().waitFor();
    await card(page, 'phone').getByRole('button', { name: 'Look and sign' }).click();
    await card(page, 'phone').getByText('<b>phone</b>').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await card(page, 'phone').getByLabel('Who you are').fill('anna');
    await card(page, 'phone').getByRole('button', { name: 'Make a passkey' }).click();
    const command = card(page, 'phone').locator('code', { hasText: 'coord trust add anna' });
    const [, line = ''] = /'(webauthn localhost [^']*)'/.exec(await command.innerText()) ?? [];
    await page.setViewportSize({ width: 360, height: 740 });
    expect([await axeFaults(page), await isTooWide(page)]).toEqual([[], false]);
    await page.setViewportSize({ width: 1440, height: 900 });
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
    // It signs nothing before a root person says so.
    await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/page/trust')),
      card(page, 'phone').getByRole('button', { name: 'It is trusted now' }).click(),
    ]);
    await frame(page);
    expect(await card(page, 'phone').getByRole('button', { name: 'Sign with a passkey' }).count()).toBe(0);
    await mac.ok('trust', 'add', 'anna', line, '--role', 'order,approve');
    await mac.ok('sync');
    await card(page, 'phone').getByRole('button', { name: 'It is trusted now' }).click();
    // Whoever is not recognized signs nothing.
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await card(page, 'phone').getByRole('button', { name: 'Sign with a passkey' }).click();
    await card(page, 'phone').getByRole('alert').waitFor();
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await card(page, 'phone').getByRole('button', { name: 'Sign with a passkey' }).click();
    await expect.poll(() => fleet.board('SIGNATURES.json'), { timeout: 60_000 }).toContain('"phone"');
    expect(await pc.ok('sync', '--wait')).toContain('finished phone COMPLETED');
    expect(pc.read('ran')).toBe('<b>phone</b>\n');
    expect(await mac.ok('verify')).toMatch(/✓ phone {2}signed by anna \S+ with a passkey of localhost/);

    // The same passkey, for an approval that somebody gave without a signature.
    await mac.ok('order', 'add', 'deploy', '--for', '2', '--approval', 'echo live >> ran');
    const orders = JSON.parse(fleet.board('ORDERS.json')).orders as Record<string, unknown>[];
    fleet.person().order(orders.map((order) => (order.id === 'deploy' ? { ...order, approved: true } : order)));
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('<b>phone</b>\n');
    await card(page, 'deploy').getByText('without a signature that counts').waitFor({ timeout: 60_000 });
    await card(page, 'deploy').getByRole('button', { name: 'Look and approve' }).click({ timeout: 60_000 });
    await card(page, 'deploy').getByText('approved deploy, generation 1').waitFor();
    await card(page, 'deploy').getByRole('button', { name: 'Sign with a passkey' }).click();
    await expect.poll(() => fleet.board('SIGNATURES.json'), { timeout: 60_000 }).toContain('"approved"');
    await pc.ok('sync', '--wait');
    expect(pc.read('ran')).toBe('<b>phone</b>\nlive\n');
    expect(wrong).toEqual([]);
    await context.close();
  });

  test('T6 at an address, where browsers ask no passkey, the page says so and leads to its name', async () => {
    pushed({ id: 'later', assign: 2, run: 'true' });
    await Promise.all([pc.ok('sync'), mac.ok('sync')]);
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto((await addressOf(mac)).replace('localhost', '127.0.0.1'));
    await card(page, 'later').getByRole('button', { name: 'Look and sign' }).click({ timeout: 60_000 });
    await card(page, 'later').getByText('this one has an address').waitFor();
    expect(await card(page, 'later').getByRole('button', { name: 'passkey' }).count()).toBe(0);
    await card(page, 'later').getByRole('button', { name: 'Show its address at localhost' }).click();
    const address = await card(page, 'later').locator('code', { hasText: 'http://localhost:' }).innerText();
    await page.goto(address);
    await card(page, 'later').getByRole('button', { name: 'Look and sign' }).click();
    await card(page, 'later').getByRole('button', { name: 'Sign with a passkey' }).waitFor();
    await context.close();
  });

  test.skipIf(!hasProgram('openssl'))(
    'T6 on a phone, a passkey of the page’s own name signs, and its name is noted',
    async () => {
      const { cert, key } = certificate(fleet.root);
      const opened = await out(mac, '--listen', '127.0.0.1:0', '--cert', cert, '--key', key);
      expect(opened).toContain('https://box.example:');
      const spki = new X509Certificate(readFileSync(cert)).publicKey.export({ format: 'der', type: 'spki' });
      const known = createHash('sha256').update(spki).digest('base64');
      // Browsers ask no passkey on a page whose certificate they do not trust.
      const phone = await openBrowser([
        '--host-resolver-rules=MAP box.example 127.0.0.1',
        `--ignore-certificate-errors-spki-list=${known}`,
      ]);
      try {
        const page = await (await phone.newContext({ viewport: { width: 360, height: 740 } })).newPage();
        await page.goto(await out(mac, '--for', 'my phone'));
        await authenticator(page);
        pushed({ id: 'away', assign: 2, run: 'echo away >> ran' });
        await Promise.all([pc.ok('sync'), mac.ok('sync')]);
        await card(page, 'away').getByRole('button', { name: 'Look and sign' }).click({ timeout: 60_000 });
        await card(page, 'away').getByLabel('Who you are').fill('anna');
        await card(page, 'away').getByRole('button', { name: 'Make a passkey' }).click();
        const command = card(page, 'away').locator('code', { hasText: 'coord trust add anna' });
        const [, line = ''] = /'(webauthn box\.example [^']*)'/.exec(await command.innerText()) ?? [];
        await mac.ok('trust', 'add', 'anna', line);
        await mac.ok('sync');
        await card(page, 'away').getByRole('button', { name: 'It is trusted now' }).click();
        await card(page, 'away').getByRole('button', { name: 'Sign with a passkey' }).click();
        await expect.poll(() => fleet.board('SIGNATURES.json'), { timeout: 60_000 }).toContain('"away"');
        await pc.ok('sync', '--wait');
        expect(pc.read('ran')).toContain('away\n');
        expect((await mac.coord(['verify'])).stdout).toMatch(/✓ away {2}signed by anna \S+ with a passkey of box\.example/);
        expect(fleet.git('log', '--format=%s', 'main')).toContain('by my phone');
      } finally {
        await phone.close();
      }
    },
  );

  test('T3 Health says who may what, and what nobody has signed', async () => {
    pushed({ id: 'unsigned', assign: 2, run: 'true' });
    const orders = JSON.parse(fleet.board('ORDERS.json')).orders as Record<string, unknown>[];
    expect(orders.some(({ id }) => id === 'unsigned')).toBe(true);
    const [, fingerprint = ''] = /machine 2 {2}(SHA256:\S+)/.exec(await mac.ok('trust')) ?? [];
    await mac.ok('sync');
    for (const width of [1440, 360]) {
      const { page, context, wrong } = await openPage(browser, mac, { width });
      await goTo(page, 'health');
      const trust = page.getByRole('region', { name: 'Trust' });
      await trust.getByText(/^signed: orders start here only with a signature/).waitFor();
      await trust.getByRole('row').filter({ hasText: 'anna' }).filter({ hasText: 'root, order, approve' }).first().waitFor();
      await trust.getByRole('row').filter({ hasText: '2 pc' }).filter({ hasText: fingerprint }).waitFor();
      await trust.getByText('one lost root key ends this trust').waitFor();
      const unsigned = trust.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'unsigned' }) });
      await unsigned.getByText('coord sign unsigned', { exact: true }).waitFor();
      expect([await axeFaults(page), await isTooWide(page), wrong]).toEqual([[], false, []]);
      await context.close();
    }
  });
});
