// Finds the machine that a person means by a number or a name, in upper or lower case. Of several with one name, those that have left the
// fleet are not meant.
import { nearestName } from '../../core/base/nearest-name.ts';
import { EVERYBODY, PEOPLE, type Reader } from '../../core/model/messages/message.ts';
import { CoordError } from '../../errors.ts';
import type { View } from '../sync/view.ts';

export interface NamedMachine {
  readonly number: number;
  readonly name: string;
  readonly hasLeft: boolean;
  /** T5.6: why its name may be somebody else's word; absent = it is not, or no harm comes of that. */
  readonly doubted?: string | undefined;
}

/** Throws NOT_FOUND, USAGE for a name that two machines have, and REFUSED for one that only a doubted machine has. */
export function machineNamed(word: string, machines: readonly NamedMachine[]): NamedMachine {
  const wanted = word.trim().toLowerCase();
  const numbered = machines.find(({ number }) => String(number) === wanted);
  if (numbered !== undefined) return numbered;
  const named = machines.filter(({ name }) => wanted !== '' && name.toLowerCase() === wanted);
  const there = named.filter(({ hasLeft }) => !hasLeft);
  const believed = there.filter(({ doubted }) => doubted === undefined);
  const meant = believed.length > 0 ? believed : there.length > 0 ? there : named;
  const [first, second] = meant;
  if (second !== undefined) {
    const numbers = meant.map(({ number }) => number).join(' and ');
    throw new CoordError('USAGE', `machines ${numbers} are both named ${word}: give a number`, 'coord machines');
  }
  if (first === undefined)
    throw new CoordError(
      'NOT_FOUND',
      `no machine ${JSON.stringify(word)} in this fleet${orElse(word, machines)}`,
      'coord machines',
    );
  if (first.doubted === undefined) return first;
  const why = `machine ${first.number} says that it is ${word}, and is not believed here: ${first.doubted}: give a number`;
  throw new CoordError('REFUSED', why, 'coord machines');
}

/** The name of a machine that was probably meant by one that none has; null = none is near. */
export function meantMachine(word: string, machines: readonly NamedMachine[]): string | null {
  const names = machines.filter(({ hasLeft }) => !hasLeft).map(({ name }) => name);
  return names.includes(word.trim()) ? null : nearestName(word.trim(), names);
}

/** `; did you mean pc?`, or nothing. */
export function orElse(word: string, machines: readonly NamedMachine[]): string {
  const meant = meantMachine(word, machines);
  return meant === null ? '' : `; did you mean ${meant}?`;
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

/** The same for what is done to a machine: a name that nobody signed may be put on another one. */
export function machinesActedOn({ machines }: Pick<View, 'machines'>): readonly NamedMachine[] {
  return listedMachines(machines).map((it) => ({ ...it, doubted: machines[String(it.number)]?.doubted }));
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
