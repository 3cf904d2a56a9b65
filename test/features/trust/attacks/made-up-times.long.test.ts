// T6.6, D5.14: times that somebody made up decide nothing of what people sign.
import { afterEach, expect, test } from 'vitest';
import { endFleets } from '../../../e2e/fleet.ts';
import { signaturesOf, signedFleet } from '../signed-fleet.ts';

afterEach(endFleets);

test('T6.6, T6.9, D5.14 a made up time keeps nobody from signing, and gives no approval a longer life', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  for (const at of ['9998-12-31T23:59:59.998Z', '9999-12-31T23:59:59.999Z', 'zzzz']) {
    const id = `deploy-${at.slice(0, 4)}`;
    await mac.ok('order', 'add', id, '--for', '2', '--approval', `echo ${id} >> ran`);
    const { orders, words } = signaturesOf(fleet);
    const made = { ...orders[id], at, signature: 'AAAA' };
    const text = { orders: { ...orders, [id]: made }, words: { ...words, [id]: { approved: { ...made, generation: 1 } } } };
    thief.push({ 'coordination/SIGNATURES.json': JSON.stringify(text) });
    await pc.ok('sync');
    await mac.ok('sign', id, '--yes');
    await mac.ok('approve', id);
    const now = signaturesOf(fleet);
    const { at: entryAt = '', ...signed } = now.orders[id] as { at?: string };
    const approved = now.words[id]?.approved as { at: string; expires: string };
    expect([Date.parse(entryAt) - Date.now() < 60_000, signed], at).toEqual([
      true,
      expect.not.objectContaining({ signature: 'AAAA' }),
    ]);
    expect(Date.parse(approved.expires) - Date.now(), at).toBeLessThan(31 * 86_400_000);
    await pc.ok('sync', '--wait');
    expect(pc.read('ran'), at).toContain(id);
  }
});

test('T6.9 an approval of an order whose signature is dated ahead by somebody ends in 30 days', async () => {
  const { fleet, mac, thief } = await signedFleet();
  await mac.ok('order', 'add', 'deploy', '--for', '2', '--approval', 'true');
  const { orders } = signaturesOf(fleet);
  const made = { ...orders.deploy, at: '9998-01-01T00:00:00.000Z' };
  thief.push({ 'coordination/SIGNATURES.json': JSON.stringify({ orders: { deploy: made } }) });
  await mac.coord(['approve', 'deploy']);
  const { expires } = signaturesOf(fleet).words.deploy?.approved as { expires: string };
  expect(Date.parse(expires) - Date.now()).toBeLessThan(31 * 86_400_000);
});
