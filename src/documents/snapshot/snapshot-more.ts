// What machines say in documents of features: each machine has one of each kind, and writes it out of its journal.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { MachineView, MoreSaid, MoreViews } from '../../core/model/ledger/snapshot.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { DocumentReader } from '../document.ts';
import { DOCUMENTS } from '../documents.ts';

/** As D2 reads it. What cannot be read is a fault and nothing more (D4). */
export function saidIn(
  machines: ReadonlyMap<number, Pick<MachineView, 'files'>>,
  reader: DocumentReader,
  faults: Fault[],
): MoreViews {
  const more: Record<string, ReadonlyMap<number, unknown>> = {};
  for (const kind of DOCUMENTS) {
    if (kind.say === undefined || kind.parse === undefined) continue;
    const values = new Map<number, unknown>();
    for (const [machine, { files }] of machines) {
      const path = kind.say.pathOf(machine);
      const id = files.get(path);
      if (id === undefined) continue;
      const { value, faults: found } = reader.read(kind, path, id);
      faults.push(...found);
      if (value !== null) values.set(machine, value);
    }
    if (kind.say.kept !== undefined) more[kind.say.kept.name] = values;
  }
  return more;
}

/** What one machine says there. */
export function saidBy(machine: number, more: MoreViews): Partial<MoreSaid> {
  return Object.fromEntries(entriesOf(more).flatMap(([name, said]) => (said.has(machine) ? [[name, said.get(machine)]] : [])));
}

/** The same with what this machine says in place of what it said. */
export function withSaid(more: MoreViews, machine: number, own: Partial<MoreSaid>): MoreViews {
  const values = new Map<string, unknown>(Object.entries(own));
  return Object.fromEntries(
    entriesOf(more).map(([name, said]) => {
      const others = [...said].filter(([other]) => other !== machine);
      return [name, new Map(values.has(name) ? [...others, [machine, values.get(name)] as const] : others)];
    }),
  );
}

/** What this machine says there, by its journal. */
export function ownSaid(state: JournalState): Partial<MoreSaid> {
  return Object.fromEntries(
    DOCUMENTS.flatMap(({ say }) => (say?.kept === undefined ? [] : [[say.kept.name, say.kept.value(state)]])),
  );
}

function entriesOf(more: MoreViews): readonly (readonly [string, ReadonlyMap<number, unknown>])[] {
  return Object.entries<ReadonlyMap<number, unknown>>(more);
}
