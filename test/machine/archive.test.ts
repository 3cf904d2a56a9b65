import { describe, expect, test } from 'vitest';
import { acceptOrRestoreMain } from '../../src/machine/reading/main-rewritten.ts';
import { archived, atTheDoor, DAY_MS, days, listed, ran, run } from './archive-days.ts';
import { createFleet, quiet } from './world.ts';

describe('D11: ended orders leave the list after `keep`', () => {
  test('D11 after 30 days and a day to gather, in one commit of one machine, with their entry', async () => {
    const world = await ran(
      [run('a', { title: 'Á "quoted" one' }), run('b', { assign: 'any' }), run('open', { assign: 9 })],
      '30d',
    );
    await days(world, 30);
    expect(await listed(world)).toEqual(['a', 'b', 'open']);
    await days(world, 2);
    expect(await listed(world)).toEqual(['open']);
    expect(await archived(world)).toMatchObject([
      { id: 'a', state: 'COMPLETED', machine: 1, entry: run('a', { title: 'Á "quoted" one' }) },
      { id: 'b', state: 'COMPLETED', entry: run('b', { assign: 'any' }) },
    ]);
    expect(Object.keys((await world.status()).orders)).toEqual(['open']);
    const before = world.hub.refs.get('refs/heads/main');
    await quiet(world);
    expect(world.hub.refs.get('refs/heads/main')).toBe(before);
  });

  test('D11 `keep` in fleet.yaml says how long; a value that cannot be read keeps the last good one', async () => {
    const world = await ran([run('a')], '5d');
    await days(world, 1);
    world.person({ 'fleet.yaml': 'keep: soon\nheartbeat: 24h\n' });
    await days(world, 3);
    expect(await listed(world)).toEqual(['a']);
    await days(world, 3);
    expect(await listed(world)).toEqual([]);
  });

  test('D11 what somebody needs stays: what an order comes after or watches, what a feature counts', async () => {
    const world = await ran([
      run('first'),
      run('counted', { feature: 'login' }),
      run('watched'),
      run('later', { after: ['first'], assign: 9 }),
      run('told', { on: { completed: 'watched' } }),
      run('to-do', { feature: 'login', assign: 9 }),
      run('nightly', { schedule: '0 3 * * *' }),
      run('newcomers', { assign: 'all', joiners: true }),
    ]);
    await days(world, 6);
    expect(await listed(world)).toEqual(['first', 'counted', 'watched', 'later', 'told', 'to-do', 'nightly', 'newcomers']);
    expect((await world.status()).faults).toEqual([]);
  });

  test('D11.3 D10 a feature leaves when all of it has ended, a task of a spec once it is ticked', async () => {
    const spec = (box: string) =>
      `---\nmvp: Login\n---\n\n## Tasks\n\n- [${box}] Form\n  - id: form\n  - assign: 1\n  - run: true\n`;
    const task = run('login-form', { spec: 'specs/login.md' });
    const chain = {
      id: 'c',
      assign: 1,
      feature: 'x',
      steps: [
        { id: 'one', run: 'false' },
        { id: 'two', run: 'true' },
      ],
      cancelled: true,
    };
    const world = await ran([run('a', { feature: 'x' }), run('b', { feature: 'x', schedule: '0 3 * * *' }), chain, task]);
    world.person({ 'specs/login.md': spec(' ') });
    await days(world, 6);
    expect(await listed(world)).toEqual(['b', 'login-form']);
    expect((await world.status()).progress).toMatchObject({ mvps: [{ name: 'Login', done: 1, total: 1, percent: 100 }] });
    world.person({ 'specs/login.md': spec('x') });
    await days(world, 3);
    expect(await listed(world)).toEqual(['b']);
    expect((await world.status()).progress).toMatchObject({ mvps: [{ name: 'Login', done: 1, total: 1, percent: 100 }] });
  });

  test('D11 failed and cancelled ones go too; a run of which nobody knows the end stays', async () => {
    const world = await createFleet(2);
    world.person({ 'fleet.yaml': 'keep: 2d\nheartbeat: 24h\n' });
    world.script('bad', () => ({ ms: 1000, exitCode: 3 }));
    world.script('cut', () => ({ ms: 3_600_000, exitCode: 0 }));
    world.orders([run('never', { cancelled: true }), run('bad'), run('cut', { assign: 2 })]);
    for (let round = 0; round < 3; round += 1) await quiet(world);
    const [, two] = world.machines;
    if (two !== undefined) world.reboot(two);
    await quiet(world);
    await days(world, 6);
    expect(await listed(world)).toEqual(['cut']);
    expect((await archived(world)).map(({ id, state }) => `${id} ${state}`)).toEqual(['never CANCELLED', 'bad FAILED']);
  });

  test('D11.3 an order for all of which one end is unknown stays, also where the others failed', async () => {
    const world = await createFleet(2);
    world.person({ 'fleet.yaml': 'keep: 2d\nheartbeat: 24h\n' });
    const [, two] = world.machines;
    // The first machine fails at once; the second one goes down under it.
    let runs = 0;
    world.script('pull', () => (runs++ === 0 ? { ms: 1000, exitCode: 3 } : { ms: 3_600_000, exitCode: 0 }));
    world.orders([run('pull', { assign: 'all' })]);
    for (let round = 0; round < 3; round += 1) await quiet(world);
    if (two !== undefined) world.reboot(two);
    await quiet(world);
    await days(world, 6);
    expect((await world.status()).orders.pull).toMatchObject({ state: 'FAILED', machines: { '2': { code: 'interrupted' } } });
    expect(await listed(world)).toEqual(['pull']);
  });

  test('D11 what never began goes also where all behind it that ended stays', async () => {
    const open = run('open', { feature: 'login', assign: 9 });
    const world = await ran([run('never', { assign: 9, cancelled: true }), run('counted', { feature: 'login' }), open]);
    await days(world, 6);
    expect(await listed(world)).toEqual(['counted', 'open']);
    expect(await archived(world)).toMatchObject([{ id: 'never', state: 'CANCELLED', endedAt: null }]);
    // Every machine goes on.
    for (const machine of world.machines) expect((await machine.cycle()).push).not.toMatchObject({ main: 'refused' });
  });

  test('D11.3 what an order names that was changed since the day before stays with it', async () => {
    const { world, one } = await atTheDoor([run('a'), run('b', { after: ['a'] })]);
    world.orders([run('a'), run('b', { after: ['a'], title: 'mine' })]);
    await one.cycle();
    expect(await listed(world)).toEqual(['a', 'b']);
    await days(world, 2);
    expect(await listed(world)).toEqual([]);
  });

  test('D11.7 a large list sheds what ended first before `keep` is over; what needs a person stays', async () => {
    const large = (id: string, more: object = {}) => run(id, { env: { TEXT: 'x'.repeat(30_000) }, ...more });
    const world = await createFleet(2);
    world.person({ 'fleet.yaml': 'keep: 30d\nheartbeat: 24h\n' });
    world.script('bad', () => ({ ms: 1000, exitCode: 3 }));
    const ids = Array.from({ length: 19 }, (_, at) => `job-${at + 10}`);
    const placed: object[] = [large('bad'), large('waits', { after: ['job-11'], assign: 9 })];
    // One after the other, so that it is known which ended first.
    for (const id of ids) {
      placed.push(large(id));
      world.orders(placed);
      await quiet(world);
    }
    await days(world, 1);
    expect(await listed(world)).toHaveLength(21);
    await days(world, 2);
    const left = await listed(world);
    expect(left).toEqual(['bad', 'waits', 'job-11', ...ids.slice(-5)]);
    expect((await archived(world)).map(({ id }) => id)).toEqual(ids.filter((id) => !left.includes(id)));
    // It is short enough now: the others have their 30 days.
    await days(world, 5);
    expect(await listed(world)).toEqual(left);
    expect((await world.status()).faults).toEqual([]);
  });

  test('D11.7 a list of half the size keeps all of it for `keep`', async () => {
    const world = await ran(
      [...'abcd'].map((id) => run(id, { env: { TEXT: 'x'.repeat(120_000) } })),
      '30d',
    );
    await days(world, 6);
    expect(await listed(world)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('D11 a chain goes whole, once all of it has ended', async () => {
    const steps = [
      { id: 'one', run: 'true' },
      { id: 'two', run: 'true' },
    ];
    const world = await ran([{ id: 'chain', assign: 1, steps }]);
    await days(world, 6);
    expect(await listed(world)).toEqual([]);
    expect(await archived(world)).toMatchObject([{ id: 'chain', state: 'COMPLETED', entry: { steps } }]);
  });

  test('D11, O8 an archived id that a person lists again runs nothing by itself, and is not taken off again', async () => {
    const world = await ran([run('a', { run: 'echo' })]);
    await days(world, 6);
    expect(await listed(world)).toEqual([]);
    world.orders([run('a', { run: 'echo' })]);
    await days(world, 4);
    expect((await world.status()).orders.a).toMatchObject({ state: 'BLOCKED' });
    expect(await listed(world)).toEqual(['a']);
    expect(world.machines[0]?.runner.starts.map(({ order }) => order)).toEqual(['a']);
  });

  test('D11 a person edits an entry while it is archived: what they wrote stands, and is not archived', async () => {
    const { world, one } = await atTheDoor();
    one.line.beforePush = async () => {
      one.line.beforePush = null;
      world.orders([run('a', { generation: 2 }), run('b')]);
    };
    expect((await one.cycle()).push).toMatchObject({ main: 'refused' });
    expect(await listed(world)).toEqual(['a', 'b']);
    await days(world, 1);
    expect(await listed(world)).toEqual(['a']);
    expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED', generation: 2 });
    expect((await archived(world)).map(({ id }) => id)).toEqual(['b']);
  });

  test('D11 a person’s edit through the machine that archives goes first', async () => {
    const { world, one } = await atTheDoor();
    await one.edit({ kind: 'set', id: 'a', field: 'generation', value: 2 });
    await one.cycle();
    await days(world, 1);
    expect(await listed(world)).toEqual(['a']);
    expect((await archived(world)).map(({ id }) => id)).toEqual(['b']);
    expect(one.state().lostEdits).toEqual([]);
  });

  test('D11 a pause through the machine that archives goes first too, and is in force', async () => {
    const { world, one } = await atTheDoor();
    await one.edit({ kind: 'pause', id: '2', until: null, note: '' });
    await one.cycle();
    expect(await world.text('fleet.yaml')).toContain('paused');
    await days(world, 1);
    expect(await listed(world)).toEqual([]);
  });

  test('D11 what somebody has changed since the day before is archived a day later', async () => {
    const { world, one } = await atTheDoor();
    world.orders([run('a', { title: 'mine' }), run('b')]);
    await one.cycle();
    expect(await listed(world)).toEqual(['a']);
    await days(world, 2);
    expect(await archived(world)).toMatchObject([{ id: 'b' }, { id: 'a', entry: { title: 'mine' } }]);
  });

  test('D11 two machines that both take themselves for the lowest live one archive once', async () => {
    const { world, one, two } = await atTheDoor();
    one.line.beforePush = async () => {
      one.line.beforePush = null;
      // Machine 2 sees the other one stand still for days, and archives meanwhile.
      for (let day = 0; day < 4; day += 1) {
        world.pass(DAY_MS);
        await two.cycle();
      }
      expect(await listed(world)).toEqual([]);
    };
    await one.cycle();
    await days(world, 3);
    expect((await archived(world)).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await listed(world)).toEqual([]);
  });

  test('D11, D7 a clock that is a year ahead archives nothing early, while another machine lives', async () => {
    const world = await ran([run('a')], '30d');
    const [one] = world.machines;
    if (one !== undefined) world.setClock(one, 365 * DAY_MS);
    await days(world, 5);
    expect(await listed(world)).toEqual(['a']);
    expect(one?.state().archiveFrom).toBeUndefined();
  });

  test('D11, R3a a rollback of main over an archive: once a person takes it as it is, nothing runs again', async () => {
    const world = await ran([run('a')]);
    await days(world, 2);
    const before = world.hub.refs.get('refs/heads/main') ?? '';
    await days(world, 4);
    expect(await listed(world)).toEqual([]);
    world.hub.setRef('refs/heads/main', before);
    await days(world, 1);
    expect(world.machines.every((machine) => machine.state().rewritten !== null)).toBe(true);
    for (const { machine, journal, state } of world.machines)
      await journal.save((await acceptOrRestoreMain(machine().ledger, state())).state);
    await days(world, 4);
    // O8: a machine has seen it leave.
    expect((await world.status()).orders.a).toMatchObject({ state: 'BLOCKED' });
    expect(await archived(world)).toEqual([]);
    expect(world.machines[0]?.runner.starts).toHaveLength(1);
  });

  test('D11 a part that is full, or that no one can read, is left as it is: the month goes on in the next', async () => {
    const world = await ran([run('a')]);
    world.person({ 'archive/2026-11.jsonl': `${'x'.repeat(1_048_500)}\n` });
    await days(world, 6);
    expect(await archived(world, '2026-11.2')).toMatchObject([{ id: 'a' }]);
    expect(await listed(world)).toEqual([]);
  });

  test('D11, F4 where machines fold onto a branch of their own, main is people’s alone', async () => {
    const world = await createFleet(2);
    world.person({ 'fleet.yaml': 'board: coord-board\nkeep: 2d\n' });
    world.orders([run('a')]);
    for (let round = 0; round < 4; round += 1) await quiet(world);
    await days(world, 6);
    expect(await listed(world)).toEqual(['a']);
  });
});
