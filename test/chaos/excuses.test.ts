// What counts as a reason in `npm run chaos`, and what its witnesses read: runs' own files, and whose processes live.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chanceOf } from './chance.ts';
import { createComputer, type Ended } from './computer.ts';
import { createExcuses, type Happened } from './excuses.ts';
import { killAllOf, processesOf } from './processes.ts';
import { createWork, type Job, type Told } from './work.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-chaos-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Syncs every three seconds, each of which pushes, for m1 and m2 all the time. */
const busy = Array.from({ length: 60 }, (_, at) => ({ beganMs: at * 3_000, endedMs: at * 3_000 + 900 }));
const quietFrom = (fromMs: number, toMs: number) => busy.filter(({ endedMs }) => endedMs < fromMs || endedMs > toMs);
const after = (more: Partial<{ [key in keyof Happened]: [string, unknown][] }>) => {
  const map = (key: keyof Happened) => new Map((more[key] ?? []) as [string, never][]);
  const goodSyncs = new Map([['m1', busy], ['m2', busy], ...map('goodSyncs')]);
  return createExcuses({
    ...{ runKills: map('runKills'), powerCuts: map('powerCuts'), holders: map('holders'), computers: ['m1', 'm2'] },
    ...{ goodSyncs, laneMoves: new Map([...goodSyncs].map(([name, syncs]) => [name, syncs.map(({ endedMs }) => endedMs)])) },
  });
};
const run: Told = { order: 'a', attempt: 1, machine: 'm1', beganMs: 60_000, lastSignMs: 65_000, outcome: null };
const shared: Job = { id: 'a', attempts: 3, machine: null, fails: 0, entry: {}, placedMs: 50_000 };
const own: Job = { ...shared, machine: 1 };

test('S3, O5 chaos: a run is cut off by a kill of it or its computer while it lives, or by its lease', () => {
  expect(after({}).cutOff(shared, run)).toBe(false);
  expect(after({ runKills: [['a', [62_000]]] }).cutOff(shared, run)).toBe(true);
  expect(after({ runKills: [['b', [62_000]]] }).cutOff(shared, run)).toBe(false);
  expect(after({ powerCuts: [['m1', [67_000]]] }).cutOff(shared, run)).toBe(true);
  for (const ms of [50_000, 69_000]) expect(after({ powerCuts: [['m1', [ms]]] }).cutOff(shared, run)).toBe(false);
  expect(after({ powerCuts: [['m2', [62_000]]] }).cutOff(shared, run)).toBe(false);
  const silent = after({ goodSyncs: [['m1', quietFrom(50_000, 66_000)]] });
  expect(after({ goodSyncs: [['m1', quietFrom(56_000, 66_000)]] }).cutOff(shared, run)).toBe(false);
  expect([silent.cutOff(shared, run), silent.cutOff(own, run)]).toEqual([true, false]);
});

test('S2, S4 chaos: an attempt follows a success only where its record was hit, or nobody could say it', () => {
  expect(after({ powerCuts: [['m1', [65_500]]] }).endUnknown(run)).toBe(true);
  expect(after({ powerCuts: [['m1', [62_000]]] }).endUnknown(run)).toBe(false);
  const next: Told = { ...run, attempt: 2, machine: 'm2', beganMs: 110_000 };
  const away = (toMs: number) => after({ goodSyncs: [['m1', quietFrom(64_000, toMs)]] });
  expect(away(112_000).endUntold(run, next)).toBe(true);
  // It came back, and had said so long before.
  expect(away(80_000).endUntold(run, next)).toBe(false);
  expect(after({}).endUntold(run, next)).toBe(false);
  expect(away(112_000).endUntold(run, { ...next, machine: 'm1' })).toBe(false);
});

test('O4 chaos: an attempt that never began is its holder’s, where somebody saw who that was', () => {
  const cut = { powerCuts: [['m2', [70_000]]] as [string, unknown][] };
  expect(after({}).neverBegan(shared, 1, 50_000, 90_000)).toBe(false);
  expect(after(cut).neverBegan(shared, 1, 50_000, 90_000)).toBe(true);
  expect(after(cut).neverBegan(shared, 1, 75_000, 90_000)).toBe(false);
  expect(after({ ...cut, holders: [['a/1', 'm1']] }).neverBegan(shared, 1, 50_000, 90_000)).toBe(false);
  expect(after({ ...cut, holders: [['a/1', 'm2']] }).neverBegan(shared, 1, 50_000, 90_000)).toBe(true);
  expect(after(cut).neverBegan(own, 1, 50_000, 90_000)).toBe(false);
  expect(after({ runKills: [['a', [70_000]]] }).neverBegan(own, 1, 50_000, 90_000)).toBe(true);
});

test.skipIf(process.platform !== 'linux')('chaos: what a run told is read back, whatever became of it', async () => {
  const work = createWork(root, 8, chanceOf(1));
  const { entry } = work.next();
  const [, script = '', folder = ''] = /^exec (\S+) (\S+)/.exec((entry as { run: string }).run) ?? [];
  const play = async (machine: string, attempt: number, fails: number) => {
    const env = { PATH: process.env.PATH, HOME: join(root, machine, 'home'), COORD_ORDER: 'a', COORD_GENERATION: '1' };
    const child = spawn(script, [folder, '1', String(fails)], { env: { ...env, COORD_ATTEMPT: String(attempt) } });
    await once(child, 'exit');
  };
  const sinceMs = Date.now();
  await Promise.all([play('m1', 1, 1), play('m2', 2, 1)]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a.1.3.m4.77'), `${sinceMs}000000\nalive\n`);
  const told = work.told().sort((a, b) => a.attempt - b.attempt);
  expect(told.map(({ order, attempt, machine, outcome }) => [order, attempt, machine, outcome])).toEqual([
    ['a', 1, 'm1', 'fail'],
    ['a', 2, 'm2', 'end'],
    ['a', 3, 'm4', null],
  ]);
  expect(told[2]?.beganMs).toBeCloseTo(sinceMs, 1);
  for (const { beganMs, lastSignMs } of told.slice(0, 2)) {
    expect(beganMs).toBeGreaterThanOrEqual(sinceMs - 1);
    expect(lastSignMs - beganMs).toBeGreaterThanOrEqual(490);
  }
});

test.skipIf(process.platform !== 'linux')(
  'chaos: how a sync ended is told apart: by itself, a stray signal, a kill, or its computer',
  async () => {
    const program = join(root, 'program.mjs');
    // The last word is the subcommand.
    writeFileSync(
      program,
      "if (process.argv.at(-1) === 'dies') process.kill(process.pid, 'SIGABRT');\nelse if (process.argv.at(-1) === 'ends') process.exit(4);\nsetInterval(() => {}, 1000);\n",
    );
    const computer = createComputer(root, 1, program, chanceOf(1));
    expect(await computer.coord('ends')).toMatchObject({ code: 4, endedBy: null });
    expect(await computer.coord('dies')).toMatchObject({ code: null, signal: 'SIGABRT', endedBy: null });
    const going = computer.coord('waits');
    computer.cutPower(100);
    expect(await going).toMatchObject({ signal: 'SIGKILL', endedBy: 'power' });
    const ended: Ended[] = [];
    computer.powerOn();
    await computer.cron(
      () => ended.length > 0,
      () => 200,
      (end) => ended.push(end),
    );
    expect(ended).toMatchObject([{ signal: 'SIGKILL', endedBy: 'kill' }]);
    // Out of memory: the system's own.
    const outside = computer.coord('waits');
    for (const pid of processesOf(computer.at)) process.kill(pid, 'SIGKILL');
    expect(await outside).toMatchObject({ signal: 'SIGKILL', endedBy: null });
  },
);

test.skipIf(process.platform !== 'linux')(
  'chaos: a computer’s processes are its own, and not the host’s part of its pushes',
  async () => {
    const mine = join(root, 'm1');
    const sleeper = (name: string, mark: string) =>
      spawn('sh', ['-c', 'echo up; sleep 60; :', name], {
        env: { PATH: process.env.PATH, AT: mark },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const all = [sleeper('run', `${mine}/home`), sleeper('git-receive-pack', `${mine}/home`), sleeper('run', `${mine}2/home`)];
    try {
      await Promise.all(all.map(({ stdout }) => once(stdout, 'data')));
      const pids = all.map(({ pid }) => pid ?? 0);
      const seen = processesOf(mine);
      expect(pids.map((pid) => seen.includes(pid))).toEqual([true, false, false]);
      const ended = once(all[0] as (typeof all)[0], 'exit');
      killAllOf(mine);
      await ended;
      expect(processesOf(mine)).toEqual([]);
      expect(all.slice(1).map(({ exitCode, signalCode }) => [exitCode, signalCode])).toEqual([
        [null, null],
        [null, null],
      ]);
    } finally {
      for (const folder of [mine, `${mine}2`]) killAllOf(folder);
      // What it started sleeps on without its shell.
      for (const child of all) child.kill('SIGKILL');
      for (const pid of processesOf(root)) process.kill(pid, 'SIGKILL');
    }
  },
);
