// Says which machines can wake another one: live machines in its network (W2). Pure.
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { Wakeable } from '../../../core/model/machines/waking.ts';
import { isLost, isReportedLost, liveMachines } from '../../../core/presence/gone.ts';
import { nearness } from './network-marks.ts';

/** A router that is not in view now, as after a start of the computer, is the one that was, in the same subnet. */
export function settledNetworks(now: Wakeable, shown: Wakeable | undefined): Wakeable {
  const networks = now.networks.map((mark) =>
    mark.includes('.') ? mark : (shown?.networks.find((known) => known.startsWith(`${mark}.`)) ?? mark),
  );
  return { addresses: now.addresses, networks: [...new Set(networks)] };
}

/** Nothing is heard of it, by this machine's own look or by another's word. */
export function isAsleep(machine: number, snapshot: Snapshot, state: JournalState, seenAt: Instant): boolean {
  const document = snapshot.machines.get(machine)?.document;
  if (document === undefined || document.state === 'LEFT' || machine === state.machine) return false;
  return isLost(machine, snapshot, state, seenAt) || isReportedLost(machine, document.beat, snapshot.machines);
}

/**
 * Machines that may send, those surely in its network first, then the lowest. `own`: of this machine as it is now, null = it
 * sends nothing.
 */
export function sendersTo(
  target: number,
  snapshot: Snapshot,
  state: JournalState,
  { own, seenAt }: { readonly own: Wakeable | null; readonly seenAt: Instant },
): readonly number[] {
  const networks = snapshot.machines.get(target)?.document.wake?.networks ?? [];
  const near = liveMachines(snapshot, state, seenAt).flatMap((machine) => {
    if (machine === target || isAsleep(machine, snapshot, state, seenAt)) return [];
    const theirs = machine === state.machine ? own : snapshot.machines.get(machine)?.document.wake;
    const how = theirs == null ? null : nearness(theirs.networks, networks);
    return how === null ? [] : [{ machine, isSure: how === 'sure' }];
  });
  return near.sort((a, b) => Number(b.isSure) - Number(a.isSure) || a.machine - b.machine).map(({ machine }) => machine);
}

export type WakeRoute =
  | { readonly kind: 'there' }
  | { readonly kind: 'left' }
  | { readonly kind: 'not allowed' }
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'goes';
      /** This machine sends. */
      readonly here: boolean;
      /** One that shall besides, or alone. */
      readonly asks: number | null;
      /** One that shall where this machine could not send. */
      readonly instead: number | null;
      /** Nothing says that it sleeps: it was heard of, or it is not long enough that this machine listens again. */
      readonly mayBeAwake: boolean;
    };

/** What becomes of `coord wake` on this machine: a person here is its owner's word, so it sends whatever it allows the fleet. */
export function wakeRoute(
  target: number,
  snapshot: Snapshot,
  state: JournalState,
  { own, seenAt }: { readonly own: Wakeable; readonly seenAt: Instant },
): WakeRoute {
  const document = snapshot.machines.get(target)?.document;
  if (document === undefined || document.state === 'LEFT') return { kind: 'left' };
  if (target === state.machine) return { kind: 'there' };
  const mayBeAwake = !isAsleep(target, snapshot, state, seenAt);
  const isAllowed = (document.wake?.addresses ?? []).length > 0;
  if (!isAllowed) return mayBeAwake ? { kind: 'there' } : { kind: 'not allowed' };
  const senders = sendersTo(target, snapshot, state, { own, seenAt });
  const here = senders.includes(state.machine);
  const instead = senders.find((machine) => machine !== state.machine) ?? null;
  // A packet too many does no harm; others send for none that they have just heard of.
  if (mayBeAwake) return here ? { kind: 'goes', here, asks: null, instead, mayBeAwake } : { kind: 'there' };
  // A machine that is surely in that network is asked as well, if this one may not be.
  const isSure = nearness(own.networks, document.wake?.networks ?? []) === 'sure';
  const asks = isSure ? null : instead;
  return here || asks !== null ? { kind: 'goes', here, asks, instead, mayBeAwake } : { kind: 'nobody' };
}
