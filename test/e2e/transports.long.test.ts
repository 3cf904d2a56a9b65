import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { programPath } from '../programs.ts';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';
import { startSshd } from './sshd.ts';

const SSHD = programPath('sshd') ?? undefined;

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
  endFleets();
});

describe('the main job over', () => {
  test('a file:// remote', async () => {
    const fleet = createFleet();
    await playMainJob(fleet, `file://${fleet.hub}`);
  });

  // Where no sshd is installed there is nothing to start.
  test.skipIf(SSHD === undefined)('ssh, with the way to log in that the person has in their own git settings', async () => {
    const fleet = createFleet();
    const { config, end } = await startSshd(SSHD ?? '', fleet.root);
    ends.push(end);
    for (const name of ['mac', 'pc']) {
      writeFileSync(join(fleet.machine(name).home, '.gitconfig'), `[core]\n\tsshCommand = ssh -F ${config}\n`);
    }
    await playMainJob(fleet, `fleethost:${fleet.hub}`);
    end();
    const offline = await fleet.machine('pc').here(['sync']);
    expect(offline.code).toBe(4);
    expect(offline.stderr).toMatch(/not synced with .* \(unsynced since .*refused/i);
  });
});

async function playMainJob(fleet: Fleet, url: string): Promise<void> {
  const [mac, pc] = [fleet.machine('mac'), fleet.machine('pc')];
  await mac.ok('init', url, mac.folder, '--name', 'mac');
  await pc.ok('join', url, pc.folder, '--name', 'pc');
  await pc.ok('allow', 'shell');
  fleet.person().order([{ id: 'hello', assign: 'pc', run: 'echo hello from afar' }]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.hello).toMatchObject({ state: 'COMPLETED', machine: 2, tail: 'hello from afar' });
  await shows(mac, 'hello', 'COMPLETED');
}

async function shows(machine: TestMachine, id: string, state: string): Promise<void> {
  await machine.ok('sync');
  expect((await machine.json('status')).orders[id]?.state).toBe(state);
}
