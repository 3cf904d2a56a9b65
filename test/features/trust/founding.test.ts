// T2.4: whoever founds the trust of a fleet signs what they were shown, and nothing that came meanwhile.
import { afterEach, expect, test } from 'vitest';
import { found, proposal } from '../../../src/features/trust/operations/found-trust.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { endFleets, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { worldAt } from '../../server/house.ts';
import { keyOf, publicLine } from './people.ts';
import { entriesOf, signaturesOf } from './signed-fleet.ts';

afterEach(endFleets);

const CHANGES: readonly [what: string, after: (orders: readonly object[]) => readonly object[], hint: string][] = [
  ['one that was not there', (orders) => [...orders, { id: 'evil', assign: 1, run: 'id' }], 'evil'],
  ['other work', (orders) => orders.map((order) => ({ ...order, run: 'id' })), 'good'],
  ['a word', (orders) => orders.map((order) => ({ ...order, approved: true })), 'good'],
];

/** What a person on mac was shown, before they say yes. */
async function shownOn({ mac }: { readonly mac: TestMachine }) {
  keyOf(mac);
  await mac.ok('order', 'add', 'good', '--for', '1', '--approval', 'true');
  const [world, folder] = [worldAt(mac.home, mac.coordHome), fleetFolderAt(mac.folder)];
  const plan = await proposal(world, folder, { file: null, name: 'anna' });
  if (plan.kind !== 'found') throw new Error('a trust stands there');
  return { world, folder, plan };
}

const isFounded = (fleet: Fleet) => fleet.git('ls-tree', '-r', '--name-only', 'main').includes('trust/1.json');

test.each(CHANGES)('T2.4 trust on signs nothing that came after it was shown: %s', async (_, after, id) => {
  const { fleet, mac } = await two();
  const { world, folder, plan } = await shownOn({ mac });
  expect(plan.shown).toMatchObject([{ id: 'good', text: expect.stringContaining('"run": "true"'), fault: null }]);
  fleet.person().order(after(entriesOf(fleet)));
  // As cron does it beside the question.
  await mac.ok('sync');
  await expect(found(world, folder, plan)).rejects.toMatchObject({
    ...{ code: 'FAILED', message: `${id} was changed meanwhile: nothing was founded`, hint: 'coord trust on' },
  });
  expect(isFounded(fleet)).toBe(false);
  expect(await mac.here(['verify'])).toMatchObject({ code: 5, stderr: expect.stringContaining('no signatures are demanded') });
  await mac.ok('trust', 'on', '--yes');
  expect(Object.keys(signaturesOf(fleet).orders)).toContain(id);
});

test('T2.4 trust on takes no place of a trust that another one founded meanwhile', async () => {
  const { fleet, mac, pc } = await two();
  const { world, folder, plan } = await shownOn({ mac });
  const ben = publicLine(keyOf(pc));
  await pc.ok('trust', 'on', '--yes', '--name', 'ben');
  await mac.ok('sync');
  await expect(found(world, folder, plan)).rejects.toMatchObject({ code: 'FAILED', hint: 'coord trust on' });
  expect(fleet.board('trust/1.json')).toContain(ben.split(' ')[1]);
});

test('T2.4 trust on shows the entries that it signs whole, as sign does, and what they use', async () => {
  const { fleet, mac } = await two();
  keyOf(mac);
  fleet.person().push({ 'coordination/specs/nice.md': 'Be nice.\n' });
  await mac.ok('order', 'add', 'nice', '--for', '1', '--spec', 'specs/nice.md', 'cat');
  const { stderr } = await mac.coord(['trust', 'on', '--yes', '--name', 'anna']);
  expect(stderr).toMatch(/^nice · .*\n {2}\{\n {4}"id": "nice",/m);
  expect(stderr).toContain('  Be nice.');
});
