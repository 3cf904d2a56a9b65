// `.coord/bell/state.json`: what the daemon here says of its bell, for whoever only reads. It counts while that daemon lives.
import { rmSync } from 'node:fs';
import { readRecord } from '../../../operations/daemon/daemon-record.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { textIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { isLiving } from '../../../system/process/process-identity.ts';
import type { Online } from '../rules/presence.ts';
import { bellPaths, makeBellFolder } from '../system/bell-folder.ts';

export interface BellState {
  /** Of the daemon. */
  readonly pid: number;
  readonly address: string;
  /** ISO 8601 UTC; null = it is not connected. */
  readonly connectedSince: string | null;
  /** Why not, or what is wrong with bell.json; null = all is well. */
  readonly trouble: string | null;
  /** How long a word of its own took that came back; null = none has yet. When one came last is not told: nothing is written for each of them. */
  readonly echoMs: number | null;
  /** H3: it looks seldom, because it is told of news. */
  readonly isTold: boolean;
  readonly online: readonly Online[];
  /** Since this daemon began. */
  readonly counts: BellCounts;
}

export interface BellCounts {
  /** Rings that it said, and that it heard. */
  readonly rung: number;
  readonly heard: number;
  /** Looks that rings made. */
  readonly looks: number;
  /** Frames that were none of this fleet's, or that were heard before. */
  readonly dropped: number;
  readonly connects: number;
}

/** Many changes make one file. */
const GATHER_MS = 300;

export function createStateWriter(folder: FleetFolder, stateNow: () => BellState) {
  let timer: NodeJS.Timeout | null = null;
  const end = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const now = () => {
    end();
    try {
      makeBellFolder(folder);
      writeWhole(bellPaths(folder).state, `${JSON.stringify(stateNow())}\n`);
    } catch {
      // A full disk: who asks reads what was said before.
    }
  };
  return {
    now,
    soon() {
      timer ??= setTimeout(now, GATHER_MS).unref();
    },
    /** There is no bell any more of which anything could be said. */
    forget() {
      end();
      try {
        rmSync(bellPaths(folder).state, { force: true });
      } catch {
        // As above.
      }
    },
    end,
  };
}

/** Null = no daemon here says anything. Who counts no more by now is not online: a daemon writes nothing because time has passed. */
export function readBellState(folder: FleetFolder): BellState | null {
  const text = textIn(bellPaths(folder).state);
  if (text === null) return null;
  try {
    const state = JSON.parse(text) as BellState;
    const daemon = readRecord(folder);
    if (daemon === null || daemon.pid !== state.pid || !isLiving(daemon)) return null;
    // A daemon that goes on with the version before says no `echoMs`.
    return { ...state, echoMs: state.echoMs ?? null, online: state.online.filter(({ untilMs }) => untilMs > Date.now()) };
  } catch {
    return null;
  }
}
