// What the room Health shows, from the files that the last sync left and from the journal. It asks nobody.
import { join } from 'node:path';
import { editWords, waitWords } from '../../../core/orders/edit-words.ts';
import { daemonStatus } from '../../../operations/daemon/control.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { fleetHere } from '../../../operations/sync/fleet-here.ts';
import { oddRefsOf } from '../../../operations/sync/odd-refs.ts';
import { openMachine } from '../../../operations/sync/open-machine.ts';
import { versionWarnings } from '../../../operations/sync/versions.ts';
import { foldersHereLines, syncedView, type View } from '../../../operations/sync/view.ts';
import { firstWait } from '../../../operations/sync/waiting-edits.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { packBytes } from '../../../system/git/pack-bytes.ts';
import type { Health, Stand } from '../rules/health.ts';

const MINUTE_MS = 60_000;

/** Throws LOCAL_STATE before the first sync. */
export async function fleetHealth(world: World, folder: FleetFolder): Promise<Health> {
  const view = syncedView(folder);
  const { summary, faults, leftOut = null, sync } = view;
  const first = firstWait(Object.values(sync.editsWait));
  const { since, version, lastSync, nextLook, trouble, syncs } = daemonStatus(folder);
  return {
    ...{ summary, faults, leftOut },
    daemon: { since, version, lastSync, nextLook, trouble, syncs },
    pushes: {
      lastMinute: await pushesInLastMinute(world, folder),
      perMinuteMax: fleetHere(folder)?.pushesPerMinute ?? null,
      // Once its turn has come it is no wait any more.
      heldUntil: sync.heldUntil !== null && Date.parse(sync.heldUntil) > world.clock.now().wallMs ? sync.heldUntil : null,
    },
    edits: {
      waiting: sync.pendingEdits.map(editWords),
      why: first === null ? null : waitWords(first),
      lost: sync.lostEdits.map(({ at, edit, reason }) => ({ at, words: `${editWords(edit)}: ${reason}` })),
      notTaken: foldersHereLines(sync),
    },
    historyBytes: packBytes(join(folder.state, 'clone.git')),
    stands: standsOf(view),
  };
}

async function pushesInLastMinute(world: World, folder: FleetFolder): Promise<number> {
  const { journal, ledger } = await openMachine(world, folder);
  try {
    const { wallMs } = world.clock.now();
    const { pushTimes = [] } = (await journal.load()) ?? {};
    return pushTimes.filter((atMs) => atMs <= wallMs && atMs > wallMs - MINUTE_MS).length;
  } finally {
    await ledger.close();
  }
}

/** Without a halt: the banner of every room says it, with its ways out. */
function standsOf(view: View): readonly Stand[] {
  const { boardRefused, mishaps = [] } = view.sync;
  const plain = (words: string): Stand => ({ words, command: null });
  return [
    ...oddRefsOf(view).map(({ sentence, hint }) => ({ words: sentence, command: hint })),
    ...(boardRefused === null
      ? []
      : [{ words: `the host refused the board: ${boardRefused.detail}`, command: boardRefused.hint ?? null }]),
    ...[...mishaps, ...versionWarnings(view)].map(plain),
  ];
}
