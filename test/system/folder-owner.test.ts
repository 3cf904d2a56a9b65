import { chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mustOwn, otherOwner } from '../../src/system/files/folder-owner.ts';
import { findFleetHere } from '../../src/system/fleet/find-fleet.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

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

test('I5: another user’s folder is named with both users, and nothing is done with it', () => {
  const path = ofAnother();
  expect(otherOwner(path)).toEqual({
    me: expect.stringMatching(new RegExp(`\\(uid ${process.getuid?.()}\\)$`)),
    owner: expect.stringMatching(/^uid (0|12345)$/),
  });
  expect(() => mustOwn(path)).toThrow(/belongs to uid (0|12345), and this is .*run commands as you/);
});

test.runIf(process.getuid?.() === 0)(
  'I5: a fleet folder that another user laid down above is not found, whoever looks from below',
  () => {
    const below = join(scratch, 'tmp', 'sub');
    const { state, identity } = fleetFolderAt(dirname(below));
    mkdirSync(below, { recursive: true });
    mkdirSync(state);
    writeFileSync(identity, '{}');
    const find = () => findFleetHere({ dir: undefined, env: {}, cwd: below });
    expect(find().state).toBe(state);
    chownSync(identity, 12_345, 12_345);
    expect(find).toThrow(/fleet.json belongs to uid 12345/);
    chownSync(identity, 0, 0);
    chownSync(state, 12_345, 12_345);
    for (const options of [
      { dir: dirname(below), env: {} },
      { dir: undefined, env: { COORD_DIR: dirname(below) } },
    ])
      expect(() => findFleetHere({ ...options, cwd: '/' })).toThrow(/\.coord belongs to uid 12345/);
    // One of this user's, by a link of another's.
    rmSync(state, { recursive: true });
    const mine = join(scratch, 'mine.coord');
    mkdirSync(mine);
    writeFileSync(join(mine, 'fleet.json'), '{}');
    symlinkSync(mine, state);
    lchownSync(state, 12_345, 12_345);
    expect(find).toThrow(/\.coord belongs to uid 12345/);
  },
);
