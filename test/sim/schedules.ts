// Hand-made histories for what chance seldom meets. Each is the shortest one that shows what a rule is for.
import { diskLostAfterStart } from './schedules/disk-lost-after-start.ts';
import { editedAttempts } from './schedules/edited-attempts.ts';
import { movedAfterStart } from './schedules/moved-after-start.ts';
import { pushHeldUp } from './schedules/push-held-up.ts';
import { removedAfterLanding } from './schedules/removed-after-landing.ts';
import { slowCron } from './schedules/slow-cron.ts';
import { slowHolder } from './schedules/slow-holder.ts';
import { unnamedEntry } from './schedules/unnamed-entry.ts';
import { wakesPastLease } from './schedules/wakes-past-lease.ts';
import type { Simulated } from './simulate.ts';
import type { World } from './world.ts';

export const SCHEDULES: Readonly<Record<string, () => Promise<World>>> = {
  'slow-cron': slowCron,
  'removed-after-landing': removedAfterLanding,
  'moved-after-start': movedAfterStart,
  'unnamed-entry': unnamedEntry,
  'edited-attempts': editedAttempts,
  'push-held-up': pushHeldUp,
  'slow-holder': slowHolder,
  'wakes-past-lease': wakesPastLease,
  'disk-lost-after-start': diskLostAfterStart,
};

export async function runSchedule(name: string): Promise<Simulated> {
  const world = await SCHEDULES[name]?.();
  if (world === undefined) throw new Error(`no schedule is called ${name}`);
  const { events, truth } = world;
  return { seed: 0, events, violations: truth.violations, counts: truth.counts };
}
