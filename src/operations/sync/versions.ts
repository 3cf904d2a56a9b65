// Compares the versions of coord in the fleet. Documents change only with the first number of a version, before 1.0 with the second, so
// machines that agree in it read and write the same. Others warn about what they do not know and never obey it (D4).
import type { StatusMachine } from '../../core/model/status/status.ts';
import type { View } from './view.ts';

/** `0.3.1` → `0.3`, `2.3.1` → `2`. */
export function documentVersion(version: string): string {
  const [first = '', second = ''] = version.split('.');
  return first === '0' ? `0.${second}` : first;
}

/** Each machine that writes documents differently from this one, with both versions. */
export function versionWarnings({ self, machines }: Pick<View, 'self' | 'machines'>): readonly string[] {
  const mine = machines[String(self.machine)]?.version ?? '';
  const speaks = ({ state, version }: StatusMachine) => state !== 'LEFT' && version !== '';
  if (mine === '') return [];
  return Object.entries(machines)
    .filter(([, machine]) => speaks(machine) && documentVersion(machine.version) !== documentVersion(mine))
    .map(
      ([number, { name, version }]) =>
        `machine ${number} ${name} runs coord ${version}, this one ${mine}: they write documents differently; update the older one`,
    );
}
