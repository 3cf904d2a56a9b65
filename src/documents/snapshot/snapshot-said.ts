// What each machine says in a document of which it has one and writes it out of its journal (`say`), as D2 reads it. What cannot be read is a fault
// and nothing more (D4).

import type { MachineView, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { DocumentReader } from '../document.ts';
import { DOCUMENTS } from '../documents.ts';

/** What the snapshot keeps of it. */
export function saidIn(
  machines: ReadonlyMap<number, Pick<MachineView, 'files'>>,
  reader: DocumentReader,
  faults: Fault[],
): Partial<Snapshot> {
  const kept: Partial<Snapshot>[] = [];
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
    kept.push(kind.say.kept?.(values) ?? {});
  }
  return Object.assign({}, ...kept);
}
