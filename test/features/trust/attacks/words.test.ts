// T6.4, T6.9: words of people that were taken back, or that have ended, and that whoever can push puts there again, in memory.
import { afterEach, expect, test } from 'vitest';
import { WORD_NAMESPACE, wordText } from '../../../../src/features/trust/documents/signed-order.ts';
import { machineAt } from '../../../machine/world.ts';
import { endWorlds, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const MINUTE_MS = 60_000;
const deploy = { id: 'deploy', assign: 1, approval: true, run: 'true' };
const approved = { ...deploy, approved: true };

const startsOf = ({ world }: SignedWorld) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));
const nowOf = ({ world }: SignedWorld) => machineAt(world, 0).machine().clock.now().wallMs;
const time = (ms: number) => new Date(ms).toISOString();

function approvalOf(fleet: SignedWorld, expires?: string): object {
  const said = { order: 'deploy', word: 'approved', value: true, generation: 1, at: time(nowOf(fleet)) } as const;
  const end = expires === undefined ? {} : { expires };
  const signature = fleet.anna.sign(WORD_NAMESPACE, wordText(fleet.trust.fleet, deploy, { ...said, ...end }));
  return { by: fleet.anna.fingerprint, at: said.at, generation: 1, ...end, signature };
}

function put({ world }: SignedWorld, order: object, signature: object, word: object | null): void {
  const words = word === null ? {} : { words: { deploy: { approved: word } } };
  world.person({
    'ORDERS.json': JSON.stringify({ version: 1, orders: [order] }),
    'SIGNATURES.json': JSON.stringify({ orders: { deploy: signature }, ...words }),
  });
}

const reasonOf = async ({ world }: SignedWorld) => (await world.status()).orders.deploy?.reason;

test('T6.9 attack 6: an approval that somebody took back by signing again is not put back', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  one.settings.blocked.set('deploy', 'for this test');
  const first = fleet.signed(deploy);
  fleet.world.pass(MINUTE_MS);
  const word = approvalOf(fleet);
  put(fleet, approved, first, word);
  await one.cycle();
  expect(await reasonOf(fleet)).toContain('for this test');
  fleet.world.pass(MINUTE_MS);
  const again = fleet.signed(deploy);
  put(fleet, deploy, again, null);
  await one.cycle();
  one.settings.blocked.clear();
  for (const signature of [again, first]) {
    put(fleet, approved, signature, word);
    await one.cycle();
    expect(await reasonOf(fleet)).toMatch(/without a signature that counts|signed again since/);
  }
  expect(startsOf(fleet)).toEqual([]);
  put(fleet, approved, again, approvalOf(fleet));
  await one.cycle();
  expect(startsOf(fleet)).toEqual(['deploy']);
});

test('T6.9 an approval that has ended lets nothing go, and its end is signed', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const signature = fleet.signed(deploy);
  const word = approvalOf(fleet, time(nowOf(fleet) + 5 * MINUTE_MS));
  fleet.world.pass(6 * MINUTE_MS);
  const { expires: _, ...endless } = word as { expires: string };
  for (const it of [word, endless, { ...word, expires: time(nowOf(fleet) + MINUTE_MS) }, { ...word, expires: 'never' }]) {
    put(fleet, approved, signature, it);
    await one.cycle();
  }
  expect(startsOf(fleet)).toEqual([]);
  put(fleet, approved, signature, approvalOf(fleet, time(nowOf(fleet) + 5 * MINUTE_MS)));
  await one.cycle();
  expect(startsOf(fleet)).toEqual(['deploy']);
});

test('T11, D4b an entry that has no canonical form stops itself alone, whatever is said of it', async () => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const good = { id: 'good', assign: 1, run: 'true' };
  const [signed, at] = [fleet.signed(good), time(nowOf(fleet))];
  const made = { by: fleet.anna.fingerprint, at, signature: 'AAAA' };
  const words = { approved: { ...made, generation: 1 }, resolved: { ...made, generation: 1 } };
  for (const odd of [
    String.raw`"x-n":"\ud800"`,
    '"x-n":1e999',
    String.raw`"resolved":{"generation":1,"as":"completed","x-n":"\ud800"}`,
  ]) {
    const entry = `{"id":"odd","assign":1,"run":"true","approval":true,"approved":true,${odd}}`;
    fleet.world.person({
      'ORDERS.json': `{"version":1,"orders":[${entry},${JSON.stringify(good)}]}`,
      'SIGNATURES.json': JSON.stringify({ orders: { odd: { ...made, uses: {} }, good: signed }, words: { odd: words } }),
    });
    await one.cycle();
    const { orders } = await fleet.world.status();
    expect([startsOf(fleet), orders.good?.reason], odd).toEqual([['good'], undefined]);
  }
});
