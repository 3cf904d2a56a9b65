// Syncs for what guests did: one at a time, each for all that was recorded before it began. Mostly each is a push, of which the host allows a
// fleet a few a minute (H2): so what guests do in numbers waits for others of its kind.
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
  /** Resolves after a sync that began later. */
  land(cause: LandCause): Promise<Landed>;
  /** Resolves when none runs; no other one begins. */
  end(): Promise<void>;
}

/** `look`: there may be news; mostly no push follows. */
export type LandCause = 'look' | 'act' | 'report';

/** Syncs a second, and at once after a rest; those that wait for less come first. */
const PACES: Readonly<Record<LandCause, readonly [perSecond: number, burst: number]>> = {
  look: [1, 5],
  act: [0.2, 5],
  report: [0.1, 3],
};
const CAUSES = Object.keys(PACES) as readonly LandCause[];

export function createLanding(world: World, folder: FleetFolder): Landing {
  const paces = { look: createRate(...PACES.look), act: createRate(...PACES.act), report: createRate(...PACES.report) };
  let waiting: { readonly cause: LandCause; done(landed: Landed): void }[] = [];
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
    const first = CAUSES.find((cause) => waiting.some((it) => it.cause === cause));
    if (running !== null || first === undefined || isEnded) return;
    const waitMs = paces[first].take();
    if (waitMs === 0) running = run();
    else timer = setTimeout(plan, waitMs);
  };
  return {
    land: (cause) =>
      new Promise((done) => {
        waiting.push({ cause, done });
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
