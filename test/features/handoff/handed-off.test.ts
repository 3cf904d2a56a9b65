// D9: what was handed off, read from the projection alone: what the hook at a session's start and `coord handoffs` show.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { HandOff } from '../../../src/core/model/messages/hand-off.ts';
import { renderHandOffs } from '../../../src/features/handoff/documents/hand-offs.ts';
import { isProject, listHandOffs, newestHandOff, searchableHandOffs } from '../../../src/features/handoff/operations/newest.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-handoffs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folder = fleetFolderAt(root);
const handOff = (at: string, project: string, done: string): HandOff => {
  return { at, project, order: null, done, open: null, where: null, next: null };
};

test('D9 the newest of the project of a folder, whoever wrote it, or nothing; the unreadable is left out', () => {
  expect(listHandOffs(folder)).toEqual([]);
  expect(newestHandOff(folder, join(root, 'app'))).toBeNull();
  mkdirSync(join(folder.projection, 'handoffs', '4.md'), { recursive: true });
  const write = (machine: number, list: readonly HandOff[]) =>
    writeFileSync(join(folder.projection, 'handoffs', `${machine}.md`), renderHandOffs(machine, list));
  write(1, [handOff('2026-11-20T22:00:00.000Z', 'web', 'b'), handOff('2026-11-20T20:00:00.000Z', 'app', 'a')]);
  write(2, [handOff('2026-11-20T21:00:00.000Z', 'app', 'newer a')]);
  writeFileSync(join(folder.projection, 'handoffs', '3.md'), 'x'.repeat(2_000_000));
  writeFileSync(join(folder.projection, 'handoffs', 'notes.md'), 'x');
  expect(listHandOffs(folder).map(({ machine, done }) => [machine, done])).toEqual([
    [1, 'b'],
    [2, 'newer a'],
    [1, 'a'],
  ]);
  expect(searchableHandOffs(folder)[1]).toEqual({
    ...{ kind: 'hand-off', id: 'app', machine: 2, at: '2026-11-20T21:00:00.000Z', title: 'app', text: 'newer a' },
  });
  expect(newestHandOff(folder, join(root, 'app'))).toMatchObject({ machine: 2, done: 'newer a' });
  expect(newestHandOff(folder, join(root, 'other'))).toBeNull();
});

test('a project is meant by its name or the last part of it', () => {
  expect(isProject('github.com/me/app', 'App')).toBe(true);
  expect(isProject('github.com/me/app', 'me/app')).toBe(true);
  expect(isProject('github.com/me/app', 'pp')).toBe(false);
});
