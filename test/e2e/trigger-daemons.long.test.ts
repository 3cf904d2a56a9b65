// Triggers (O19) with daemons: one urgent message that moves programs, machines, git and orders; messages and crashed programs that start orders.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { shellWord } from '../../src/core/base/shell-word.ts';
import { createFleet, endFleets, type Fleet, mainPath, type TestMachine, until } from './fleet.ts';

const machines: TestMachine[] = [];

afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.coord(['daemon', 'stop', '--runs'])));
  await Promise.all(machines.map((machine) => machine.coord(['instance', 'stop', '--all'])));
  endFleets();
});

const SOON = { COORD_LOOK_MS: '400' };
const PATIENT_MS = 60_000;

async function withDaemons(...names: readonly string[]): Promise<{ fleet: Fleet; all: TestMachine[] }> {
  const fleet = createFleet();
  const all = await fleet.joined(...names);
  machines.push(...all);
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
  return { fleet, all };
}

async function watched(machine: TestMachine): Promise<void> {
  const daemon = machine.start(['daemon', 'run'], { env: SOON });
  await until('its first sync', () => daemon.said().includes('watches over'));
}

const told = ({ root }: Fleet): string[] =>
  existsSync(join(root, 'told')) ? readFileSync(join(root, 'told'), 'utf8').trim().split('\n') : [];

test.concurrent('O19, M6, M8: one urgent message moves programs, machines, git, and orders, once each', async () => {
  const { fleet, all } = await withDaemons('mac', 'pc', 'box');
  const [mac, pc, box] = all as [TestMachine, TestMachine, TestMachine];
  // Each machine has two programs, which are known once they have asked for messages.
  for (const it of all) for (const program of ['builder', 'watcher']) await it.coord(['bus', 'take', program]);
  const coord = [process.execPath, mainPath].map(shellWord).join(' ');
  const here = shellWord(fleet.root);
  const programs = `COORD_HOME=${here}/$COORD_MACHINE_NAME/coord ${coord} --dir ${here}/$COORD_MACHINE_NAME/fleet send $COORD_MACHINE/all "$COORD_EVENT_TEXT" --priority urgent`;
  const say = (what: string) => `echo "${what} on $COORD_MACHINE: $COORD_EVENT_TEXT" >> ${here}/told`;
  fleet.person().order([
    { id: 'stabilise', assign: 'all', on: { emergency: 'any' }, run: `${say('stabilise')} && ${programs}` },
    { id: 'act', assign: 'pc', on: { emergency: 'box' }, run: say('act') },
    { id: 'after', assign: 'mac', on: { completed: 'act' }, run: say('after') },
  ]);
  for (const it of all) await it.ok('sync');
  await Promise.all(all.map(watched));
  // One message of one program there, and nothing else of anybody.
  const sent = await box.coord(['send', 'all', 'The disk is failing', '--from', 'watcher', '--priority', 'urgent']);
  expect(sent.code, sent.stderr).toBe(0);
  await until('all orders have run', () => told(fleet).length >= 5, PATIENT_MS);
  const ended = () => ['stabilise', 'act', 'after'].every((id) => fleet.status().orders[id]?.state === 'COMPLETED');
  await until('git says so', ended, PATIENT_MS);
  expect(told(fleet).sort()).toEqual([
    expect.stringMatching(/^act on 2: .*The disk is failing$/),
    expect.stringMatching(/^after on 1: /),
    ...[1, 2, 3].map((machine) => expect.stringMatching(new RegExp(`^stabilise on ${machine}: .*The disk is failing$`))),
  ]);
  expect(fleet.board('messages/3_TO_ALL.md')).toMatch(/## 1 · \S+ · urgent\n(?:.*\n)*.*The disk is failing/);
  expect(fleet.status()).toMatchObject({ machines: { 3: { state: 'EMERGENCY' } } });
  expect(fleet.board('README.md')).toMatch(/> \*\*Needs you\*\*\n>\n> - \*\*3 box\*\*: EMERGENCY/);
  for (const it of [mac, pc]) expect(await it.ok('inbox')).toContain('The disk is failing');
  // Each program of each machine was told; the one that called knows it already.
  for (const it of all)
    for (const program of ['builder', 'watcher'])
      expect((await it.coord(['bus', 'take', program])).stdout, `${program} of ${it.name}`).toContain('The disk is failing');
  // It stands, and is no second event.
  for (const it of [...all, ...all]) await it.ok('sync');
  expect(told(fleet)).toHaveLength(5);
});

test.concurrent('O19.15: a message whose first line fits starts an order; others, and those of before, do not', async () => {
  const { fleet, all } = await withDaemons('mac', 'pc');
  const [mac, pc] = all as [TestMachine, TestMachine];
  await mac.ok('send', 'pc', 'deploy before');
  const run = `echo "$COORD_EVENT_KIND of $COORD_EVENT_MACHINE: $COORD_EVENT_TEXT" >> ${join(fleet.root, 'told')}`;
  await mac.ok('order', 'add', 'deploy', '--for', 'pc', '--on', 'message pc deploy *', '--', run);
  expect(JSON.parse(fleet.board('ORDERS.json')).orders[0].on).toEqual({ message: { to: 'pc', match: 'deploy *' } });
  for (const it of all) await it.ok('sync');
  await watched(pc);
  await mac.ok('send', 'pc', 'good morning');
  await mac.ok('send', 'pc', 'Deploy web to the test server');
  await until('it runs', () => told(fleet).length === 1, PATIENT_MS);
  fleet.person().push({ 'coordination/messages/0_TO_2.md': '## deploy docs\n\nThank you.\n' });
  await until('it runs again', () => told(fleet).length === 2, PATIENT_MS);
  await until('it is said', () => fleet.status().orders.deploy?.state === 'COMPLETED', PATIENT_MS);
  for (const it of all) await it.ok('sync');
  expect(told(fleet)).toEqual(['message of 1: Deploy web to the test server', 'message of 0: deploy docs']);
  expect(fleet.status().orders.deploy).toMatchObject({ on: 'message pc deploy *' });
});

test.concurrent('O19.16: a local service that was given up starts an order on another machine', async () => {
  const { fleet, all } = await withDaemons('mac', 'pc');
  const [mac, pc] = all as [TestMachine, TestMachine];
  const [flag, file] = [join(fleet.root, 'break'), join(fleet.root, 'told')];
  const builder = `until [ -e ${flag} ]; do sleep 0.1; done; exit 3`;
  writeFileSync(join(pc.folder, '.coord', 'instances.yaml'), `instances:\n  builder: { command: ${JSON.stringify(builder)} }\n`);
  const run = `echo "$COORD_EVENT_MACHINE: $COORD_EVENT_TEXT" >> ${file}`;
  await mac.ok('order', 'add', 'mend', '--for', 'mac', '--on', 'program pc/builder given up', '--', run);
  for (const it of all) await it.ok('sync');
  await Promise.all(all.map(watched));
  await until('it is up', () => /program_builder: "?ONLINE/.test(fleet.board('COMPUTER_2.md')), PATIENT_MS);
  appendFileSync(flag, '');
  await until('the order runs', () => told(fleet).length === 1, PATIENT_MS);
  await until('it is said', () => fleet.status().orders.mend?.state === 'COMPLETED', PATIENT_MS);
  for (const it of [...all, ...all]) await it.ok('sync');
  expect(told(fleet)).toEqual([expect.stringMatching(/^2: builder: ended with exit code 3; gave up after 3 restarts/)]);
});
