// `coord wake`: this machine sends the packet itself where it is in the network of the one that sleeps, also while the remote is away;
// else it wishes, in its journal and then on its lane, that a machine that lives there does (W2, W3).
import type { JournalState } from '../core/model/journal.ts';
import { isoTime } from '../core/time.ts';
import { type WakeRoute, wakeRoute } from '../core/wake-route.ts';
import { CoordError } from '../errors.ts';
import { recall } from '../machine/look.ts';
import { withSent } from '../machine/waking.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { mustNotHaveLeft } from './left.ts';
import { listedMachines, machineNamed } from './machine-named.ts';
import { type SyncReport, sync } from './sync.ts';
import { underLock } from './under-lock.ts';
import type { World } from './world.ts';

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
  readonly sync: SyncReport;
}

export async function wakeMachine(world: World, folder: FleetFolder, word: string): Promise<WakeReport> {
  const before = await sync(world, folder);
  const { view } = before;
  if (view === null) throw new CoordError('UNREACHABLE', 'the remote was never reached from here', 'coord sync');
  const { number: target } = machineNamed(word, listedMachines(view.machines));
  const labelOf = (machine: number) => `${machine} ${view.machines[String(machine)]?.name ?? ''}`.trim();
  const route = await underLock(world, folder, async ({ opened, lock, state }) => {
    await mustNotHaveLeft(opened);
    const { machine } = opened.cycleWith(lock);
    const snapshot = (await recall(machine, state.board))?.snapshot;
    if (snapshot == null) throw new CoordError('UNREACHABLE', 'the remote was never reached from here', 'coord sync');
    const now = world.clock.now();
    const chosen = wakeRoute(target, snapshot, state, { own: opened.waker.here(), seenAt: now });
    if (chosen.kind !== 'goes') return chosen;
    const said = isoTime(now.wallMs);
    let next: JournalState = state;
    if (chosen.here) {
      await opened.waker.wake(snapshot.machines.get(target)?.document.wake?.addresses ?? []);
      next = withSent(next, target, now, said);
    }
    if (chosen.asks !== null)
      next = { ...next, wakes: { ...next.wakes, wishes: { ...next.wakes.wishes, [target]: { at: now, said } } } };
    await opened.journal.save(next);
    return chosen;
  });
  mustBePossible(route, labelOf(target));
  const { asks, here } = route.kind === 'goes' ? route : { asks: null, here: false };
  return {
    machine: target,
    label: labelOf(target),
    isThere: route.kind === 'there',
    sentHere: here,
    asked: asks,
    askedLabel: asks === null ? null : labelOf(asks),
    sync: asks === null ? before : await sync(world, folder),
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
      `nobody can wake ${label}: no machine lives in its network whose owner has allowed it`,
      'coord allow wake, on a machine there; coord machines shows who lives',
    );
}
