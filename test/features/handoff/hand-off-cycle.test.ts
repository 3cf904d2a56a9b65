// D9 through the real cycle in memory: a hand-off reaches lane and board once, and outlives disks and machines.
import { expect, test } from 'vitest';
import { parseHandOffs } from '../../../src/features/handoff/documents/hand-offs.ts';
import { machineAt as at, createFleet, NEW_FLEET, quiet, type SimMachine } from '../../machine/world.ts';

let ids = 0;

async function handOff(machine: SimMachine, done: string, project = 'example.com/me/app'): Promise<void> {
  const id = `handoff-${++ids}`;
  const recordedAt = new Date(Date.parse('2026-11-20T23:00:00.000Z') + ids).toISOString();
  const texts = { open: null, where: 'branch x', next: `after ${done}` };
  await machine.journal.record({ id, recordedAt, kind: 'handoff', handOff: { project, order: null, done, ...texts } });
}

const done = (text: string | null) => parseHandOffs(text ?? '', 'x').value?.map((it) => it.done);

test('D9 it stands on lane, board and derived page with one push, and then nobody says anything more', async () => {
  const world = await createFleet(2);
  const before = await world.text('README.md');
  expect(before).not.toContain('hand-off');
  expect(await world.text('HANDOFF.md')).toBeNull();
  const { push } = at(world, 0).calls;
  await handOff(at(world, 0), 'the first thing');
  await at(world, 0).cycle();
  expect(at(world, 0).calls.push).toBe(push + 1);
  expect(done(await world.text('handoffs/1.md', 'refs/coord/machines/1'))).toEqual(['the first thing']);
  expect(done(await world.text('handoffs/1.md'))).toEqual(['the first thing']);
  expect(await world.text('HANDOFF.md')).toContain('> the first thing');
  expect(await world.text('README.md')).toContain('[Last hand-offs](HANDOFF.md): **1 m1** example.com/me/app');
  expect((await world.status()).handOffs).toMatchObject([{ machine: 1, text: 'after the first thing' }]);
  expect(at(world, 0).disk.outbox).toEqual([]);
  await quiet(world);
  for (const machine of world.machines) {
    const calls = { ...machine.calls };
    await machine.cycle();
    expect(machine.calls).toEqual({ ...calls, fetch: calls.fetch + 1 });
  }
  await handOff(at(world, 1), 'the second thing');
  await at(world, 1).cycle();
  expect((await world.text('HANDOFF.md'))?.match(/^> the .*$/gm)).toEqual(['> the second thing', '> the first thing']);
});

test('D9 offline it waits in the journal', async () => {
  const world = await createFleet(1);
  at(world, 0).line.offline = true;
  await handOff(at(world, 0), 'written in a train');
  await at(world, 0).cycle();
  at(world, 0).line.offline = false;
  await at(world, 0).cycle();
  expect(done(await world.text('handoffs/1.md'))).toEqual(['written in a train']);
});

test('S5 killed at any step, it is there once', async () => {
  const world = await createFleet(1);
  const machine = at(world, 0);
  await handOff(machine, 'sample');
  world.steps.length = 0;
  await machine.cycle();
  const steps = world.steps.map((step) => step.replace('m1 ', ''));
  expect(steps).toContain('mail-journaled');
  for (const [index, step] of steps.entries()) {
    await handOff(machine, `killed at ${index} ${step}`);
    let count = steps.slice(0, index + 1).filter((it) => it === step).length;
    await machine.killedCycle((it) => {
      if (it === step) count -= 1;
      return count === 0;
    });
    await quiet(world);
  }
  const wanted = steps.map((step, index) => `killed at ${index} ${step}`).reverse();
  expect(done(await world.text('handoffs/1.md'))?.slice(0, Math.min(20, wanted.length))).toEqual(wanted.slice(0, 20));
});

test('I2 a lost disk keeps them, and so does who leaves', async () => {
  const world = await createFleet(2);
  const lost = at(world, 0);
  await handOff(lost, 'before the disk died');
  await lost.cycle();
  lost.disk.state = null;
  lost.disk.outbox = [];
  lost.restart();
  await lost.join(NEW_FLEET, 1);
  await handOff(lost, 'after it');
  await quiet(world);
  expect(done(await world.text('handoffs/1.md'))).toEqual(['after it', 'before the disk died']);
  const since = '2026-11-20T22:00:00.000Z';
  await handOff(lost, 'as the last word');
  await lost.journal.save({ ...lost.state(), leaving: { since, stop: false, landed: false } });
  await quiet(world);
  expect((await world.status()).machines['1']?.state).toBe('LEFT');
  const all = ['as the last word', 'after it', 'before the disk died'];
  expect(done(await world.text('handoffs/1.md'))).toEqual(all);
  expect(done(await world.text('handoffs/1.md', 'refs/coord/machines/1'))).toEqual(all);
});

test('D1 what somebody wrote into the document its owner overwrites; D4 an unreadable one is a fault', async () => {
  const world = await createFleet(2);
  await handOff(at(world, 0), 'mine');
  await quiet(world);
  world.person({ 'handoffs/1.md': 'nobody handed anything off' });
  await handOff(at(world, 0), 'mine again');
  await quiet(world);
  expect(done(await world.text('handoffs/1.md'))).toEqual(['mine again', 'mine']);
  world.person({
    'handoffs/7.md': 'x',
    'COMPUTER_7.md': `${await world.text('COMPUTER_1.md')}`.replace('machine: 1', 'machine: 7'),
  });
  await quiet(world);
  expect((await world.status()).faults).toEqual([]);
  world.person({ 'handoffs/7.md': 'x'.repeat(1_100_000) });
  await handOff(at(world, 0), 'third');
  await quiet(world);
  expect((await world.status()).faults).toMatchObject([{ document: 'handoffs/7.md', level: 'fault' }]);
});
