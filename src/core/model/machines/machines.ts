// The machines of a fleet as rules see them, and how each is named.
import type { MachineView } from '../ledger/snapshot.ts';

export type Machines = ReadonlyMap<number, Pick<MachineView, 'document' | 'results'>>;

/** `2 builder`: how every face names a machine. */
export function machineLabel(number: number, machines: Machines): string {
  const name = machines.get(number)?.document.name;
  return name === undefined ? `${number}` : `${number} ${name}`;
}
