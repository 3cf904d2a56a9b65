// C5: what nothing refers to any more leaves a large clone too, by real git.
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetPacking, packClone } from '../../src/ledger/clone/clone-packing.ts';
import type { GitResult } from '../../src/ledger/git/run-git.ts';

const SMALL_BYTES = 100_000;
const ENV = {
  ...process.env,
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
};
let gitDir: string;
let steps: string[] = [];

const git = (args: readonly string[], input = '') =>
  execFileSync('git', ['--git-dir', gitDir, ...args], { input, env: ENV, encoding: 'utf8' }).trim();
const run = (args: readonly string[]) =>
  new Promise<GitResult>((resolve) => {
    steps.push(args[0] ?? '');
    execFile('git', ['--git-dir', gitDir, ...args], (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : 1, stdout: Buffer.from(stdout), stderr, timedOut: false } as GitResult),
    );
  });

/** A ref moves to a new commit with so many bytes, in a pack of its own. */
function replaced(ref: string, bytes: number): void {
  const blob = git(['hash-object', '-w', '--stdin'], randomBytes(bytes).toString('latin1'));
  git(['update-ref', ref, git(['commit-tree', '-m', 'x', git(['mktree'], `100644 blob ${blob}\ta\n`)])]);
  git(['repack', '--quiet', '-d']);
}

const stored = () => Number(/^in-pack: ([0-9]+)$/m.exec(git(['count-objects', '-v']))?.[1]);
const reachable = () => git(['rev-list', '--objects', '--all']).split('\n').length;

beforeAll(() => {
  gitDir = mkdtempSync(join(tmpdir(), 'coord-packing-'));
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', gitDir]);
  replaced('refs/view/heads/main', 2 * SMALL_BYTES);
});
afterAll(() => rmSync(gitDir, { recursive: true, force: true }));

test('C5 a large clone is packed whole when it has grown by half, and only then', async () => {
  const rounds: string[][] = [];
  for (let round = 0; round < 3; round += 1) {
    steps = [];
    // Beats: the lane before each is nobody's any more. In the last round they are small.
    for (let beat = 0; beat < 51; beat += 1) replaced('refs/view/lanes/1', round === 2 ? 200 : 4_000);
    expect(await packClone(gitDir, { run, smallBytes: SMALL_BYTES })).toBe(true);
    rounds.push(steps);
    if (round < 2) expect(stored()).toBe(reachable());
  }
  expect(rounds).toEqual([['gc'], ['gc'], ['repack', 'prune']]);
  expect(await packClone(gitDir, { run, smallBytes: SMALL_BYTES })).toBe(false);
});

test('C5, R3b a large clone whose history was shortened is packed whole next, whatever it has grown by', async () => {
  git(['gc', '--quiet', '--prune=now']);
  replaced('refs/view/heads/main', 1.1 * SMALL_BYTES);
  git(['gc', '--quiet', '--prune=now']);
  for (let beat = 0; beat < 51; beat += 1) replaced('refs/view/lanes/1', 200);
  forgetPacking(gitDir);
  steps = [];
  expect(await packClone(gitDir, { run, smallBytes: SMALL_BYTES })).toBe(true);
  expect(steps).toEqual(['gc']);
  expect(stored()).toBe(reachable());
});

test.each([
  ['whole', true, 100_000],
  ['in part', false, 100_000],
  ['as a small one', false, Number.MAX_SAFE_INTEGER],
])('C5 where packing it %s fails or takes too long, it is begun again after hours, not at once', async (_how, isWhole, smallBytes) => {
  const [hourMs, again] = [3_600_000, { run, smallBytes }];
  git(['gc', '--quiet', '--prune=now']);
  rmSync(join(gitDir, 'coord-packed-bytes'), { force: true });
  if (isWhole) forgetPacking(gitDir);
  for (let beat = 0; beat < 51; beat += 1) replaced('refs/view/lanes/1', 200);
  const fails = async (): Promise<GitResult> => ({ ...(await run(['version'])), exitCode: 1 });
  expect(await packClone(gitDir, { run: fails, smallBytes })).toBe(false);
  steps = [];
  expect([await packClone(gitDir, again), steps]).toEqual([false, []]);
  expect([await packClone(gitDir, { ...again, nowMs: Date.now() + hourMs }), steps]).toEqual([false, []]);
  expect(await packClone(gitDir, { ...again, nowMs: Date.now() + 7 * hourMs })).toBe(true);
  // What nothing refers to any more still has to leave it.
  expect(steps[0]).toBe(isWhole || smallBytes > SMALL_BYTES ? 'gc' : 'repack');
  for (let beat = 0; beat < 51; beat += 1) replaced('refs/view/lanes/1', 200);
  expect(await packClone(gitDir, again)).toBe(true);
});
