// A2.3, A2.5: what a cycle does with the files here, from what it sees of others to the disk and the ref.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/core/model/ledger/snapshot.ts';
import { artifacts } from '../../../src/features/artifacts/feature.ts';
import { publishArtifacts } from '../../../src/features/artifacts/steps/publishing.ts';
import { storedNames } from '../../../src/features/artifacts/system/artifact-store.ts';
import type { Machine } from '../../../src/machine/context.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { at, journal, snapshot, T0_MS, view } from '../../core/samples.ts';
import { createRefWorld, DAY_MS, type RefWorld } from './ref-world.ts';

const HOUR_MS = 3_600_000;

let world: RefWorld;
beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => world.end());

/** A cycle with the own clock so far ahead; of machine 2 at the time that its lane was made. */
async function cycle(
  aheadMs: number,
  others: Pick<Snapshot, 'machines' | 'lanes'>,
  person: NodeJS.ProcessEnv = world.person,
  state = journal(),
): Promise<void> {
  const { folder, identity } = world;
  const ofFeature = artifacts({ env: person, step: () => {} } as unknown as World);
  const machine = {
    artifactRef: ofFeature.artifactRef?.(folder, identity),
    clock: { now: () => at(Date.now() - T0_MS + aheadMs) },
    journal: { save: async () => {} },
  } as unknown as Machine;
  const sight = { snapshot: { ...snapshot(), ...others }, hub: 'answered' } as never;
  await publishArtifacts.perform(machine, state, sight);
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

/** A person whose git notes each look at the ref, and gives no answer to it while `isAway`. */
function watched() {
  const bin = join(world.root, 'bin');
  const [asked, away] = ['asked', 'away'].map((name) => join(world.root, name)) as [string, string];
  mkdirSync(bin);
  writeFileSync(asked, '');
  const note = `case "$*" in *' ls-remote '*) echo x >> ${asked}; if [ -e ${away} ]; then exit 128; fi;; esac`;
  const script = `#!/bin/sh\n${note}\nPATH='${world.person.PATH}' exec git "$@"\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  return {
    env: { ...world.person, PATH: `${bin}:${world.person.PATH}` },
    asked: () => readFileSync(asked, 'utf8').length / 2,
    isAway: (is: boolean) => (is ? writeFileSync(away, '') : rmSync(away)),
  };
}

test('A2.3 a ref that was deleted or replaced is pushed again, with one look a day', async () => {
  const ref = 'refs/coord/artifacts/1';
  const { env, asked } = watched();
  const others = withOther(Date.now());
  await world.leave({ a: 'one' });
  await cycle(0, others, env);
  world.inHub('update-ref', '-d', ref);
  await cycle(HOUR_MS, others, env);
  expect([world.inHub('for-each-ref'), asked()]).toEqual(['', 0]);
  await cycle(25 * HOUR_MS, others, env);
  expect(world.onRef()).toEqual(['one']);
  const foreign = world.inHub('commit-tree', '-m', 'x', world.inHub('mktree', '--missing'));
  world.inHub('update-ref', ref, foreign);
  await cycle(50 * HOUR_MS, others, env);
  expect(world.onRef()).toEqual(['one']);
  // As it should be.
  const before = asked();
  for (const hours of [75, 76, 77]) await cycle(hours * HOUR_MS, others, env);
  expect(asked()).toBe(before + 1);
  // The clock was ahead.
  for (const hours of [10, 11]) await cycle(hours * HOUR_MS, others, env);
  expect(asked()).toBe(before + 2);
});

test('A2.3 nobody looks at the ref in a cycle that did not ask the hub', async () => {
  const { env, asked } = watched();
  await world.leave({ a: 'one' });
  const nowMs = Date.now();
  await world.publish({ nowMs, person: env });
  const before = asked();
  for (const hub of [undefined, 'not asked'] as const)
    await world.publish({ nowMs: nowMs + 25 * HOUR_MS, person: env, ...(hub === undefined ? {} : { hub }) });
  expect(asked()).toBe(before);
});

test('A2.3 a look that got no answer is made again after a pause, and not a day later', async () => {
  const { env, asked, isAway } = watched();
  const startMs = Date.now();
  const looksAt = async (aheadMs: number) => {
    const before = asked();
    await world.publish({ nowMs: startMs + aheadMs, hub: 'answered', person: env });
    return asked() - before;
  };
  await world.leave({ a: 'one' });
  await looksAt(0);
  world.inHub('update-ref', '-d', 'refs/coord/artifacts/1');
  isAway(true);
  const looks: number[] = [];
  // 30 s, doubled up to an hour.
  for (const seconds of [0, 29, 31, 90, 92, 211, 213]) looks.push(await looksAt(25 * HOUR_MS + seconds * 1000));
  expect(looks).toEqual([1, 0, 1, 0, 1, 0, 1]);
  for (const hours of [26, 28, 30, 32]) expect(await looksAt(hours * HOUR_MS)).toBe(1);
  isAway(false);
  expect(await looksAt(33.1 * HOUR_MS)).toBe(1);
  expect(world.onRef()).toEqual(['one']);
  expect(await looksAt(40 * HOUR_MS)).toBe(0);
});

test('A2.5 of a machine that is alone its own clock counts', async () => {
  await world.leave({ a: 'one' });
  await cycle(40 * DAY_MS, { machines: new Map(), lanes: new Map() });
  expect(storedNames(world.paths)).toEqual([]);
});

test('A2.4 each push of the ref counts once, and none older than ten minutes or yet to come', async () => {
  const nowMs = T0_MS + HOUR_MS;
  const made = [nowMs - 600_000, nowMs - 599_999, nowMs - 1, nowMs, nowMs + 1];
  const saved: unknown[] = [];
  const machine = {
    ...{ artifactRef: { publish: async () => made }, clock: { now: () => at(HOUR_MS) } },
    journal: { save: async (state: unknown) => void saved.push(state) },
  } as unknown as Machine;
  const before = { ...journal(), pushTimes: [nowMs - 1] };
  const sight = { snapshot: snapshot(), hub: 'answered' } as never;
  const { state } = await publishArtifacts.perform(machine, before, sight);
  expect(state.pushTimes).toEqual([nowMs - 599_999, nowMs - 1, nowMs]);
  const again = await publishArtifacts.perform(machine, state, sight);
  expect(again.state).toBe(state);
  expect(saved).toEqual([state]);
});

test('R3 a machine that has halted as a duplicate publishes nothing', async () => {
  await world.leave({ a: 'one' });
  const duplicate = { ...journal(), duplicate: {} } as unknown as ReturnType<typeof journal>;
  await cycle(0, withOther(Date.now()), world.person, duplicate);
  expect(() => world.onRef()).toThrow('Not a valid object name');
});
