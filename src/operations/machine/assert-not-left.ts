// Refuses to record anything in a folder whose machine has left the fleet, because it sends nothing any more (I4).
import { shellWord } from '../../core/base/shell-word.ts';
import { CoordError } from '../../errors.ts';
import type { Adapters } from '../sync/dependencies.ts';
import type { View } from '../sync/view.ts';

export function comeBack({ self }: Pick<View, 'self'>): string {
  return `coord join ${shellWord(self.remote)} ${shellWord(self.folder)} --as ${self.machine}`;
}

/** Throws REFUSED where it would never be sent. */
export async function mustNotHaveLeft({ journal }: Pick<Adapters, 'journal'>): Promise<void> {
  const state = await journal.load();
  if (state?.leaving?.landed !== true) return;
  throw new CoordError(
    'REFUSED',
    `machine ${state.machine} has left the fleet: nothing is sent from here any more`,
    `coord join <url> <this folder> --as ${state.machine}`,
  );
}
