import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunLease } from '../../src/core/model/orders/run-lease.ts';
import { isLeaseOver } from '../../src/core/presence/run-lease.ts';
import { CappedLog } from '../../src/runs/capped-log.ts';
import { runCommand } from '../../src/runs/run-command.ts';
import { openToAppend } from '../../src/system/files/open-file.ts';
import { systemClock } from '../../src/system/time/clock.ts';
import { endOf, exitOf, type Harness, linesOf, openHarness, runToEnd, specOf, survivors, untilLines } from './harness.ts';

let at: Harness;
beforeAll(async () => {
  at = await openHarness();
});
afterAll(() => at.close());

const leaseOf = (forMs: number): RunLease => ({ from: systemClock.now(), forMs });
/** Long enough for a machine that is busy. */
const LONG_MS = 60_000;
const STUBBORN = `trap 'echo heard' TERM; (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done`;

/** Starts a run with a long lease, and waits until it says so in the file. */
async function startUp(file: string, line: string, more: Parameters<typeof specOf>[1] = {}) {
  const spec = specOf(`echo up >> '${at.file(file)}'; ${line}`, { lease: leaseOf(LONG_MS), ...more });
  // A grace that no test waits for: what ends in time was not given it.
  const runner = at.runner({ graceMs: LONG_MS });
  await runner.start(spec);
  await untilLines(at.file(file), 1);
  return { spec, runner, key: spec.key, watchdog: at.watchdogOf(spec.key) };
}

const pastIt = (lease: RunLease) =>
  expect.poll(() => isLeaseOver(lease, systemClock.now()), { timeout: 60_000, interval: 20 }).toBe(true);
const isGone = (pid: number) => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();

describe('O5: the deadline', () => {
  test('is kept by the watchdog when coord is dead', async () => {
    const spec = specOf(STUBBORN, { lease: leaseOf(LONG_MS) });
    const then = `await runner.extend(${JSON.stringify(spec.key)}, { from: clock.now(), forMs: 1500 }); process.kill(process.pid, 'SIGKILL')`;
    expect(spawnSync(process.execPath, [await at.starterOf(spec, then)], { stdio: 'inherit' }).signal).toBe('SIGKILL');
    // Nothing of coord but eyes: no look, which could end a run by itself.
    await expect.poll(() => existsSync(at.paths(spec.key).exit), { timeout: 60_000 }).toBe(true);
    expect(survivors(spec.key)).toEqual([]);
    expect((await endOf(at.runner(), spec.key)).exit).toEqual(exitOf({ why: 'lease', signal: 'SIGKILL' }));
  });

  test('is that of the lease that the run began with, if nobody renews it', async () => {
    const lease = leaseOf(4_000);
    const { exit } = await runToEnd(at.runner(), specOf('sleep 60', { lease }));
    expect(exit).toEqual(exitOf({ why: 'lease', signal: 'SIGKILL' }));
    expect(Date.parse(exit.finishedAt) - lease.from.wallMs).toBeGreaterThanOrEqual(4_000);
    expect(Date.parse(exit.finishedAt) - lease.from.wallMs).toBeLessThan(60_000);
  });

  test('means SIGKILL at once, to a group that ignores SIGTERM and to what left it', async () => {
    const left = process.platform === 'linux' ? `setsid sh -c "trap '' TERM; while :; do sleep 1; done" &` : '';
    const check = { kind: 'line', line: `echo ran >> '${at.file('check')}'` } as const;
    const { runner, key } = await startUp('stubborn', `${left} ${STUBBORN}`, { check });
    await runner.extend(key, leaseOf(500));
    const { exit, tail } = await endOf(runner, key);
    expect(exit).toEqual(exitOf({ why: 'lease', signal: 'SIGKILL' }));
    expect(tail).not.toContain('heard');
    expect(survivors(key)).toEqual([]);
    expect(linesOf(at.file('check'))).toEqual([]);
  });

  test('ends the grace of a run that was asked to stop', async () => {
    const { runner, key } = await startUp('grace', STUBBORN);
    await runner.stop(key, 'cancelled');
    await untilLines(at.paths(key).log, 1);
    await runner.extend(key, leaseOf(500));
    const { exit, tail } = await endOf(runner, key);
    expect(exit).toEqual(exitOf({ why: 'stopped', stop: 'cancelled', signal: 'SIGKILL' }));
    expect(tail).toContain('heard');
    expect(survivors(key)).toEqual([]);
  });

  test('ends a check', async () => {
    const check = { kind: 'line', line: `echo up >> '${at.file('checking')}'; sleep 600` } as const;
    const { runner, key } = await startUp('checked', 'true', { check });
    await untilLines(at.file('checking'), 1);
    await runner.extend(key, leaseOf(500));
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ why: 'lease', exitCode: 0, checkRan: true }));
    expect(survivors(key)).toEqual([]);
  });

  test('ends what a command left behind, which had ended in time', async () => {
    const left = `(trap '' TERM; while :; do sleep 1; done) &`;
    let tookMs = Number.POSITIVE_INFINITY;
    // Left-over processes have three seconds in all, where no lease is over; on a busy computer it may take as long once, and not each time.
    for (let tries = 1; tookMs >= 3_000 && tries <= 5; tries += 1) {
      const leave = at.file(`leave-${tries}`);
      const { runner, key } = await startUp(`left-${tries}`, `${left} while ! [ -e '${leave}' ]; do sleep 0.05; done`);
      const short = leaseOf(1_200);
      await runner.extend(key, short);
      writeFileSync(leave, '');
      const { exit } = await endOf(runner, key);
      if (exit.why === 'lease') continue;
      expect(exit).toEqual(exitOf({ exitCode: 0, leftovers: expect.any(Number) }));
      expect(exit.leftovers).toBeGreaterThan(0);
      tookMs = Date.parse(exit.finishedAt) - short.from.wallMs;
      expect(survivors(key)).toEqual([]);
    }
    expect(tookMs).toBeLessThan(3_000);
  });

  test('a run that ends before it ends as it would without', async () => {
    const { exit } = await runToEnd(at.runner(), specOf('exit 3', { lease: leaseOf(LONG_MS) }));
    expect(exit).toEqual(exitOf({ exitCode: 3 }));
  });
});

describe('O5: renewal', () => {
  test('keeps the run alive past its first deadline', async () => {
    const { runner, key } = await startUp('renewed', `while ! [ -e '${at.file('go')}' ]; do sleep 0.05; done`);
    const short = leaseOf(6_000);
    await runner.extend(key, short);
    await runner.extend(key, leaseOf(LONG_MS));
    // An older one that comes late takes nothing away.
    await runner.extend(key, short);
    await pastIt({ ...short, forMs: 7_000 });
    expect(await runner.look(key)).toEqual({ kind: 'running' });
    writeFileSync(at.file('go'), '');
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ exitCode: 0 }));
    await runner.extend(key, leaseOf(LONG_MS));
    await runner.discard(key);
    await runner.extend(key, leaseOf(LONG_MS));
    await runner.extend('unknown-1.1-x', leaseOf(LONG_MS));
    expect(existsSync(at.paths(key).folder)).toBe(false);
    expect(existsSync(at.paths('unknown-1.1-x').folder)).toBe(false);
  });

  test('of an expired lease changes nothing, though the watchdog has not seen it yet', async () => {
    const { runner, key, watchdog } = await startUp('revive', 'sleep 600');
    const short = leaseOf(500);
    process.kill(watchdog, 'SIGSTOP');
    await runner.extend(key, short);
    await pastIt(short);
    await runner.extend(key, leaseOf(LONG_MS));
    expect(survivors(key).length).toBeGreaterThan(0);
    process.kill(watchdog, 'SIGCONT');
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ why: 'lease', signal: 'SIGKILL' }));
  });

  test('while the watchdog was away counts when it is back', async () => {
    const { runner, key, watchdog } = await startUp('away', `while ! [ -e '${at.file('back')}' ]; do sleep 0.05; done`);
    const short = leaseOf(2_000);
    await runner.extend(key, short);
    process.kill(watchdog, 'SIGSTOP');
    await runner.extend(key, leaseOf(LONG_MS));
    await pastIt(short);
    process.kill(watchdog, 'SIGCONT');
    writeFileSync(at.file('back'), '');
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ exitCode: 0 }));
  });

  test('gives no lease to a run that needs none', async () => {
    const { runner, key } = await startUp('none', 'sleep 1', { lease: null });
    await runner.extend(key, leaseOf(1));
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ exitCode: 0 }));
    expect(existsSync(at.paths(key).lease)).toBe(false);
  });
});

describe('O5: a watchdog that was away, with the laptop for one', () => {
  test('ends the run at once when it comes back past the deadline', async () => {
    const { runner, key, watchdog } = await startUp('asleep', STUBBORN);
    const short = leaseOf(500);
    process.kill(watchdog, 'SIGSTOP');
    await runner.extend(key, short);
    await pastIt(short);
    expect(survivors(key).length).toBeGreaterThan(0);
    process.kill(watchdog, 'SIGCONT');
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ why: 'lease', signal: 'SIGKILL' }));
    expect(survivors(key)).toEqual([]);
  });

  /** A command that ends well while its watchdog is stopped. */
  async function endsUnseen(file: string) {
    const line = `echo $$ > '${at.file(`${file}-pid`)}'; while ! [ -e '${at.file(`${file}-go`)}' ]; do sleep 0.05; done`;
    const check = { kind: 'line', line: `echo ran >> '${at.file(`${file}-check`)}'` } as const;
    const run = await startUp(file, line, { check });
    const pid = Number((await untilLines(at.file(`${file}-pid`), 1))[0]);
    process.kill(run.watchdog, 'SIGSTOP');
    const finish = async () => {
      writeFileSync(at.file(`${file}-go`), '');
      await expect.poll(() => isGone(pid), { timeout: 60_000 }).toMatch(/^Z/);
    };
    return { ...run, finish };
  }

  test('an exit that it sees before the deadline is a normal one', async () => {
    const { runner, key, watchdog, finish } = await endsUnseen('early');
    await finish();
    process.kill(watchdog, 'SIGCONT');
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ exitCode: 0, checkRan: true, checkExitCode: 0 }));
  });

  test('an exit after the deadline is none, though it was 0', async () => {
    const { runner, key, watchdog, finish } = await endsUnseen('late');
    const short = leaseOf(300);
    await runner.extend(key, short);
    await pastIt(short);
    await finish();
    process.kill(watchdog, 'SIGCONT');
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ why: 'lease', exitCode: 0 }));
    expect(linesOf(at.file('late-check'))).toEqual([]);
  });

  test('nor is one before it that was seen after it: nothing proves when it was', async () => {
    const { runner, key, watchdog, finish } = await endsUnseen('unproven');
    await finish();
    const short = leaseOf(300);
    await runner.extend(key, short);
    await pastIt(short);
    process.kill(watchdog, 'SIGCONT');
    expect((await endOf(runner, key)).exit).toEqual(exitOf({ why: 'lease', exitCode: 0 }));
    expect(linesOf(at.file('unproven-check'))).toEqual([]);
  });
});

test('O5: an exit is measured by the clocks at the moment it is seen, not by the next look of a timer', async () => {
  let over = false;
  const now = () => (over ? ({ why: 'lease' } as const) : null);
  const log = new CappedLog(openToAppend(at.file('seen-log')), 1_000);
  const end = runCommand(
    { kind: 'line', line: `while ! [ -e '${at.file('seen')}' ]; do sleep 0.05; done` },
    {
      key: `seen-${process.pid}`,
      folder: at.folder,
      cwd: at.folder,
      env: { PATH: process.env.PATH ?? '' },
      graceMs: LONG_MS,
      // A timer that never comes: it stood still while the laptop slept.
      limits: { termination: new Promise(() => {}), now, leaseIsOver: () => over, close: () => {} },
      log,
      onSpawn() {
        setTimeout(() => {
          over = true;
          writeFileSync(at.file('seen'), '');
        });
      },
    },
  );
  expect(await end).toMatchObject({ kind: 'ended', exitCode: 0, termination: { why: 'lease' } });
  log.close();
});

describe('O5: an expired lease is not started', () => {
  const expired: [string, () => RunLease][] = [
    ['time', () => ({ from: { ...systemClock.now(), wallMs: Date.now() - 1_000 }, forMs: 1_000 })],
    [
      'monotonic time',
      () => ({ from: { ...systemClock.now(), monotonicMs: systemClock.now().monotonicMs - 1_000 }, forMs: 1_000 }),
    ],
    ['another start of the computer', () => ({ from: { ...systemClock.now(), boot: 'another' }, forMs: LONG_MS })],
  ];
  test.each(expired)('by %s: it never began and never will', async (name, lease) => {
    const spec = specOf(`echo ran >> '${at.file(name)}'`, { lease: lease() });
    const runner = at.runner();
    await expect(runner.start(spec)).rejects.toMatchObject({
      code: 'LOCAL_STATE',
      message: expect.stringContaining('the lease of test was over'),
    });
    expect(await runner.look(spec.key)).toEqual({ kind: 'neverBegan' });
    await expect(runner.start({ ...spec, lease: leaseOf(LONG_MS) })).rejects.toMatchObject({ code: 'LOCAL_STATE' });
    expect(linesOf(at.file(name))).toEqual([]);
  });

  test('nor by a watchdog that came so late', async () => {
    const spec = specOf(`echo ran >> '${at.file('latecomer')}'`, { lease: leaseOf(500) });
    const gate = `import { setTimeout as sleep } from 'node:timers/promises';\nawait sleep(1000);\nawait import('./watchdog.mjs');\n`;
    writeFileSync(at.file('late-watchdog.mjs'), gate);
    await expect(at.runner({}, at.file('late-watchdog.mjs')).start(spec)).rejects.toMatchObject({ code: 'LOCAL_STATE' });
    expect(await at.runner().look(spec.key)).toEqual({ kind: 'neverBegan' });
    expect(linesOf(at.file('latecomer'))).toEqual([]);
  });
});
