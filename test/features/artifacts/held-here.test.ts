// B9.1: what of a machine's store another machine may have.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heldHere } from '../../../src/features/artifacts/operations/held-here.ts';
import { policyPath } from '../../../src/system/policy/policy-text.ts';
import { createRefWorld, type RefWorld } from './ref-world.ts';

const unread = vi.hoisted(() => ({ path: null as RegExp | null }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const openSync = (...args: Parameters<typeof real.openSync>) => {
    if (unread.path?.test(String(args[0])) === true) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    return real.openSync(...args);
  };
  return { ...real, openSync };
});

let world: RefWorld;
beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => {
  unread.path = null;
  world.end();
});

function says(policy: string) {
  const home = join(world.root, 'coord');
  mkdirSync(home, { recursive: true });
  writeFileSync(policyPath(home), policy);
  return (sha256: string) => heldHere(home, world.folder, sha256);
}

test('B9.1 a file that was published is had by its SHA-256, while the owner allows artifacts', async () => {
  const [file] = await world.leave({ a: 'one' });
  const sha256 = file?.sha256 ?? '';
  const entry = (words: string) => `fleets:\n  ${world.folder.root}: { ${words} }\n`;
  expect(says(entry('artifacts: true'))(sha256)).toEqual({ path: expect.stringContaining(world.paths.runs) });
  expect(says(entry('artifacts: true'))('0'.repeat(64))).toEqual({ none: 'gone' });
  for (const policy of [
    entry('allow: [shell]'),
    'fleets:\n  /elsewhere: { artifacts: true }\n',
    '{{{',
    entry('artifacts: maybe'),
  ])
    expect(says(policy)(sha256), policy).toEqual({ none: 'not allowed' });
});

test.each([
  /policy\.yaml$/,
  /list\.json$/,
])('B9.1 what cannot be read for a shortage is not said to be gone, or not allowed: %s', async (path) => {
  const [file] = await world.leave({ a: 'one' });
  const sha256 = file?.sha256 ?? '';
  const held = says(`fleets:\n  ${world.folder.root}: { artifacts: true }\n`);
  unread.path = path;
  expect(() => held(sha256)).toThrow('EMFILE');
  unread.path = null;
  expect(held(sha256)).toMatchObject({ path: expect.any(String) });
});
