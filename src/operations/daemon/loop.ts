// Calls `coord sync` at the right moments: when its time has come, something was saved here, a run has ended, or the computer woke. It
// keeps nothing that a restart would lose, so it may be killed anywhere. A failed sync is logged and tried again later.
import { existsSync } from 'node:fs';
import { BACKOFF_MS, type Wake as Coming, GATHER_MS, nextLookMs } from '../../core/presence/pacing.ts';
import { CoordError } from '../../errors.ts';
import { createPacer, type Pacer } from '../../machine/pace/pacer.ts';
import { readText } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { isWaitedFor } from '../../system/process/waited.ts';
import type { World } from '../sync/dependencies.ts';
import { type OpenMachine, openMachine } from '../sync/open-machine.ts';
import { type SyncReport, syncOpened } from '../sync/sync.ts';
import { listen } from './listen.ts';
import { signsOf } from './local-changes.ts';
import { type DaemonFaces, nextCause } from './next-cause.ts';
import { isNews, isOfServicesAlone, lookingEach, mayRestOnView, untoldLookMs, type Wake } from './wakes.ts';

/** Read documents are kept, so that nothing is read twice. After this many syncs most of them are not needed any more. */
const SYNCS_PER_OPENING = 200;
/** Whatever goes wrong, a daemon never spins. */
const REST_MS = 100;

/** Tests shorten or lengthen the time between two looks; nothing else sets this. */
const LOOK_MS_ASKED = 'COORD_LOOK_MS';

const LEFT = 'this machine has left the fleet';

/** Until it is told to stop, or there is no machine here any more: then it says why. */
export async function runLoop(world: World, folder: FleetFolder, faces: DaemonFaces): Promise<string> {
  const { signal } = faces;
  let machine = await openHere(world, folder);
  /** What lay here when the last sync began: what is there beyond it is news. */
  let seen: ReadonlySet<string> = new Set();
  const features = await world.features();
  const signs = () =>
    signsOf(world.home, folder, features, { machine: machine.opened.identity.machine, ledger: machine.opened.ledger });
  const compared = (compare: typeof isNews, otherwise: boolean) => orIfUnread(otherwise, () => compare(seen, signs()));
  const hasNews = () => !existsSync(folder.identity) || compared(isNews, true);
  const endListening = await listen({ world, folder, machine: machine.opened.identity.machine, signal, hasNews, log: faces.log });
  const pacer = createPacer(world.clock, world.random);
  let syncs = 0;
  let hasFailed = false;
  /** A folder that goes after that was purged; any other one is away, with its disk perhaps, and may be there again. */
  let isLeaving = false;
  let why: Wake = 'look';
  /** C4a: this process has seen the remote itself, and all was well. */
  let hasSeen = false;
  let mayRecall = false;
  try {
    for (;;) {
      if (!isStillThere(folder, isLeaving)) return LEFT;
      const begunMs = performance.now();
      let report: SyncReport | null = null;
      try {
        syncs += 1;
        if (why === 'asked' || hasFailed || syncs % SYNCS_PER_OPENING === 0 || machine.text !== identityText(folder))
          machine = await openAnew(machine, world, folder);
        seen = signs();
        report = await syncOpened(world, machine.opened, { dryRun: false, mayRecall, gate: pacer.gate });
        hasFailed = false;
        isLeaving ||= report.leaving !== null;
        faces.synced(report);
        if (report.leaving === 'left') return LEFT;
      } catch (error) {
        hasFailed = true;
        faces.failed(error);
      } finally {
        // Nothing of git stays between two syncs.
        await machine.opened.ledger.close();
      }
      hasSeen = report !== null && !report.byAnother && report.trouble === null;
      const here = { isWaitedFor: isWaitedFor(folder, Date.now()), isTold: faces.isTold() };
      const next = comingOf(world, pacer, here, report);
      why = await nextCause(machine.opened, faces, {
        lookMs: Math.max(next.inMs, REST_MS),
        waitedLookMs: hasSeen ? waitedLookMs(world) : null,
        ...failingOf(report),
        untoldLookMs: here.isTold ? untoldLookMs(world.random.fraction) : null,
        // An end that the sync could not take in is not waited for again at once.
        isStuck: report === null || (why === 'run' && report.finished.length === 0),
        othersCount: hasSeen && !next.mayRecall,
        gatherMs: (report?.pushes ?? 0) === 0 ? 0 : GATHER_MS - (performance.now() - begunMs),
        hasNews,
        noteLeaving() {
          isLeaving = true;
        },
      });
      if (why === 'stop') return 'it was told to stop';
      // What failed before says nothing any more.
      if (why === 'woke' || why === 'network') pacer.afresh();
      mayRecall = hasSeen && mayRestOnView(why, next.mayRecall, () => compared(isOfServicesAlone, false));
    }
  } finally {
    await endListening();
    await machine.opened.ledger.close();
  }
}

/** Throws NO_FLEET where the folder is gone; false = it was purged after this machine left. */
function isStillThere({ identity, root }: FleetFolder, isLeaving: boolean): boolean {
  if (existsSync(identity)) return true;
  if (isLeaving) return false;
  throw new CoordError('NO_FLEET', `${root} is no fleet folder any more`, 'coord daemon start, once it is there again');
}

/** Of local files. What keeps them from being read, the sync meets too, and says so. */
function orIfUnread<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** From one look to the next while somebody waits; null = the looks come as a test wants them. */
function waitedLookMs({ env, random }: World): number | null {
  return env[LOOK_MS_ASKED] === undefined ? nextLookMs({ isBusy: true, quietMs: 0 }, random.fraction()) : null;
}

function comingOf({ env }: World, pacer: Pacer, here: Parameters<Pacer['next']>[0], report: SyncReport | null): Coming {
  const coming = report === null ? pacer.failed() : pacer.next(here);
  const asked = env[LOOK_MS_ASKED];
  return asked === undefined ? coming : lookingEach(Number(asked), coming);
}

/** What keeps a sync from beginning, as a policy.yaml that cannot be read, is mended by what is saved: that waits for a remote alone. */
function failingOf(report: SyncReport | null): { readonly isFailing: boolean; readonly savedInMs: number } {
  if (report === null) return { isFailing: true, savedInMs: 0 };
  return report.trouble === null ? { isFailing: false, savedInMs: 0 } : { isFailing: true, savedInMs: BACKOFF_MS };
}

interface Here {
  readonly opened: OpenMachine;
  readonly text: string;
}

async function openHere(world: World, folder: FleetFolder): Promise<Here> {
  const text = identityText(folder);
  return { opened: await openMachine(world, folder), text };
}

/** Also what was parsed is let go: nothing that is wrong outlasts it. */
async function openAnew({ opened }: Here, world: World, folder: FleetFolder): Promise<Here> {
  await opened.ledger.close();
  world.parsed.delete(folder.root);
  return openHere(world, folder);
}

function identityText(folder: FleetFolder): string {
  return existsSync(folder.identity) ? readText(folder.identity) : '';
}
