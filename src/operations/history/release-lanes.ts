// After main was shortened: lanes of machines that have left still refer to the old main, and nobody will ever push them again. Each gets the same
// documents on the new main (I4), so that the host can let go of what was cut off. Guarantees nothing: a lane that cannot be moved now stays as it is.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Content, RefUpdate } from '../../core/model/ledger/push.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { CommitTree } from '../../core/model/ledger/trees.ts';
import { withPushAt } from '../../core/presence/push-budget.ts';
import type { Machine } from '../../machine/context.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { underLock } from '../sync/under-lock.ts';
import { lookAt } from './look-at.ts';

/** T5: it covers the main that the lane names, and only its machine can make another. */
const SEAL = /^Coord-Signed: .*\n?/m;

/** Returns how many lanes were moved. */
export function releaseLanes(world: World, folder: FleetFolder): Promise<number> {
  return underLock(world, folder, ({ opened, lock, state }) => moveLanes(opened.cycleWith(lock).machine, state));
}

/** One push for all of them, which counts like any other (H2). Call under the lock. */
export async function moveLanes(machine: Machine, state: JournalState): Promise<number> {
  const { ledger } = machine;
  const snapshot = await lookAt(machine, state);
  const main = snapshot.main.commit;
  // F4: lanes name main, and main was not shortened.
  if (main === null || snapshot.fleet.board !== null) return 0;
  const lanes = (await ledger.lastSeen())?.lanes ?? new Map<number, CommitTree>();
  const updates: RefUpdate[] = [];
  for (const [number, { commit: expected, parent, message, entries }] of lanes) {
    const hasLeft = snapshot.machines.get(number)?.document.state === 'LEFT';
    if (!hasLeft || isNeeded(message, number, snapshot) || parent === null || (await ledger.follows(parent, main))) continue;
    const lane = { machine: number, expected, parent: main };
    const plain = [...entries].filter(([, { mode }]) => mode === '100644');
    const files = new Map(plain.map(([path, { id }]): [string, Content] => [path, { id }]));
    updates.push(...(await ledger.write({ lane: { ...lane, files, message: message.replace(SEAL, '') }, boards: [] })));
  }
  if (updates.length === 0) return 0;
  const pushTimes = withPushAt(state.pushTimes, machine.clock.now().wallMs);
  await machine.journal.save({ ...state, pushTimes });
  await machine.assertLocked();
  const report = await ledger.push(updates);
  return report.kind === 'answered' ? [...report.refs.values()].filter(({ kind }) => kind === 'accepted').length : 0;
}

/** A seal by which somebody may go: that of a machine which neither the trust nor an invitation names tells nobody anything. */
function isNeeded(message: string, machine: number, { believed }: Snapshot): boolean {
  if (!SEAL.test(message)) return false;
  // Nobody = the trust cannot be read here.
  const { admitted, invited } = believed ?? { admitted: new Set<number>(), invited: undefined };
  return admitted.size === 0 || admitted.has(machine) || invited?.has(machine) === true;
}
