// Compares the versions of coord in the fleet. Documents change only with the first number of a version, before 1.0 with the second, so
// machines that agree in it read and write the same. Others warn about what they do not know and never obey it (D4).
import { isOlder, isVersion } from '../../core/base/coord-version.ts';
import { firstFew } from '../../core/base/counted.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import type { View } from './view.ts';

/** `0.3.1` → `0.3`, `2.3.1` → `2`. */
export function documentVersion(version: string): string {
  const [first = '', second = ''] = version.split('.');
  return first === '0' ? `0.${second}` : first;
}

/** So many machines are named, and the others counted. */
const NAMED_MAX = 3;

/** A line for each version that writes documents differently from this machine's, with the machines that run it. */
export function versionWarnings({ self, machines }: Pick<View, 'self' | 'machines'>): readonly string[] {
  const mine = machines[String(self.machine)]?.version ?? '';
  if (mine === '') return [];
  const others = new Map<string, string[]>();
  for (const [number, { name, state, version }] of Object.entries(machines)) {
    if (state === 'LEFT' || version === '' || documentVersion(version) === documentVersion(mine)) continue;
    others.set(version, [...(others.get(version) ?? []), numberedName(number, name)]);
  }
  return [...others].map(
    ([version, who]) =>
      `${runWords(who)} coord ${version}, this one ${mine}: they write documents differently; ${adviceOf(mine, version)}`,
  );
}

/** I6: `coord update` says how, for this machine and for others. */
function adviceOf(mine: string, other: string): string {
  return isVersion(other) && isOlder(mine, other) ? 'this one is older: coord update' : 'the other is older: coord update';
}

function runWords(who: readonly string[]): string {
  if (who.length === 1) return `machine ${who[0]} runs`;
  return `machines ${firstFew(who, NAMED_MAX)} run`;
}
