// After main was shortened: lanes of machines that have left still refer to the old main, and nobody will ever push them again. Each gets the same
// documents on the new main (I4), so that the host can let go of what was cut off. Guarantees nothing: a lane that cannot be moved now stays as it is.
import type { Content } from '../../core/model/ledger/push.ts';
import type { CommitTree } from '../../core/model/ledger/trees.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { underLock } from '../sync/under-lock.ts';
import { lookAt } from './look-at.ts';

/** T5: its signature covers the main that it names, and only its machine can make another. */
const SIGNED = /^Coord-Signed: /m;

/** Returns how many lanes were moved. */
export function releaseLanes(world: World, folder: FleetFolder): Promise<number> {
  return underLock(world, folder, async ({ opened, lock, state }) => {
    const { machine } = opened.cycleWith(lock);
    const { ledger } = machine;
    const snapshot = await lookAt(machine, state);
    const main = snapshot.main.commit;
    // F4: lanes name main, and main was not shortened.
    if (main === null || snapshot.fleet.board !== null) return 0;
    const lanes = (await ledger.lastSeen())?.lanes ?? new Map<number, CommitTree>();
    let moved = 0;
    for (const [number, { commit: expected, parent, message, entries }] of lanes) {
      const isOver = snapshot.machines.get(number)?.document.state === 'LEFT' && !SIGNED.test(message);
      if (!isOver || parent === null || (await ledger.follows(parent, main))) continue;
      const plain = [...entries].filter(([, { mode }]) => mode === '100644');
      const files = new Map(plain.map(([path, { id }]): [string, Content] => [path, { id }]));
      const updates = await ledger.write({ lane: { machine: number, expected, parent: main, files, message }, boards: [] });
      await machine.assertLocked();
      const report = await ledger.push(updates);
      if (report.kind === 'answered' && [...report.refs.values()].every(({ kind }) => kind === 'accepted')) moved += 1;
    }
    return moved;
  });
}
