// Bad days of a signed fleet, in memory: documents that are cut or forked, machines and clocks that were away, keys of unknown kinds, machines that
// demand nothing.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { NO_SIGNATURES } from '../../../src/features/trust/documents/signatures-document.ts';
import { signedAtMs } from '../../../src/features/trust/documents/signed-at.ts';
import { ORDER_NAMESPACE, orderText } from '../../../src/features/trust/documents/signed-order.ts';
import { renderTrust, TRUST_NAMESPACE, type TrustBody, trustText } from '../../../src/features/trust/documents/trust-document.ts';
import { createChecks } from '../../../src/features/trust/system/checks.ts';
import { wireString } from '../../../src/features/trust/system/ssh-wire.ts';
import { fingerprintOf, parsePublicKey, signedBytes, sshSigOf } from '../../../src/features/trust/system/sshsig.ts';
import { pinPath, readPin } from '../../../src/features/trust/system/trust-pin.ts';
import { machineAt, type SimMachine } from '../../machine/world.ts';
import { createPerson, endWorlds, type PersonInMemory, type SignedWorld, worldOf } from './memory-fleet.ts';

const YEAR_MS = 365 * 86_400_000;
afterEach(endWorlds);

const startsOf = ({ runner }: SimMachine) => runner.starts.map(({ order, attempt }) => `${order}.${attempt}`);
const reasonOf = async ({ world }: SignedWorld, id: string) => (await world.status()).orders[id]?.reason ?? '';
const pinOf = (fleet: SignedWorld, machine: SimMachine) => readPin(fleet.home(machine), fleet.root(machine));

/** The next version, signed by this person; `change`: what is another than before. */
function next(
  fleet: SignedWorld,
  before: TrustBody,
  change: Partial<TrustBody>,
  by: PersonInMemory = fleet.anna,
): { body: TrustBody; text: string } {
  const body: TrustBody = { ...before, ...change, version: before.version + 1, before: fleet.digest(trustText(before)) };
  const signature = by.sign(TRUST_NAMESPACE, trustText(body));
  return { body, text: renderTrust({ body, signatures: [{ by: by.fingerprint, signature }] }) };
}

const ordering = (person: Pick<PersonInMemory, 'line'>) => ({ keys: [person.line], roles: ['order'] as const });

test('T2 a version that is cut in half, forked or rolled back changes nothing, and the right one goes on', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const ben = createPerson();
  const two = next(fleet, fleet.trust, { people: { ...fleet.trust.people, ben: ordering(ben) } });
  const fork = next(fleet, fleet.trust, { people: { ...fleet.trust.people, eve: ordering(createPerson()) } });
  fleet.world.person({ 'trust/2.json': two.text.slice(0, two.text.length / 2) });
  await one.cycle();
  expect(pinOf(fleet, one)?.version).toBe(1);
  fleet.world.person({ 'trust/2.json': two.text });
  await one.cycle();
  expect(Object.keys(pinOf(fleet, one)?.people ?? {})).toEqual(['anna', 'ben']);
  const after = next(fleet, fork.body, {});
  for (const files of [
    { 'trust/2.json': fork.text, 'trust/3.json': after.text },
    { 'trust/2.json': null, 'trust/3.json': null },
  ]) {
    fleet.world.person(files);
    await one.cycle();
    expect(pinOf(fleet, one)).toEqual(two.body);
  }
  fleet.place([{ id: 'job', assign: 1, run: 'true' }]);
  await one.cycle();
  expect(startsOf(one)).toEqual(['job.1']);
});

test('T2 a version that has no canonical form changes nothing, and stops nothing', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const eve = { keys: [`${createPerson().line} \ud800`], roles: ['order'] };
  const body = {
    ...fleet.trust,
    people: { ...fleet.trust.people, eve },
    version: 2,
    before: fleet.digest(trustText(fleet.trust)),
  };
  fleet.world.person({ 'trust/2.json': JSON.stringify({ ...body, signatures: [] }) });
  fleet.place([{ id: 'job', assign: 1, run: 'true' }]);
  await one.cycle();
  expect([pinOf(fleet, one)?.version, startsOf(one)]).toEqual([1, ['job.1']]);
});

test('T2 a machine that was off for a year takes all versions since, one after the other', async () => {
  const fleet = await worldOf(2);
  const [one, two] = [machineAt(fleet.world, 0), machineAt(fleet.world, 1)];
  two.line.offline = true;
  let [body, files] = [fleet.trust, {} as Record<string, string>];
  const people = Array.from({ length: 40 }, createPerson);
  for (const person of people) {
    const version = next(fleet, body, { people: { ...fleet.trust.people, ben: ordering(person) } });
    files = { ...files, [`trust/${version.body.version}.json`]: version.text };
    body = version.body;
  }
  fleet.world.person(files);
  fleet.world.pass(YEAR_MS);
  await one.cycle();
  const [first, last] = [people[0], people.at(-1)] as [PersonInMemory, PersonInMemory];
  const entries = [
    { id: 'old', assign: 2, run: 'true' },
    { id: 'new', assign: 2, run: 'true' },
  ];
  const signatures = { old: fleet.signed(entries[0] ?? {}, {}, first), new: fleet.signed(entries[1] ?? {}, {}, last) };
  fleet.world.person({
    'ORDERS.json': JSON.stringify({ version: 1, orders: entries }),
    'SIGNATURES.json': JSON.stringify({ orders: signatures }),
  });
  two.line.offline = false;
  await two.cycle();
  expect([pinOf(fleet, two)?.version, startsOf(two)]).toEqual([41, ['new.1']]);
});

test('T6 a clock that is wrong by a year: what has no end counts, what has one ends by the clock here', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  fleet.world.setClock(one, YEAR_MS);
  const expires = '2027-01-01T00:00:00Z';
  const entries = ['plain', 'ending'].map((id) => ({ id, assign: 1, run: 'true' }));
  fleet.place(entries);
  const text = JSON.parse((await fleet.world.text('SIGNATURES.json')) ?? '') as { orders: Record<string, object> };
  text.orders.ending = fleet.signed(entries[1] ?? {}, {}, fleet.anna, expires);
  fleet.world.person({ 'SIGNATURES.json': JSON.stringify(text) });
  await one.cycle();
  expect(startsOf(one)).toEqual(['plain.1']);
  expect(await reasonOf(fleet, 'ending')).toContain(`the signature of anna ended ${expires}`);
  fleet.world.setClock(one, 0);
  fleet.world.pass(60_000);
  await one.cycle();
  expect(startsOf(one)).toEqual(['plain.1', 'ending.1']);
});

test('T6.6 whoever signs dates it after what was signed before, and after no time that somebody made up', async () => {
  const fleet = await worldOf(1);
  const entry = { id: 'a', assign: 1, run: 'true' };
  const [now, ahead] = [Date.parse('2026-11-20T00:00:00Z'), Date.parse('2027-11-20T00:00:00Z')];
  const at = '2027-11-20T00:00:00Z';
  const right = fleet.signedAt(entry, at);
  const { trust } = fleet;
  const none = {
    newest: {},
    signatures: NO_SIGNATURES,
    nowMs: now,
    trust,
    checks: createChecks(),
    entries: new Map([['a', entry]]),
  };
  const standing = (a: typeof right) => ({ ...none, signatures: { orders: { a }, words: {} } });
  expect(signedAtMs('a', none)).toBe(now);
  for (const newest of [ahead, now]) expect(signedAtMs('a', { ...none, newest: { a: { at: newest } } })).toBe(newest + 1);
  expect(signedAtMs('a', standing(right))).toBe(ahead + 1);
  const changed = new Map([['a', { ...entry, run: 'false' }]]);
  expect(signedAtMs('a', { ...standing(right), entries: changed, onMain: none.entries })).toBe(ahead + 1);
  for (const made of ['2027-11-20T00:00:00Z', '9998-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
    expect(signedAtMs('a', standing({ ...right, signature: '' }))).toBe(now);
    expect(signedAtMs('a', standing({ ...right, at: made, by: 'nobody' }))).toBe(now);
  }
  // That of a clock which is ahead by minutes counts unseen: it may cover an entry that somebody has changed since.
  const soon = '2026-11-20T00:05:00.000Z';
  expect(signedAtMs('a', standing({ ...right, at: soon, signature: '' }))).toBe(Date.parse(soon) + 1);
  expect(signedAtMs('constructor', none)).toBe(now);
});

test.each([
  'runs',
  'lanes',
  'invited',
  'orders',
])('T11 a file beside the pin that cannot be read (%s) stops all, and is named', async (name) => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const path = pinPath(fleet.home(one), fleet.root(one)).replace(/json$/, `${name}.json`);
  fleet.place([{ id: 'job', assign: 1, run: 'true' }]);
  for (const text of ['', '[]', '{"1":{}}']) {
    writeFileSync(path, text);
    await one.cycle();
    expect(startsOf(one), text).toEqual([]);
    expect(await reasonOf(fleet, 'job')).toContain(`${path} cannot be read`);
    expect(await reasonOf(fleet, 'job')).toContain('coord doctor');
  }
  rmSync(path);
  fleet.world.pass(60_000);
  await one.cycle();
  expect(startsOf(one)).toEqual(['job.1']);
});

test('T11 a key of an unknown kind in the trust signs nothing, and the others count', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const unknown = `ssh-future ${Buffer.concat([wireString('ssh-future'), wireString('x')]).toString('base64')}`;
  const two = next(fleet, fleet.trust, {
    people: { eve: { keys: [unknown, 'no key'], roles: ['root', 'order'] }, ...fleet.trust.people },
  });
  fleet.world.person({ 'trust/2.json': two.text });
  fleet.place([{ id: 'job', assign: 1, run: 'true' }]);
  await one.cycle();
  expect([pinOf(fleet, one)?.version, startsOf(one)]).toEqual([2, ['job.1']]);
});

test('T5 a mixed fleet: a machine that demands nothing, or an older coord, lets nothing go elsewhere', async () => {
  const fleet = await worldOf(2);
  const [one, two] = [machineAt(fleet.world, 0), machineAt(fleet.world, 1)];
  const { believer: _believer, sealer: _sealer, ...rest } = two.settings.more;
  two.settings.more = rest;
  fleet.place([
    { id: 'first', assign: 2, run: 'true' },
    { id: 'then', assign: 1, run: 'true', after: ['first'] },
    { id: 'own', assign: 1, run: 'true' },
  ]);
  const orders = JSON.parse((await fleet.world.text('ORDERS.json')) ?? '') as { orders: object[] };
  fleet.world.orders([...orders.orders, { id: 'unsigned', assign: 'all', run: 'true' }]);
  for (const machine of [two, one, two, one]) await machine.cycle();
  expect([startsOf(one), startsOf(two)]).toEqual([['own.1'], ['first.1', 'unsigned.1']]);
  expect(await reasonOf(fleet, 'then')).toContain('not signed with its key');
});

test('T10 attempts are left and the signer was revoked: the next one does not start', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const ben = createPerson();
  const two = next(fleet, fleet.trust, { people: { ...fleet.trust.people, ben: ordering(ben) } });
  const entry = { id: 'job', assign: 1, run: 'false', attempts: 3 };
  fleet.world.script('job', () => ({ ms: 1, exitCode: 1 }));
  fleet.world.person({
    'trust/2.json': two.text,
    'ORDERS.json': JSON.stringify({ version: 1, orders: [entry] }),
    'SIGNATURES.json': JSON.stringify({ orders: { job: fleet.signed(entry, {}, ben) } }),
  });
  await one.cycle();
  expect(startsOf(one)).toEqual(['job.1']);
  fleet.world.person({ 'trust/3.json': next(fleet, two.body, { people: fleet.trust.people }).text });
  for (let minute = 0; minute < 5; minute += 1) {
    fleet.world.pass(60_000);
    await one.cycle();
  }
  expect(startsOf(one)).toEqual(['job.1']);
  expect(await reasonOf(fleet, 'job')).toContain('may not place orders');
});

test('T1 a hardware key signs if somebody touched it, and not without', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const key = softwareAuthenticator();
  const two = next(fleet, fleet.trust, { people: { ...fleet.trust.people, ben: ordering(key) } });
  const entries = ['touched', 'untouched'].map((id) => ({ id, assign: 1, run: 'true' }));
  const signature = (id: string, isTouched: boolean) => {
    const entry = entries.find((it) => it.id === id) ?? {};
    const terms = { at: '2026-11-20T22:30:00.000Z', uses: {} };
    const text = orderText(fleet.trust.fleet, entry as Parameters<typeof orderText>[1], terms);
    return { by: key.fingerprint, ...terms, signature: key.sign(ORDER_NAMESPACE, text, isTouched) };
  };
  fleet.world.person({
    'trust/2.json': two.text,
    'ORDERS.json': JSON.stringify({ version: 1, orders: entries }),
    'SIGNATURES.json': JSON.stringify({
      orders: { touched: signature('touched', true), untouched: signature('untouched', false) },
    }),
  });
  await one.cycle();
  expect(startsOf(one)).toEqual(['touched.1']);
});

/** An `sk-ssh-ed25519` key whose hardware is this process (PROTOCOL.u2f of OpenSSH). */
function softwareAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = (publicKey as KeyObject).export({ format: 'jwk' });
  const type = 'sk-ssh-ed25519@openssh.com';
  const blob = Buffer.concat([wireString(type), wireString(Buffer.from(x, 'base64url')), wireString('ssh:')]);
  const line = `${type} ${blob.toString('base64')}`;
  const key = parsePublicKey(line);
  if (key === null) throw new Error(line);
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return {
    line,
    fingerprint: fingerprintOf(key),
    sign(namespace: string, text: string, isTouched: boolean): string {
      const [flags, counter] = [Buffer.from([isTouched ? 1 : 0]), Buffer.from([0, 0, 0, 7])];
      const data = Buffer.concat([
        sha256(Buffer.from('ssh:')),
        flags,
        counter,
        sha256(signedBytes(namespace, Buffer.from(text))),
      ]);
      const made = Buffer.concat([wireString(type), wireString(sign(null, data, privateKey)), flags, counter]);
      return sshSigOf(blob, namespace, made);
    },
  };
}
