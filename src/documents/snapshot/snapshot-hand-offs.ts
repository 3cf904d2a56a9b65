// The hand-offs of a snapshot, as D2 reads them. What cannot be read is a fault and nothing more (D4).

import type { MachineView } from '../../core/model/ledger/snapshot.ts';
import type { HandOff, HandOffs } from '../../core/model/messages/hand-off.ts';
import type { Fault, Parsed } from '../../core/model/status/fault.ts';
import { handOffsPath } from '../paths.ts';

export interface ParsedHandOffs {
  handOffs(id: string, path: string): Parsed<readonly HandOff[]>;
}

export function handOffsIn(
  machines: ReadonlyMap<number, Pick<MachineView, 'files'>>,
  parsed: ParsedHandOffs,
  faults: Fault[],
): HandOffs {
  const all = new Map<number, readonly HandOff[]>();
  for (const [machine, { files }] of machines) {
    const path = handOffsPath(machine);
    const id = files.get(path);
    if (id === undefined) continue;
    const { value, faults: found } = parsed.handOffs(id, path);
    faults.push(...found);
    if (value !== null) all.set(machine, value);
  }
  return all;
}
