// Bad days of people in a signed fleet: agents that are not there or locked, passphrases, two roots at once, the last root key lost.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets, type Fleet, until } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { keyOf } from './people.ts';
import { signedFleet } from './signed-fleet.ts';

const agents: ChildProcess[] = [];
afterEach(() => {
  for (const agent of agents.splice(0)) agent.kill();
  endFleets();
});

/** A real ssh-agent of this test; returns its socket. */
async function agentIn(fleet: Fleet): Promise<string> {
  const socket = join(fleet.root, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  agents.push(agent);
  await until('ssh-agent answers', () => {
    try {
      execFileSync('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
      return true;
    } catch (error) {
      // 1 = it has no keys.
      return (error as { status: number }).status === 1;
    }
  });
  return socket;
}

/** `ssh-add` with what is asked for given by a program. */
function sshAdd(fleet: Fleet, socket: string, args: readonly string[], secret = 'secret'): void {
  const askpass = join(fleet.root, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho ${secret}\n`);
  chmodSync(askpass, 0o700);
  const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'x' };
  execFileSync('ssh-add', args, { env, stdio: 'ignore' });
}

test('T1 ssh-agent signs; where it is locked, or not there, the order waits and people are told', async () => {
  const { fleet, mac, pc } = await signedFleet();
  const socket = await agentIn(fleet);
  const key = join(mac.home, '.ssh', 'id_ed25519');
  sshAdd(fleet, socket, [key]);
  // The agent has it now, and nobody else.
  rmSync(key);
  rmSync(`${key}.pub`);
  const add = (id: string, agent: string) =>
    mac.coord(['order', 'add', id, '--for', '2', `echo ${id} >> ran`], { env: { SSH_AUTH_SOCK: agent } });
  expect((await add('by-agent', socket)).code).toBe(0);
  sshAdd(fleet, socket, ['-x']);
  const locked = await add('locked', socket);
  const gone = await add('gone', join(fleet.root, 'no-agent'));
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('by-agent\n');
  for (const { code, stdout, stderr } of [locked, gone])
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('waits for a signature')]);
  sshAdd(fleet, socket, ['-X']);
  expect((await mac.coord(['sign', '--yes'], { env: { SSH_AUTH_SOCK: socket } })).code).toBe(0);
  await pc.ok('sync', '--wait');
  expect(pc.count('ran')).toBe(3);
});

test('T1 a key with a passphrase, off a terminal: the command says so at once, and the order waits', async () => {
  const { fleet, mac, pc } = await signedFleet();
  const key = join(mac.home, '.ssh', 'id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret', '-f', key]);
  const added = await mac.coord(['order', 'add', 'job', '--for', '2', 'echo job >> ran']);
  expect(added.stderr).toContain('it has a passphrase, and there is no terminal to ask for it');
  expect(added.stderr).not.toContain('secret');
  await mac.ok('sync');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  expect(fleet.status().orders.job?.reason).toContain('nobody signed job');
  const socket = await agentIn(fleet);
  sshAdd(fleet, socket, [key]);
  expect((await mac.coord(['sign', 'job', '--yes'], { env: { SSH_AUTH_SOCK: socket } })).code).toBe(0);
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('job\n');
});

test('T2 two root people at once: one version lands, the other one is told, and says it again', async () => {
  const { fleet, mac, pc } = await signedFleet();
  const ben = keyOf(pc);
  await mac.ok('trust', 'add', 'ben', `${ben}.pub`, '--role', 'root,order,approve');
  await pc.ok('sync');
  const [eve, dan] = ['eve', 'dan'].map((name) => `${keyOf({ home: join(fleet.root, 'keys') }, 'ed25519', name)}.pub`) as [
    string,
    string,
  ];
  const both = await Promise.all([mac.coord(['trust', 'add', 'eve', eve]), pc.coord(['trust', 'add', 'dan', dan])]);
  const failed = both.filter(({ code }) => code !== 0);
  expect(failed.length).toBeLessThan(2);
  if (failed.length === 1) {
    const [who, name, file] = both[0]?.code === 0 ? ([pc, 'dan', dan] as const) : ([mac, 'eve', eve] as const);
    await who.ok('trust', 'add', name, file);
  }
  await Promise.all([mac.ok('sync'), pc.ok('sync')]);
  for (const machine of [mac, pc]) expect(await machine.ok('trust')).toMatch(/version 5[\s\S]*eve|version 5[\s\S]*dan/);
  expect(await mac.ok('trust')).toBe(await pc.ok('trust'));
});

test('T10 the last root key is lost: coord trust reset on each machine, and a new trust is founded', async () => {
  const { fleet, mac, pc, thief } = await signedFleet();
  const key = join(mac.home, '.ssh', 'id_ed25519');
  rmSync(key);
  rmSync(`${key}.pub`);
  await mac.ok('order', 'add', 'job', '--for', '2', 'echo job >> ran');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('');
  keyOf(mac);
  expect(await mac.ok('trust', 'reset', '--yes')).toContain('coordination/trust/');
  await pc.ok('trust', 'reset', '--yes');
  // The old versions stand on the board until people take them away.
  const versions = fleet.git('ls-tree', '--name-only', 'main:coordination/trust').split('\n');
  thief.push(Object.fromEntries(versions.map((name) => [`coordination/trust/${name}`, null])));
  await mac.ok('trust', 'on', '--yes', '--name', 'anna');
  await pc.ok('trust', 'on', '--yes');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('job\n');
});

test('T2 a fleet goes over while orders run, machine by machine, and back: nothing is lost', async () => {
  const { mac, pc } = await two();
  keyOf(mac);
  for (const id of ['a', 'b']) await mac.ok('order', 'add', id, '--for', '2', `echo ${id} >> ran`);
  await mac.ok('trust', 'on', '--yes', '--name', 'anna');
  await pc.ok('sync', '--wait');
  await mac.ok('order', 'add', 'c', '--for', '2', '--after', 'b', 'echo c >> ran');
  await pc.ok('trust', 'on', '--yes');
  await pc.ok('sync', '--wait');
  await pc.ok('trust', 'off');
  await mac.ok('trust', 'off');
  await mac.ok('order', 'add', 'd', '--for', '2', 'echo d >> ran');
  await pc.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran').split('\n').filter(Boolean).sort()).toEqual(['a', 'b', 'c', 'd']);
});
