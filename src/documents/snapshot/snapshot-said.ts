// What each machine says in a document of which it has one and writes it out of its journal (`say`), as D2 reads it. What cannot be read is a fault
// and nothing more (D4).

import type { MachineView } from '../../core/model/ledger/snapshot.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { DocumentKind, DocumentReader } from '../document.ts';
import { DOCUMENTS } from '../documents.ts';

/** By kind, then by machine. */
export type Said = ReadonlyMap<DocumentKind, ReadonlyMap<number, unknown>>;

export function saidIn(machines: ReadonlyMap<number, Pick<MachineView, 'files'>>, reader: DocumentReader, faults: Fault[]): Said {
  const said = new Map<DocumentKind, ReadonlyMap<number, unknown>>();
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
    said.set(kind, values);
  }
  return said;
}

export function saidAs<T>(said: Said, kind: DocumentKind<T>): ReadonlyMap<number, T> {
  return (said.get(kind) ?? new Map()) as ReadonlyMap<number, T>;
}
