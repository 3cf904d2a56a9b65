// A1.1: what a run is whose files were taken, and whose end comes while they are pushed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunSpec } from '../../src/ports.ts';
import { systemClock } from '../../src/system/time/clock.ts';
import { endOf, exitOf, type Harness, linesOf, openHarness, runToEnd, specOf, untilLines } from './harness.ts';

let at: Harness;
beforeAll(async () => {
  at = await openHarness();
});
afterAll(() => at.close());

const FILES = [{ name: 'a', size: 1, sha256: 'a'.repeat(64), id: 'b'.repeat(40) }];
const REPORT = { problem: null, notes: [], files: FILES };

/** A run that ends at once, and whose files are taken by this script. */
function leaving(script: string, more: Partial<RunSpec> = {}): RunSpec {
  const person = { PATH: process.env.PATH ?? '' };
  const command = ['/bin/sh', '-c', script] as const;
  const artifacts = { patterns: ['a'], fleet: at.folder, upload: null, person, command };
  return specOf('true', { artifacts, timeoutMs: 1_500, ...more });
}

const taken = (name: string) =>
  `echo '${JSON.stringify(REPORT)}' > "$COORD_ARTIFACTS_REPORT"; echo up >> '${at.file(name)}'; sleep 60`;

describe('A1.1', () => {
  test('a time-out while the files are pushed leaves the run as it had ended, with its list', async () => {
    const { exit } = await runToEnd(at.runner(), leaving(taken('late')));
    expect(exit).toEqual(exitOf({ exitCode: 0, artifacts: REPORT }));
  });

  test('a time-out before the files are taken is one', async () => {
    const { exit } = await runToEnd(at.runner(), leaving('sleep 60'));
    expect(exit).toEqual(exitOf({ why: 'timeout', exitCode: 0 }));
  });

  test('a report that comes while the run is being ended does not count', async () => {
    const script = `say() { ${taken('dying').replace('; sleep 60', '')}; exit 0; }; trap say TERM; sleep 60 & wait`;
    const { exit } = await runToEnd(at.runner({ graceMs: 20_000 }), leaving(script));
    expect(linesOf(at.file('dying'))).toEqual(['up']);
    expect(exit).toEqual(exitOf({ why: 'timeout', exitCode: 0 }));
  });

  test('O5 a push that was cut off and outlives the lease leaves the run as it was cut off', async () => {
    const script = `trap "echo told >> '${at.file('deaf')}'" TERM; ${taken('deaf').replace('sleep 60', 'while :; do sleep 60; done')}`;
    const spec = leaving(script, { lease: { from: systemClock.now(), forMs: 120_000 } });
    const runner = at.runner({ graceMs: 120_000 });
    await runner.start(spec);
    await untilLines(at.file('deaf'), 2);
    expect(linesOf(at.file('deaf'))).toEqual(['up', 'told']);
    await runner.extend(spec.key, { from: systemClock.now(), forMs: 300 });
    expect((await endOf(runner, spec.key)).exit).toEqual(exitOf({ why: 'timeout', exitCode: 0 }));
  });

  test('a shutdown while the files are pushed does not interrupt a run that had ended', async () => {
    const spec = leaving(taken('down'), { timeoutMs: 60_000 });
    const runner = at.runner();
    await runner.start(spec);
    await untilLines(at.file('down'), 1);
    process.kill(at.watchdogOf(spec.key), 'SIGTERM');
    expect((await endOf(runner, spec.key)).exit).toEqual(exitOf({ exitCode: 0, artifacts: REPORT }));
  });

  test('O9 a run that is stopped while its files are pushed is stopped', async () => {
    const spec = leaving(taken('stop'), { timeoutMs: 60_000 });
    const runner = at.runner();
    await runner.start(spec);
    await untilLines(at.file('stop'), 1);
    await runner.stop(spec.key, 'cancelled');
    expect((await endOf(runner, spec.key)).exit).toMatchObject({ why: 'stopped', stop: 'cancelled' });
  });
});
