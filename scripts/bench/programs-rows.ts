// What the counts of supervising say: rows of the table.
import { tally, times } from './numbers.ts';
import type { Usage } from './proc.ts';
import type { Row } from './row.ts';

/** A check costs a wake to ask and one or two for the answer. */
const WAKEUPS_MAX = 100_000;
/** Of the daemon at rest, 60, and a second for each program. */
const PROCESSOR_S = { rest: 60, each: 1 } as const;
const HOUR_MS = 3_600_000;

export interface Seen {
  readonly windowMs: number;
  readonly coord: Usage;
  readonly pm2: Usage | null;
}

export interface Measures {
  readonly count: number;
  readonly windowMs: number;
  /** By the daemon that started them. */
  readonly first: Seen;
  /** By the next one, which found them. */
  readonly adopted: Seen;
  /** Programs that a third one started; null = this computer cannot tell. */
  readonly execs: readonly string[] | null;
}

export function programsRows({ count, first, adopted, execs }: Measures, isAlone: boolean): Row[] {
  const spent = ({ ownMs, childrenMs }: Usage, { windowMs }: Seen) => ((ownMs + childrenMs) / 1000) * (HOUR_MS / windowMs);
  const woken = ({ wakeups }: Usage, { windowMs }: Seen) => Math.round((wakeups * HOUR_MS) / windowMs);
  const mib = (bytes: number) => `${Math.round(bytes / 1_048_576)} MiB`;
  const what = (thing: string) => `${count} programs looked after (${Math.round(first.windowMs / 1000)} s of it): ${thing}`;
  const beside = (words: (pm2: Usage) => string) =>
    first.pm2 === null ? `pm2 was not measured${isAlone ? ': it could not be installed' : ''}` : `pm2: ${words(first.pm2)}`;
  const [own, again] = [spent(first.coord, first), spent(adopted.coord, adopted)];
  const [wakes, wakesAgain] = [woken(first.coord, first), woken(adopted.coord, adopted)];
  const ratio = (value: number, of: (pm2: Usage) => number) =>
    first.pm2 === null ? '' : `${times(value / of(first.pm2))} pm2: `;
  const processorMax = PROCESSOR_S.rest + count * PROCESSOR_S.each;
  const others = execs?.filter((name) => !name.startsWith('git')) ?? [];
  return [
    {
      what: what('processor time, an hour'),
      measured: `${ratio(own, (pm2) => spent(pm2, first))}${own.toFixed(1)} s with its git; after a restart of the daemon ${again.toFixed(1)} s`,
      atMost: `${processorMax} s`,
      beside: beside((pm2) => `${spent(pm2, first).toFixed(1)} s`),
      isOk: Math.max(own, again) <= processorMax,
    },
    {
      what: what('how often it wakes, an hour'),
      measured: `${ratio(wakes, (pm2) => woken(pm2, first))}${wakes} times; after a restart of the daemon ${wakesAgain}; it started ${execs === null ? 'what could not be counted' : tally(execs)}`,
      atMost: `${WAKEUPS_MAX}; no program but git`,
      beside: beside((pm2) => `${woken(pm2, first)} times`),
      isOk: Math.max(wakes, wakesAgain) <= WAKEUPS_MAX && others.length === 0,
    },
    {
      what: what('memory'),
      measured: `${ratio(first.coord.residentBytes, (pm2) => pm2.residentBytes)}${mib(first.coord.residentBytes)} resident, ${mib(first.coord.peakBytes)} at most`,
      atMost: '120 MiB',
      beside: beside((pm2) => `${mib(pm2.residentBytes)}, ${mib(pm2.peakBytes)} at most`),
      isOk: first.coord.residentBytes <= 120 * 1_048_576,
    },
  ];
}
