// The notes in COMPUTER_N.md: typed in the machine's own folder (they are in its journal then), or on the host, in the board's copy.
// Three-way, because a board that lags shows what this machine said earlier, and that is no news. Pure.

import { sameValue } from '../base/same-value.ts';
import type { Hash } from '../messages/mailbox.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { MachineView } from '../model/ledger/snapshot.ts';

/** Changes of its notes that the board does not show yet; more are never there while pushes land. */
const SAID_MAX = 20;

/** The state with what people typed on the host. `view`: this machine's own. The same object where there is nothing new. */
export function withNotesOfBoard(state: JournalState, { copy, document }: MachineView, hash: Hash): JournalState {
  if (copy === undefined) return state;
  const { notes } = state;
  const said = document.notes === notes ? state.notesSaid : added(state.notesSaid, hash(document.notes));
  if (copy.notes === notes) return withSaid(state, document.notes === notes ? [] : said);
  if (said.includes(hash(copy.notes))) return withSaid(state, said);
  // What was typed here meanwhile is not lost by it, nor taken in a second time by the next cycle.
  const isBoth = said.length > 0 && notes !== '' && !copy.notes.includes(notes);
  const both = [copy.notes, ...(isBoth ? [notes] : [])].filter((it) => it !== '').join('\n\n');
  return withSaid({ ...state, notes: both }, added(added(said, hash(document.notes)), hash(copy.notes)));
}

/** The board's copy is what the machine said, but for the notes: a person has typed them, and the machine takes them from there. */
export function isNoted({ copy, document }: MachineView): boolean {
  return copy !== undefined && copy.notes !== document.notes && sameValue({ ...copy, notes: document.notes }, document);
}

function added(said: readonly string[], mark: string): readonly string[] {
  return said.includes(mark) ? said : [...said, mark].slice(-SAID_MAX);
}

function withSaid(state: JournalState, notesSaid: readonly string[]): JournalState {
  return sameValue(state.notesSaid, notesSaid) ? state : { ...state, notesSaid };
}
