// What a run leaves is discarded with it, whoever may write there, and keeps no sync from its end.
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runPaths } from '../../src/runs/run-folder.ts';
import { createRunner } from '../../src/runs/runner.ts';
import { exitOf } from './harness.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

const AT = '2026-11-20T22:00:00.000Z';
const EXIT = exitOf({ exitCode: 0, startedAt: AT, finishedAt: AT });

let runsDir = '';
beforeEach(() => {
  runsDir = mkdtempSync('/tmp/coord-discarded-');
  if (isRoot) chownSync(runsDir, NOBODY, NOBODY);
});
afterEach(() => {
  rmSync(runsDir, { recursive: true });
});

/** Nothing is closed to root. */
async function asNobody<T>(act: () => T | Promise<T>): Promise<T> {
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

function ended(key: string, log: string) {
  const paths = runPaths(runsDir, key);
  mkdirSync(paths.results, { recursive: true });
  writeFileSync(paths.owner, JSON.stringify({ void: false, pid: 1, started: 'long ago', bootId: 'another' }));
  writeFileSync(paths.log, log);
  writeFileSync(paths.spec, '{"env":{"TOKEN":"secret"}}');
  writeFileSync(paths.exit, JSON.stringify(EXIT));
  return paths;
}

/** A folder that nobody may write to, with a file. */
function closed(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), 'x');
  chmodSync(folder, 0o555);
}

const runner = () => createRunner({ runsDir, watchdogPath: '/none', limits: { kept: { countMax: 10, bytesMax: 1e9 } } });
const discard = (key: string) => runner().discard(key);
const left = () => readdirSync(runsDir).filter((name) => name !== '.kept');

test('O9.8 a folder that the run closed goes with the others, with a log and without', async () => {
  await asNobody(async () => {
    const [loud, quiet] = [ended('loud-1.1-ab', 'said'), ended('quiet-1.1-ab', '')];
    for (const { results } of [loud, quiet]) closed(join(results, 'BUILD'));
    for (const key of ['loud-1.1-ab', 'quiet-1.1-ab']) await discard(key);
    expect(left()).toEqual(['loud-1.1-ab']);
    expect(readdirSync(loud.folder).sort()).toEqual(['output.log', 'owner.json']);
  });
});

test('O9.8 whatever lies beside the log and its owner goes, also what this version does not know', async () => {
  await asNobody(async () => {
    const { folder, exit } = ended('loud-1.1-ab', 'said');
    for (const name of ['settings.json', 'prompt.md', 'workspace.json', 'exit.json.12.tmp', '.output.log.tmp', '\u00e4 \n'])
      writeFileSync(join(folder, name), 'x');
    mkdirSync(join(folder, 'later'));
    writeFileSync(`${exit}.killed`, 'x');
    await discard('loud-1.1-ab');
    expect(readdirSync(folder).sort()).toEqual(['output.log', 'owner.json']);
  });
});

test.skipIf(!isRoot)('O9.8 what belongs to another user stays, the environment goes, and the next one tries again', async () => {
  const [loud, quiet] = await asNobody(() => [ended('loud-1.1-ab', 'said'), ended('quiet-1.1-ab', '')] as const);
  for (const { results } of [loud, quiet]) closed(join(results, 'as-root'));
  await asNobody(async () => {
    for (const key of ['loud-1.1-ab', 'quiet-1.1-ab']) await discard(key);
  });
  expect(existsSync(loud.spec)).toBe(false);
  const [gone = '', ...rest] = left().filter((name) => name !== 'loud-1.1-ab');
  expect([gone.startsWith('.gone-'), rest]).toEqual([true, []]);
  expect(readdirSync(join(runsDir, gone))).toEqual(['results']);
  await discard('loud-1.1-ab');
  expect(left()).toEqual(['loud-1.1-ab']);
});

test.skipIf(!isRoot)('O9.8 what belongs to another user keeps nothing beside it on the disk', async () => {
  const { results } = await asNobody(() => {
    const paths = ended('loud-1.1-ab', 'said');
    closed(join(paths.results, 'before'));
    closed(join(paths.results, 'z-behind'));
    return paths;
  });
  closed(join(results, 'm-as-root'));
  await asNobody(() => discard('loud-1.1-ab'));
  expect(readdirSync(results)).toEqual(['m-as-root']);
});

test('O9.8, D4b a run that closed its own folder, or its log, ends like any other', async () => {
  await asNobody(async () => {
    const [folder, log] = [ended('folder-1.1-ab', 'said'), ended('log-1.1-ab', 'said')];
    chmodSync(log.log, 0);
    for (const mode of [0o555, 0]) {
      chmodSync(folder.folder, mode);
      expect(await runner().look('folder-1.1-ab', true)).toMatchObject({ kind: 'ended', tail: 'said' });
    }
    expect(await runner().look('log-1.1-ab', true)).toMatchObject({ kind: 'ended', tail: '' });
    chmodSync(folder.folder, 0o555);
    await runner().stop('folder-1.1-ab', 'cancelled');
    chmodSync(folder.folder, 0o555);
    for (const key of ['folder-1.1-ab', 'log-1.1-ab']) await discard(key);
    expect(readdirSync(folder.folder).sort()).toEqual(['output.log', 'owner.json']);
  });
});

test.skipIf(!isRoot)('O9.8, D4b a folder that was given to another user keeps nothing from going on', async () => {
  const { folder, owner } = await asNobody(() => ended('given-1.1-ab', 'said'));
  chownSync(folder, 0, 0);
  chmodSync(folder, 0o700);
  await asNobody(async () => {
    expect(await runner().look('given-1.1-ab', true)).toMatchObject({ kind: 'interrupted', tail: '' });
    await expect(runner().untilOneEnds(['given-1.1-ab'], 5_000)).resolves.toBe(true);
    await discard('given-1.1-ab');
  });
  expect([existsSync(owner), left()]).toEqual([false, [expect.stringMatching(/^\.gone-/)]]);
});

test('O9 a record of its end that a run made itself, in another form, is none', async () => {
  const { exit } = ended('forged-1.1-ab', 'said');
  const forged = ['{}', '[]', '{"why":"exited","workspace":{}}', JSON.stringify({ ...EXIT, finishedAt: 'soon' })];
  const files = { problem: null, notes: [], files: [] };
  const file = { name: 'a', size: 1, sha256: 'b' };
  const wrong = [
    { files: [{}] },
    { files: [{ ...file, at: 5 }] },
    { files: [{ ...file, id: 5 }] },
    { again: 5 },
    { unlisted: 5 },
  ];
  const reports = wrong.map((part) => JSON.stringify({ ...EXIT, artifacts: { ...files, ...part } }));
  for (const text of [...forged, ...reports]) {
    writeFileSync(exit, text);
    expect(await runner().look('forged-1.1-ab', true), text).toMatchObject({ kind: 'interrupted' });
  }
  writeFileSync(exit, JSON.stringify({ ...EXIT, workspace: { problem: null, asks: false, notes: [], outputs: {} } }));
  expect(await runner().look('forged-1.1-ab', true)).toMatchObject({ kind: 'ended' });
});

test('O9 a stop that this version does not know, as a newer one or the run writes it, is a cancel', async () => {
  const { exit } = ended('forged-1.1-ab', 'said');
  for (const stop of ['x', 'constructor', 'removed']) {
    writeFileSync(exit, JSON.stringify({ ...EXIT, why: 'stopped', stop }));
    const known = stop === 'removed' ? 'removed' : 'cancelled';
    expect(await runner().look('forged-1.1-ab', true), stop).toMatchObject({ kind: 'ended', exit: { stop: known } });
  }
});

test('O9.8 what a process that was killed while it removed a run left goes with the next one', async () => {
  mkdirSync(join(runsDir, '.gone-1-2'));
  writeFileSync(join(runsDir, '.gone-1-2', 'spec.json'), '{"env":{"TOKEN":"secret"}}');
  await discard('any-1.1-ab');
  expect(left()).toEqual([]);
});
