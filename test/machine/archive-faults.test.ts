// D11: an archive beside mistakes of people, and beside a host that lets one machine do less than another.
import { describe, expect, test } from 'vitest';
import { DOCUMENT_LIMITS } from '../../src/documents/text/limits.ts';
import { archived, DAY_MS, days, listed, ran, run } from './archive-days.ts';
import { quiet, type SimMachine, type World } from './world.ts';

describe('D11.3, D4.5 an entry that cannot be obeyed keeps what it names', () => {
  test.each([
    ['a bad timeout', [{ id: 'deploy', assign: 1, run: 'true', after: ['build'], timeout: 'soon' }]],
    ['an `after` that is no list', [{ id: 'deploy', assign: 1, run: 'true', after: 'test, Build' }]],
    ['an event as the command line has it', [{ id: 'deploy', assign: 1, run: 'true', on: 'completed build' }]],
    ['an event of several', [{ id: 'deploy', assign: 1, run: 'true', on: { completed: 'test, build' } }]],
    ['an event that is misspelled', [{ id: 'deploy', assign: 1, run: 'true', on: { complete: 'build' } }]],
    ['a field that is not known', [{ id: 'deploy', assign: 1, run: 'true', aftr: ['build'] }]],
    ['a field of a later version', [{ id: 'deploy', assign: 1, run: 'true', unless: { ended: ['build'] } }]],
    ['a step of a chain that cannot be read', [{ id: 'deploy', assign: 1, steps: [{ run: 7, after: ['build'] }] }]],
    ['a template that nobody has written', [{ id: 'deploy', use: 'ship', after: ['build'] }]],
    ['a list within the list', [[{ id: 'deploy', assign: 1, run: 'true', after: ['build'] }]]],
    ['an id that is given twice', [run('deploy', { after: ['build'], assign: 9 }), run('deploy')]],
  ])('D11.3 %s', async (_what, wrong) => {
    const world = await ran([run('build'), run('free'), ...wrong]);
    await days(world, 6);
    const left = await listed(world);
    expect(left).toContain('build');
    expect(left).not.toContain('free');
  });

  test('D11.3 once it is corrected it runs, and then both go', async () => {
    const deploy = run('deploy', { after: ['build'] });
    const world = await ran([run('build'), { ...deploy, timeout: 'soon' }]);
    await days(world, 6);
    expect(await listed(world)).toEqual(['build', 'deploy']);
    world.orders([run('build'), deploy]);
    await quiet(world);
    await quiet(world);
    expect((await world.status()).orders.deploy).toMatchObject({ state: 'COMPLETED' });
    await days(world, 6);
    expect(await listed(world)).toEqual([]);
  });

  test('D11.7 a list that is too large keeps it too, although it ended first', async () => {
    const large = Array.from({ length: 19 }, (_, at) => run(`job-${at}`, { env: { TEXT: 'x'.repeat(30_000) } }));
    const world = await ran([...large, run('deploy', { after: ['job-0'], timeout: 'soon' })], '30d');
    await days(world, 3);
    const left = await listed(world);
    expect(left.length).toBeLessThan(12);
    expect(left).toEqual(expect.arrayContaining(['job-0', 'deploy']));
    expect(left).not.toContain('job-1');
  });

  test('D11.3 what it says of its work, and what people note in it, names nothing', async () => {
    const deploy = run('deploy', { run: ['make', 'build'], titel: 'build', 'x-from': 'build', timeout: 'soon' });
    const world = await ran([run('build'), deploy]);
    await days(world, 6);
    expect(await listed(world)).toEqual(['deploy']);
  });
});

describe('D11.8 a machine that cannot archive holds nobody up', () => {
  const MAIN = 'refs/heads/main';

  /** The host takes main from none but the machine. */
  async function daysWithMainFrom(world: World, only: SimMachine, count: number): Promise<void> {
    for (let day = 0; day < count; day += 1) {
      world.pass(DAY_MS);
      for (const machine of [...world.machines, ...world.machines]) {
        world.hub.refuse((ref) => (ref === MAIN && machine !== only ? 'protected branch' : null));
        await machine.cycle();
      }
    }
  }

  test('D11.8, R1a the host refuses main from the lowest: the next one archives, two days later', async () => {
    const world = await ran([run('a'), run('b', { assign: 2 }), run('open', { assign: 9 })]);
    const [, two] = world.machines as [SimMachine, SimMachine];
    await daysWithMainFrom(world, two, 4);
    expect(await listed(world)).toEqual(['a', 'b', 'open']);
    await daysWithMainFrom(world, two, 4);
    expect(await listed(world)).toEqual(['open']);
    expect((await archived(world)).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('D11.8, R1a a machine whose main is refused shows nobody an archive that is none', async () => {
    const world = await ran([run('a')]);
    const [one, two] = world.machines as [SimMachine, SimMachine];
    world.hub.refuse((ref) => (ref === MAIN ? 'protected branch' : null));
    for (let hour = 0; hour < 24 * 6; hour += 1) {
      world.pass(DAY_MS / 24);
      await two.cycle();
      await one.cycle();
    }
    world.pass(DAY_MS / 240);
    const { seen } = await one.cycle();
    expect(seen?.edits.archived).toBeUndefined();
    expect(seen?.edits.snapshot.orders.orders.map(({ id }) => id)).toEqual(['a']);
  });

  test('D11.8 an edit that waits on the lowest until a person mends a document: the next one archives', async () => {
    const world = await ran([run('a')]);
    const [one] = world.machines as [SimMachine, SimMachine];
    const tooLarge = `keep: 2d\n${'#'.repeat(DOCUMENT_LIMITS.sizeBytesMax)}\n`;
    world.person({ 'fleet.yaml': tooLarge });
    await one.edit({ kind: 'pause', id: '2', until: null, note: '' }, { canWait: true });
    await days(world, 4);
    expect([await listed(world), one.state().archiveFrom]).toEqual([['a'], undefined]);
    await days(world, 4);
    expect((await one.cycle()).seen?.edits.held).toHaveLength(1);
    expect([await listed(world), one.state().archiveFrom]).toEqual([[], undefined]);
  });

  test('D11.8 where the lowest archives, no other one looks', async () => {
    const world = await ran(Array.from({ length: 8 }, (_, at) => run(`a${at}`)));
    const [, two] = world.machines as [SimMachine, SimMachine];
    for (let day = 0; day < 8; day += 1) {
      await days(world, 1);
      expect(two.state().archiveFrom, `day ${day}`).toBeUndefined();
    }
    expect(await listed(world)).toEqual([]);
  });
});
