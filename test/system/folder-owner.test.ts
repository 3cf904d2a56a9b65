import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mustOwn, otherOwner } from '../../src/system/files/folder-owner.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coord-owner-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A file of somebody else: root can give one away, everybody else has those of root. */
function ofAnother(): string {
  if (process.getuid?.() !== 0) return '/etc/passwd';
  const path = join(scratch, 'given-away');
  writeFileSync(path, '');
  chownSync(path, 12_345, 12_345);
  return path;
}

test('I5: a folder of this user is nobody else’s, and neither is one that is not there', () => {
  const mine = join(scratch, 'mine');
  writeFileSync(mine, '');
  expect(otherOwner(mine)).toBeNull();
  expect(otherOwner(join(scratch, 'nothing'))).toBeNull();
  expect(() => mustOwn(mine)).not.toThrow();
});

test('I5: another user’s folder is named with both users, and nothing is installed that would write there', () => {
  const path = ofAnother();
  expect(otherOwner(path)).toEqual({
    me: expect.stringMatching(new RegExp(`\\(uid ${process.getuid?.()}\\)$`)),
    owner: expect.stringMatching(/^uid (0|12345)$/),
  });
  expect(() => mustOwn(path)).toThrow(/is of uid (0|12345), and this is .*lock its owner out/);
});
