// Refuses to record anything in a folder whose machine has left the fleet, because it sends nothing any more (I4).
import { shellWord } from '../../core/base/shell-word.ts';
import { CoordError } from '../../errors.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import type { View } from '../sync/view.ts';

/** The command that makes it that machine again. */
export function comeBack({ remote, folder, machine }: Pick<View['self'], 'remote' | 'folder' | 'machine'>): string {
  return `coord join ${shellWord(remote)} ${shellWord(folder)} --as ${machine}`;
}

/** The same, of a folder that need not have synced. */
export function comeBackTo({ folder, identity }: Pick<OpenMachine, 'folder' | 'identity'>): string {
  return comeBack({ remote: withoutCredentials(identity.remote), folder: folder.root, machine: identity.machine });
}

/** Throws REFUSED where it would never be sent. */
export async function mustNotHaveLeft(opened: Pick<OpenMachine, 'journal' | 'folder' | 'identity'>): Promise<void> {
  const state = await opened.journal.load();
  if (state?.leaving?.landed !== true) return;
  throw new CoordError(
    'REFUSED',
    `machine ${state.machine} has left the fleet: nothing is sent from here any more`,
    comeBackTo(opened),
  );
}
