// T2: attacks on who is trusted. The thief has the push token and a clone.
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  parseTrust,
  renderTrust,
  TRUST_NAMESPACE,
  type TrustBody,
  trustText,
  whyNotNext,
} from '../../../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../../../src/features/trust/system/checks.ts';
import { endFleets, type Fleet } from '../../../e2e/fleet.ts';
import { two } from '../../../e2e/two.ts';
import { keyOf, publicLine } from '../people.ts';
import { entrySignedWith, fleetIdOf, ordersText, signedFleet, signedWith, thiefIn } from '../signed-fleet.ts';

afterEach(endFleets);

const checks = createChecks();
const by = (path: string) => checks.fingerprint(publicLine(path)) ?? '';
const signatureOf = (body: TrustBody, key: string) => ({
  by: by(key),
  signature: signedWith(key, TRUST_NAMESPACE, trustText(body)),
});
const bodyAt = (fleet: Fleet, version: number) => parseTrust(fleet.board(`trust/${version}.json`))?.body as TrustBody;

test('T2 attack 2: policy rollback with a valid old policy: who was revoked stays revoked', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  const ben = keyOf(pc);
  await mac.ok('trust', 'add', 'ben', `${ben}.pub`, '--role', 'order');
  const withBen = fleet.board('trust/3.json');
  await mac.ok('trust', 'revoke', 'ben');
  await pc.ok('sync');
  const entry = { id: 'evil', assign: 2, run: 'echo evil >> ran' };
  const order = {
    'coordination/ORDERS.json': ordersText([entry]),
    'coordination/SIGNATURES.json': JSON.stringify({ orders: { evil: entrySignedWith(ben, fleetIdOf(fleet), entry) } }),
  };
  const old = JSON.parse(withBen) as { version: number };
  const rollbacks: Record<string, string | null>[] = [
    { 'coordination/trust/4.json': null },
    { 'coordination/trust/4.json': withBen, 'coordination/trust/5.json': withBen },
    { 'coordination/trust/4.json': null, 'coordination/trust/5.json': JSON.stringify({ ...old, version: 5 }) },
    { 'coordination/trust/3.json': null, 'coordination/trust/4.json': null, 'coordination/trust/2.json': withBen },
  ];
  for (const files of rollbacks) {
    thief.push({ ...order, ...files });
    await pc.ok('sync', '--wait');
    expect(pc.read('ran'), JSON.stringify(Object.keys(files))).toBe('');
  }
  expect(await pc.ok('trust')).toContain('version 4');
});

test('T2 attack 4: fast-forward of versions: no number leaps over the next one', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  const evil = keyOf({ home: join(fleet.root, 'thief-home') });
  const now = bodyAt(fleet, 2);
  const people = { ...now.people, evil: { keys: [publicLine(evil)], roles: ['root', 'order', 'approve'] as const } };
  const forged = (version: number) => {
    const body: TrustBody = { ...now, version, people, before: checks.digest(trustText(now)) };
    return renderTrust({ body, signatures: [signatureOf(body, evil)] });
  };
  const files = Object.fromEntries([3, 4, 99, 99_999].map((it) => [`coordination/trust/${it}.json`, forged(it)]));
  const entry = { id: 'evil', assign: 2, run: 'echo evil >> ran' };
  thief.push({
    ...files,
    'coordination/ORDERS.json': ordersText([entry]),
    'coordination/SIGNATURES.json': JSON.stringify({ orders: { evil: entrySignedWith(evil, fleetIdOf(fleet), entry) } }),
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  expect(await pc.ok('trust')).toContain('version 2');
  // An honest root goes on over what stands there.
  const ben = keyOf(pc);
  await mac.ok('trust', 'add', 'ben', `${ben}.pub`, '--role', 'order');
  await pc.ok('sync');
  expect(await pc.ok('trust')).toMatch(/version 3[\s\S]*ben {2}order/);
});

test('T2 attack 10: keys below the threshold, and one principal with two keys, change nothing', () => {
  const home = { home: join(process.env.TMPDIR ?? '/tmp', `coord-keys-${process.pid}`) };
  const [one, two, ben] = ['one', 'two', 'ben'].map((name) => keyOf(home, 'ed25519', `${name}-${Math.random()}`));
  if (!one || !two || !ben) throw new Error('three keys');
  const root = ['root'] as const;
  const before: TrustBody = {
    version: 1,
    fleet: '00000000-0000-4000-8000-000000000000',
    before: null,
    threshold: 2,
    people: { anna: { keys: [publicLine(one), publicLine(two)], roles: root }, ben: { keys: [publicLine(ben)], roles: root } },
    machines: {},
  };
  const body: TrustBody = { ...before, version: 2, before: checks.digest(trustText(before)) };
  const why = (...keys: string[]) => whyNotNext(before, { body, signatures: keys.map((key) => signatureOf(body, key)) }, checks);
  expect(why(one)).toContain('signed by 1 of 2');
  expect(why(one, two)).toContain('signed by 1 of 2');
  expect(why(one, one)).toContain('signed by 1 of 2');
  expect(why(one, ben)).toBeNull();
  // Nor does it help to name one's key for somebody else, or to lower the threshold in the version that is judged.
  const lowered: TrustBody = { ...body, threshold: 1 };
  expect(whyNotNext(before, { body: lowered, signatures: [signatureOf(lowered, one)] }, checks)).toContain('1 of 2');
  const named = { by: by(ben), signature: signatureOf(body, one).signature };
  expect(whyNotNext(before, { body, signatures: [signatureOf(body, one), named] }, checks)).toContain('1 of 2');
});

test('T10 attack 11: a revoked key, an expired signature: no date in it brings them back', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  const ben = keyOf(pc);
  await mac.ok('trust', 'add', 'ben', `${ben}.pub`, '--role', 'order');
  await mac.ok('trust', 'revoke', 'ben');
  await pc.ok('sync');
  const anna = join(mac.home, '.ssh', 'id_ed25519');
  const id = fleetIdOf(fleet);
  const job = (name: string) => ({ id: name, assign: 2, run: `echo ${name} >> ran` });
  const long = '2020-01-01T00:00:00.000Z';
  thief.push({
    'coordination/ORDERS.json': ordersText(['revoked', 'ended', 'good'].map(job)),
    'coordination/SIGNATURES.json': JSON.stringify({
      orders: {
        revoked: entrySignedWith(ben, id, job('revoked'), { at: long }),
        ended: entrySignedWith(anna, id, job('ended'), { at: long, expires: '2020-01-02T00:00:00.000Z' }),
        good: entrySignedWith(anna, id, job('good')),
      },
    }),
  });
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('good\n');
  expect(fleet.status().orders.revoked?.reason).toContain('may not place orders');
  expect(fleet.status().orders.ended?.reason).toContain('ended 2020-01-02');
});

test('T4 attack 18: a swapped repo at first clone that names the root’s key is not accepted for it', async () => {
  const { fleet, mac, pc } = await two();
  const anna = keyOf({ home: join(fleet.root, 'anna') });
  const evil = keyOf(mac);
  keyOf(pc);
  const thief = thiefIn(fleet);
  const root = ['root', 'order', 'approve'] as const;
  const body: TrustBody = {
    version: 1,
    fleet: '00000000-0000-4000-8000-000000000000',
    before: null,
    threshold: 1,
    people: { anna: { keys: [publicLine(anna)], roles: root }, evil: { keys: [publicLine(evil)], roles: root } },
    machines: {},
  };
  thief.push({ 'coordination/trust/1.json': renderTrust({ body, signatures: [signatureOf(body, evil)] }) });
  const swapped = await pc.coord(['trust', 'on', '--trust', by(anna)]);
  expect([swapped.code, swapped.stderr]).toEqual([5, expect.stringContaining('no root key that signed')]);
  expect(await pc.ok('trust')).toContain('open');
  // Nor is one founded here where the board shows none.
  thief.push({ 'coordination/trust/1.json': null });
  expect((await pc.coord(['trust', 'on', '--trust', by(anna), '--yes'])).code).toBe(5);
  thief.push({ 'coordination/trust/1.json': renderTrust({ body, signatures: [signatureOf(body, anna)] }) });
  expect((await pc.coord(['trust', 'on', '--trust', by(anna)])).code).toBe(0);
});
