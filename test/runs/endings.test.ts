import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runPaths } from '../../src/runs/run-folder.ts';
import { createRunner } from '../../src/runs/runner.ts';
import { endOf, exitOf, type Harness, linesOf, openHarness, runToEnd, specOf, survivors, untilLines } from './harness.ts';

let at: Harness;
beforeAll(async () => {
  at = await openHarness();
});
afterAll(() => at.close());

const strays: number[] = [];
afterEach(() => {
  for (const pid of strays.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
});

const STUBBORN = `trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done`;

describe('O9, failures 30: time-out', () => {
  test('a shell that ignores SIGTERM, with two stubborn children: none survives', async () => {
    const spec = specOf(STUBBORN, { timeoutMs: 700 });
    const { exit } = await runToEnd(at.runner(), spec);
    expect(exit).toEqual(exitOf({ why: 'timeout', signal: 'SIGKILL' }));
    expect(survivors(spec.key)).toEqual([]);
  });

  test('one that obeys ends in its own way, within the grace', async () => {
    const spec = specOf(`trap 'echo tidied; exit 5' TERM; while :; do sleep 0.1; done`, { timeoutMs: 500 });
    const { exit, tail } = await runToEnd(at.runner({ graceMs: 20_000 }), spec);
    expect(exit).toEqual(exitOf({ why: 'timeout', exitCode: 5 }));
    expect(tail).toContain('tidied');
  });

  test('one that is stopped (SIGSTOP) hears SIGTERM all the same', async () => {
    const spec = specOf(`trap 'exit 6' TERM; kill -STOP $$; sleep 60`, { timeoutMs: 500 });
    expect((await runToEnd(at.runner({ graceMs: 20_000 }), spec)).exit).toEqual(exitOf({ why: 'timeout', exitCode: 6 }));
  });

  test.runIf(process.platform === 'linux')('what left the group by setsid is swept too', async () => {
    const spec = specOf(`setsid sh -c "trap '' TERM; echo up >> '${at.file('escaped')}'; while :; do sleep 1; done" & sleep 60`, {
      timeoutMs: 1_500,
    });
    const { exit } = await runToEnd(at.runner(), spec);
    expect(linesOf(at.file('escaped'))).toEqual(['up']);
    expect(exit.why).toBe('timeout');
    expect(survivors(spec.key)).toEqual([]);
  });
});

describe('O9: leftovers', () => {
  test('processes of the group that outlive the main one are ended and counted', async () => {
    const spec = specOf('sleep 600 & sleep 600 > /dev/null 2>&1 & echo done');
    const { exit, tail } = await runToEnd(at.runner(), spec);
    expect(exit).toEqual(exitOf({ exitCode: 0, leftovers: 2 }));
    expect(tail).toBe('done');
    expect(survivors(spec.key)).toEqual([]);
  });

  test('one that ends by itself within a second is none, and its output is kept', async () => {
    const { exit, tail } = await runToEnd(at.runner(), specOf('(sleep 0.3; echo late) & echo done'));
    expect(exit).toEqual(exitOf({ exitCode: 0 }));
    expect(tail).toBe('done\nlate');
  });

  test.runIf(process.platform === 'linux')(
    'a service that was started with setsid is left alone after a normal end',
    async () => {
      const spec = specOf(
        `setsid sleep 600 > /dev/null 2>&1 & while ! [ -s '${at.file('x')}' ]; do ps -eo sid=,args= | grep -q '[s]leep 600' && break; done`,
      );
      const { exit } = await runToEnd(at.runner(), spec);
      strays.push(...survivors(spec.key));
      expect(exit).toEqual(exitOf({ exitCode: 0 }));
      expect(strays).toHaveLength(1);
    },
  );
});

describe('stop', () => {
  test('ends the run within a second or so, and says why', async () => {
    const spec = specOf(`echo up >> '${at.file('stop')}'; ${STUBBORN}`);
    const runner = at.runner();
    await runner.start(spec);
    await untilLines(at.file('stop'), 1);
    const asked = performance.now();
    await runner.stop(spec.key, 'superseded');
    const { exit } = await endOf(runner, spec.key);
    expect(exit).toEqual(exitOf({ why: 'stopped', stop: 'superseded', signal: 'SIGKILL' }));
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(survivors(spec.key)).toEqual([]);
  });

  test('before the start: nothing is run', async () => {
    const spec = specOf(`echo ran >> '${at.file('never')}'`);
    await at.runner().stop(spec.key, 'cancelled');
    const { exit } = await runToEnd(at.runner(), spec);
    expect(exit).toEqual(exitOf({ why: 'stopped', stop: 'cancelled' }));
    expect(linesOf(at.file('never'))).toEqual([]);
  });

  test('after the end: nothing changes', async () => {
    const spec = specOf('exit 4');
    const runner = at.runner();
    const before = await runToEnd(runner, spec);
    await runner.stop(spec.key, 'removed');
    expect(await runner.look(spec.key)).toEqual(before);
  });

  test('between command and check: the check does not run', async () => {
    const check = { kind: 'line', line: `echo ran >> '${at.file('check')}'` } as const;
    const spec = specOf(`echo up >> '${at.file('main')}'; while ! [ -e '${at.file('go')}' ]; do sleep 0.05; done; sleep 0.1`, {
      check,
    });
    const runner = at.runner({ graceMs: 20_000 });
    await runner.start(spec);
    await untilLines(at.file('main'), 1);
    await runner.stop(spec.key, 'cancelled');
    writeFileSync(at.file('go'), '');
    expect((await endOf(runner, spec.key)).exit).toMatchObject({ why: 'stopped', stop: 'cancelled', checkRan: false });
    expect(linesOf(at.file('check'))).toEqual([]);
  });
});

describe('untilOneEnds', () => {
  test('returns when one of several has ended', async () => {
    const [slow, fast] = [specOf('sleep 60'), specOf('sleep 0.5')];
    const runner = at.runner();
    await Promise.all([runner.start(slow), runner.start(fast)]);
    expect(await runner.untilOneEnds([slow.key, fast.key], 30_000)).toBe(true);
    expect((await runner.look(fast.key)).kind).toBe('ended');
    expect((await runner.look(slow.key)).kind).toBe('running');
    await runner.stop(slow.key, 'cancelled');
    await endOf(runner, slow.key);
  });

  test('returns at once for one that has ended or never began, and else after the time', async () => {
    const runner = at.runner();
    const spec = specOf('true');
    await runToEnd(runner, spec);
    const start = performance.now();
    await runner.untilOneEnds([spec.key], 30_000);
    await runner.untilOneEnds(['unknown-1.1-x'], 30_000);
    expect(performance.now() - start).toBeLessThan(30_000);
    await runner.untilOneEnds([], 200);
    expect(performance.now() - start).toBeGreaterThan(199);
  });

  test('says that none has ended where the time is over, however exact its timer is', async () => {
    const runner = at.runner();
    const spec = specOf('sleep 60');
    await runner.start(spec);
    // A timer has whole milliseconds, so it is over before this time.
    for (const timeoutMs of [0.9, 5.9, 20.9]) expect(await runner.untilOneEnds([spec.key], timeoutMs)).toBe(false);
    const giveUp = new AbortController();
    const waiting = runner.untilOneEnds([spec.key], 30_000, giveUp.signal);
    giveUp.abort();
    expect(await waiting).toBe(false);
    await runner.stop(spec.key, 'cancelled');
    await endOf(runner, spec.key);
  });
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'failures 25: a log that fills the disk leaves room for the exit record',
  async ({ skip }) => {
    const small = mkdtempSync(at.file('small-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'coord-test', small]).status !== 0)
      skip('tmpfs cannot be mounted here');
    try {
      const runner = createRunner({ runsDir: small, watchdogPath: at.watchdogPath });
      const spec = specOf('head -c 5000000 /dev/zero | tr "\\0" x; exit 3');
      const { exit } = await runToEnd(runner, spec);
      expect(exit).toEqual(exitOf({ exitCode: 3, droppedBytes: expect.any(Number) }));
      expect(exit.droppedBytes).toBeGreaterThan(2_900_000);
      expect(statSync(runPaths(small, spec.key).log).size + exit.droppedBytes).toBeGreaterThanOrEqual(5_000_000);
    } finally {
      spawnSync('umount', ['-l', small]);
    }
  },
);

test('exit.json is written whole: what stands there parses at any time', async () => {
  const spec = specOf('true');
  await at.runner().start(spec);
  await at.runner().untilOneEnds([spec.key], 30_000);
  expect(JSON.parse(readFileSync(at.paths(spec.key).exit, 'utf8'))).toEqual(exitOf({ exitCode: 0 }));
});
