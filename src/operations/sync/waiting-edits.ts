// What a sync left of people's edits from here, so that who made one can tell it from those of others.
import type { EditWait, Intention } from '../../core/model/ledger/intention.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Journal } from '../../ports.ts';

/** Each by the name under which it was recorded, with what it waits for; null = it goes with the next sync that can. */
export type WaitingEdits = ReadonlyMap<string, EditWait | null>;

export async function waitingEditsIn(
  journal: Pick<Journal, 'intentions'>,
  waitsFor: (intention: Intention) => EditWait | null,
): Promise<WaitingEdits> {
  return new Map((await journal.intentions()).map((intention) => [intention.id, waitsFor(intention)]));
}

export interface EditsLeft {
  /** Of people here, those that main does not show yet. */
  readonly waitingEdits: WaitingEdits;
  /** The newest that main did not admit, whoever was told of them. */
  readonly lostEdits: JournalState['lostEdits'];
}

/** What became of the edits of one command. `landed`: none waits; `waitsFor`: see `firstWait`; `lost`: not admitted, though another command told it. */
export function fateOf({ waitingEdits, lostEdits }: EditsLeft, ids: readonly string[]) {
  const own = ids.filter((id) => waitingEdits.has(id));
  return {
    landed: own.length === 0,
    waitsFor: firstWait(own.map((id) => waitingEdits.get(id) ?? null)),
    lost: lostEdits.filter(({ id }) => ids.includes(id)),
  };
}

/** What a person has to see to first; null = all of them go with the next sync that can. */
export function firstWait(waits: readonly (EditWait | null)[]): EditWait | null {
  return waits.find((wait) => wait?.kind === 'fix') ?? waits.find((wait) => wait !== null) ?? null;
}
