// A fleet that a build of 22 November 2026 left behind, before reasons had codes and COMPUTER_N.md its second form: two machines on one repo, with orders
// that have ended, failed, wait for a person and for a date, a message unread, and no clone. `@ROOT@` stands for the folder that it lay in.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, mainPath } from './fleet.ts';

let root = '';
beforeAll(() => {
  root = createFleet().root;
  execFileSync('tar', ['-xzf', join(import.meta.dirname, 'earlier-fleet.tar.gz'), '-C', root]);
  for (const name of ['mac/.coord/fleet.json', 'mac/.coord/view.json', 'mac-home/policy.yaml'])
    for (const path of [name, name.replace('mac', 'pc')].map((it) => join(root, it)))
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll('@ROOT@', root));
});
afterAll(endFleets);

/** By the program as it is now. */
function coord(name: string, ...args: readonly string[]): string {
  const env = { PATH: process.env.PATH, HOME: join(root, 'home'), COORD_HOME: join(root, `${name}-home`) };
  return execFileSync(process.execPath, [mainPath, '--dir', join(root, name), ...args], { env, encoding: 'utf8', stdio: 'pipe' });
}

const ran = () =>
  readFileSync(join(root, 'home', 'ran'), 'utf8')
    .trim()
    .split('\n');
const states = (name: string) => {
  const { orders } = JSON.parse(coord(name, 'status', '--json')) as { orders: Record<string, { state: string }> };
  return Object.entries(orders).map(([id, { state }]) => `${id} ${state}`);
};

test('a fleet of an earlier build goes on: nothing runs again or is lost, and what waited goes on', () => {
  const before = ran();
  expect(before).toEqual(['broken', 'disk', 'shared', 'one', 'two', 'build', 'disk']);
  expect(() => coord('mac', 'status')).toThrow(/another version of coord wrote it\n {2}try: coord sync/);
  // One machine is brought up; the other still has its documents as they were.
  for (const name of ['mac', 'mac', 'pc', 'mac', 'pc']) coord(name, 'sync', '--wait');
  const shown = ['build', 'disk', 'shared', 'train', 'train.1', 'train.2'].map((id) => `${id} COMPLETED`);
  for (const name of ['mac', 'pc']) {
    expect(states(name)).toEqual(expect.arrayContaining([...shown, 'broken FAILED', 'release BLOCKED', 'later BLOCKED']));
    expect(states(name)).toContain('nightly COMPLETED');
  }
  // O12: the nights that were missed are one late run, of the newest.
  expect(ran()).toEqual([...before, 'nightly']);
  expect(coord('mac', 'inbox')).toContain('Thanks');
  expect(coord('pc', 'order', 'list')).toContain('release');
  expect(coord('mac', 'doctor')).not.toMatch(/✗/);

  coord('mac', 'approve', 'release');
  for (const name of ['mac', 'pc', 'pc', 'mac']) coord(name, 'sync', '--wait');
  expect(ran()).toEqual([...before, 'nightly', 'release', 'later']);
  expect(states('mac')).toEqual(expect.arrayContaining(['release COMPLETED', 'later COMPLETED', 'broken FAILED']));
});
