// A3: what `coord artifacts --get` writes, from here and from the refs of others, and what it says is there already.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Artifact, artifactNameProblem } from '../../../src/core/model/orders/artifact.ts';
import type { RunWithFiles } from '../../../src/core/model/orders/left-files.ts';
import type { CoordError } from '../../../src/errors.ts';
import { getArtifacts, mustHaveLeft } from '../../../src/features/artifacts/operations/get-artifacts.ts';
import { putFiles } from '../../../src/features/artifacts/system/put-files.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { VIEW_FORM } from '../../../src/operations/sync/view.ts';
import { T0 } from '../../core/samples.ts';
import { createRefWorld, type RefWorld } from './ref-world.ts';

let world: RefWorld;
let into: string;
beforeEach(() => {
  world = createRefWorld();
  into = join(world.root, 'into');
});
afterEach(() => world.end());

const left = (machine: number, files: readonly Artifact[]): RunWithFiles => ({
  ...{ machine, order: 'build', generation: 1, attempt: 1, state: 'COMPLETED', finishedAt: T0, until: T0 },
  files: files.map((file) => ({ ...file, where: 'repo' as const })),
});

function got(runs: readonly RunWithFiles[], isForced = false, env: NodeJS.ProcessEnv = world.person) {
  const here = { env, features: async () => [] } as unknown as World;
  return getArtifacts(here, world.folder, { runs, into, isForced, came: () => {} });
}

test('A3 an order that nobody knows is named as that, and not sent to a command that says so', () => {
  const orders = { build: { assign: 1, state: 'QUEUED' }, nightly: { assign: 1, state: 'QUEUED' } };
  writeFileSync(world.folder.view, JSON.stringify({ form: VIEW_FORM, self: {}, machines: {}, orders, sync: {} }));
  const said = (id: string) => {
    try {
      return mustHaveLeft(world.folder, id);
    } catch (error) {
      return `${(error as CoordError).message}: ${(error as CoordError).hint}`;
    }
  };
  expect(said('build')).toBe('no run of build left files, as of the last sync: coord order show build');
  expect(said('nightly@20261120T0300Z')).toContain('left files, as of the last sync: coord order show nightly');
  expect(said('nosuch')).toBe('no order "nosuch" in ORDERS.json, as of the last sync: coord sync');
  mkdirSync(join(world.folder.projection, 'archive'), { recursive: true });
  const archived = { id: 'weekly', state: 'COMPLETED', endedAt: T0, entry: { id: 'weekly', assign: 1, run: 'true' } };
  writeFileSync(join(world.folder.projection, 'archive', '2026-11.jsonl'), `${JSON.stringify(archived)}\n`);
  for (const id of ['weekly', 'weekly@20261120T0300Z'])
    expect(said(id)).toMatch(/^order weekly was archived: it was COMPLETED on 2026-11-20, and stands in archive\/2026-11.jsonl;/);
});

test('A1.3, A3 a name is as long as it may be, also where it is written below the number of a machine', async () => {
  const name = 'x'.repeat(199);
  const [file] = await world.leave({ [name]: 'one' });
  await world.publish();
  world.inHub('update-ref', 'refs/coord/artifacts/12', 'refs/coord/artifacts/1');
  const long = [{ ...(file as Artifact), name: `a/${'y'.repeat(198)}` }];
  await got([left(1, [file as Artifact]), left(12, long)]);
  expect(readdirSync(into).sort()).toEqual(['1', '12']);
  expect(readFileSync(join(into, '12', 'a', 'y'.repeat(198)), 'utf8')).toBe('one');
});

test('A1.3 each part of a name has 255 bytes of UTF-8 at most: no disk takes more', () => {
  for (const name of ['界'.repeat(85), `${'界'.repeat(85)}/${'x'.repeat(100)}`]) expect(artifactNameProblem(name)).toBeNull();
  for (const name of ['界'.repeat(86), `a/${'界'.repeat(100)}/b`, '😀'.repeat(64)])
    expect(artifactNameProblem(name)).toBe('its name is too long');
  expect(() => putFiles(into, [{ name: '界'.repeat(100), content: Buffer.from('x') }])).toThrow('its name is too long');
});

test('A3.3 a file that is there with the same content counts as fetched, another one is in the way', async () => {
  const files = await world.leave({ a: 'one', b: 'two', large: Buffer.alloc(1_100_000, 'x') });
  await got([left(1, files)]);
  const before = statSync(join(into, 'a')).mtimeMs;
  const again = await got([left(1, files)]);
  expect(again.names).toEqual(['a', 'b', 'large'].map((name) => join(into, name)));
  expect(statSync(join(into, 'a')).mtimeMs).toBe(before);
  for (const other of [Buffer.alloc(1_100_000, 'y'), Buffer.alloc(1_099_999, 'x'), Buffer.alloc(0)]) {
    writeFileSync(join(into, 'large'), other);
    await expect(got([left(1, files)])).rejects.toThrow('large: it is there already; --force replaces it');
  }
  await got([left(1, files)], true);
  expect(readFileSync(join(into, 'large')).equals(Buffer.alloc(1_100_000, 'x'))).toBe(true);
  // Nothing but a file is one.
  symlinkSync('a', join(into, 'link'));
  const link = [{ name: 'link', content: Buffer.from('one') }];
  expect(() => putFiles(into, link)).toThrow('something else stands there');
});

test('A3.5 what a get that was killed left goes with a later one, and that of one that goes on stays', async () => {
  const [file] = await world.leave({ a: 'one' });
  await world.publish();
  world.inHub('update-ref', 'refs/coord/artifacts/2', 'refs/coord/artifacts/1');
  const parent = join(world.folder.state, 'getting');
  for (const name of ['killed', 'goes-on']) mkdirSync(join(parent, name, 'files.git'), { recursive: true });
  const before = Date.now() / 1000 - 90_000;
  utimesSync(join(parent, 'killed'), before, before);
  // Where it fetches into.
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  const note = `case "$*" in *' fetch '*) echo "$*" > ${world.root}/asked;; esac`;
  const script = `#!/bin/sh\n${note}\nPATH='${world.person.PATH}' exec git "$@"\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  await got([left(2, [file as Artifact])], false, { ...world.person, PATH: `${bin}:${world.person.PATH}` });
  expect(readFileSync(join(world.root, 'asked'), 'utf8')).toContain(`--git-dir=${parent}/`);
  expect([readdirSync(parent), existsSync(join(into, 'a'))]).toEqual([['goes-on'], true]);
});

test.each([
  'unconnected',
  null,
])('A3.4 where no bell is reached from here, it is waited for once and not for each machine: %s', async (how) => {
  const asked: number[] = [];
  const bring = async (_: unknown, { machine }: { readonly machine: number }) => {
    asked.push(machine);
    return how;
  };
  const here = { env: world.person, features: async () => [{ bring }] } as unknown as World;
  const large = { name: 'a', sha256: '0'.repeat(64), size: 10 };
  const runs = [2, 3, 4].map((machine) => left(machine, [large]));
  const { elsewhere } = await getArtifacts(here, world.folder, { runs, into, isForced: false, came: () => {} });
  expect(elsewhere.map(({ at }) => at)).toEqual([2, 3, 4].map((it) => expect.stringContaining(`on machine ${it}`)));
  expect(asked).toEqual([2]);
});

test('A3.4 that one machine does not answer says nothing of another one', async () => {
  const asked: number[] = [];
  const bring = async (_: unknown, { machine }: { readonly machine: number }) => {
    asked.push(machine);
    return 'silent';
  };
  const here = { env: world.person, features: async () => [{ bring }] } as unknown as World;
  const large = (name: string) => ({ name, sha256: '0'.repeat(64), size: 10 });
  const runs = [2, 3].map((machine) => left(machine, [large('a'), large('b')]));
  await getArtifacts(here, world.folder, { runs, into, isForced: false, came: () => {} });
  expect(asked).toEqual([2, 3]);
});
