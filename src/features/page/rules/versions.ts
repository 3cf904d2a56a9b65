// Which machines have an older coord than the newest one of the fleet, as coord update says it. Pure.
import { isBehind, newestVersion } from '../../../core/base/coord-version.ts';
import type { StatusMachine } from './snapshot.ts';

export interface Versions {
  /** Null = no machine says a version. */
  readonly newest: string | null;
  /** Numbers of those that are behind it. */
  readonly behind: ReadonlySet<string>;
}

/** Who has left counts for nothing. */
export function versionsOf(machines: Readonly<Record<string, StatusMachine>>): Versions {
  const there = Object.entries(machines).filter(([, { state }]) => state !== 'LEFT');
  const newest = newestVersion(there.map(([, { version }]) => version));
  const behind = newest === null ? [] : there.filter(([, { version }]) => isBehind(version, newest));
  return { newest, behind: new Set(behind.map(([number]) => number)) };
}
