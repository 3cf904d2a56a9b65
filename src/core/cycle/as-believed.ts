// T: the snapshot that decisions rest on where this machine demands signatures. The board is folded from the snapshot as it is: it is the same
// on all machines, whatever each of them demands. Pure.
import type { Snapshot } from '../model/ledger/snapshot.ts';

const believed = new WeakMap<Snapshot, Snapshot>();

/** The same object where this machine demands no signatures, and for the same snapshot. */
export function asBelieved(snapshot: Snapshot): Snapshot {
  if (snapshot.believed === undefined) return snapshot;
  const known = believed.get(snapshot);
  if (known !== undefined) return known;
  const { orders, doubted } = snapshot.believed;
  const { mail, more } = snapshot;
  const views = Object.entries(more).map(([name, view]) => [name, without(view as ReadonlyMap<number, unknown>, doubted)]);
  const view = {
    ...snapshot,
    orders,
    mail: { ...mail, machines: without(mail.machines, doubted) },
    more: Object.fromEntries(views) as Snapshot['more'],
  };
  believed.set(snapshot, view);
  return view;
}

function without<T>(said: ReadonlyMap<number, T>, doubted: ReadonlyMap<number, string>): ReadonlyMap<number, T> {
  return doubted.size === 0 ? said : new Map([...said].filter(([machine]) => !doubted.has(machine)));
}
