// Checks the hub of this folder: whether it runs where it is wanted, and who has been refused.
import { statSync } from 'node:fs';
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { certificateEnd } from '../../../operations/doctor/certificate-end.ts';
import { type CheckedPlace, type CheckOf, ok, problem, warning } from '../../../operations/doctor/check.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readBell } from '../../bell/system/bell-settings.ts';
import { hubPaths, livingHub, readGuests, readHubRecord } from './hub-files.ts';
import { readKnocks } from './hub-status.ts';
import { webhooksHere } from './webhooks.ts';

/** Refused later than this is news. */
const LATELY_MS = 86_400_000;

export const hubCheck: CheckOf<CheckedPlace> = {
  id: 'hub',
  title: 'hub for guests',
  async look({ folder }) {
    const guests = readGuests(folder);
    const paths = hubPaths(folder);
    if (guests === null) return problem(`${paths.guests} cannot be read: nobody is a guest`, `look into ${paths.guests}`);
    const open = openSecret(folder);
    if (open !== null) return problem(`others on this computer can read ${open}`, `chmod 600 ${shellWord(open)}`);
    const hub = livingHub(folder);
    const webhooks = webhooksHere(folder);
    if (hub === null) {
      const wanted = [
        ...(guests.length === 0 ? [] : [counted(guests.length, 'guest')]),
        ...(webhooks.length === 0 ? [] : [`webhooks of ${webhooks.join(', ')}`]),
      ];
      if (readHubRecord(folder) !== null)
        return warning('the hub ended without a word: it was killed, or the computer was', 'coord hub');
      if (wanted.length === 0) return ok('nobody is a guest of this machine');
      return warning(`no hub runs here for ${wanted.join(' and ')}`, 'coord hub, or coord service install --hub');
    }
    if (hub.broker === null && readBell(folder).bell !== null)
      return warning(
        'the broker that the hub has for the bell does not run: the hub logs why',
        'coord hub --port <another port>',
      );
    if (hub.isOpen && hub.certificateUntil === null)
      return warning(`other computers reach the hub on ${hub.url} unencrypted`, 'coord hub --cert <file> --key <file>');
    const ending = certificateEnd(hub.certificateUntil, Date.now(), 'guests see', 'hub');
    if (ending !== null) return ending;
    const blocked = readKnocks(folder).filter(({ last, blocks }) => blocks > 0 && Date.now() - Date.parse(last) < LATELY_MS);
    const [last] = blocked.toReversed();
    if (last !== undefined) return warning(`wrong tokens came again and again, lately from ${last.address}`, 'coord hub status');
    return ok(`answers on ${hub.url}, ${counted(guests.length, 'guest')}`);
  },
};

/** Null = none. */
function openSecret(folder: FleetFolder): string | null {
  if (process.platform === 'win32') return null;
  const { guests, webhooks } = hubPaths(folder);
  const isOpen = (path: string) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0;
  return [guests, webhooks].find(isOpen) ?? null;
}
