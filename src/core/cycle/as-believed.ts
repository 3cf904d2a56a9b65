// T: the snapshot that decisions rest on where this machine demands signatures. The board is folded from the snapshot as it is: it is the same
// on all machines, whatever each of them demands. Pure.
import type { Snapshot } from '../model/ledger/snapshot.ts';

const believed = new WeakMap<Snapshot, Snapshot>();

/** The same object where this machine demands no signatures, and for the same snapshot. */
export function asBelieved(snapshot: Snapshot): Snapshot {
  if (snapshot.believed === undefined) return snapshot;
  const known = believed.get(snapshot);
  if (known !== undefined) return known;
  const { orders, machines } = snapshot.believed;
  const view = { ...snapshot, orders, machines };
  believed.set(snapshot, view);
  return view;
}
