// Edits of people that a sync left in the outbox here, so that who made one can tell it from those of others.
import type { EditWait, Intention } from '../../core/model/ledger/intention.ts';
import type { Journal } from '../../ports.ts';

/** Each by the name under which it was recorded, with what it waits for; null = it goes with the next sync that can. */
export type WaitingEdits = ReadonlyMap<string, EditWait | null>;

export async function waitingEditsIn(
  journal: Pick<Journal, 'intentions'>,
  waitsFor: (intention: Intention) => EditWait | null,
): Promise<WaitingEdits> {
  return new Map((await journal.intentions()).map((intention) => [intention.id, waitsFor(intention)]));
}

/** What becomes of the edits of one command. `waitsFor`: see `firstWait`. */
export function standingOf(
  waiting: WaitingEdits,
  ids: readonly string[],
): { readonly landed: boolean; readonly waitsFor: EditWait | null } {
  const own = ids.filter((id) => waiting.has(id));
  return { landed: own.length === 0, waitsFor: firstWait(own.map((id) => waiting.get(id) ?? null)) };
}

/** What a person has to see to first; null = all of them go with the next sync that can. */
export function firstWait(waits: readonly (EditWait | null)[]): EditWait | null {
  return waits.find((wait) => wait?.kind === 'fix') ?? waits.find((wait) => wait !== null) ?? null;
}
