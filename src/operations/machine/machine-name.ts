// Gives a machine a name that is unique in its fleet, as far as this machine can see. Two machines that take one name at the same moment
// are told apart by number, and orders for that name are BLOCKED, naming both (section 5).
import { hostname } from 'node:os';
import type { MachineDocument } from '../../core/model/machines/machine.ts';
import { CoordError } from '../../errors.ts';

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,31}$/;

/** Words for others than one machine in orders, messages and fleet.yaml, and words that YAML reads as no text. */
const RESERVED = new Set('all any fleet people false n no none null off on true y yes'.split(' '));

/** What of a snapshot says who is called what. */
interface Named {
  readonly machines: ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'machine' | 'name'> }>;
}

/**
 * The name asked for, or the computer's own; one that is taken gets a number only where nobody chose it. What the machine is called already
 * it may always be called, also where that is reserved or taken by now.
 */
export function nameFor(
  asked: string | null,
  machine: number,
  snapshot: Named | null,
  hint = 'coord join <url> … --name <another>',
): string {
  if (asked !== null && asked === snapshot?.machines.get(machine)?.document.name) return asked;
  const taken = new Map(
    [...(snapshot?.machines.values() ?? [])]
      .filter(({ document }) => document.machine !== machine)
      .map(({ document }) => [document.name.toLowerCase(), document.machine]),
  );
  if (asked !== null) {
    const why = !NAME.test(asked)
      ? 'it begins with a letter, and has at most 32 letters, digits, dots, dashes and underscores'
      : RESERVED.has(asked.toLowerCase())
        ? 'orders, messages or fleet.yaml mean something else by it'
        : null;
    if (why !== null) throw new CoordError('USAGE', `${JSON.stringify(asked)} cannot be a machine's name: ${why}`, null);
    const other = taken.get(asked.toLowerCase());
    if (other !== undefined) throw new CoordError('USAGE', `machine ${other} of this fleet is already named ${asked}`, hint);
    return asked;
  }
  const own =
    hostname()
      .split('.')[0]
      ?.replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .slice(0, 24) ?? '';
  const base =
    NAME.test(own) && !RESERVED.has(own.toLowerCase()) ? own : `pc-${own.replaceAll(/^[^A-Za-z0-9]+/g, '')}`.slice(0, 24);
  for (let copy = 1; ; copy += 1) {
    const name = copy === 1 ? base : `${base}-${copy}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
