// T5.3: attacks by the own lane of a machine: what somebody else wrote there is not its word, to nobody and least of all to itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { pinPath } from '../../../../src/features/trust/system/trust-pin.ts';
import { machineAt, ORIGIN_MS } from '../../../machine/world.ts';
import { endWorlds, forgeLane, LANE, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const startsOf = ({ world }: SignedWorld) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));
const at = (ms = 0) => new Date(ORIGIN_MS + ms).toISOString();
const pageOf = async ({ world }: SignedWorld, machine: number) =>
  (await world.text(`COMPUTER_${machine}.md`, LANE(machine))) ?? '';

/** Its page with these lines more. */
async function pageWith(fleet: SignedWorld, machine: number, ...lines: readonly string[]): Promise<string> {
  const head = `machine: ${machine}`;
  return (await pageOf(fleet, machine)).replace(new RegExp(`^${head}$`, 'm'), [head, ...lines].join('\n'));
}

describe('T5.3 what somebody wrote into the lane of a machine sets nothing off there', () => {
  const cases: readonly (readonly [what: string, on: object, files: (fleet: SignedWorld) => Promise<object>])[] = [
    ['a loss', { lost: 'any' }, async (fleet) => ({ 'COMPUTER_1.md': await pageWith(fleet, 1, 'lost_2: 9000') })],
    [
      'a program that crashed',
      { program: '1/web crashed' },
      async (fleet) => ({
        'COMPUTER_1.md': await pageWith(fleet, 1, `program_web: CRASHED, given up · 0 of 1 · - · since ${at(1)}`),
      }),
    ],
    ['a message', { message: { to: 2, match: '*' } }, async () => ({ 'messages/1_TO_2.md': `## 1 · ${at(1)} · normal\ngo\n\n` })],
  ];
  test.each(cases)('T5.3 %s', async (_what, on, files) => {
    const fleet = await worldOf(2);
    const { world } = fleet;
    const [one, two] = [machineAt(world, 0), machineAt(world, 1)];
    fleet.place([{ id: 'alarm', assign: 1, on, run: 'true' }]);
    for (let round = 0; round < 2; round += 1) for (const it of [two, one]) await it.cycle();
    expect((await world.status()).orders.alarm?.state).not.toBe('BLOCKED');
    forgeLane(fleet, 1, { ...(await files(fleet)) });
    for (let round = 0; round < 3; round += 1) {
      for (const it of [one, two]) await it.cycle();
      world.pass(30_000);
    }
    expect(startsOf(fleet)).toEqual([]);
  });
});

test('T5.3 a lane whose signature somebody took away is answered at once, and once', async () => {
  const fleet = await worldOf(2);
  const { hub } = fleet.world;
  const two = machineAt(fleet.world, 1);
  const before = hub.refs.get(LANE(2)) ?? '';
  hub.setRef(LANE(2), hub.commit(hub.refs.get('refs/heads/main') ?? null, 'no signature\n', hub.filesOf(before)));
  const pushes = two.calls.push;
  for (let round = 0; round < 3; round += 1) await two.cycle();
  expect(two.calls.push - pushes).toBe(1);
});

test('T5.3 a machine signs nothing of what somebody wrote into its page', async () => {
  const fleet = await worldOf(2);
  const one = machineAt(fleet.world, 0);
  const lines = ['lost_2: 9000', 'of_no_version: forged'];
  forgeLane(fleet, 1, { 'COMPUTER_1.md': await pageWith(fleet, 1, ...lines) });
  await one.cycle();
  const page = await pageOf(fleet, 1);
  for (const line of lines) expect(page).not.toContain(line.split(':')[0]);
  expect((await fleet.world.status()).machines[2]?.state).toBe('IDLE');
});

const besidePin = (fleet: SignedWorld, name: string) => {
  const one = machineAt(fleet.world, 0);
  return pinPath(fleet.home(one), fleet.root(one)).replace(/json$/, `${name}.json`);
};

test.each([
  ['', true],
  ['[]', true],
  ['{"1":{}}', true],
  ['', false],
])('T5.3, T11 a machine that cannot read what it signed last pushes nothing (%j, with a key: %s)', async (text, hasKey) => {
  const fleet = await worldOf(1);
  const one = machineAt(fleet.world, 0);
  const whole = one.settings.more;
  const { sealer: _, ...keyless } = whole;
  if (!hasKey) one.settings.more = keyless;
  const path = besidePin(fleet, 'own');
  const own = readFileSync(path, 'utf8');
  const lane = fleet.world.hub.refs.get(LANE(1));
  writeFileSync(path, text);
  fleet.world.pass(3_600_000);
  for (let times = 0; times < 2; times += 1) await expect(one.cycle()).rejects.toThrow(`${path} cannot be read`);
  expect([fleet.world.hub.refs.get(LANE(1)), readFileSync(path, 'utf8')]).toEqual([lane, text]);
  writeFileSync(path, own);
  one.settings.more = whole;
  await one.cycle();
  expect(fleet.world.hub.refs.get(LANE(1))).not.toBe(lane);
});

test.each(['runs', 'lanes', 'own'])('T5.3 nothing of a foreign word is taken over while %s cannot be read', async (name) => {
  const fleet = await worldOf(2);
  const [one, path, log] = [machineAt(fleet.world, 0), besidePin(fleet, name), 'messages/1_TO_2.md'];
  const before = readFileSync(path, 'utf8');
  forgeLane(fleet, 1, { [log]: `## 1 · ${at(1)} · normal\ngo\n\n` });
  const forged = fleet.world.hub.refs.get(LANE(1));
  writeFileSync(path, '');
  for (let times = 0; times < 2; times += 1) await one.cycle();
  expect(fleet.world.hub.refs.get(LANE(1))).toBe(forged);
  writeFileSync(path, before);
  for (let times = 0; times < 2; times += 1) await one.cycle();
  expect(await fleet.world.text(log, LANE(1))).toBeNull();
});

test.each([
  ['says so already', 9, ['lost_3: 9000']],
  ['has a lower number and lives', 1, []],
])('F2, T5.2 a loss is said though a lane that nobody believes %s', async (_how, machine, lines) => {
  const fleet = await worldOf(3);
  const { world } = fleet;
  const [, two] = world.machines.map((_, at) => machineAt(world, at));
  const page = (await pageWith(fleet, 2, ...lines)).replace(/^machine: 2$/m, `machine: ${machine}`).replaceAll('m2', 'x');
  for (let minute = 0; minute < 8; minute += 1) {
    forgeLane(fleet, machine, { [`COMPUTER_${machine}.md`]: page, 'a.md': String(minute) });
    if (machine === 9) await machineAt(world, 0).cycle();
    await two?.cycle();
    world.pass(60_000);
  }
  expect(await pageOf(fleet, machine === 9 ? 1 : 2)).toContain('lost_3: ');
});
