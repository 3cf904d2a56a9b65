// T4: whatever else shows an invitation, or looks like the fleet that was meant, comes in by none and is not accepted.
import { afterEach, expect, test } from 'vitest';
import { TRUST_NAMESPACE, trustText } from '../../../src/features/trust/documents/trust-document.ts';
import { findPersonKey } from '../../../src/features/trust/system/person-key.ts';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { founded, invited, isBelieved, joinBy } from './invited.ts';
import { keyOf } from './people.ts';

afterEach(endFleets);

test('T4 an invitation lets one machine in: a second one is told, and is not believed', async () => {
  const { fleet, mac } = await founded();
  const line = await invited(mac, 'pc');
  const [pc, thief] = [fleet.machine('pc'), fleet.machine('thief')];
  await joinBy(pc, line);
  await mac.ok('sync');
  await joinBy(thief, line, '--name', 'thief');
  await mac.ok('sync');
  expect(await isBelieved(mac, thief, 3)).toBe(false);
  expect(fleet.status().orders['after-first']?.reason).toContain('the invitation pc was used by machine 2');
  expect(await isBelieved(mac, pc, 2, 'second')).toBe(true);
});

test('T4 where two machines show one invitation at once, neither comes in by it', async () => {
  const { fleet, mac } = await founded();
  const line = await invited(mac, 'pc');
  const [pc, thief] = [fleet.machine('pc'), fleet.machine('thief')];
  await joinBy(pc, line);
  await joinBy(thief, line, '--name', 'thief');
  expect(await isBelieved(mac, pc, 2)).toBe(false);
  expect(await isBelieved(mac, thief, 3, 'second')).toBe(false);
  expect(fleet.status().orders['after-first']?.reason).toContain('machines 2 and 3 show the invitation pc at once');
});

test('T4 who is revoked does not come in again by the invitation that they came by', async () => {
  const { fleet, mac } = await founded();
  const pc = fleet.machine('pc');
  await joinBy(pc, await invited(mac, 'pc'));
  await mac.ok('sync');
  await mac.ok('trust', 'revoke', '2');
  await pc.ok('sync');
  expect(await isBelieved(mac, pc, 2)).toBe(false);
});

test('T4 a fleet that was made to look like the one that was meant is not accepted', async () => {
  const { fleet, mac } = await founded();
  const line = await invited(mac, 'pc');
  // Somebody else's trust, with the real root and the real invitation in it: all that a host knows.
  const real = JSON.parse(fleet.board('trust/2.json')) as { people: object; invited: object };
  const false_ = createFleet();
  const [evil] = await false_.joined('evil');
  if (evil === undefined) throw new Error('one machine');
  const key = keyOf(evil);
  await evil.ok('trust', 'on', '--yes', '--name', 'evil');
  const own = JSON.parse(false_.board('trust/1.json')) as { people: object; signatures: unknown };
  const { signatures: _own, ...body } = { ...own, people: { ...own.people, ...real.people }, invited: real.invited };
  const signed = await signedBy(evil, key, body);
  false_.person().push({ 'coordination/trust/1.json': signed });
  const pc = fleet.machine('pc');
  const [, word = ''] = /^[^#]*(#.*)$/.exec(line) ?? [];
  const done = await pc.coord(['join', '-', pc.folder], { input: `${false_.hub}${word}` });
  expect(done).toMatchObject({ code: 5, stderr: expect.stringContaining('is no root key that signed the trust of this fleet') });
  expect(await pc.ok('trust')).toContain('has accepted no trust yet');
  // The same by the fingerprint alone.
  const [root = ''] = /SHA256:[A-Za-z0-9+/]{43}/.exec(line) ?? [];
  const box = fleet.machine('box');
  expect((await box.coord(['join', false_.hub, box.folder, '--trust', root])).code).toBe(5);
});

test('T4 coord join --trust accepts the fleet of that root without a question, and no other', async () => {
  const { fleet, mac } = await founded();
  const [root = ''] = /SHA256:[A-Za-z0-9+/]{43}/.exec(await mac.ok('trust')) ?? [];
  const pc = fleet.machine('pc');
  const done = await pc.coord(['join', fleet.hub, pc.folder, '--trust', root]);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('coord trust admit 2') });
  expect(await pc.ok('trust')).toContain('signed: orders start here only with a signature');
  const box = fleet.machine('box');
  const other = `SHA256:${'A'.repeat(43)}`;
  expect((await box.coord(['join', fleet.hub, box.folder, '--trust', other])).stderr).toContain('nothing starts here');
  const plain = fleet.machine('plain');
  expect((await plain.coord(['join', fleet.hub, plain.folder])).stdout).toContain('to demand that here too: coord trust on');
  expect(await plain.ok('trust')).toContain('open');
});

/** As the thief would: signs a version of a trust with their own key. */
async function signedBy(machine: TestMachine, key: string, body: object): Promise<string> {
  const own = await findPersonKey({ env: { HOME: machine.home }, file: key, among: null });
  if (own === null) throw new Error('no key');
  const signature = await own.sign(TRUST_NAMESPACE, trustText(body as Parameters<typeof trustText>[0]));
  return JSON.stringify({ ...body, signatures: [{ by: own.fingerprint, signature }] });
}
