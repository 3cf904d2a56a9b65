// The machines of a fleet as rules see them, and how each is named.
import type { MachineView } from '../ledger/snapshot.ts';
import { numberedName } from './machine-label.ts';

export type Machines = ReadonlyMap<number, Pick<MachineView, 'document' | 'results'>>;

/** `2 builder`: how every face names a machine. */
export function machineLabel(number: number, machines: Machines): string {
  return numberedName(number, machines.get(number)?.document.name);
}
