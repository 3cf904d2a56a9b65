// T6, T7, T11: what the page has a passkey sign is what it showed, is checked before it is recorded, and runs where signatures are demanded.
import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { endFleets, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { hasProgram } from '../../programs.ts';
import { type House, openHouse, somePorts, worldAt } from '../../server/house.ts';
import { bothSigned } from './people.ts';
import { type Answer, answered, assertionOf, type SoftPasskey, softPasskey } from './soft-passkey.ts';

let fleet: Fleet;
let mac: TestMachine;
let pc: TestMachine;
let house: House;
const ben = softPasskey();
const eva = softPasskey('localhost', 'ed25519');
const kim = softPasskey();

/** Both machines demand signatures. anna has an SSH key, the others a passkey, and kim may only approve. */
beforeAll(async () => {
  ({ fleet, mac, pc } = await bothSigned());
  const add = (name: string, { line }: SoftPasskey, role: string) => mac.ok('trust', 'add', name, line, '--role', role);
  expect(await add('ben', ben, 'order,approve')).toContain('ben is trusted with order, approve');
  await add('eva', eva, 'order,approve');
  await add('kim', kim, 'approve');
  await Promise.all([mac.ok('sync'), pc.ok('sync')]);
  const world = worldAt(mac.home, mac.coordHome);
  house = await openHouse({ root: mac.home, folder: fleetFolderAt(mac.folder), world }, somePorts(), { acts: [1_000, 1_000] });
});

afterAll(async () => {
  await house.end();
  endFleets();
});

interface Asked {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly why: string;
}

/** The page on mac, as a browser at `localhost` asks it. */
async function ask(path: string, body?: object, host = 'localhost'): Promise<Asked> {
  const asking = { headers: { host: `${host}:${house.port()}` }, ...(body === undefined ? {} : { body }) };
  const { status, json } = await house.ask(`/api/v1/page/trust${path}`, asking);
  return { status, json, why: json?.error?.message ?? '' };
}

interface Prepared {
  readonly order: string;
  readonly at: string;
  readonly challenge: string;
  readonly text: string;
}

/** What is shown, and a tap on it. */
async function tap(
  by: SoftPasskey,
  wish: object,
  forged: Partial<Answer> = {},
  more: object = {},
  host?: string,
): Promise<Asked> {
  const { json } = await ask('/prepare', wish);
  const { at, challenge } = json as unknown as Prepared;
  return ask('/sign', { ...wish, at, seen: challenge, ...assertionOf(by, { challenge, ...forged }), ...more }, host);
}

const orders = () => (JSON.parse(fleet.board('ORDERS.json')) as { orders: Record<string, unknown>[] }).orders;
/** As somebody does it who can push, and no more. */
const pushed = (...entries: object[]) => fleet.person().order([...orders(), ...entries]);
const changed = (id: string, change: object) =>
  fleet.person().order(orders().map((order) => (order.id === id ? { ...order, ...change } : order)));
const ran = () => pc.read('ran').trim().split('\n');

test.each([
  ['ben', ben],
  ['eva', eva],
])('T6 an order that somebody pushed is shown whole, and runs after a tap of %s', async (name, passkey) => {
  const id = `phone-${name}`;
  pushed({ id, assign: 2, run: `echo ${id} >> ran` });
  await pc.ok('sync', '--wait');
  expect(ran()).not.toContain(id);
  const { json } = await ask('/prepare', { order: id, scope: 'order' });
  expect(json.text).toBe(JSON.stringify({ id, assign: 2, run: `echo ${id} >> ran` }, null, 2));
  expect(await tap(passkey, { order: id, scope: 'order' })).toMatchObject({ status: 200, json: { landed: true } });
  expect(await pc.ok('sync', '--wait')).toContain(`finished ${id} COMPLETED`);
  expect(ran()).toContain(id);
  expect(await mac.ok('verify')).toMatch(new RegExp(`✓ ${id} {2}signed by ${name} \\S+ with a passkey of localhost\\n`));
});

test('T6 all that a signature covers is shown: template, route, asked approval and spec', async () => {
  const settings = [
    'templates:',
    '  ship:',
    '    with: { name: null }',
    '    steps: [{ id: go, assign: 2, run: echo $COORD_WITH_NAME, env: { STAGE: live } }]',
    'routing: { bug: 2 }',
    'approvals: [bug]',
  ];
  const before = fleet.git('show', 'main:coordination/fleet.yaml');
  fleet.person().push({
    'coordination/fleet.yaml': `${before}\n${settings.join('\n')}\n`,
    'coordination/specs/plan.md': '# The plan\n',
  });
  pushed({ id: 'made', use: 'ship', with: { name: 'it' } }, { id: 'fix', type: 'bug', run: 'true', spec: 'specs/plan.md' });
  await mac.ok('sync');
  const text = async (order: string) => (await ask('/prepare', { order, scope: 'order' })).json.text;
  expect(await text('made')).toMatch(/template ship:\n[\s\S]*"STAGE": "live"/);
  expect(await text('fix')).toMatch(
    /fleet.yaml sends fix to 2 pc\nfleet.yaml asks an approval for fix\nspecs\/plan.md:\n# The plan\n$/,
  );
  fleet.person().push({ 'coordination/fleet.yaml': before });
});

test('T6 the page is told which passkeys it may ask, and by which name it was asked', async () => {
  const passkeys = ['ben', 'eva', 'kim'].map((name) => ({ name, credential: ben.line.split(' ')[3] }));
  expect((await ask('')).json).toEqual({ version: 5, people: ['anna', 'ben', 'eva', 'kim'], host: 'localhost', passkeys });
  expect((await ask('', undefined, '127.0.0.1')).json).toMatchObject({ host: '127.0.0.1', passkeys: [] });
  expect((await ask('/passkey', { key: ben.line })).json).toMatchObject({ fingerprint: expect.stringContaining('SHA256:') });
  expect(await mac.ok('trust')).toContain(' · a passkey of pages on localhost');
});

test('T6 an approval counts once it is signed by a tap, also one that somebody gave without a signature', async () => {
  await mac.ok('order', 'add', 'deploy', '--for', '2', '--approval', 'echo deploy >> ran');
  const approve = { order: 'deploy', scope: 'approved' };
  expect((await ask('/prepare', approve)).json.text).toMatch(/^approved deploy, generation 1:\n[\s\S]*echo deploy >> ran/);
  expect(await tap(kim, approve)).toMatchObject({ status: 200 });
  await mac.ok('order', 'add', 'again', '--for', '2', '--approval', 'echo again >> ran');
  await mac.ok('order', 'add', 'shared', '--for', 'any', '--approval', 'echo shared >> ran');
  changed('again', { approved: true });
  changed('shared', { approved: true });
  await pc.ok('sync', '--wait');
  expect(['deploy', 'again', 'shared'].map((id) => ran().includes(id))).toEqual([true, false, false]);
  for (const id of ['again', 'shared']) {
    const reason = `approved, but without a signature that counts; coord approve ${id}`;
    expect(fleet.status().orders[id]).toMatchObject({ state: 'BLOCKED', code: 'unsignedApproval', reason });
    expect(await tap(kim, { order: id, scope: 'approved' })).toMatchObject({ status: 200 });
  }
  await pc.ok('sync', '--wait');
  expect(ran()).toContain('again');
});

test('T6 a word for how an order ended lets go what comes after it once it is signed by a tap', async () => {
  await mac.ok('order', 'add', 'slow', '--for', '2', '--timeout', '1s', 'sleep 60');
  await mac.ok('order', 'add', 'then', '--for', '2', '--after', 'slow', 'echo then >> ran');
  await pc.coord(['sync', '--wait']);
  const resolve = { order: 'slow', scope: 'resolved', as: 'completed', note: 'I looked' };
  await mac.ok('sync');
  expect((await ask('/prepare', resolve)).json.text).toMatch(/^resolved slow as completed \(I looked\), generation 1:\n/);
  expect(await tap(kim, resolve)).toMatchObject({ status: 200 });
  await pc.ok('sync', '--wait');
  expect(ran()).toContain('then');
});

test('T6 a step of a chain is approved by a tap, for that step alone', async () => {
  const steps = [
    { id: 'build', run: 'echo build >> ran' },
    { id: 'ship', run: 'echo ship >> ran', approval: true },
  ];
  pushed({ id: 'release', assign: 2, steps });
  await mac.ok('sync');
  expect(await tap(ben, { order: 'release', scope: 'order' })).toMatchObject({ status: 200 });
  await pc.ok('sync', '--wait');
  expect([ran().includes('build'), ran().includes('ship')]).toEqual([true, false]);
  expect(await tap(ben, { order: 'release', scope: 'approved' })).toMatchObject({ status: 200 });
  await pc.ok('sync', '--wait');
  expect(ran()).toContain('ship');
});

test('attack 20: what was not shown, or tapped for something else, is refused: nothing is recorded', async () => {
  pushed(
    { id: 'mine', assign: 2, run: 'echo mine >> ran' },
    { id: 'other', assign: 2, run: 'echo other >> ran', approval: true },
  );
  await mac.ok('sync');
  const before = fleet.git('rev-parse', 'main').trim();
  const wish = { order: 'mine', scope: 'order' };
  const approve = { order: 'other', scope: 'approved' };
  const [{ json: other }, { json: word }] = await Promise.all([
    ask('/prepare', { ...wish, order: 'other' }),
    ask('/prepare', approve),
  ]);
  const challengeOf = (json: object) => ({ challenge: (json as unknown as Prepared).challenge });
  const refused: readonly (readonly [() => Promise<Asked>, number, string])[] = [
    [() => tap(ben, wish, challengeOf(other)), 403, 'it is of something else than what was shown'],
    [() => tap(ben, wish, challengeOf(word)), 403, 'it is of something else than what was shown'],
    [() => tap(ben, approve, challengeOf(other)), 403, 'it is of something else than what was shown'],
    [
      () => tap(ben, wish, {}, { seen: challengeOf(other).challenge }),
      409,
      'mine was changed since it was shown: nothing was signed',
    ],
    [() => tap(ben, wish, {}, { order: 'other' }), 409, 'other was changed since it was shown'],
    [() => tap(ben, wish, {}, { at: '2020-01-01T00:00:00.000Z' }), 409, 'it was shown too long ago'],
    [() => tap(ben, wish, {}, { at: 'soon' }), 409, 'it was shown too long ago'],
    [() => tap(ben, wish, { flags: 1 }), 403, 'its device did not ask who touched it'],
    [() => tap(ben, wish, { flags: 0 }), 403, 'nobody touched it'],
    [() => tap(ben, wish, { origin: 'https://evil.example' }), 403, 'another page than one of localhost'],
    [() => tap(ben, wish, { rpId: 'evil.example' }), 403, 'it is not for localhost'],
    [() => tap(softPasskey(), wish), 403, 'it is not made by this passkey'],
    [() => tap(kim, wish), 403, 'it is not made by this passkey'],
    [() => tap(ben, wish, {}, {}, '127.0.0.1'), 403, 'no passkey of pages on 127.0.0.1 may place orders'],
    [() => tap(ben, wish, {}, { signature: '=' }), 400, 'expected base64url'],
    [() => tap(ben, wish, {}, { more: 1 }), 400, 'more'],
    [() => ask('/prepare', { order: 'nobody', scope: 'order' }), 404, 'no entry "nobody"'],
    [() => ask('/passkey', { key: 'ssh-ed25519 AAAA' }), 400, 'expected a passkey of kind ES256 or EdDSA'],
  ];
  for (const [does, status, reason] of refused) {
    const { status: found, why } = await does();
    expect([found, why]).toEqual([status, expect.stringContaining(reason)]);
  }
  await Promise.all([mac.ok('sync'), pc.ok('sync', '--wait')]);
  const documents = ['ORDERS.json', 'SIGNATURES.json'].map((name) => `coordination/${name}`);
  expect(fleet.git('log', '--format=%s', `${before}..main`, '--', ...documents)).toBe('');
  expect([ran().includes('mine'), ran().includes('other')]).toEqual([false, false]);
});

test('attack 20: an order that was changed while a person looked at it is not signed', async () => {
  pushed({ id: 'looked', assign: 2, run: 'echo looked >> ran' });
  await mac.ok('sync');
  const wish = { order: 'looked', scope: 'order' };
  const { at, challenge } = (await ask('/prepare', wish)).json as unknown as Prepared;
  changed('looked', { run: 'echo evil >> ran' });
  const { status, why } = await ask('/sign', { ...wish, at, seen: challenge, ...assertionOf(ben, { challenge }) });
  expect([status, why]).toEqual([409, expect.stringContaining('looked was changed since it was shown')]);
});

test('T11 what a thief writes into SIGNATURES.json of a passkey starts nothing, and the board says why', async () => {
  pushed({ id: 'stolen', assign: 2, run: 'echo stolen >> ran' });
  await mac.ok('sync');
  expect(await tap(ben, { order: 'stolen', scope: 'order' })).toMatchObject({ status: 200 });
  const document = JSON.parse(fleet.board('SIGNATURES.json')) as { orders: { stolen: { signature: string } } };
  const { challenge } = JSON.parse(Buffer.from(document.orders.stolen.signature.split('.')[2] ?? '', 'base64url').toString());
  document.orders.stolen.signature = answered(ben, { challenge, flags: 1 });
  fleet.person().push({ 'coordination/SIGNATURES.json': JSON.stringify(document) });
  await pc.ok('sync', '--wait');
  expect(ran()).not.toContain('stolen');
  expect(fleet.status().orders.stolen).toMatchObject({
    state: 'BLOCKED',
    reason: expect.stringContaining('the passkey of ben: its device did not ask who touched it'),
  });
});

test.skipIf(!hasProgram('openssl'))('T1 what a passkey signed checks with openssl alone, as coord verify prints it', async () => {
  const folder = join(fleet.root, 'checked');
  const { stdout } = await mac.coord(['verify', '--export', folder]);
  const checks = stdout.split('\n').filter((line) => line.startsWith('openssl'));
  expect(checks.filter((line) => line.includes('pkeyutl'))).toHaveLength(1);
  expect(checks.length).toBeGreaterThan(4);
  for (const line of checks.filter((it) => !it.includes('stolen')))
    expect(execSync(line, { encoding: 'utf8' })).toMatch(/Verified OK|Verified Successfully/);
  const file = (name: string) => readFileSync(join(folder, name));
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  const { challenge } = JSON.parse(file('orders/deploy/approved.client.json').toString());
  expect(challenge).toBe(digest(file('orders/deploy/approved.asked')).toString('base64url'));
  expect(file('orders/deploy/approved.answered').subarray(37)).toEqual(digest(file('orders/deploy/approved.client.json')));
  expect(file('allowed_signers').toString()).not.toContain('webauthn');
});

test('T3 a passkey is no root: not by --role root, and not in the place of a key', async () => {
  const { line } = softPasskey();
  const refused = async (...words: string[]) => (await mac.coord(['trust', ...words])).stderr;
  expect(await refused('add', 'anna', line, '--role', 'root')).toContain('found a passkey: it signs orders and words');
  expect(await refused('rotate', line)).toContain('found a passkey: it signs orders and words');
  expect(await refused('add', 'anna', line.replace('localhost', '127.0.0.1'))).toContain('expected a passkey in one line');
});

test('T10 what was signed by a passkey that is trusted no more does not start', async () => {
  pushed({ id: 'late', assign: 2, run: 'echo late >> ran' });
  await mac.ok('sync');
  expect(await tap(eva, { order: 'late', scope: 'order' })).toMatchObject({ status: 200 });
  await mac.ok('trust', 'revoke', 'eva');
  await pc.ok('sync', '--wait');
  expect(ran()).not.toContain('late');
  expect((await tap(eva, { order: 'late', scope: 'order' })).why).toContain('it is not made by this passkey');
});
