// Runs `coord wake`: sends the packet or records the wish (wake-by-hand.ts), and publishes the wish on this machine's lane (W2, W3).
import { listedName } from '../../../core/model/machines/machine-label.ts';
import { CoordError } from '../../../errors.ts';
import { recall } from '../../../machine/reading/fetch-snapshot.ts';
import { mustNotHaveLeft } from '../../../operations/machine/assert-not-left.ts';
import { listedMachines, machineNamed } from '../../../operations/machine/machine-named.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { type SyncReport, sync } from '../../../operations/sync/sync.ts';
import { underLock } from '../../../operations/sync/under-lock.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { WakeRoute } from '../rules/wake-route.ts';
import { createWaker } from '../system/waker.ts';
import { wakeByHand } from './wake-by-hand.ts';

export interface WakeReport {
  readonly machine: number;
  /** `3 nas`. */
  readonly label: string;
  /** It is awake already, as far as anybody knows. */
  readonly isThere: boolean;
  /** A packet went out from this machine. */
  readonly sentHere: boolean;
  /** The machine that sends it, or shall besides; null = none is asked. */
  readonly asked: number | null;
  readonly askedLabel: string | null;
  /** Why no packet went out from this machine, though it should have. */
  readonly problem: string | null;
  /** A packet went out, and nothing says that it sleeps. */
  readonly mayBeAwake: boolean;
  readonly sync: SyncReport;
}

export async function wakeMachine(world: World, folder: FleetFolder, word: string): Promise<WakeReport> {
  const before = await sync(world, folder);
  const { view } = before;
  if (view === null) throw new CoordError('UNREACHABLE', 'the remote was never reached from here', 'coord sync');
  const { number: target } = machineNamed(word, listedMachines(view.machines));
  const labelOf = (machine: number) => listedName(machine, view.machines);
  const { route, sentHere, asked, problem } = await underLock(world, folder, async ({ opened, lock, state }) => {
    await mustNotHaveLeft(opened);
    const { machine } = opened.cycleWith(lock);
    const snapshot = (await recall(machine, state.board, state))?.snapshot;
    if (snapshot == null) throw new CoordError('UNREACHABLE', 'the remote was never reached from here', 'coord sync');
    return wakeByHand(machine, createWaker(world.env), snapshot, state, target);
  });
  mustBePossible(route, labelOf(target));
  return {
    machine: target,
    label: labelOf(target),
    isThere: route.kind === 'there',
    sentHere,
    asked,
    askedLabel: asked === null ? null : labelOf(asked),
    problem,
    mayBeAwake: route.kind === 'goes' && route.mayBeAwake,
    sync: asked === null ? before : await sync(world, folder),
  };
}

function mustBePossible({ kind }: WakeRoute, label: string): void {
  if (kind === 'left') throw new CoordError('FAILED', `${label} has left the fleet`, 'coord machines');
  if (kind === 'not allowed')
    throw new CoordError(
      'REFUSED',
      `${label} cannot be woken: its owner has not allowed it, or it has no network that a packet reaches`,
      'coord allow wake, there, once it is awake',
    );
  if (kind === 'nobody')
    throw new CoordError(
      'FAILED',
      `nobody can wake ${label}: no machine that is awake in its network is allowed to`,
      'coord allow wake, on a machine there; coord machines shows which are awake',
    );
}
