// Checks which channels of this computer get alerts, and whether they work.
import { statSync } from 'node:fs';
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';
import { alertTrouble } from './alert-files.ts';
import { alertsPath, readChannels } from './channels.ts';

export const alertsCheck: CheckOf<CheckedPlace> = {
  id: 'alerts',
  title: 'alerts',
  async look({ world, folder }) {
    const settings = readChannels(world.home);
    const path = alertsPath(world.home);
    if (settings === null) return ok('no alerts are sent: no alerts.yaml');
    const found = counted(settings.channels.length, 'channel');
    const [fault] = settings.faults;
    if (fault !== undefined) return warning(`${found}; ${fault}`, `fix ${path}`);
    const hasSecrets = settings.channels.some(({ way }) => way.kind === 'webhook');
    if (hasSecrets && (statSync(path).mode & 0o077) !== 0)
      return warning(`${found}; others on this computer can read the addresses in ${path}`, `chmod 600 ${shellWord(path)}`);
    const [first] = alertTrouble(folder).waiting;
    if (first === undefined) return ok(settings.channels.length === 0 ? `no alerts are sent: no channel in ${path}` : found);
    const next = first.next === null ? 'given up' : `next try ${first.next}`;
    return warning(
      `${found}; ${counted(first.count, 'alert')} not delivered to ${first.channel} (${first.error}; ${next})`,
      'coord alerts test',
    );
  },
};
