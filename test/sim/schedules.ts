// Hand-made histories for what chance seldom meets. Each is the shortest one that shows what a rule is for.
import { asksMeanwhile } from './schedules/asks-meanwhile.ts';
import { besideADaemon } from './schedules/beside-a-daemon.ts';
import { busyCron } from './schedules/busy-cron.ts';
import { claimedOnOldView } from './schedules/claimed-on-old-view.ts';
import { clockSetBack } from './schedules/clock-set-back.ts';
import { clocksTooFarApart } from './schedules/clocks-too-far-apart.ts';
import { diskLostAfterStart } from './schedules/disk-lost-after-start.ts';
import { diskLostWhileRunning } from './schedules/disk-lost-while-running.ts';
import { editedAttempts } from './schedules/edited-attempts.ts';
import { editedBehindMirror } from './schedules/edited-behind-mirror.ts';
import { joinCutOff } from './schedules/join-cut-off.ts';
import { laggingMirror } from './schedules/lagging-mirror.ts';
import { leftAfterRun } from './schedules/left-after-run.ts';
import { movedAfterStart } from './schedules/moved-after-start.ts';
import { pushHeldUp } from './schedules/push-held-up.ts';
import { putBack } from './schedules/put-back.ts';
import { ranAhead } from './schedules/ran-ahead.ts';
import { removedAfterLanding } from './schedules/removed-after-landing.ts';
import { removedBehindMirror } from './schedules/removed-behind-mirror.ts';
import { returnsMeanwhile } from './schedules/returns-meanwhile.ts';
import { returnsOnOldView } from './schedules/returns-on-old-view.ts';
import { returnsUnstarted } from './schedules/returns-unstarted.ts';
import { sharedAfterStart } from './schedules/shared-after-start.ts';
import { shortenedAsleep } from './schedules/shortened-asleep.ts';
import { sleepsUncounted } from './schedules/sleeps-uncounted.ts';
import { slowCron } from './schedules/slow-cron.ts';
import { slowHolder } from './schedules/slow-holder.ts';
import { successSaidLate } from './schedules/success-said-late.ts';
import { templateBegunTwice } from './schedules/template-begun-twice.ts';
import { templateLowered } from './schedules/template-lowered.ts';
import { unnamedEntry } from './schedules/unnamed-entry.ts';
import { wakesPastLease } from './schedules/wakes-past-lease.ts';
import type { Simulated } from './simulate.ts';
import { NoStory } from './story.ts';
import type { World } from './world.ts';

export const SCHEDULES: Readonly<Record<string, () => Promise<World>>> = {
  'removed-after-landing': removedAfterLanding,
  'removed-behind-mirror': removedBehindMirror,
  'moved-after-start': movedAfterStart,
  'unnamed-entry': unnamedEntry,
  'edited-attempts': editedAttempts,
  'push-held-up': pushHeldUp,
  'slow-holder': slowHolder,
  'wakes-past-lease': wakesPastLease,
  'disk-lost-after-start': diskLostAfterStart,
  'sleeps-uncounted': sleepsUncounted,
  'clock-set-back': clockSetBack,
  'returns-unstarted': returnsUnstarted,
  'returns-meanwhile': returnsMeanwhile,
  'success-said-late': successSaidLate,
  'claimed-on-old-view': claimedOnOldView,
  'clocks-too-far-apart': clocksTooFarApart,
  'disk-lost-while-running': diskLostWhileRunning,
  'left-after-run': leftAfterRun,
  'put-back': putBack,
  'returns-on-old-view': returnsOnOldView,
  'beside-a-daemon': besideADaemon,
  'asks-meanwhile': asksMeanwhile,
  'shared-after-start': sharedAfterStart,
  'busy-cron': busyCron,
  'lagging-mirror': laggingMirror,
  'edited-behind-mirror': editedBehindMirror,
  'join-cut-off': joinCutOff,
  'shortened-asleep': shortenedAsleep,
  'ran-ahead': ranAhead,
  'template-lowered': templateLowered,
  'template-begun-twice': templateBegunTwice,
  // The longest one.
  'slow-cron': slowCron,
};

export async function runSchedule(name: string): Promise<Simulated> {
  const tell = SCHEDULES[name];
  if (tell === undefined) throw new Error(`no schedule is called ${name}`);
  const world = await tell().catch((error: unknown) => {
    if (error instanceof NoStory && error.world.truth.violations.length > 0) return error.world;
    throw error;
  });
  const { events, truth } = world;
  return { seed: 0, events, violations: truth.violations, counts: truth.counts };
}
