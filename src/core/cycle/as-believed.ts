// T: the snapshot that decisions rest on where this machine demands signatures. The board is folded from the snapshot as it is: it is the same
// on all machines, whatever each of them demands. Pure.
import type { Believed, Files, MachineView, Snapshot } from '../model/ledger/snapshot.ts';
import { bareDocument, heldDocument } from '../model/machines/doubted-document.ts';
import { emptyResults } from '../model/orders/run.ts';

const believed = new WeakMap<Snapshot, Snapshot>();

/** The same object where this machine demands no signatures, and for the same snapshot. */
export function asBelieved(snapshot: Snapshot): Snapshot {
  if (snapshot.believed === undefined) return snapshot;
  const known = believed.get(snapshot);
  if (known !== undefined) return known;
  const { orders, doubted, claims, admitted } = snapshot.believed;
  const { mail, more, machines } = snapshot;
  const views = Object.entries(more).map(([name, view]) => [name, without(view as ReadonlyMap<number, unknown>, doubted)]);
  const view = {
    ...snapshot,
    orders,
    machines: new Map(
      [...machines].map(([machine, it]) => [machine, doubted.has(machine) ? doubtedView(it, admitted.has(machine)) : it]),
    ),
    claims,
    mail: { ...mail, machines: without(mail.machines, doubted) },
    more: Object.fromEntries(views) as Snapshot['more'],
  };
  believed.set(snapshot, view);
  return view;
}

function without<T>(said: ReadonlyMap<number, T>, doubted: ReadonlyMap<number, string>): ReadonlyMap<number, T> {
  return doubted.size === 0 ? said : new Map([...said].filter(([machine]) => !doubted.has(machine)));
}

/**
 * T5: of what it says it has read nothing counts, so that nothing of it is taken off a log; and it calls nobody lost. T5.2, T11.3: whoever writes LEFT
 * into the lane of another one does not take its work from it: only its lease does.
 */
function doubtedView(view: MachineView, isAdmitted: boolean): MachineView {
  const document = heldDocument(view.document);
  return { ...view, document: isAdmitted && document.state === 'LEFT' ? { ...document, state: 'IDLE' } : document };
}

/**
 * T5.3: where the ledger shows as the word of this machine what it did not sign last, all of it but its counters and settings is left out: nothing is
 * set off by it, and nothing of it is said again, with its signature. What this machine did and says stands in its journal.
 */
export function withBelief(snapshot: Snapshot, believed: Believed, own: number | null): Snapshot {
  const shown = own === null || believed.ownFiles === undefined ? undefined : snapshot.machines.get(own);
  if (own === null || shown === undefined) return { ...snapshot, believed };
  const foreign = new Map([[own, '']]);
  const more = Object.entries(snapshot.more).map(([name, view]) => [
    name,
    without(view as ReadonlyMap<number, unknown>, foreign),
  ]);
  return {
    ...snapshot,
    believed,
    // The counters are counted on from, so that the next word of this machine wins over this one (D2).
    machines: new Map(snapshot.machines).set(own, {
      ...shown,
      document: bareDocument(shown.document),
      results: emptyResults(own),
    }),
    mail: { ...snapshot.mail, machines: without(snapshot.mail.machines, foreign) },
    more: Object.fromEntries(more) as Snapshot['more'],
  };
}

const NO_FILES: Files = new Map();

/** The documents that this machine goes on from: those of its lane, or of the board (D2), or what it signed itself (T5). */
export function ownFilesIn({ machines, believed }: Pick<Snapshot, 'machines' | 'believed'>, machine: number): Files {
  const shown = machines.get(machine);
  return believed?.ownFiles ?? shown?.lane?.files ?? shown?.files ?? NO_FILES;
}
