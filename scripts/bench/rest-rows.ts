// What the counts of a window say: rows of the table, an hour's worth.
import { kilobytes, tally, times } from './numbers.ts';
import type { Usage } from './proc.ts';
import type { Row } from './row.ts';

const LIMITS = { processorSeconds: 60, wakeupsASync: 150, grown: 1.1 } as const;
const HOUR_MS = 3_600_000;

export type Others = 'node' | 'loop' | 'cron';

interface Connections {
  readonly fetches: number;
  readonly pushes: number;
}

/** Of one window. */
export interface Counts {
  readonly daemon: Usage;
  readonly residentBefore: number;
  readonly syncs: number;
  /** Commands that the daemon gave. */
  readonly gits: readonly string[];
  /** Every program that a second daemon started, or that was started by one of those; null = this computer cannot tell. */
  readonly execs: readonly string[] | null;
  readonly tracedVisits: Connections;
  readonly visits: Connections;
  readonly others: Readonly<Record<Others, Usage>>;
  readonly otherVisits: Readonly<Record<'loop' | 'cron', Connections>>;
}

export function restRows(windowMs: number, everyS: number, counts: Counts): Row[] {
  const anHour = (value: number) => (value * HOUR_MS) / windowMs;
  const what = (thing: string) => `a daemon at rest (${Math.round(windowMs / 1000)} s of it): ${thing}`;
  return [
    connectionsRow(what, anHour, everyS, counts),
    startedRow(what, counts),
    processorRow(what, anHour, everyS, counts),
    wakeupsRow(what, anHour, counts),
    memoryRow(what, counts),
  ];
}

type What = (thing: string) => string;
type AnHour = (value: number) => number;

function connectionsRow(what: What, anHour: AnHour, everyS: number, { visits, syncs, daemon, others, otherVisits }: Counts): Row {
  const words = ({ fetches, pushes }: Connections) =>
    `${Math.round(anHour(fetches))} fetches, ${Math.round(anHour(pushes))} pushes`;
  const written = (usage: Usage) => kilobytes(Math.round(anHour(usage.writtenBytes)));
  return {
    what: what('connections and what it writes, an hour'),
    measured: `${words(visits)} (${syncs} syncs in the window); ${written(daemon)} on disk`,
    atMost: `a fetch and a push each ${everyS} s`,
    beside: `the loop each ${everyS} s: ${words(otherVisits.loop)}, ${written(others.loop)}; \`coord sync\` from cron: ${words(otherVisits.cron)}, ${written(others.cron)}`,
    // The looks differ by a fifth.
    isOk: Math.max(visits.fetches, visits.pushes) <= Math.ceil((HOUR_MS / anHour(1) / (everyS * 1000)) * 1.25) + 1,
  };
}

/** A fetch is one command; a push has what it sends made by another one before; what moved, another's beat too, is read by one (C4). */
function startedRow(what: What, { gits, syncs, visits, execs, tracedVisits }: Counts): Row {
  const own = tally(gits);
  const others = execs?.filter((name) => !name.startsWith('git')) ?? [];
  const isFew = gits.length <= visits.fetches + 2 * visits.pushes + syncs;
  const all =
    execs === null
      ? 'other processes were not counted: no strace'
      : `a second one, with what git starts for itself: ${tally(execs)} (${tracedVisits.fetches} fetches, ${tracedVisits.pushes} pushes)`;
  return {
    what: what('what it starts, in the window'),
    measured: `${own}, for ${visits.fetches} fetches and ${visits.pushes} pushes; ${all}`,
    atMost: '1 git command a fetch, 2 a push, 1 a sync (it reads what moved), and no other program',
    beside: 'the loop: 4 commands each time',
    isOk: isFew && others.length === 0,
  };
}

function processorRow(what: What, anHour: AnHour, everyS: number, { daemon, others }: Counts): Row {
  const spent = ({ ownMs, childrenMs }: Usage) => anHour(ownMs + childrenMs) / 1000;
  const [own, loop, cron] = [spent(daemon), spent(others.loop), spent(others.cron)];
  const s = (value: number) => `${value.toFixed(1)} s`;
  return {
    what: what('processor time, an hour'),
    measured: `${times(own / loop)} the loop, ${times(own / cron)} \`coord sync\` from cron: ${s(own)}, of which its git ${s(anHour(daemon.childrenMs) / 1000)}`,
    atMost: s(LIMITS.processorSeconds),
    beside: `each ${everyS} s: the loop ${s(loop)}, \`coord sync\` from cron ${s(cron)}`,
    isOk: own <= LIMITS.processorSeconds,
  };
}

function wakeupsRow(what: What, anHour: AnHour, { daemon, syncs, others }: Counts): Row {
  const anHourOf = (value: number) => value / anHour(1);
  return {
    what: what('how often it wakes, an hour'),
    measured: `${Math.round(anHour(daemon.wakeups))} times, all threads (${Math.round(daemon.wakeups / Math.max(1, syncs))} a sync)`,
    atMost: `${LIMITS.wakeupsASync} a sync, and 240 ticks`,
    beside: `a node that does nothing: ${Math.round(anHour(others.node.wakeups))}`,
    isOk: daemon.wakeups <= LIMITS.wakeupsASync * syncs + anHourOf(240),
  };
}

function memoryRow(what: What, { daemon, residentBefore, others }: Counts): Row {
  const mib = (bytes: number) => `${Math.round(bytes / 1_048_576)} MiB`;
  const grown = daemon.residentBytes / residentBefore;
  return {
    what: what('memory'),
    measured: `${times(daemon.residentBytes / others.node.residentBytes)} a node that does nothing: ${mib(daemon.residentBytes)} resident, ${times(grown)} that at the window's begin; ${mib(daemon.peakBytes)} at most since it began`,
    atMost: `flat: ${LIMITS.grown} × that at the begin`,
    beside: `a node that does nothing: ${mib(others.node.residentBytes)}`,
    isOk: grown <= LIMITS.grown,
  };
}
