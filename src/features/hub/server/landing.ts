// Syncs for what guests did: one at a time, each for all that was recorded before it began, and for reports alone not often, because each is
// a push.
import { errorMessage } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { mustBeSynced, sync } from '../../../operations/sync/sync.ts';
import { createRate } from '../../../server/guard/rate.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

/** `landed`: the remote has what was recorded before it was asked for. */
export interface Landed {
  readonly landed: boolean;
  readonly trouble: string | null;
}

export interface Landing {
  /** Resolves after a sync that began later; `isPatient`: it may wait for others. */
  land(isPatient: boolean): Promise<Landed>;
  /** Resolves when none runs; no other one begins. */
  end(): Promise<void>;
}

/** Syncs a second, and at once after a rest: each of reports alone is a push of this machine. */
const PACE = { acts: [1, 5], reports: [0.1, 3] } as const;

export function createLanding(world: World, folder: FleetFolder): Landing {
  const paces = { acts: createRate(...PACE.acts), reports: createRate(...PACE.reports) };
  let waiting: { readonly isPatient: boolean; done(landed: Landed): void }[] = [];
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isEnded = false;
  const run = async () => {
    const those = waiting;
    waiting = [];
    const landed = await syncNow(world, folder);
    for (const { done } of those) done(landed);
    running = null;
    plan();
  };
  const plan = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (running !== null || waiting.length === 0 || isEnded) return;
    const pace = waiting.every(({ isPatient }) => isPatient) ? paces.reports : paces.acts;
    const waitMs = pace.take();
    if (waitMs === 0) running = run();
    else timer = setTimeout(plan, waitMs);
  };
  return {
    land: (isPatient) =>
      new Promise((done) => {
        waiting.push({ isPatient, done });
        plan();
      }),
    async end() {
      isEnded = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

async function syncNow(world: World, folder: FleetFolder): Promise<Landed> {
  try {
    mustBeSynced(await sync(world, folder));
    return { landed: true, trouble: null };
  } catch (error) {
    return { landed: false, trouble: errorMessage(error) };
  }
}
