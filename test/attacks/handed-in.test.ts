// O10.13, O10.14: text that people and agents hand in is cleaned before it is on main, and not sent while nobody can tell what the secrets are.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from '../e2e/fleet.ts';
import { ask, connect, endClients } from '../e2e/mcp-client.ts';

const standIn = join(import.meta.dirname, '..', 'features', 'agents', 'stand-in.mjs');
const SECRET = 'correct-horse-battery';
const UNTOLD = 'the secrets of this computer cannot be told';

let fleet: Fleet;
let pc: TestMachine;
let keys: string;
beforeEach(async () => {
  fleet = createFleet();
  [pc] = (await fleet.calm('pc', 'mac')) as [TestMachine];
  keys = join(pc.coordHome, 'keys.env');
  writeFileSync(keys, `TOKEN=${SECRET}\n`);
  const policy = join(pc.coordHome, 'policy.yaml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/^( +)slots:/m, `$1secrets: [${keys}]\n$1slots:`));
});
afterEach(async () => {
  await endClients();
  endFleets();
});

const onHub = () => fleet.git('log', '--all', '--patch');
/** As an agent that works in the fleet folder appends it. */
function saves(text: string, log = '1_TO_2.md'): void {
  const folder = join(pc.folder, 'coordination', 'messages');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, log), text);
}

test('O10.14 known secrets are hidden in messages, however they are handed in, and in notes', async () => {
  await pc.ok('send', '2', `by a person ${SECRET}`);
  await pc.ok('emergency', `first ${SECRET}`);
  await pc.ok('pause', '--note', `noted ${SECRET}`);
  await pc.ok('resume');
  const client = await connect(pc);
  expect(await ask(client, 'send_message', { to: 0, body: `by an agent ${SECRET}` })).toMatchObject({ isError: false });
  expect(fleet.board('messages/1_TO_2.md')).toContain('by a person [redacted]');
  expect(fleet.board('messages/1_TO_0.md')).toContain('by an agent [redacted]');
  await pc.ok('sync');
  const log = join(pc.folder, 'coordination', 'messages', '1_TO_2.md');
  saves(`${readFileSync(log, 'utf8')}\nsaved ${SECRET}\n`);
  await pc.ok('sync');
  expect(fleet.board('messages/1_TO_2.md')).toContain('saved [redacted]');
  expect(onHub()).not.toContain(SECRET);
});

test('O10.13 no message is sent while the secrets cannot be told; what was saved waits, and a pause goes', async () => {
  renameSync(keys, `${keys}.away`);
  expect(await pc.here(['send', '2', `by a person ${SECRET}`])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining(UNTOLD),
  });
  const client = await connect(pc);
  const refused = await ask(client, 'send_message', { to: 0, body: SECRET });
  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining(UNTOLD) });
  saves(`saved ${SECRET}\n`);
  saves(`## It burns: ${SECRET} · urgent\n`, '1_TO_ALL.md');
  await pc.here(['pause', '--note', `noted ${SECRET}`]);
  await pc.here(['emergency', `burns ${SECRET}`]);
  await pc.here(['sync']);
  expect(fleet.board('COMPUTER_1.md')).toMatch(new RegExp(`emergency.*${UNTOLD}`, 'i'));
  expect(fleet.board('COMPUTER_1.md')).toContain('PAUSED');
  expect(onHub()).not.toContain(SECRET);
  expect(fleet.board('messages/1_TO_ALL.md')).toMatch(new RegExp(`urgent\n.*${UNTOLD}`));
  expect(() => fleet.board('messages/1_TO_2.md')).toThrow();
  renameSync(`${keys}.away`, keys);
  await pc.ok('sync');
  expect(fleet.board('messages/1_TO_2.md')).toContain('saved [redacted]');
});

test('O10.14 a text without secrets stays as it was written, and one behind an overwritten line is found', async () => {
  const body = 'a\u001b[7mb\u202ec\r\nd';
  await pc.ok('send', '2', body);
  await pc.ok('send', '2', `${SECRET}\rover it`);
  expect(fleet.board('messages/1_TO_2.md')).toContain(body);
  expect(onHub()).not.toContain(SECRET);
});

test('O10.14 known secrets are hidden in an answer to an agent', async () => {
  const program = join(pc.home, '.local', 'bin', 'claude');
  mkdirSync(dirname(program), { recursive: true });
  mkdirSync(join(pc.home, 'work'));
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  chmodSync(program, 0o755);
  await pc.ok('allow', 'agent');
  await pc.ok('allow', 'folder', '~/work');
  fleet.person().order([{ id: 'look', assign: 1, agent: 'claude', prompt: 'wonders', cwd: '~/work' }]);
  expect(await pc.ok('sync', '--wait')).toContain('Which port?');
  await pc.ok('answer', 'look', `8900 ${SECRET}`);
  expect(onHub()).toContain('8900 [redacted]');
  expect(onHub()).not.toContain(SECRET);
});
