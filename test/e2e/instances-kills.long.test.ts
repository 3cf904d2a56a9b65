import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stampedProcesses } from '../../src/system/process/process-table.ts';
import { endFleets, until } from './fleet.ts';
import { daemonOf, LATE, machines, machineWith, programOf, stateOf } from './instances-parts.ts';

afterAll(async () => {
  const all = machines.splice(0);
  await Promise.all(all.map((machine) => machine.coord(['daemon', 'stop'])));
  await Promise.all(all.map((machine) => machine.coord(['instance', 'stop', '--all'])));
  endFleets();
});

test.concurrent.each([
  'program-noted',
  'program-spawned',
])('L2 a daemon that is killed at %s: the next one starts the program, or finds it, and never has two', async (step) => {
  const { pc } = await machineWith('instances:\n  single: { command: "echo begun; exec sleep 1000" }\n');
  const first = pc.start(['daemon', 'run'], { env: { ...LATE, COORD_CRASH_AT: step } });
  expect(await first.done).toMatchObject({ code: null });
  const second = daemonOf(pc);
  await until('it runs', () => second.said().includes('program single: ONLINE'));
  expect(await pc.ok('instance', 'logs', 'single')).toBe('begun\n');
  const { key } = JSON.parse(readFileSync(join(pc.folder, '.coord', 'programs', 'by-name', 'single', 'note.json'), 'utf8'));
  expect(stampedProcesses(key)).toEqual([(await stateOf(pc, 'single'))?.pid]);
});

test.concurrent('C4a a program that comes and goes has its daemon sync, and fetch nothing', async () => {
  const { fleet, pc } = await machineWith('');
  const [ill, looks] = [join(pc.folder, 'ill'), join(pc.folder, 'looks')];
  const entry = `{ managed: false, health: { command: "echo >> ${looks}; test ! -e ${ill}", every: 1s } }`;
  writeFileSync(join(pc.folder, '.coord', 'instances.yaml'), `instances:\n  watched: ${entry}\n`);
  const daemon = daemonOf(pc);
  await until('it is on the board', () => programOf(fleet, 'watched')?.state === 'ONLINE');
  const syncs = () => JSON.parse(readFileSync(join(pc.folder, '.coord', 'daemon.json'), 'utf8')).syncs as number;
  const fetchedMs = () => statSync(join(pc.folder, '.coord', 'clone.git', 'FETCH_HEAD')).mtimeMs;
  const looked = () => statSync(looks).size;
  const times = () => daemon.said().match(/program watched: (DEGRADED|ONLINE)/g)?.length ?? 0;
  /** Whether the daemon synced for both, and fetched nothing. */
  const comesAndGoes = async () => {
    const [fetched, begun, seen] = [fetchedMs(), syncs(), times()];
    for (const [turn, change] of [() => writeFileSync(ill, ''), () => rmSync(ill)].entries()) {
      change();
      await until('it is seen', () => times() === seen + turn + 1);
      // Longer than it takes for a state to be told.
      const before = looked();
      await until('it stays so', () => looked() >= before + 3);
    }
    await until('the daemon has synced for both', () => syncs() >= begun + 2);
    return fetchedMs() === fetched;
  };
  // The daemon looks every 15 s besides (H3), and a slow computer takes longer for one turn.
  let quiet = await comesAndGoes();
  for (let more = 0; !quiet && more < 4; more += 1) quiet = await comesAndGoes();
  expect(quiet).toBe(true);
  daemon.kill('SIGTERM');
  await daemon.done;
});
