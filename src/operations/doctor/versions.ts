// Versions of coord in the fleet: whether its machines write documents alike.
import type { StatusMachine } from '../../core/model/status/status.ts';
import { documentVersion } from '../sync/versions.ts';
import { type Finding, ok, skipped, warning } from './check.ts';
import type { Check } from './exam.ts';

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
  if (formats.size <= 1) return ok(found === '' ? 'no machine reports a version' : found);
  return warning(`${found}: they write documents differently`, 'npm install --global git-coord, on the machines that are behind');
}
