import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterAll(endFleets);

const ordersAt = (machine: TestMachine) => join(machine.folder, 'coordination', 'ORDERS.json');

function save(machine: TestMachine, change: (file: { orders: Record<string, unknown>[] }) => void): void {
  const file = JSON.parse(readFileSync(ordersAt(machine), 'utf8').replaceAll(/^ *\/\/.*$/gm, ''));
  change(file);
  writeFileSync(ordersAt(machine), `${JSON.stringify(file, null, 4)}\n`);
}

describe('C6, D5 a file saved in the projection', () => {
  test('lands on main order by order, beside what others changed meanwhile, and keeps their comments', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    const person = fleet.person();
    person.order(
      '{\n  "version": 1,\n  "orders": [\n    // mine\n    { "id": "a", "assign": 1, "run": "echo a" },\n    { "id": "b", "assign": 1, "run": "echo b" }\n  ]\n}\n',
    );
    await mac?.ok('sync');
    if (mac === undefined) throw new Error('no machine');
    save(mac, (file) => {
      file.orders = file.orders.filter((order) => order.id !== 'b');
      file.orders.push({ id: 'here', assign: 1, run: 'echo here' });
      Object.assign(file.orders[0] ?? {}, { title: 'From here' });
    });
    person.push({
      'coordination/ORDERS.json': fleet
        .board('ORDERS.json')
        .replace('"echo b" }', '"echo b" },\n    { "id": "there", "assign": 1, "run": "echo there" }'),
    });
    await mac.ok('sync', '--wait');
    const landed = fleet.board('ORDERS.json');
    expect(landed).toContain('// mine');
    expect(landed).toContain('"title": "From here"');
    const { orders } = fleet.status();
    expect(Object.keys(orders).sort()).toEqual(['a', 'here', 'there']);
    expect(orders.here?.state).toBe('COMPLETED');
    expect(orders.there?.state).toBe('COMPLETED');
    expect(readFileSync(ordersAt(mac), 'utf8').trimEnd()).toBe(landed);
  });

  test('a field that both sides changed stays as main has it, and that is said', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (mac === undefined) throw new Error('no machine');
    fleet.person().order([{ id: 'a', assign: 9, run: 'echo a' }]);
    await mac.ok('sync');
    save(mac, (file) => Object.assign(file.orders[0] ?? {}, { run: 'echo mine', timeout: '5m' }));
    fleet.person().order([{ id: 'a', assign: 9, run: 'echo theirs' }]);
    await mac.ok('sync');
    const [order] = JSON.parse(fleet.board('ORDERS.json')).orders;
    expect(order).toEqual({ id: 'a', assign: 9, run: 'echo theirs', timeout: '5m' });
    const status = await mac.json<{ sync: { lostEdits: { reason: string }[] } }>('status');
    expect(status.sync.lostEdits.map((lost) => lost.reason)).toEqual([
      '"run" of the order "a" was changed on both sides; the repo\'s "echo theirs" stands',
    ]);
  });

  test('that is half-written waits where it is, is said, and is taken once it is whole', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (mac === undefined) throw new Error('no machine');
    const half = '{ "version": 1, "orders": [ { "id": "x", "ass';
    writeFileSync(ordersAt(mac), half);
    const told = await mac.here(['sync']);
    expect(told.stderr).toContain('coordination/ORDERS.json was edited here and not taken');
    expect(readFileSync(ordersAt(mac), 'utf8')).toBe(half);
    expect(fleet.status().orders).toEqual({});
    writeFileSync(ordersAt(mac), '{ "version": 1, "orders": [ { "id": "x", "assign": 1, "run": "echo x" } ] }');
    expect((await mac.here(['sync', '--wait'])).stderr).not.toContain('not taken');
    expect(fleet.status().orders.x?.state).toBe('COMPLETED');
  });

  test('waits in the outbox while the remote is away, and goes out later', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (mac === undefined) throw new Error('no machine');
    fleet.away(true);
    save(mac, (file) => file.orders.push({ id: 'x', assign: 9, run: 'echo x' }));
    expect((await mac.here(['sync'])).code).toBe(4);
    expect((await mac.json('status')).sync.pendingEdits).toHaveLength(1);
    fleet.away(false);
    await mac.ok('sync');
    expect(fleet.status().orders.x?.state).toBe('BLOCKED');
  });

  test('is taken each time, also offline, also while an earlier save is on its way', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (mac === undefined) throw new Error('no machine');
    const order = (id: string) => ({ id, assign: 9, run: `echo ${id}` });
    fleet.away(true);
    for (const id of ['a', 'b', 'c']) {
      save(mac, (file) => file.orders.push(order(id)));
      const told = await mac.here(['sync']);
      expect(told).toMatchObject({ code: 4 });
      expect(told.stderr).not.toContain('not taken');
    }
    fleet.away(false);
    // While the push of one save is under way, a person saves again.
    save(mac, (file) => file.orders.push(order('d')));
    const again = join(fleet.root, 'again.json');
    const { orders } = JSON.parse(readFileSync(ordersAt(mac), 'utf8'));
    writeFileSync(again, JSON.stringify({ version: 1, orders: [...orders, order('e')] }));
    fleet.hook('pre-receive', `#!/bin/sh\n[ -e '${again}' ] && mv '${again}' '${ordersAt(mac)}'\nexit 0\n`);
    await mac.here(['sync']);
    fleet.hook('pre-receive', null);
    expect((await mac.here(['sync'])).stderr).toBe('');
    expect(Object.keys(fleet.status().orders).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(readFileSync(ordersAt(mac), 'utf8').trimEnd()).toBe(fleet.board('ORDERS.json'));
  });

  test('that mends an entry of main which has no id, or an id that stands there twice, is taken', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (mac === undefined) throw new Error('no machine');
    const good = { id: 'a', assign: 9, run: 'echo a' };
    const twice = { id: 'b', assign: 9, run: 'echo b' };
    fleet.person().order([good, { id: 7, run: 'echo 7' }, twice, { ...twice, title: 'again' }]);
    await mac.here(['sync']);
    save(mac, (file) => {
      file.orders = [good, { id: 'seven', assign: 9, run: 'echo 7' }, twice];
    });
    expect((await mac.here(['sync'])).stderr).toBe('');
    expect(JSON.parse(fleet.board('ORDERS.json')).orders).toEqual([good, twice, { id: 'seven', assign: 9, run: 'echo 7' }]);
    expect(fleet.status().faults).toEqual([]);
  });

  test('notes in this machine’s own document are kept and sent; other changes there are undone', async () => {
    const fleet = createFleet();
    const [mac] = await fleet.joined('mac');
    if (mac === undefined) throw new Error('no machine');
    const path = join(mac.folder, 'coordination', 'COMPUTER_1.md');
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replace('<!-- notes -->\n', '<!-- notes -->\nThe fan is loud.\n').replace('name: mac', 'name: nobody'),
    );
    await mac.ok('sync');
    expect(fleet.board('COMPUTER_1.md')).toContain('<!-- notes -->\nThe fan is loud.\n<!-- /notes -->');
    expect(fleet.board('COMPUTER_1.md')).toContain('name: mac');
    expect(readFileSync(path, 'utf8')).toContain('The fan is loud.');
    expect(readFileSync(path, 'utf8')).toContain('name: mac');
  });
});
