// Remembers in this process when machines were heard and how busy they were, as each sync shows it: a bounded number of both for each machine.
import { parseTime } from '../../../core/base/time.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import type { View } from '../../../operations/sync/view.ts';
import { type Histories, type History, withLook } from '../rules/beats.ts';
import { isDeaf } from '../rules/snapshot.ts';

const PERIOD_MS = 60_000;

interface Remembered {
  readonly sinceMs: number;
  machines: ReadonlyMap<string, History>;
}

const folders = new Map<string, Remembered>();

/** `root`: the fleet folder; `lookedMs`: when the remote was reached last. */
export function remember(root: string, { machines, self, sync }: View, nowMs: number, lookedMs: number | null): void {
  const known = folders.get(root) ?? { sinceMs: nowMs, machines: new Map() };
  folders.set(root, known);
  // Of others nothing is known while the remote is away; this machine is silent then.
  const isReached = !isDeaf(sync) && lookedMs !== null;
  known.machines = new Map(
    Object.entries(machines).flatMap(([number, { usage = null, heartbeat }]): [string, History][] => {
      const before = known.machines.get(number);
      const isSelf = Number(number) === self.machine;
      if (!isSelf && !isReached) return before === undefined ? [] : [[number, before]];
      const heard = Object.hasOwn(sync.lastHeard, number) ? parseTime(sync.lastHeard[number] ?? '') : Number.NaN;
      const heardMs = isSelf ? lookedMs : Number.isNaN(heard) ? null : heard;
      const look = {
        atMs: isSelf || lookedMs === null ? nowMs : lookedMs,
        heardMs,
        periodMs: parseDuration(heartbeat) ?? PERIOD_MS,
        usage,
      };
      return [[number, withLook(before, look)]];
    }),
  );
}

export function historiesOf(root: string, nowMs: number): Histories {
  const { sinceMs, machines } = folders.get(root) ?? { sinceMs: nowMs, machines: new Map<string, History>() };
  return {
    sinceMs,
    machines: Object.fromEntries(
      [...machines].map(([number, it]) => [number, { beats: it.beats, usage: it.usage, periodMs: it.periodMs }]),
    ),
  };
}
