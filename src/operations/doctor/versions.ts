// Versions of coord in the fleet. Documents change only with the first number of a version, before 1.0 with the second: machines
// that agree in it read and write the same. Others warn about what they do not know and never obey it (D4), so work goes on.
import type { StatusMachine } from '../../core/model/status.ts';
import { type Check, type Finding, ok, skipped, warning } from './check.ts';

export const versionsCheck: Check = {
  id: 'versions',
  title: 'versions in the fleet',
  async look({ view }) {
    const machines = view()?.machines;
    return machines === undefined ? skipped('not known: nothing was synced from here yet') : versionsFinding(machines);
  },
};

export function versionsFinding(machines: Readonly<Record<string, Pick<StatusMachine, 'name' | 'state' | 'version'>>>): Finding {
  const there = Object.entries(machines).filter(([, { state, version }]) => state !== 'LEFT' && version !== '');
  const labels = new Map<string, string[]>();
  for (const [number, { name, version }] of there) labels.set(version, [...(labels.get(version) ?? []), `${number} ${name}`]);
  const found = [...labels].map(([version, names]) => `${version} on ${names.join(', ')}`).join(' · ');
  const formats = new Set([...labels.keys()].map(documentVersion));
  if (formats.size <= 1) return ok(found === '' ? 'no machine says one' : found);
  return warning(`${found}: they write documents differently`, 'npm install --global git-coord, on the machines that are behind');
}

/** `0.3.1` → `0.3`, `2.3.1` → `2`. */
function documentVersion(version: string): string {
  const [first = '', second = ''] = version.split('.');
  return first === '0' ? `0.${second}` : first;
}
