// The last main that this machine saw, kept in the journal and so outside the clone. A main that does not lead on from it was
// rolled back, force-pushed, deleted, or belongs to another repo: the machine halts until a person says that this is meant.
// Otherwise a rollback would count as the removal of every order that it took away. Every cycle compares, also one that rests on an
// earlier fetch: the process that made that may have died, or met a failing line, before it came to compare.
import type { JournalState } from '../core/model/journal.ts';
import { isoTime } from '../core/time.ts';
import type { Machine } from './context.ts';

/** `found`: main as the cycle sees it; null = there is none. A main that comes back to where it was ends the halt. */
export async function pinMain(
  machine: Pick<Machine, 'ledger' | 'clock'>,
  state: JournalState,
  found: string | null,
): Promise<JournalState> {
  const { main, rewritten } = state;
  if (found === main || main === null)
    return main === found && rewritten === null ? state : { ...state, main: found, rewritten: null };
  if (found !== null && (await machine.ledger.follows(main, found))) return { ...state, main: found, rewritten: null };
  if (rewritten?.found === found) return state;
  return { ...state, rewritten: { found, since: isoTime(machine.clock.now().wallMs) } };
}

/** A person's word that main is meant to be as it is. */
export function adoptMain(state: JournalState): JournalState {
  return state.rewritten === null ? state : { ...state, main: state.rewritten.found, rewritten: null };
}
