// kill -9 where only a command of its own comes by: what a person was told, or was not told yet, is made good by the next sync. And the
// list of such points is held: each is killed by some test.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ELSEWHERE, OF_TABLE, OF_WATCHDOG, stepsInSource } from './crash-steps.ts';
import { endFleets } from './fleet.ts';
import { two } from './two.ts';

afterEach(endFleets);

/** Tests that kill: real processes by the program's own hook, or cycles in memory. */
const KILLS = /COORD_CRASH_AT|killedCycle/;

test('C2 every named point that a plain sync does not reach has a test of its own; none is listed twice', () => {
  const folders = ['e2e', 'features', 'machine'].map((name) => join(import.meta.dirname, '..', name));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const tests = files.filter((path) => path.endsWith('.test.ts')).map((path) => readFileSync(path, 'utf8'));
  const killing = tests.filter((text) => KILLS.test(text));
  expect(ELSEWHERE.filter((name) => !killing.some((text) => text.includes(`'${name}'`)))).toEqual([]);
  const listed = [...OF_WATCHDOG, ...OF_TABLE, ...ELSEWHERE];
  expect(listed.length).toBe(new Set(listed).size);
  expect(listed.filter((name) => !stepsInSource().includes(name))).toEqual([]);
});

test('docs: how many named points there are, and where each is killed', () => {
  const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'reliability.md'), 'utf8');
  const all = stepsInSource().length;
  expect(docs).toContain(`the other ${ELSEWHERE.length} of the ${all} in the source`);
  expect(docs).toContain(`kill -9 at each of ${all - ELSEWHERE.length} named points`);
});

test('C2, M1, D5, P1, M6, I4 killed in inbox, order, pause, emergency, remove: the next sync says it', async () => {
  const { fleet, mac, pc } = await two();
  const killed = async (machine: typeof mac, step: string, ...args: string[]) => {
    const done = await machine.coord(args, { env: { COORD_CRASH_AT: step } });
    expect(done, `coord ${args.join(' ')}`).toMatchObject({ code: null });
    return done.stdout;
  };
  const state = () => fleet.status().machines['2']?.state;

  await mac.ok('send', 'pc', 'hello');
  await pc.ok('sync');
  expect(await killed(pc, 'take-recorded', 'inbox', '--take')).toContain('| hello');
  await pc.ok('sync');
  expect(await pc.ok('inbox')).toBe('no unread messages\n');
  await mac.ok('sync');
  expect((await mac.json<{ state: string }[]>('sent')).map((message) => message.state)).toEqual(['read']);

  await killed(pc, 'pause-journaled', 'pause', '--note', 'moving desks');
  expect(await pc.ok('sync')).toContain('paused');
  expect(fleet.status().machines['2']).toMatchObject({ state: 'PAUSED', pauseNote: 'moving desks' });
  await killed(pc, 'pause-journaled', 'resume');
  await pc.ok('sync');
  expect(state()).toBe('IDLE');

  await pc.ok('send', 'mac', 'The disk is failing', '--priority', 'urgent');
  expect(state()).toBe('EMERGENCY');
  await killed(pc, 'emergency-over', 'emergency', '--over');
  await pc.ok('sync');
  expect(state()).toBe('IDLE');

  await killed(mac, 'edit-recorded', 'order', 'add', 'late', '--for', '1', '--', 'true');
  await mac.ok('sync');
  expect(fleet.status().orders.late).toBeDefined();

  await killed(mac, 'removal-pushed', 'machines', 'remove', 'pc', '--again');
  expect(await mac.ok('machines', 'remove', 'pc')).toContain('machine 2 pc has left already');
  await mac.ok('sync');
  expect(state()).toBe('LEFT');
  expect(await pc.coord(['sync'])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('was removed from the fleet by machine 1 mac'),
  });
});
