// T5.2: attacks by what a lane says that nobody vouches for, in memory: it lets nothing go, now or once it is gone again.
import { afterEach, describe, expect, test } from 'vitest';
import { machineAt, ORIGIN_MS } from '../../../machine/world.ts';
import { endWorlds, forgeLane, LANE, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const startsOf = ({ world }: SignedWorld) => world.machines.flatMap(({ runner }) => runner.starts.map(({ order }) => order));
const at = (ms = 0) => new Date(ORIGIN_MS + ms).toISOString();

interface Told {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly state?: 'COMPLETED' | 'FAILED';
}

const endOf = (order: string, { outputs = {}, state = 'COMPLETED' }: Told = {}) => ({
  ...{ order, generation: 1, attempt: 1, startedAt: at(1), finishedAt: at(2), state },
  ...{ exitCode: state === 'COMPLETED' ? 0 : 1, reason: null, tail: '', outputs },
});

const results = (machine: number, ended: readonly object[]) =>
  JSON.stringify({ machine, running: [], waiting: [], ended, older: [], before: [] });

/** COMPUTER_2.md as another number, or as it is, with lines more. */
async function pageOf({ world }: SignedWorld, machine: number, ...lines: readonly string[]): Promise<string> {
  const page = (await world.text('COMPUTER_2.md', LANE(2))) ?? '';
  return page.replace(/^machine: 2$/m, [`machine: ${machine}`, ...lines].join('\n'));
}

function withoutTrace({ world }: SignedWorld, machine: number): void {
  world.hub.setRef(LANE(machine), null);
  world.person({ [`COMPUTER_${machine}.md`]: null, [`results/${machine}.json`]: null });
}

describe('T5.2 an event that somebody made up starts nothing, also once nothing tells of it any more', () => {
  const alarm = (on: object) => ({ id: 'alarm', assign: 1, on, run: 'true' });
  const train = { id: 'train', assign: 2, approval: true, run: 'true' };
  const cases: readonly (readonly [what: string, on: object, machine: number, files: (fleet: SignedWorld) => Promise<object>])[] =
    [
      ['an end', { completed: 'train' }, 2, async () => ({ 'results/2.json': results(2, [endOf('train')]) })],
      [
        'an end on a machine that is none',
        { completed: 'train' },
        9,
        async (fleet) => ({ 'COMPUTER_9.md': await pageOf(fleet, 9), 'results/9.json': results(9, [endOf('train')]) }),
      ],
      [
        'an emergency',
        { emergency: 'any' },
        2,
        async (fleet) => ({ 'COMPUTER_2.md': await pageOf(fleet, 2, 'emergency: fire', `emergency_since: ${at()}`) }),
      ],
      [
        'a loss of a machine that lives',
        { lost: 'any' },
        9,
        async (fleet) => ({ 'COMPUTER_9.md': await pageOf(fleet, 9, 'lost_2: 9000') }),
      ],
    ];
  test.each(cases)('%s', async (_what, on, machine, files) => {
    const fleet = await worldOf(2);
    const { world } = fleet;
    const [one, two] = [machineAt(world, 0), machineAt(world, 1)];
    fleet.place([alarm(on), train]);
    const rounds = async (count: number) => {
      for (let round = 0; round < count; round += 1) {
        for (const it of [two, one]) await it.cycle();
        world.pass(30_000);
      }
    };
    await rounds(2);
    forgeLane(fleet, machine, { ...(await files(fleet)) });
    await one.cycle();
    expect(startsOf(fleet)).toEqual([]);
    // Machine 2 puts its own word back, and the other lane is taken away.
    if (machine !== 2) withoutTrace(fleet, machine);
    await rounds(4);
    expect((await world.text('results/2.json', LANE(2))) ?? '').not.toContain('finishedAt');
    expect(startsOf(fleet)).toEqual([]);
  });
});

test('T5.2 an event that somebody made up, and that then comes true, is taken once', async () => {
  const fleet = await worldOf(2);
  const [one, two] = [machineAt(fleet.world, 0), machineAt(fleet.world, 1)];
  fleet.place([
    { id: 'alarm', assign: 1, on: { completed: 'train' }, run: 'true' },
    { id: 'train', assign: 2, run: 'true' },
  ]);
  await one.cycle();
  forgeLane(fleet, 2, { 'results/2.json': results(2, [endOf('train')]) });
  await one.cycle();
  for (let round = 0; round < 3; round += 1) for (const it of [two, one]) await it.cycle();
  expect(startsOf(fleet)).toEqual(['train', expect.stringMatching(/^alarm@/)].sort());
});

test('T5.2 an order does not begin by an occurrence of what it comes after that somebody made up', async () => {
  const fleet = await worldOf(2);
  const { world } = fleet;
  const one = machineAt(world, 0);
  fleet.place([
    { id: 'nightly', assign: 2, schedule: '0 3 * * *', run: 'true' },
    { id: 'then', assign: 1, after: ['nightly'], run: 'true' },
  ]);
  await one.cycle();
  forgeLane(fleet, 2, { 'results/2.json': results(2, [endOf('nightly@20261120T0300Z')]) });
  await one.cycle();
  expect(startsOf(fleet)).toEqual([]);
  expect((await world.status()).orders.then?.reason).toContain('this machine does not believe what ');
});

test('T5.2 a step gets nothing of an earlier step that somebody made up', async () => {
  const fleet = await worldOf(2);
  const { world } = fleet;
  const [one, two] = [machineAt(world, 0), machineAt(world, 1)];
  const outputs = { url: 'honest' };
  world.script('site.1', () => ({ ms: 0, exitCode: 0, outputs }));
  fleet.place([
    {
      id: 'site',
      steps: [
        { assign: 2, run: 'build' },
        { assign: 2, run: 'check' },
        { assign: 1, run: 'publish' },
      ],
    },
  ]);
  one.settings.blocked.set('site.3', 'for this test');
  for (let round = 0; round < 4; round += 1) for (const it of [two, one]) await it.cycle();
  expect(startsOf(fleet)).toEqual(['site.1', 'site.2']);
  forgeLane(fleet, 9, {
    'COMPUTER_9.md': await pageOf(fleet, 9),
    'results/9.json': results(9, [{ ...endOf('site.1', { outputs: { url: 'forged' } }), attempt: 2 }]),
  });
  one.settings.blocked.clear();
  await one.cycle();
  expect(one.runner.starts).toEqual([]);
  withoutTrace(fleet, 9);
  await one.cycle();
  expect(one.runner.starts.map(({ order, env }) => [order, env.COORD_FROM_1_URL])).toEqual([['site.3', 'honest']]);
});

test('T5.2 a machine that somebody calls lost does not count on from the beat that was made up', async () => {
  const fleet = await worldOf(2);
  const two = machineAt(fleet.world, 1);
  forgeLane(fleet, 9, { 'COMPUTER_9.md': await pageOf(fleet, 9, 'lost_2: 1000000000000') });
  const [before, pushes] = [two.state().beat, two.calls.push];
  for (let minute = 0; minute < 10; minute += 1) {
    await two.cycle();
    fleet.world.pass(60_000);
  }
  expect(two.state().beat - before).toBeLessThan(12);
  expect(two.calls.push - pushes).toBeLessThan(12);
});
