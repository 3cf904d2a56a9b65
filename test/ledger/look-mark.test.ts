// The age of the last look that was answered, as FETCH_HEAD has it: git touches that file in fetches that fail, too.
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { lastFetchIn } from '../../src/system/fleet/fleet-folder.ts';
import { seen } from '../contract/ledger.ts';
import { createGitWorld, type GitWorld, moveHub } from './git-world.ts';

const HOUR_MS = 3_600_000;
let world: GitWorld;
afterEach(() => world.end());

test('C3 a fetch that fails does not count as a look, and one that is under way does not either', async () => {
  world = createGitWorld();
  world.commitAsPerson({ 'coordination/ORDERS.json': '{}' });
  const ledger = world.ledger('mac');
  await seen(ledger);
  const gitDir = join(world.stateDir('mac'), 'clone.git');
  const head = join(gitDir, 'FETCH_HEAD');
  expect(Math.abs(Date.now() - (lastFetchIn(gitDir) ?? 0))).toBeLessThan(60_000);
  const thenMs = Math.floor(Date.now() / 1000) * 1000 - HOUR_MS;
  utimesSync(head, thenMs / 1000, thenMs / 1000);
  moveHub(world, true);
  expect((await ledger.fetch(null)).kind).toBe('unreachable');
  expect((await world.ledger('mac').fetch(null)).kind).toBe('unreachable');
  expect(Math.round(lastFetchIn(gitDir) ?? 0)).toBe(thenMs);
  // As git leaves it while it fetches, and for good if it is killed.
  writeFileSync(head, '');
  expect(Math.round(lastFetchIn(gitDir) ?? 0)).toBe(thenMs);
  moveHub(world, false);
  await seen(ledger);
  expect(statSync(head).mtimeMs).toBeGreaterThan(thenMs + HOUR_MS / 2);
});

test('C3 a first fetch that fails leaves no time of a look', async () => {
  world = createGitWorld();
  moveHub(world, true);
  expect((await world.ledger('mac').fetch(null)).kind).toBe('unreachable');
  expect(lastFetchIn(join(world.stateDir('mac'), 'clone.git'))).toBeNull();
});
