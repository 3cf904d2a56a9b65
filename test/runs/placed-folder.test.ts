// O9, O10: a run begins in the very folder that was compared with the policy when it was placed, or not at all.
import { existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, openHarness, runToEnd, specOf } from './harness.ts';

let at: Harness;
beforeAll(async () => {
  at = await openHarness();
});
afterAll(() => at.close());

const check = { kind: 'line', line: 'true' } as const;

test.each([
  ['it', 'one', ''],
  ['a folder above it', 'two', '/deep'],
])('O9 %s is swapped for a link after the run was placed: nothing of the run starts', async (_, name, below) => {
  const [swapped, keys] = [at.file(name), at.file(`${name}-keys`)];
  for (const folder of [swapped, keys]) mkdirSync(join(folder, 'deep'), { recursive: true });
  renameSync(swapped, `${swapped}-before`);
  symlinkSync(keys, swapped);
  const cwd = `${swapped}${below}`;
  const { exit, tail } = await runToEnd(at.runner(), specOf('touch ran', { cwd, check }));
  expect(tail).toBe('');
  const detail = `the folder ${cwd} is another one since the order was placed: a link leads to ${keys}${below}`;
  expect(exit).toMatchObject({ why: 'notStarted', detail });
  expect(existsSync(`${keys}${below}/ran`)).toBe(false);
});

test('O9 the watchdog itself stands in no folder of a run: a run may remove its own', async () => {
  const cwd = at.file('removed');
  mkdirSync(cwd);
  const { exit } = await runToEnd(at.runner(), specOf(`rmdir '${cwd}'`, { cwd, check }));
  expect(exit).toMatchObject({ exitCode: 0, checkRan: true, checkExitCode: 127 });
});
