// The specs of a snapshot (D10). Nothing is decided by them: one that cannot be read counts for nothing, and that is a warning.

import type { Files } from '../../core/model/ledger/snapshot.ts';
import type { SpecOutline } from '../../core/model/orders/spec.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { DocumentReader } from '../document.ts';
import { specKind } from '../documents.ts';

export function specsOf(mainFiles: Files, reader: DocumentReader, faults: Fault[]): ReadonlyMap<string, SpecOutline> {
  const specs = new Map<string, SpecOutline>();
  for (const [path, id] of mainFiles) {
    const kind = specKind(path);
    if (kind === undefined) continue;
    const { value, faults: found } = reader.read(kind, path, id);
    if (value !== null) specs.set(path, value);
    else faults.push(...found.map((fault): Fault => ({ ...fault, level: 'warning' })));
  }
  return specs;
}
