// O16.1: a mirror that a power cut left damaged is made whole by the next run.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPoolWorld, type PoolWorld } from './pool-world.ts';

let world: PoolWorld;
let url: string;

beforeEach(() => {
  world = createPoolWorld();
  url = world.repo('app.git');
});
afterEach(() => world.end());

const later = () => {
  const clone = join(world.root, 'app.git-clone');
  world.git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'later');
  world.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
};

test.each<[what: string, path: string, text: string]>([
  ['an empty ref', 'refs/heads/main', ''],
  ['a ref of zeros', 'refs/heads/main', '\0'.repeat(41)],
  ['a ref to an object that is not there', 'refs/heads/main', `${'12'.repeat(20)}\n`],
  ['a list of refs of zeros', 'packed-refs', '\0'.repeat(100)],
  ['a lock of a time to come', 'refs/heads/main.lock', ''],
])('O16.1 a mirror with %s: the next run begins at the newest commit', async (_what, path, text) => {
  const first = await world.run('first', { url });
  const at = join(first.place.repoFolder, 'mirror.git', path);
  writeFileSync(at, text);
  const soon = Date.now() / 1000 + 3600;
  utimesSync(at, soon, soon);
  await first.ends();
  later();
  const next = await world.run('next', { url });
  expect(next.place.base).toBe(world.git(url, 'rev-parse', 'main'));
  expect(next.git('rev-parse', 'origin/main')).toBe(next.place.base);
  next.write('new', 'x');
  expect((await next.ends()).outputs.branch).toBe('coord/next-1');
});

test('O16.1, O16.9 where the fetch fails all the same, the mirror knows of upstream what it knew', async () => {
  const first = await world.run('first', { url });
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  const script = `case "$*" in *" fetch "*) echo 'fatal: something new' >&2; exit 128;; esac`;
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\nPATH='${process.env.PATH}' exec git "$@"\n`, { mode: 0o755 });
  const person = { ...world.person, PATH: `${bin}:${world.person.PATH}` };
  expect(await world.begin('next', { url, person })).toMatchObject({
    problem: expect.stringContaining('could not be fetched: fatal: something new'),
  });
  const mirror = join(first.place.repoFolder, 'mirror.git');
  expect(world.git(mirror, 'rev-parse', 'main')).toBe(first.place.base);
  expect(readdirSync(mirror).filter((name) => name.endsWith('.aside'))).toEqual([]);
});
