// Waits for the next message of a program.
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { HandedOut } from './box.ts';
import { onNews } from './box-news.ts';
import { takeNext } from './bus.ts';

/** Null = it was given up before one came, or by then it might not have one any more; then none was taken. */
export function waitForNext(
  world: Pick<World, 'clock' | 'random'>,
  folder: FleetFolder,
  program: string,
  options: { readonly forMs?: number; readonly giveUp?: AbortSignal; readonly mayTake?: () => boolean } = {},
): Promise<HandedOut | null> {
  const { forMs, giveUp, mayTake } = options;
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      end();
      giveUp?.removeEventListener('abort', gaveUp);
      settle();
    };
    const gaveUp = () => done(() => resolve(null));
    const look = () => {
      try {
        if (mayTake?.() === false) return gaveUp();
        const next = takeNext(world, folder, program, forMs === undefined ? {} : { forMs });
        if (next !== null) done(() => resolve(next));
      } catch (error) {
        done(() => reject(error));
      }
    };
    const end = onNews(folder, program, look);
    if (giveUp?.aborted === true) return gaveUp();
    giveUp?.addEventListener('abort', gaveUp);
    look();
  });
}
