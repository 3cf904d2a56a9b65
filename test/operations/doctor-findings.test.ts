// What doctor makes of figures that no test can bring about on a computer: versions, free space, addresses of hosts.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { MEGABYTE } from '../../src/documents/text/size.ts';
import { strangersAddress } from '../../src/ledger/remote/anonymous-read.ts';
import { createExaminer } from '../../src/ledger/remote/git-examiner.ts';
import { documentsCheck, versionsFinding } from '../../src/operations/doctor/board.ts';
import { historyFinding } from '../../src/operations/doctor/clone.ts';
import { diskFinding, gitFinding, nodeFinding } from '../../src/operations/doctor/computer.ts';
import { cronPathCheck } from '../../src/operations/doctor/cron.ts';
import type { Exam } from '../../src/operations/doctor/exam.ts';
import { parseRemoteUrl } from '../../src/system/git/remote-url.ts';

const AUTHOR = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' };
const scratch = mkdtempSync(join(tmpdir(), 'coord-findings-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('git 2.34 and the node of package.json are the least', () => {
  const git = ['git version 2.34.0', 'git version 2.39.5 (Apple Git-154)', 'git version 3.0.0.rc1'];
  for (const version of git) expect(gitFinding(version), version).toMatchObject({ state: 'ok', found: version });
  for (const version of ['git version 2.33.8', 'git version 1.99', 'nothing of the kind', null])
    expect(gitFinding(version), String(version)).toMatchObject({ state: 'problem', fix: 'install git 2.34 or newer' });
  const licence = 'You have not agreed to the Xcode license agreements. Please run ‘sudo xcodebuild -license’';
  for (const [fails, fix] of [
    ["xcode-select: note: No developer tools were found at '/Applications/Xcode.app'", 'xcode-select --install'],
    [licence, 'sudo xcodebuild -license'],
    ['git: error while loading shared libraries: libpcre2-8.so.0', 'install git 2.34 or newer'],
  ] as const)
    expect(gitFinding({ fails })).toEqual({ state: 'problem', found: `does not run: ${fails}`, fix });
  for (const version of ['v20.19.0', 'v22.0.0', 'v24.1.0']) expect(nodeFinding(version).state, version).toBe('ok');
  for (const version of ['v20.18.3', 'v18.19.1', 'v8.0.0', null])
    expect(nodeFinding(version), String(version)).toMatchObject({ state: 'problem', fix: 'install Node 20.19 or newer' });
  expect(JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).engines.node).toBe('>=20.19');
});

test('less than 1 GB of free space is a warning, less than 100 MB a problem', () => {
  const MB = 1024 * 1024;
  expect(diskFinding(5 * 1024 * MB, '/fleet')).toEqual({ state: 'ok', found: '5.0 GB free below /fleet' });
  expect(diskFinding(1023 * MB, '/fleet')).toMatchObject({ state: 'warning', found: '1023 MB free below /fleet' });
  expect(diskFinding(99 * MB, '/fleet')).toMatchObject({ state: 'problem', fix: 'make room: df -h /fleet' });
});

test('R3b a history of more than 100 MB is a warning with the command that shortens it', () => {
  expect(historyFinding({ bytes: MEGABYTE - 1, isPart: false })).toEqual({ state: 'ok', found: 'less than 1 MB' });
  expect(historyFinding({ bytes: 12.3 * MEGABYTE, isPart: false })).toEqual({ state: 'ok', found: '12 MB' });
  expect(historyFinding({ bytes: 100 * MEGABYTE, isPart: false }).state).toBe('ok');
  for (const isPart of [false, true])
    expect(historyFinding({ bytes: 134.6 * MEGABYTE, isPart })).toEqual({
      state: 'warning',
      found: `${isPart ? 'at least ' : ''}134 MB, which everybody fetches who clones the repo`,
      fix: 'coord compact --keep 90d, if the repo is for the fleet alone',
    });
  expect(historyFinding({ bytes: 12.3 * MEGABYTE, isPart: true })).toEqual({
    state: 'ok',
    found: 'at least 12 MB; this machine has not all of it',
  });
});

test('R3b the size of the history is of what is referred to, and a part is one where main is cut', async () => {
  const gitDir = join(scratch, 'clone.git');
  const place = { state: scratch, url: join(scratch, 'hub.git'), person: process.env };
  const { history } = createExaminer();
  expect(await history(place, 10_000)).toEqual({ bytes: 0, isPart: false });
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { input, env: { ...process.env, ...AUTHOR }, encoding: 'utf8' }).trim();
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', gitDir]);
  const commit = (bytes: number) => {
    const blob = git(['hash-object', '-w', '--stdin'], randomBytes(bytes / 2).toString('hex'));
    return git(['commit-tree', '-m', 'x', git(['mktree'], `100644 blob ${blob}\ta\n`)]);
  };
  const old = commit(1_000_000);
  git(['update-ref', 'refs/view/heads/main', old]);
  git(['repack', '--quiet', '-d']);
  expect((await history(place, 10_000)).bytes).toBeGreaterThan(400_000);
  git(['update-ref', 'refs/view/heads/main', commit(2_000)]);
  git(['repack', '--quiet', '-d']);
  const { bytes } = await history(place, 10_000);
  expect(bytes).toBeGreaterThan(900);
  expect(bytes).toBeLessThan(5_000);
  // A cut of what nobody refers to any more is none.
  writeFileSync(join(gitDir, 'shallow'), `${old}\n`);
  expect((await history(place, 10_000)).isPart).toBe(false);
  git(['update-ref', 'refs/view/lanes/1', old]);
  expect((await history(place, 10_000)).isPart).toBe(true);
});

test('machines whose versions write other documents are named; one that has left does not count', () => {
  const machine = (name: string, version: string, state: 'IDLE' | 'LEFT' = 'IDLE') => ({ name, version, state });
  expect(versionsFinding({ 1: machine('mac', '0.1.0'), 2: machine('pc', '0.1.9') })).toMatchObject({ state: 'ok' });
  expect(versionsFinding({ 1: machine('mac', '1.0.0'), 2: machine('pc', '1.7.0') })).toMatchObject({ state: 'ok' });
  expect(versionsFinding({ 1: machine('mac', '0.1.0'), 2: machine('pc', '0.2.0', 'LEFT') })).toMatchObject({ state: 'ok' });
  expect(versionsFinding({})).toMatchObject({ state: 'ok' });
  expect(versionsFinding({ 1: machine('mac', '0.1.0'), 2: machine('pc', '0.2.0') })).toMatchObject({
    state: 'warning',
    found: '0.1.0 on 1 mac · 0.2.0 on 2 pc: they write documents differently',
  });
});

test('M3.6 documents that are read with a warning are named; a fault comes first', async () => {
  const odd = { document: 'messages/0_TO_9.md', level: 'warning', message: 'it reaches nobody' };
  const look = (faults: readonly object[]) => documentsCheck.look({ view: () => ({ faults, sync: {} }) } as unknown as Exam);
  expect(await look([])).toMatchObject({ state: 'ok' });
  expect(await look([odd])).toMatchObject({ state: 'warning', found: '1 warning: messages/0_TO_9.md: it reaches nobody' });
  const wrong = { ...odd, document: 'ORDERS.json', level: 'fault', message: 'no list', line: 2 };
  expect(await look([odd, wrong])).toMatchObject({ state: 'problem', found: '1 fault: ORDERS.json line 2: no list' });
});

describe("cron's PATH", () => {
  const look = (cronPath: string) =>
    cronPathCheck.look({ cronPath, examiner: createExaminer(), world: { env: process.env } } as unknown as Exam);

  test('leads to git and to node', async () => {
    expect(await look(process.env.PATH ?? '')).toMatchObject({ state: 'ok' });
  });

  test('leads to nothing, or to an old node first: the line for the crontab is given', async () => {
    expect(await look(scratch)).toMatchObject({ state: 'problem', found: `git not found · node not found in ${scratch}` });
    writeFileSync(join(scratch, 'node'), '#!/bin/sh\necho v12.22.0\n', { mode: 0o755 });
    const found = await look(`${scratch}:${process.env.PATH}`);
    expect(found).toMatchObject({ state: 'problem' });
    expect(found.found).toContain('node v12.22.0: expected 20.19 or newer');
    expect(found.fix).toMatch(/^put this line at the top of crontab -e: PATH=\/.*:\/bin$/);
  });
});

test('a stranger looks where a host shows a repo to everybody, and nowhere else', () => {
  const address = (url: string) => strangersAddress(parseRemoteUrl(url, { cwd: '/', home: '/' }));
  expect(address('git@github.com:me/fleet.git')).toBe('https://github.com/me/fleet.git');
  expect(address('ssh://git@gitlab.com:22/me/fleet.git')).toBe('https://gitlab.com/me/fleet.git');
  expect(address('https://me:token@codeberg.org/me/fleet')).toBe('https://codeberg.org/me/fleet');
  expect(address('http://127.0.0.1:8080/fleet.git')).toBe('http://127.0.0.1:8080/fleet.git');
  for (const url of [
    'git@host.lan:me/fleet.git',
    'github:me/fleet.git',
    '/srv/fleet.git',
    'file:///srv/fleet.git',
    'ssh://git@github.com.evil/x',
  ])
    expect(address(url), url).toBeNull();
});
