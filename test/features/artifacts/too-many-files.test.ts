// An upload for which this computer has no file left has failed: that ends nothing else.
import { expect, test, vi } from 'vitest';
import { upload } from '../../../src/features/artifacts/adapters/upload.ts';
import { expectNothingUncaught } from '../../system/no-files-left.ts';

vi.mock('node:child_process', async (original) => (await import('../../system/no-files-left.ts')).withoutFiles(original));
expectNothingUncaught();

test('A3 an upload that cannot be started for want of files is told as one that failed', async () => {
  expect(await upload(['put'], { path: '/a', name: 'a', sha256: 'x' }, {})).toEqual({
    problem: 'could not be started: spawn put EMFILE',
  });
});
