// What becomes of an edit is told to whoever asked: that it waits, and for what; or that it was refused, once.
import { afterAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets } from './fleet.ts';

afterAll(endFleets);

const BROKEN = '{ "version": 1,\n  "orders": [ { "id": "a" ';

describe('D5 while ORDERS.json on main cannot be read', () => {
  test('what is placed here waits, is listed with what it waits for, and can be taken back', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (mac === undefined) throw new Error('no machine');
    const person = fleet.person();
    person.order(BROKEN);
    const ran = await mac.coord(['run', 'mac', '--', 'echo ghost >> ghost']);
    expect(ran.code, ran.stderr).toBe(5);
    expect(ran.stderr).toContain('waits for a person to fix ORDERS.json line 2');
    expect(ran.stderr).not.toContain('no order');
    const [id = ''] = Object.keys((await mac.json('status')).orders);
    expect((await mac.json('status')).orders[id]).toMatchObject({
      state: 'BLOCKED',
      reason: expect.stringContaining('not on main yet: a person has to fix ORDERS.json line 2'),
    });
    expect(await mac.ok('cancel', id)).toContain(`cancelled ${id}`);
    expect(await mac.ok('order', 'add', 'kept', '--for', 'mac', '--', 'echo x >> kept')).toContain('a person has to fix');
    expect((await mac.here(['doctor'])).stdout).toContain('they wait for ORDERS.json line 2');
    person.order([]);
    await mac.ok('sync', '--wait');
    const { orders } = fleet.status();
    expect([orders[id]?.state, orders.kept?.state]).toEqual(['CANCELLED', 'COMPLETED']);
    expect([mac.count('ghost'), mac.count('kept')]).toEqual([0, 1]);
  });
});

test('D5 a refusal is told to the command that asked, and to nobody after that', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  await mac.ok('order', 'add', 'same', '--for', '9', '--', 'echo x');
  const again = await mac.here(['order', 'add', 'same', '--for', '9', '--', 'echo other']);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('there is an order "same" already') });
  expect(await mac.ok('status')).not.toContain('not done');
  expect((await mac.here(['sync'])).stderr).not.toContain('not done');
  expect((await mac.here(['doctor'])).stdout).not.toContain('there is an order "same"');
});

test('O4a an approval given offline lands on nothing that came meanwhile; its own says what it leads to', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const deploy = (run: string) => ({ id: 'deploy', assign: 1, run, approval: true });
  const person = fleet.person();
  person.order([deploy('echo 1 >> out')]);
  await mac.ok('sync');
  expect(await mac.ok('approve')).toMatch(/^ORDER .*\ndeploy .*waits for approval; coord approve deploy\n$/);
  fleet.away(true);
  expect(await mac.here(['approve', 'deploy'])).toMatchObject({ code: 0 });
  fleet.away(false);
  person.order([deploy('echo 2 >> out')]);
  await mac.ok('sync', '--wait');
  expect([mac.count('out'), fleet.status().orders.deploy?.state]).toEqual([0, 'BLOCKED']);
  expect(await mac.ok('status')).toContain('approve deploy: deploy was changed since you saw it');
  // What this machine showed last is what is approved; anything else asks again.
  person.order([deploy('echo 3 >> out')]);
  expect(await mac.here(['approve', 'deploy'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('order deploy was changed since this machine last showed it'),
  });
  expect(await mac.ok('approve', 'deploy')).not.toContain('waits for approval');
  expect(await mac.ok('approve')).toBe('no order waits for approval\n');
  await mac.ok('sync', '--wait');
  expect(mac.read('out')).toBe('3\n');
});

test('O8 an order that was removed and is placed again runs again, and that is said', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const place = () => mac.ok('order', 'add', 'slow', '--for', 'mac', '--', 'echo x >> out');
  await place();
  await mac.ok('sync', '--wait');
  await mac.ok('order', 'remove', 'slow');
  expect(await place()).toContain('generation 2, because 1 has run before');
  await mac.ok('sync', '--wait');
  expect([mac.count('out'), fleet.status().orders.slow?.state]).toEqual([2, 'COMPLETED']);
  // Taken out and put back by hand: that may be either, and a person says which.
  const person = fleet.person();
  person.order([]);
  await mac.ok('sync');
  person.order([{ id: 'slow', assign: 'mac', run: 'echo x >> out', generation: 2 }]);
  await mac.ok('sync');
  expect(await mac.ok('status')).toContain('coord order resolve slow --completed');
  await mac.ok('order', 'resolve', 'slow', '--completed');
  await mac.ok('sync', '--wait');
  expect([mac.count('out'), fleet.status().orders.slow?.state]).toEqual([2, 'COMPLETED']);
});
