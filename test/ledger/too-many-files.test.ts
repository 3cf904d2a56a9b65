// H3.4 A git for which this computer has no file left is one that cannot be started, and ends no daemon.
import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { runGit } from '../../src/ledger/git/run-git.ts';
import { createObjectReader } from '../../src/ledger/objects/object-reader.ts';
import { expectNothingUncaught } from '../system/no-files-left.ts';

vi.mock('node:child_process', async (original) => (await import('../system/no-files-left.ts')).withoutFiles(original));
expectNothingUncaught();

const failure = {
  code: 'GIT',
  message: 'git could not be started: too many files are open on this computer',
  hint: 'coord doctor',
};

test('H3.4 a git that cannot be started for want of files is an error of git', async () => {
  const run = runGit({ gitDir: null, args: ['version'], environment: {}, timeoutMs: 1000 });
  await expect(run).rejects.toMatchObject(failure);
});

test('H3.4 so is one that would read objects', async () => {
  const reader = createObjectReader({ gitDir: tmpdir(), environment: {} }, 1000);
  await expect(reader.info('0'.repeat(40))).rejects.toMatchObject(failure);
  reader.close();
});
