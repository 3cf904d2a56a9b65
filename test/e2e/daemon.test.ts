import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type Going, isAlive, type TestMachine, until } from './fleet.ts';

/** Looks this often, instead of each 15 s and more. */
const SOON = { COORD_LOOK_MS: '400' };
/** Looks at nothing by itself in the time of a test. */
const LATE = { COORD_LOOK_MS: '600000' };

const going: { machine: TestMachine; daemon: Going }[] = [];

afterEach(async () => {
  for (const { machine, daemon } of going.splice(0)) {
    daemon.kill('SIGKILL');
    await daemon.done;
    await machine.coord(['daemon', 'stop']);
  }
  endFleets();
});

/** Runs it, and resolves once it has looked for the first time. */
async function daemonOf(machine: TestMachine, env: Readonly<Record<string, string>>): Promise<Going> {
  const daemon = machine.start(['daemon', 'run'], { env });
  going.push({ machine, daemon });
  await until('its first sync', () => /"nextLook": "/.test(recordOf(machine)) || !isAlive(daemon.pid));
  expect(isAlive(daemon.pid), daemon.said()).toBe(true);
  return daemon;
}

const recordOf = ({ folder }: TestMachine) => {
  const path = join(folder, '.coord', 'daemon.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

describe('the loop', () => {
  test('H3 an order that is pushed to the hub runs without any command, and its end is reported at once', async () => {
    const fleet = createFleet();
    const [pc] = (await fleet.joined('pc')) as [TestMachine];
    const daemon = await daemonOf(pc, SOON);
    fleet.person().order([{ id: 'hello', assign: 'pc', run: 'sleep 2; echo hello >> ran' }]);
    await until('it runs', () => fleet.status().orders.hello?.state === 'IN_PROGRESS');
    await until('its end', () => fleet.status().orders.hello?.state === 'COMPLETED');
    expect(pc.count('ran')).toBe(1);
    daemon.kill('SIGTERM');
    expect((await daemon.done).code).toBe(0);
    expect(daemon.said()).toMatch(/Z synced · started hello\n(.*\n)*.*Z synced · finished hello COMPLETED\n/);
    expect(recordOf(pc)).toBe('');
  });

  test('C6 what is saved in the projection is on the remote without a look', async () => {
    const fleet = createFleet();
    const [pc] = (await fleet.joined('pc')) as [TestMachine];
    await pc.ok('sync');
    await daemonOf(pc, LATE);
    const path = join(pc.folder, 'coordination', 'ORDERS.json');
    const atMs = performance.now();
    writeFileSync(path, JSON.stringify({ version: 1, orders: [{ id: 'saved', assign: 1, run: 'echo saved' }] }));
    await until('it is on main', () => fleet.board('ORDERS.json').includes('"saved"'));
    console.log(`a saved ORDERS.json was on the remote after ${Math.round(performance.now() - atMs)} ms`);
    await until('it ran', () => fleet.status().orders.saved?.state === 'COMPLETED');
  });
});
