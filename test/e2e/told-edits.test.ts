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
    const ran = await mac.coord(['run', 'mac', '--wait-timeout', '1s', '--', 'echo ghost >> ghost']);
    expect(ran.stderr).toContain('waits for a person to mend ORDERS.json line 2');
    expect(ran.stderr).not.toContain('no order');
    const [id = ''] = Object.keys((await mac.json('status')).orders);
    expect((await mac.json('status')).orders[id]).toMatchObject({
      state: 'BLOCKED',
      reason: expect.stringContaining('not on main yet: it waits for a person to mend ORDERS.json line 2'),
    });
    expect(await mac.ok('cancel', id)).toContain(`cancelled ${id}`);
    expect(await mac.ok('order', 'add', 'kept', '--for', 'mac', '--', 'echo x >> kept')).toContain('waits for a person to mend');
    expect((await mac.coord(['doctor'])).stdout).toContain('they wait for ORDERS.json line 2');
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
  const again = await mac.coord(['order', 'add', 'same', '--for', '9', '--', 'echo other']);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('there is an order "same" already') });
  expect(await mac.ok('status')).not.toContain('not done');
  expect((await mac.coord(['sync'])).stderr).not.toContain('not done');
  expect((await mac.coord(['doctor'])).stdout).not.toContain('there is an order "same"');
});
