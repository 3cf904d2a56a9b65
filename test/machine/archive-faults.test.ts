// D11.3: what an entry needs that cannot be read stays until a person has corrected it.
import { describe, expect, test } from 'vitest';
import { days, listed, ran, run } from './archive-days.ts';
import { quiet } from './world.ts';

describe('D11.3, D4.5 an entry that cannot be obeyed keeps what it names', () => {
  test.each([
    ['a bad timeout', [{ id: 'deploy', assign: 1, run: 'true', after: ['build'], timeout: 'soon' }]],
    ['an `after` that is no list', [{ id: 'deploy', assign: 1, run: 'true', after: 'test, Build' }]],
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
