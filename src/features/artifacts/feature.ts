// What artifacts hand in.
import { CoordError, errorCode } from '../../errors.ts';
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { withRecordedPath } from '../../system/fleet/recorded-path.ts';
import { hasStore } from './system/artifact-store.ts';

/** Short: a cycle waits for it, and what a run could not push at its end is tried again. */
const NETWORK_MS = 20_000;

export const artifacts = (world: World): Feature => ({
  name: 'artifacts',
  checks: async () => [(await import('./operations/doctor-check.ts')).artifactsCheck],
  takeBack: async (folder, identity) => {
    if (!hasStore(folder)) return null;
    const { takeBackRef } = await import('./adapters/take-back.ts');
    return takeBackRef({ folder, identity, person: withRecordedPath(world.env, identity.path), networkMs: NETWORK_MS });
  },
  leftBehind: async (folder, identity, machine) => {
    const { refLeftBehind } = await import('./adapters/take-back.ts');
    const person = withRecordedPath(world.env, identity.path);
    return refLeftBehind({ folder, identity, person, networkMs: NETWORK_MS }, machine);
  },
  leftFiles: {
    of: async (folder, order) => (await import('./operations/get-artifacts.ts')).mustHaveLeft(folder, order),
    start: async (...asked) => (await import('./operations/get-artifacts.ts')).startOfArtifact(world, ...asked),
    held: async (...asked) => (await import('./operations/held-here.ts')).heldHere(world.home, ...asked),
  },
  artifactRef: (folder, identity) => ({
    async publish(beforeMs, nowMs, hub, ended) {
      // Most machines have none, and load nothing for it.
      if (!hasStore(folder)) return [];
      const { publishArtifacts } = await import('./adapters/publish.ts');
      const person = withRecordedPath(world.env, identity.path);
      const times = { beforeMs, nowMs, hub, ended, networkMs: NETWORK_MS, waitMs: 0 };
      try {
        return (await publishArtifacts({ folder, identity, person, ...times, step: world.step })).pushTimes;
      } catch (error) {
        // Files never keep a cycle from going on: what is wrong with git or the disk, it meets itself.
        if (!(error instanceof CoordError) && errorCode(error) === '') throw error;
        return [];
      }
    },
  }),
});
