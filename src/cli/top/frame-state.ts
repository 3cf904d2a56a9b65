// All that `coord top` shows, read from this machine's own files: what `coord status`, `coord inbox` and `coord daemon status` read.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { plainText } from '../../core/base/redact.ts';
import { DEFAULT_FLEET } from '../../core/model/ledger/fleet.ts';
import type { LocalService } from '../../core/model/machines/local-service.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { errorMessage } from '../../errors.ts';
import { shownFiles, shownLines } from '../../features/shown.ts';
import { type DaemonStatus, daemonStatus } from '../../operations/daemon/control.ts';
import { type NamedMessage, readInbox } from '../../operations/messages/mail-files.ts';
import { endOfLog } from '../../operations/orders/log-end.ts';
import { newestLog } from '../../operations/orders/run-log.ts';
import { withProgressHere } from '../../operations/sync/progress-here.ts';
import { readView, type View, viewText } from '../../operations/sync/view.ts';
import { markOf } from '../../system/files/file-mark.ts';
import { readText } from '../../system/files/read-if-there.ts';
import { type FleetFolder, lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import { readServices, servicesPath } from '../../system/fleet/local-services.ts';
import type { Reading } from '../context.ts';

export interface Sight {
  /** Where this machine's files are; shown while there is no view. */
  readonly root: string;
  /** `unreadable`: there is one, of another version. */
  readonly view: View | 'none' | 'unreadable';
  /** When this machine last looked at the remote; null = never. */
  readonly fetchedMs: number | null;
  readonly alerts: readonly string[];
  /** Urgent ones first, then as they were written. */
  readonly messages: readonly NamedMessage[];
  /** Of this machine. */
  readonly services: readonly LocalService[];
  readonly daemon: DaemonStatus;
  readonly pushesPerMinute: number;
  /** The last line of output of runs on this machine, by order. */
  readonly endings: ReadonlyMap<string, string>;
  /** What of this could not be read, and why. */
  readonly faults: readonly string[];
}

/** Whether a daemon lives is asked again after so many looks, though none of its files changed. */
const DAEMON_LOOKS = 10;
const ENDING_BYTES = 4096;
const NO_ENDINGS: ReadonlyMap<string, string> = new Map();

export interface Eyes {
  /** Null = nothing is new. */
  look(): Promise<Sight | null>;
}

/** Each look costs a few stats; what has not changed is not read again. */
export function openEyes(reading: Reading, folder: FleetFolder): Eyes {
  const fleet = join(folder.projection, FLEET_PATH);
  const clone = join(folder.state, 'clone.git', 'FETCH_HEAD');
  const { view, inbox, journal, outbox, daemon } = folder;
  const files = [view, inbox, journal, outbox, daemon, fleet, servicesPath(folder), clone, ...shownFiles(folder)];
  const endings = createEndings(folder);
  let looks = 0;
  let seen = '';
  let logs = '';
  let last: Sight | null = null;
  return {
    async look() {
      const mark = [Math.floor(looks++ / DAEMON_LOOKS), ...files.map(markOf)].join(' ');
      const before = mark === seen ? last : null;
      if (before !== null && endings.mark() === logs) return null;
      // A run that writes changes nothing else.
      last =
        before === null
          ? await readSight(reading, folder, fleet, endingsOf)
          : { ...before, view: viewHere(folder, before.view), endings: endingsOf(before.view) };
      [seen, logs] = [mark, endings.mark()];
      return last;
    },
  };

  function endingsOf(view: Sight['view']): Sight['endings'] {
    return typeof view === 'string' ? new Map() : endings.of(view);
  }
}

async function readSight(
  reading: Reading,
  folder: FleetFolder,
  fleet: string,
  endingsOf: (view: Sight['view']) => Sight['endings'],
): Promise<Sight> {
  const faults: string[] = [];
  const orElse = <T>(fallback: T, error: unknown): T => {
    faults.push(errorMessage(error));
    return fallback;
  };
  const guarded = <T>(fallback: T, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      return orElse(fallback, error);
    }
  };
  const view = viewHere(folder, readView(folder) ?? (viewText(folder) === null ? 'none' : 'unreadable'));
  const messages = await reading
    .journal(folder)
    .then((journal) => readInbox(folder, journal))
    .catch((error: unknown) => orElse<readonly NamedMessage[]>([], error));
  return {
    root: folder.root,
    view,
    fetchedMs: lastFetchMs(folder),
    alerts: guarded([], () => shownLines(folder)),
    messages,
    services: guarded([], () => readServices(folder)),
    daemon: daemonStatus(folder),
    pushesPerMinute: guarded(DEFAULT_FLEET.pushesPerMinute, () => pushesPerMinute(fleet)),
    endings: guarded(NO_ENDINGS, () => endingsOf(view)),
    faults,
  };
}

function viewHere(folder: FleetFolder, view: Sight['view']): Sight['view'] {
  return typeof view === 'string' ? view : withProgressHere(folder, view);
}

function pushesPerMinute(path: string): number {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return DEFAULT_FLEET.pushesPerMinute;
  return parseFleet(readText(path)).value?.pushesPerMinute ?? DEFAULT_FLEET.pushesPerMinute;
}

interface Endings {
  of(view: View): ReadonlyMap<string, string>;
  mark(): string;
}

/** Reads the end of a log only when it has grown. */
function createEndings(folder: FleetFolder): Endings {
  let logs: readonly (readonly [order: string, path: string])[] = [];
  return {
    of(view) {
      const running = view.machines[String(view.self.machine)]?.runs ?? [];
      logs = running.flatMap((order) => {
        const log = newestLog(folder, order);
        return log === null ? [] : [[order, log.path] as const];
      });
      return new Map(logs.map(([order, path]) => [order, lastLine(endOfLog(path, ENDING_BYTES))]));
    },
    mark: () => logs.map(([, path]) => statSync(path, { throwIfNoEntry: false })?.size ?? '-').join(' '),
  };
}

/** As it was shown last: of a progress bar, its newest state. */
function lastLine(text: string): string {
  return plainText(text).trimEnd().split('\n').at(-1) ?? '';
}
