// What `coord doctor` says of a hub, and what leaving with one that runs would lose.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { guest, startHub } from './hub-world.ts';

let pc: TestMachine;

beforeAll(async () => {
  [pc] = (await createFleet().calm('pc')) as [TestMachine];
});

afterAll(endFleets);

interface Check {
  readonly id: string;
  readonly state: string;
  readonly found: string;
}
const check = async () => {
  const { stdout } = await pc.coord(['doctor', '--json']);
  return (JSON.parse(stdout) as Check[]).find(({ id }) => id === 'hub');
};

test('no guest, a guest without a hub, one that runs, one that was killed, a file that others read', async () => {
  expect(await check()).toMatchObject({ state: 'ok', found: 'nobody is a guest of this machine' });
  await guest(pc, 'kitchen');
  expect(await check()).toMatchObject({ state: 'warning', found: 'no hub runs here for 1 guest' });
  const hub = await startHub(pc);
  expect(await check()).toMatchObject({ state: 'ok', found: `answers on ${hub.record().url}, 1 guest` });
  expect(await pc.coord(['leave', '--purge'])).toMatchObject({ code: 1, stderr: expect.stringContaining('a hub runs here') });
  await hub.end('SIGKILL');
  expect(await check()).toMatchObject({ state: 'warning', found: expect.stringContaining('ended without a word') });
  const guests = join(pc.folder, '.coord', 'hub', 'guests.json');
  chmodSync(guests, 0o644);
  expect(await check()).toMatchObject({ state: 'problem', found: `others on this computer can read ${guests}` });
  writeFileSync(guests, 'broken');
  expect(await check()).toMatchObject({ state: 'problem', found: expect.stringContaining('cannot be read') });
  expect((await pc.coord(['guest', 'list'])).code).toBe(1);
});
