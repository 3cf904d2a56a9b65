// Remembers in this process when machines were heard and how busy they were, as each sync shows it: a bounded number of both for each machine.
import { parseTime } from '../../../core/base/time.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import type { View } from '../../../operations/sync/view.ts';
import { type Histories, type History, withSight } from '../rules/beats.ts';

const PERIOD_MS = 60_000;

interface Remembered {
  readonly sinceMs: number;
  machines: ReadonlyMap<string, History & { readonly periodMs: number }>;
}

const folders = new Map<string, Remembered>();

/** `root`: the fleet folder. */
export function remember(root: string, { machines, self, sync }: View, nowMs: number): void {
  const known = folders.get(root) ?? { sinceMs: nowMs, machines: new Map() };
  folders.set(root, known);
  known.machines = new Map(
    Object.entries(machines).map(([number, { lastSeen, usage, heartbeat }]) => {
      const isSelf = Number(number) === self.machine;
      const heard = isSelf ? lastSeen : Object.hasOwn(sync.lastHeard, number) ? sync.lastHeard[number] : undefined;
      const heardMs = heard === undefined ? null : parseTime(heard);
      const history = withSight(known.machines.get(number), heardMs, usage ?? null, nowMs);
      return [number, { ...history, periodMs: parseDuration(heartbeat) ?? PERIOD_MS }];
    }),
  );
}

export function historiesOf(root: string, nowMs: number): Histories {
  const { sinceMs, machines } = folders.get(root) ?? { sinceMs: nowMs, machines: new Map() };
  return { sinceMs, machines: Object.fromEntries(machines) };
}
