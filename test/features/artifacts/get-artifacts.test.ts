// A3: what `coord artifacts --get` writes, from here and from the refs of others, and what it says is there already.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Artifact, artifactNameProblem } from '../../../src/core/model/orders/artifact.ts';
import type { RunWithFiles } from '../../../src/core/model/orders/left-files.ts';
import { getArtifacts } from '../../../src/features/artifacts/operations/get-artifacts.ts';
import { putFiles } from '../../../src/features/artifacts/system/put-files.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
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

function got(runs: readonly RunWithFiles[]) {
  return getArtifacts({ env: world.person } as unknown as World, world.folder, { runs, into, isForced: false });
}

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
