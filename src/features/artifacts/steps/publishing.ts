// Brings the ref of this machine up to date in a cycle (A2): what a run could not push at its end, and what is over its time. Its pushes count (H2).
import { knownTimeMs } from '../../../core/presence/known-time.ts';
import type { FeatureStep } from '../../../machine/context.ts';

export const publishArtifacts: FeatureStep = { perform, failing: 'files of runs are not published' };

/** Older pushes count for nothing any more. */
const COUNTED_MS = 600_000;

async function perform(
  ...[machine, state, { snapshot, hub }]: Parameters<FeatureStep['perform']>
): ReturnType<FeatureStep['perform']> {
  const { artifactRef, clock, journal } = machine;
  if (artifactRef === undefined || state.duplicate !== null) return { state, woken: [] };
  const now = clock.now();
  const { wallMs } = now;
  const beforeMs = knownTimeMs(snapshot, state, now) - snapshot.fleet.keepArtifactsMs;
  const made = await artifactRef.publish(beforeMs, wallMs, hub, state.ended);
  const known = new Set(state.pushTimes);
  const fresh = made.filter((time) => !known.has(time) && wallMs - time < COUNTED_MS && time <= wallMs);
  if (fresh.length === 0) return { state, woken: [] };
  const pushTimes = [...state.pushTimes, ...fresh].sort((one, other) => one - other);
  const next = { ...state, pushTimes };
  await journal.save(next);
  return { state: next, woken: [] };
}
