// Edits of people that a sync left in the outbox here, so that who made one can tell it from those of others.
import type { Intention } from '../../core/model/ledger/intention.ts';
import type { Journal } from '../../ports.ts';

/** Each by the name under which it was recorded, with what a person has to fix on main first; null = it goes with the next sync that can. */
export type WaitingEdits = ReadonlyMap<string, string | null>;

export async function waitingEditsIn(
  journal: Pick<Journal, 'intentions'>,
  waitsFor: (intention: Intention) => string | null,
): Promise<WaitingEdits> {
  return new Map((await journal.intentions()).map((intention) => [intention.id, waitsFor(intention)]));
}

/** What becomes of the edits of one command. `waitsFor`: of the first that a person has to move. */
export function standingOf(
  waiting: WaitingEdits,
  ids: readonly string[],
): { readonly landed: boolean; readonly waitsFor: string | null } {
  const own = ids.filter((id) => waiting.has(id));
  return { landed: own.length === 0, waitsFor: own.map((id) => waiting.get(id) ?? null).find((it) => it !== null) ?? null };
}
