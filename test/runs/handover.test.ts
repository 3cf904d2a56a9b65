import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunSpec } from '../../src/ports.ts';
import { isWatched } from '../../src/runs/owner.ts';
import type { WatchdogSpec } from '../../src/runs/run-folder.ts';
import { createRunner } from '../../src/runs/runner.ts';
import { bootId, identityOf } from '../../src/system/process/process-identity.ts';
import { endOf, exitOf, type Harness, linesOf, openHarness, runToEnd, specOf, survivors, untilLines } from './harness.ts';

let at: Harness;
beforeAll(async () => {
  at = await openHarness();
});
afterAll(() => at.close());

/** What start() does before it spawns the watchdog. */
function prepare(spec: RunSpec): void {
  const full: WatchdogSpec = { ...spec, graceMs: 500, logBytesMax: 100_000 };
  mkdirSync(at.paths(spec.key).folder, { recursive: true });
  writeFileSync(at.paths(spec.key).spec, JSON.stringify(full));
}

async function lateWatchdog(key: string): Promise<void> {
  await once(spawn(process.execPath, [at.watchdogPath, at.paths(key).folder], { stdio: 'ignore', detached: true }), 'exit');
}

describe('S3: a run is started exactly once, or provably never', () => {
  test('a watchdog that comes after `neverBegan` does nothing', async () => {
    const spec = specOf(`echo ran >> '${at.file('late')}'`);
    prepare(spec);
    expect(await at.runner().look(spec.key)).toEqual({ kind: 'neverBegan' });
    await lateWatchdog(spec.key);
    expect(linesOf(at.file('late'))).toEqual([]);
    expect(await at.runner().look(spec.key)).toEqual({ kind: 'neverBegan' });
    await expect(at.runner().start(spec)).rejects.toMatchObject({ code: 'LOCAL_STATE' });
    expect(linesOf(at.file('late'))).toEqual([]);
  });

  test('a key that nobody knows never began, and never will', async () => {
    const spec = specOf(`echo ran >> '${at.file('unknown')}'`);
    expect(await at.runner().look(spec.key)).toEqual({ kind: 'neverBegan' });
    await expect(at.runner().start(spec)).rejects.toMatchObject({ code: 'LOCAL_STATE' });
    expect(linesOf(at.file('unknown'))).toEqual([]);
  });

  test('look and watchdog at once: one of them wins, and both agree', async () => {
    const seen = { ran: 0, never: 0 };
    for (let round = 0; round < 12; round++) {
      const file = at.file(`race-${round}`);
      const spec = specOf(`echo ran >> '${file}'`);
      prepare(spec);
      const watchdog = lateWatchdog(spec.key);
      await new Promise((resolve) => setTimeout(resolve, round * 8));
      const sight = await at.runner().look(spec.key);
      await watchdog;
      const ran = linesOf(file).length;
      expect(ran).toBe(sight.kind === 'neverBegan' ? 0 : 1);
      seen[ran === 1 ? 'ran' : 'never']++;
    }
    expect(seen.ran + seen.never).toBe(12);
  });

  test('several watchdogs for one run: the command runs once', async () => {
    const spec = specOf(`echo ran >> '${at.file('several')}'`);
    prepare(spec);
    await Promise.all([1, 2, 3, 4, 5].map(() => lateWatchdog(spec.key)));
    expect(linesOf(at.file('several'))).toEqual(['ran']);
  });

  test('starting a run again changes nothing', async () => {
    const spec = specOf(`echo ran >> '${at.file('again')}'`);
    const runner = at.runner();
    await Promise.all([runner.start(spec), runner.start(spec), runner.start(spec)]);
    await endOf(runner, spec.key);
    await runner.start(spec);
    expect(linesOf(at.file('again'))).toEqual(['ran']);
  });

  test('50 runs at once: each exactly once', async () => {
    const runner = at.runner({ handoverMs: 60_000 });
    const specs = Array.from({ length: 50 }, (_, i) => specOf(`echo ran >> '${at.file(`fifty-${i}`)}'`));
    await Promise.all(specs.map((spec) => runner.start(spec)));
    for (const [i, spec] of specs.entries()) {
      expect((await endOf(runner, spec.key)).exit).toEqual(exitOf({ exitCode: 0 }));
      expect(linesOf(at.file(`fifty-${i}`))).toEqual(['ran']);
    }
  });

  test('a watchdog that fails: start says so, and why', async () => {
    const spec = specOf(`echo ran >> '${at.file('fails')}'`);
    const runner = at.runner({}, at.file('no-such-watchdog.mjs'));
    await expect(runner.start(spec)).rejects.toMatchObject({
      code: 'LOCAL_STATE',
      message: expect.stringMatching(/ended with 1: Error: Cannot find module/),
    });
    expect(await runner.look(spec.key)).toEqual({ kind: 'neverBegan' });
  });

  test('O9.10 a watchdog that the system refuses to start at once: the run is given up, and it says why', async () => {
    const spec = specOf('true');
    // Longer than one variable may be: E2BIG is thrown where others, as ENOENT, are told later.
    vi.stubEnv('PATH', 'x'.repeat(2_000_000));
    const refused = at.runner().start(spec);
    vi.unstubAllEnvs();
    await expect(refused).rejects.toMatchObject({
      code: 'LOCAL_STATE',
      message: 'no watchdog took the run over: spawn E2BIG',
    });
    expect(await at.runner().look(spec.key)).toEqual({ kind: 'neverBegan' });
  });

  test('a watchdog that hangs: start gives the run up, and it does nothing when it wakes', async () => {
    const gate = at.file('gate');
    writeFileSync(
      at.file('slow.mjs'),
      `import { existsSync } from 'node:fs';\nwhile (!existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 20));\nawait import('./watchdog.mjs');\n`,
    );
    const spec = specOf(`echo ran >> '${at.file('hangs')}'`);
    const runner = at.runner({ handoverMs: 300 }, at.file('slow.mjs'));
    await expect(runner.start(spec)).rejects.toThrow(/nothing happened for 300 ms/);
    writeFileSync(gate, '');
    await lateWatchdog(spec.key);
    expect(await runner.look(spec.key)).toEqual({ kind: 'neverBegan' });
    expect(linesOf(at.file('hangs'))).toEqual([]);
  });

  test('a folder of runs that cannot be made is an error of this machine', async () => {
    writeFileSync(at.file('in-the-way'), '');
    const runner = createRunner({ runsDir: at.file('in-the-way'), watchdogPath: at.watchdogPath });
    await expect(runner.start(specOf('true'))).rejects.toMatchObject({
      code: 'LOCAL_STATE',
      message: expect.stringContaining('cannot keep the files'),
    });
  });
});

describe('O9, failures 13: crashes', () => {
  test('kill -9 of the starting process: the run goes on, and a fresh runner finds it', async () => {
    const spec = specOf(
      `echo up >> '${at.file('adopted')}'; while ! [ -e '${at.file('finish')}' ]; do sleep 0.05; done; echo finished`,
    );
    expect(
      spawnSync(process.execPath, [await at.starterOf(spec, `process.kill(process.pid, 'SIGKILL')`)], { stdio: 'inherit' })
        .signal,
    ).toBe('SIGKILL');
    await untilLines(at.file('adopted'), 1);
    const runner = at.runner();
    expect(await runner.look(spec.key)).toEqual({ kind: 'running' });
    // Nor does what ends coord's group or terminal end the watchdog.
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGUSR1'] as const) process.kill(at.watchdogOf(spec.key), signal);
    writeFileSync(at.file('finish'), '');
    expect(await endOf(runner, spec.key)).toMatchObject({ exit: exitOf({ exitCode: 0 }), tail: 'finished' });
  });

  test('a run that starts a run: the end of the outer one is not that of the inner', async () => {
    const inner = specOf(`echo up >> '${at.file('inner')}'; sleep 600`);
    const starter = await at.starterOf(inner, 'setInterval(() => {}, 1000)');
    const outer = specOf({ kind: 'argv', argv: [process.execPath, starter] });
    const runner = at.runner();
    await runner.start(outer);
    await untilLines(at.file('inner'), 1);
    await runner.stop(outer.key, 'cancelled');
    expect((await endOf(runner, outer.key)).exit.why).toBe('stopped');
    expect(await runner.look(inner.key)).toEqual({ kind: 'running' });
    await runner.stop(inner.key, 'cancelled');
    await endOf(runner, inner.key);
  });

  test('kill -9 of the watchdog: interrupted, and nothing of the run is left', async () => {
    const spec = specOf(
      `trap '' TERM; echo a=1 > "$COORD_OUTPUT"; echo '{"question":"Which?"}' > "$(dirname "$COORD_PROGRESS")/question.json"; echo said; sleep 600 & echo up >> '${at.file('dead')}'; sleep 600`,
    );
    const runner = at.runner();
    await runner.start(spec);
    await untilLines(at.file('dead'), 1);
    await expect.poll(() => existsSync(at.paths(spec.key).child)).toBe(true);
    await untilLines(at.paths(spec.key).log, 1);
    process.kill(at.watchdogOf(spec.key), 'SIGKILL');
    await runner.untilOneEnds([spec.key], 30_000);
    expect(survivors(spec.key).length).toBeGreaterThan(0);
    expect(await runner.look(spec.key)).toEqual({ kind: 'interrupted', tail: 'said', outputs: { a: '1' }, asked: 'Which?' });
    expect(survivors(spec.key)).toEqual([]);
    expect((await runner.look(spec.key)).kind).toBe('interrupted');
  });

  test.runIf(process.platform === 'linux')('… nor if its leader and child.json are gone, or it left the group', async () => {
    const spec = specOf(`setsid sleep 600 & sleep 600 & echo $$ >> '${at.file('leader')}'; sleep 600`);
    const runner = at.runner();
    await runner.start(spec);
    const [leader] = await untilLines(at.file('leader'), 1);
    await expect.poll(() => survivors(spec.key).length).toBe(4);
    process.kill(at.watchdogOf(spec.key), 'SIGKILL');
    process.kill(Number(leader), 'SIGKILL');
    await expect.poll(() => survivors(spec.key).length).toBe(3);
    await expect.poll(() => isWatched(at.paths(spec.key))).toBe(false);
    expect((await runner.look(spec.key)).kind).toBe('interrupted');
    expect(survivors(spec.key)).toEqual([]);
  });

  test.each([
    ['ended by a signal, of the kernel for want of memory perhaps', 'kill -9 $$', 'Which?'],
    ['ended by itself: it has said what it asks', 'exit 3', undefined],
  ])('O18 a question that was noted in a run: %s', async (_, end, asked) => {
    const spec = specOf(`echo '{"question":"Which?"}' > "$(dirname "$COORD_PROGRESS")/question.json"; ${end}`);
    const runner = at.runner();
    await runToEnd(runner, spec);
    const sight = await runner.look(spec.key);
    expect(sight.kind === 'ended' ? sight.asked : sight.kind).toBe(asked);
  });

  test('SIGTERM of the watchdog, a machine shutting down: the run ends, and counts as interrupted', async () => {
    const spec = specOf(`trap 'echo tidied; exit 0' TERM; echo up >> '${at.file('shutdown')}'; while :; do sleep 0.1; done`);
    const runner = at.runner({ graceMs: 20_000 });
    await runner.start(spec);
    await untilLines(at.file('shutdown'), 1);
    process.kill(at.watchdogOf(spec.key), 'SIGTERM');
    await runner.untilOneEnds([spec.key], 30_000);
    expect(await runner.look(spec.key)).toMatchObject({ kind: 'interrupted', tail: expect.stringContaining('tidied') });
    expect(survivors(spec.key)).toEqual([]);
  });

  test('another start of the computer: interrupted; processes that have the old numbers now are left alone', async () => {
    const spec = specOf(`echo up >> '${at.file('reboot')}'; sleep 600`);
    const runner = at.runner();
    await runner.start(spec);
    await untilLines(at.file('reboot'), 1);
    const owner = readFileSync(at.paths(spec.key).owner, 'utf8');
    const other = { ...JSON.parse(owner), bootId: '00000000-0000-0000-0000-000000000000' };
    writeFileSync(at.paths(spec.key).owner, JSON.stringify(other));
    expect((await runner.look(spec.key)).kind).toBe('interrupted');
    expect(survivors(spec.key).length).toBeGreaterThan(0);
    writeFileSync(at.paths(spec.key).owner, owner);
    await runner.stop(spec.key, 'cancelled');
    await endOf(runner, spec.key);
  });

  test('a number that another process has now is not the watchdog, nor its group the run', async () => {
    const spec = specOf('true');
    await runToEnd(at.runner(), spec);
    const stranger = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    await once(stranger, 'spawn');
    const paths = at.paths(spec.key);
    const owner = JSON.parse(readFileSync(paths.owner, 'utf8'));
    writeFileSync(paths.owner, JSON.stringify({ ...owner, pid: stranger.pid }));
    writeFileSync(paths.child, JSON.stringify({ pgid: stranger.pid, started: '1' }));
    rmSync(paths.exit);
    expect((await at.runner().look(spec.key)).kind).toBe('interrupted');
    expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
    stranger.kill('SIGKILL');
    expect((await once(stranger, 'exit'))[1]).toBe('SIGKILL');
  });
});

describe('discard', () => {
  test('keeps the log alone, and the run is not started again', async () => {
    const spec = specOf('echo kept');
    const runner = at.runner();
    await runToEnd(runner, spec);
    await runner.discard(spec.key);
    expect(readdirSync(at.paths(spec.key).folder).sort()).toEqual(['output.log', 'owner.json']);
    expect(readFileSync(at.paths(spec.key).log, 'utf8')).toBe('kept\n');
    await lateWatchdog(spec.key);
    expect(readFileSync(at.paths(spec.key).log, 'utf8')).toBe('kept\n');
    await runner.discard(spec.key);
  });

  test('O9 said again it changes nothing: whoever was killed in between says it twice', async () => {
    const [quiet, loud] = [specOf('true'), specOf('echo kept')];
    const runner = at.runner();
    for (const spec of [quiet, loud]) await runToEnd(runner, spec);
    for (const spec of [quiet, loud]) await runner.discard(spec.key);
    // As if the watchdog were still on its way out.
    writeFileSync(
      at.paths(loud.key).owner,
      JSON.stringify({ void: false, pid: process.pid, started: identityOf(process.pid), bootId: bootId() }),
    );
    for (const spec of [quiet, loud]) await runner.discard(spec.key);
    expect(readFileSync(at.paths(loud.key).log, 'utf8')).toBe('kept\n');
    expect(existsSync(at.paths(quiet.key).folder)).toBe(false);
  });

  test('without a log nothing stays, and a late watchdog does nothing', async () => {
    const spec = specOf('true');
    const runner = at.runner();
    await runToEnd(runner, spec);
    await runner.discard(spec.key);
    expect(existsSync(at.paths(spec.key).folder)).toBe(false);
    await lateWatchdog(spec.key);
    expect(existsSync(at.paths(spec.key).folder)).toBe(false);
  });

  test('the oldest logs go when there is no more room', async () => {
    const specs = ['one', 'two', 'three'].map((word) => specOf(`echo ${word}`));
    const runner = at.runner({ kept: { countMax: 2, bytesMax: 1e9 } });
    for (const spec of specs) await runToEnd(runner, spec);
    for (const spec of specs) await runner.discard(spec.key);
    expect(specs.map((spec) => existsSync(at.paths(spec.key).log))).toEqual([false, true, true]);
  });

  test('a run that goes on is not forgotten', async () => {
    const spec = specOf('sleep 600');
    const runner = at.runner();
    await runner.start(spec);
    await expect(runner.discard(spec.key)).rejects.toThrow(/has not ended/);
    await runner.stop(spec.key, 'cancelled');
    await endOf(runner, spec.key);
  });

  test('a key that leads out of the folder is refused', async () => {
    await expect(at.runner().discard('../elsewhere')).rejects.toThrow(/not the key/);
  });
});
