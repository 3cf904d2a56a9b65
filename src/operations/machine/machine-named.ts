// Finds the machine that a person means by a number or a name, in upper or lower case. Of several with one name, those that have left the
// fleet are not meant.
import { EVERYBODY, PEOPLE, type Reader } from '../../core/model/messages/message.ts';
import { CoordError } from '../../errors.ts';
import type { View } from '../sync/view.ts';

export interface NamedMachine {
  readonly number: number;
  readonly name: string;
  readonly hasLeft: boolean;
}

/** Throws NOT_FOUND, and USAGE for a name that two machines have. */
export function machineNamed(word: string, machines: readonly NamedMachine[]): NamedMachine {
  const wanted = word.trim().toLowerCase();
  const numbered = machines.find(({ number }) => String(number) === wanted);
  if (numbered !== undefined) return numbered;
  const named = machines.filter(({ name }) => wanted !== '' && name.toLowerCase() === wanted);
  const there = named.filter(({ hasLeft }) => !hasLeft);
  const meant = there.length > 0 ? there : named;
  const [first, second] = meant;
  if (second !== undefined) {
    const numbers = meant.map(({ number }) => number).join(' and ');
    throw new CoordError('USAGE', `machines ${numbers} are both named ${word}: give a number`, 'coord machines');
  }
  if (first === undefined)
    throw new CoordError('NOT_FOUND', `no machine ${JSON.stringify(word)} in this fleet`, 'coord machines');
  return first;
}

/** Those that a view or a STATUS.json lists. */
export function listedMachines(
  machines: Readonly<Record<string, { readonly name: string; readonly state: string }>>,
): readonly NamedMachine[] {
  return Object.entries(machines).map(([number, { name, state }]) => ({
    number: Number(number),
    name,
    hasLeft: state === 'LEFT',
  }));
}

/** Whom a word means, as the last sync showed the fleet. */
export function readerOf(word: string, view: View | null): Reader {
  const wanted = word.trim().toLowerCase();
  if (wanted === 'all') return EVERYBODY;
  if (wanted === PEOPLE || wanted === 'people') return PEOPLE;
  if (view === null) throw new CoordError('LOCAL_STATE', 'this machine has never synced: it knows no other', 'coord sync');
  const { number, hasLeft } = machineNamed(word, listedMachines(view.machines));
  if (hasLeft) throw new CoordError('NOT_FOUND', `machine ${word} has left the fleet`, 'coord machines');
  return String(number);
}
