// What `coord run`, `coord wait` and `coord logs -f` tell a person who waits at a terminal, of work on another machine: one fleet, whose
// other machine syncs when the test says so.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';

let fleet: Fleet;
let mac: TestMachine;
let pc: TestMachine;

beforeAll(async () => {
  fleet = createFleet();
  [mac, pc] = (await fleet.calm('mac', 'pc')) as [TestMachine, TestMachine];
});
afterAll(() => endFleets());

/** The order that `coord run` has placed and nobody has read yet. */
function placed(): string | null {
  return /"id": "(run-[^"]*)"/.exec(fleet.board('ORDERS.json'))?.[1] ?? null;
}

async function untilPlaced(): Promise<string> {
  await until('the order is on the hub', () => placed() !== null);
  return placed() ?? '';
}

const LINES = Array.from({ length: 3000 }, (_, at) => `line ${at + 1}`);
const PRINT = `i=1; while [ $i -le ${LINES.length} ]; do echo "line $i"; i=$((i+1)); done`;

test('O4a wait ends with 5 on an order that only a person can move, and names the command', async () => {
  await mac.ok('order', 'add', 'deploy', '--for', 'pc', '--approval', '--', 'true');
  const waited = await mac.here(['wait', 'deploy']);
  expect(waited.code, waited.stderr).toBe(5);
  expect(waited.stderr).toContain('order deploy waits for a person: ');
  expect(waited.stderr).toContain('coord approve deploy');
  await mac.ok('order', 'remove', 'deploy');
});

test('O18 wait ends with 5 on a question, with the command that answers it', async () => {
  const program = join(pc.home, '.local', 'bin', 'claude');
  mkdirSync(join(program, '..'), { recursive: true });
  mkdirSync(join(pc.home, 'work'));
  const standIn = join(import.meta.dirname, '..', 'features', 'agents', 'stand-in.mjs');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  chmodSync(program, 0o755);
  await pc.ok('allow', 'agent');
  await pc.ok('allow', 'folder', '~/work');
  fleet.person().order([{ id: 'look', assign: 'pc', agent: 'claude', prompt: 'wonders', cwd: '~/work' }]);
  await pc.ok('sync', '--wait');
  const waited = await mac.here(['wait', 'look']);
  expect(waited.code, waited.stderr).toBe(5);
  expect(waited.stderr).toContain('Which port?');
  expect(waited.stderr).toContain('coord answer look');
  fleet.person().order([]);
});

test('run ends with 5 where the machine does not allow it, names the command; the order stays', async () => {
  await pc.ok('deny', 'shell');
  await pc.ok('sync');
  const run = mac.start(['run', 'pc', '--', 'echo', 'refused']);
  const id = await untilPlaced();
  await pc.ok('sync');
  const done = await run.done;
  expect(done.code, done.stderr).toBe(5);
  expect(done.stderr).toContain(`order ${id} waits for a person: `);
  expect(done.stderr).toContain('coord allow shell');
  expect(done.stderr).toContain(`it stays: coord cancel ${id}`);
  expect(placed()).toBe(id);
  await mac.ok('order', 'remove', id);
  await pc.ok('allow', 'shell');
  await pc.ok('sync');
});

test('Ctrl-C of run ends with 130, the order stays; logs -f follows it and prints what is reported', async () => {
  const run = mac.start(['run', 'pc', '--', 'echo', 'after all']);
  const id = await untilPlaced();
  // Beyond the edit: it waits.
  await until('it waits', () => run.noted().includes(`${id} `) && run.noted().split('\n').length > 2);
  run.kill('SIGINT');
  const done = await run.done;
  expect(done.code, done.stderr).toBe(130);
  expect(done.stderr).toContain(`order ${id} stays: coord cancel ${id}`);
  const follows = mac.start(['logs', '-f', id]);
  await until('it follows', () => follows.noted().includes(id));
  await pc.ok('sync', '--wait');
  const followed = await follows.done;
  expect(followed).toMatchObject({ code: 0, stdout: 'after all\n' });
  // What shows it leaves it where it is.
  expect(placed()).toBe(id);
  await mac.ok('order', 'remove', id);
});

test('where the remote goes away, wait says once that it goes on, and once that it answers again', async () => {
  fleet.person().order([{ id: 'late', assign: 'pc', run: 'exit 3' }]);
  await mac.ok('sync');
  const waits = mac.start(['wait', 'late']);
  await until('it waits', () => waits.noted().includes('late'));
  fleet.away(true);
  await until('it says so', () => waits.noted().includes('this waits until it is back, and the order stays after Ctrl-C'));
  fleet.away(false);
  await until('it says so', () => waits.noted().includes('the remote answers again'));
  await pc.ok('sync', '--wait');
  const { code, stderr } = await waits.done;
  expect([code, stderr.split('was not reached').length - 1, stderr.split('answers again').length - 1]).toEqual([1, 1, 1]);
  expect(stderr).toMatch(/late .*FAILED.* · on 2 · exit code 3/);
  fleet.person().order([]);
});

test('run prints all of what ran here, and the end of what ran elsewhere, with the place of the rest', async () => {
  expect(await mac.coord(['run', 'mac', '--', PRINT])).toMatchObject({ code: 0, stdout: `${LINES.join('\n')}\n` });
  const run = mac.start(['run', 'pc', '--', PRINT]);
  const id = await untilPlaced();
  await pc.ok('sync', '--wait');
  const { code, stdout, stderr } = await run.done;
  expect(code, stderr).toBe(0);
  const [, ...told] = stdout.trimEnd().split('\n');
  expect(told.length).toBeGreaterThan(3);
  expect(told).toEqual(LINES.slice(-told.length));
  expect(stderr).toContain(`the last lines from machine 2; the whole log, on that machine: coord logs ${id}`);
  // The command helps after the order has left the list, too.
  expect(await pc.ok('logs', id)).toBe(`${LINES.join('\n')}\n`);
});
