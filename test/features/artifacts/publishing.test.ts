// A2.3, A2.5: what a cycle does with the files here, from what it sees of others to the disk and the ref.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/core/model/ledger/snapshot.ts';
import { artifacts } from '../../../src/features/artifacts/feature.ts';
import { publishArtifacts } from '../../../src/features/artifacts/steps/publishing.ts';
import { storedNames } from '../../../src/features/artifacts/system/artifact-store.ts';
import type { Machine } from '../../../src/machine/context.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { at, journal, snapshot, T0_MS, view } from '../../core/samples.ts';
import { createRefWorld, DAY_MS, type RefWorld } from './ref-world.ts';

let world: RefWorld;
beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => world.end());

/** A cycle with the own clock so far ahead; of machine 2 at the time that its lane was made. */
async function cycle(aheadMs: number, others: Pick<Snapshot, 'machines' | 'lanes'>): Promise<void> {
  const { person, folder, identity } = world;
  const ofFeature = artifacts({ env: person, step: () => {} } as unknown as World);
  const machine = {
    artifactRef: ofFeature.artifactRef?.(folder, identity),
    clock: { now: () => at(Date.now() - T0_MS + aheadMs) },
    journal: { save: async () => {} },
  } as unknown as Machine;
  const sight = { snapshot: { ...snapshot(), ...others }, hub: 'answered' } as never;
  await publishArtifacts.perform(machine, journal(), sight);
}

function withOther(madeMs: number): Pick<Snapshot, 'machines' | 'lanes'> {
  const other = view(2);
  const lane = { ...other.lane, madeMs } as NonNullable<typeof other.lane>;
  return { machines: new Map([[2, { ...other, lane }]]), lanes: new Map([[2, lane]]) };
}

test('A2.5, D11.5 a clock that is ahead takes no file away before another has come so far', async () => {
  await world.leave({ a: 'one' });
  await cycle(0, withOther(Date.now()));
  await cycle(40 * DAY_MS, withOther(Date.now()));
  await world.leave({ b: 'two' });
  await cycle(40 * DAY_MS, withOther(Date.now()));
  expect([storedNames(world.paths).length, world.onRef()]).toEqual([2, ['one', 'two']]);
  // The other one says so too.
  await cycle(40 * DAY_MS, withOther(Date.now() + 40 * DAY_MS));
  expect(storedNames(world.paths)).toEqual([]);
});

test('A2.5 of a machine that is alone its own clock counts', async () => {
  await world.leave({ a: 'one' });
  await cycle(40 * DAY_MS, { machines: new Map(), lanes: new Map() });
  expect(storedNames(world.paths)).toEqual([]);
});
