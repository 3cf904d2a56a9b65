// Checks what this machine knows: its journal, the edits of its people that are under way or lost, and the last sync.
import { join } from 'node:path';
import { counted } from '../../core/base/counted.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import { minuteTime } from '../../core/base/time.ts';
import { isAwaited } from '../../core/model/ledger/intention.ts';
import { editWords, waitWords } from '../../core/orders/edit-words.ts';
import { haltsOf } from '../../core/status/halt-words.ts';
import { formatDuration } from '../../documents/text/duration.ts';
import { formatMegabytes, MEGABYTE } from '../../documents/text/size.ts';
import { CoordError } from '../../errors.ts';
import { bytesBelow } from '../../system/files/bytes-below.ts';
import { lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import { closedIn, setAsideIn } from '../../system/fleet/outbox-files.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { untold } from '../sync/edit-rejections.ts';
import { helpFor, readView } from '../sync/view.ts';
import { firstWait } from '../sync/waiting-edits.ts';
import { ok, problem, warning } from './check.ts';
import type { Check } from './exam.ts';

/** Longer than any crontab's pause. */
const SYNC_MS_MAX = 86_400_000;

export const syncedCheck: Check = {
  id: 'synced',
  title: 'last sync',
  async look({ folder, nowMs, refs }) {
    const view = readView(folder);
    const fetchedMs = lastFetchMs(folder);
    if (view === null || fetchedMs === null) return warning('never', 'coord sync');
    if (view.machines[String(view.self.machine)]?.state === 'LEFT') return ok('this machine has left the fleet');
    const { unsyncedSince, trouble } = view.sync;
    if (unsyncedSince !== null) {
      const isThere = (await refs()).kind === 'listed';
      // Where the remote is away, another sync says the same.
      const fix = isThere ? 'coord sync' : helpFor(trouble?.code ?? 'UNKNOWN');
      return warning(
        `unsynced since ${minuteTime(unsyncedSince)}: ${trouble?.message ?? ''}`,
        fix === 'coord doctor' ? undefined : fix,
      );
    }
    const found = `${agoOf(nowMs - fetchedMs)} ago`;
    return nowMs - fetchedMs < SYNC_MS_MAX ? ok(found) : warning(found, 'coord sync');
  },
};

export const journalCheck: Check = {
  id: 'journal',
  title: 'journal',
  async look({ journal, identity }) {
    const anew = `in a new folder: coord join ${shellWord(withoutCredentials(identity.remote))} <folder> --as ${identity.machine}`;
    try {
      const state = await journal();
      if (state === null) return problem('there is none: what this machine ran is not known', anew);
      return ok(`${counted(state.active.length, 'run')} going on, ${state.ended.length} ended and remembered in full`);
    } catch (error) {
      if (error instanceof CoordError) return problem(error.message, anew);
      throw error;
    }
  },
};

/** Of what nothing removes by itself. */
const BUNDLES_MAX = 200 * MEGABYTE;

/** What coord keeps on this computer for the fleet; each of these has limits of its own but the bundles, which a person removes. */
export const ownDiskCheck: Check = {
  id: 'own-disk',
  title: 'what coord keeps here',
  async look({ world, folder, examiner }) {
    const history = join(world.home, 'history');
    const clone = bytesBelow(examiner.cloneFolder(folder.state));
    const parts = {
      'the clone': clone,
      'runs and their files': bytesBelow(folder.state) - clone,
      'the board': bytesBelow(folder.projection),
      'bundles of coord compact': bytesBelow(history),
    };
    const all = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
    const large = Object.entries(parts).filter(([, bytes]) => bytes >= MEGABYTE);
    const words = large.map(([name, bytes]) => `${name} ${formatMegabytes(bytes)}`);
    const found = words.length === 0 ? formatMegabytes(all) : `${formatMegabytes(all)}: ${words.join(', ')}`;
    if (parts['bundles of coord compact'] < BUNDLES_MAX) return ok(found);
    return warning(found, `copy the oldest to where your backups are; then: ls -tr ${shellWord(history)}, and rm it there`);
  },
};

export const keptRunsCheck: Check = {
  id: 'run-folders',
  title: 'logs of ended runs',
  async look({ adapters }) {
    const { count, bytes, countMax, bytesMax } = (await adapters()).runner.kept();
    const [megabytes, room] = [Math.ceil(bytes / MEGABYTE), Math.floor(bytesMax / MEGABYTE)];
    return ok(`${count} of ${countMax}, ${megabytes} of ${room} MB; the oldest go first`);
  },
};

export const outboxCheck: Check = {
  id: 'outbox',
  title: 'edits to be sent',
  async look({ adapters, folder, view }) {
    const { journal } = await adapters();
    const recorded = await journal.intentions();
    const [damaged] = setAsideIn(folder.outbox);
    if (damaged !== undefined) {
      const path = join(folder.outbox, damaged);
      return warning(`${path} was damaged and is set aside: what it recorded is not sent`, `cat ${shellWord(path)}; then rm it`);
    }
    const [closed] = closedIn(folder.outbox);
    if (closed !== undefined) {
      const path = join(folder.outbox, closed);
      return warning(
        `${path} cannot be read by this user: what it recorded is not sent`,
        `sudo chown "$USER" ${shellWord(path)}`,
      );
    }
    const waiting = recorded.filter(isAwaited);
    if (waiting.length === 0) return ok(recorded.length === 0 ? 'none' : `${counted(recorded.length, 'edit')} in turn`);
    const found = `${counted(waiting.length, 'edit')} not on the remote yet, the oldest since ${waiting[0]?.recordedAt}`;
    const names = waiting.slice(0, 3).map(({ edit }) => editWords(edit));
    const seen = view();
    const halted = seen !== null && haltsOf(seen).length > 0;
    if (halted) return warning(`${found}: ${names.join(', ')}; they wait while this machine has halted`, 'coord status');
    const first = firstWait(Object.values(seen?.sync.editsWait ?? {}));
    if (first?.kind === 'fix')
      return warning(`${found}: ${names.join(', ')}; they wait for ${first.what}`, 'fix that on main; then: coord sync');
    const slow = first === null ? '' : `; ${waitWords(first)}`;
    return warning(`${found}: ${names.join(', ')}${slow}`, 'coord sync');
  },
};

export const editsCheck: Check = {
  id: 'lost-edits',
  title: 'edits that were not taken',
  async look({ folder, journal, view, nowMs }) {
    const lost = untold(folder, (await journal())?.lostEdits ?? [], nowMs);
    const notTaken = view()?.sync.notTaken ?? [];
    if (lost.length + notTaken.length === 0) return ok('none');
    const words = [
      ...lost.map(({ edit, reason }) => `${editWords(edit)}: ${reason}`),
      ...notTaken.map(({ path, why }) => `coordination/${path}: ${why}`),
    ];
    return warning(words.join(' · '), 'coord order list, and edit again what is still wanted');
  },
};

/** To the second below an hour, then to the minute. */
function agoOf(ms: number): string {
  const unitMs = ms < 3_600_000 ? 1000 : 60_000;
  return formatDuration(Math.max(0, Math.round(ms / unitMs) * unitMs));
}
