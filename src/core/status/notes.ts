// The notes in COMPUTER_N.md: typed in the machine's own folder (then they are in its journal), or on the host, in the board's copy. The merge is
// three-way, because a board that lags shows earlier notes of this machine, and those are no news. Pure.
import { sameValue } from '../base/same-value.ts';
import type { Hash } from '../messages/mailbox.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { MachineView } from '../model/ledger/snapshot.ts';

/** How many earlier notes are remembered; while pushes land there are never more that the board may still show. */
const SAID_MAX = 20;

/** The state with notes that people typed on the host. Of this machine's own view. The same object if nothing is new. */
export function withNotesOfBoard(state: JournalState, { copy, document }: MachineView, hash: Hash): JournalState {
  if (copy === undefined) return state;
  const { notes } = state;
  const said = document.notes === notes ? state.notesSaid : added(state.notesSaid, hash(document.notes));
  if (copy.notes === notes) return withSaid(state, document.notes === notes ? [] : said);
  if (said.includes(hash(copy.notes))) return withSaid(state, said);
  // Notes that were typed here meanwhile are kept, and the next cycle does not take them in a second time.
  const isBoth = said.length > 0 && notes !== '' && !copy.notes.includes(notes);
  const both = [copy.notes, ...(isBoth ? [notes] : [])].filter((it) => it !== '').join('\n\n');
  return withSaid({ ...state, notes: both }, added(added(said, hash(document.notes)), hash(copy.notes)));
}

/** True: the board's copy differs from the machine's document in the notes alone. A person typed them, and the machine takes them from there. */
export function isNoted({ copy, document }: MachineView): boolean {
  return copy !== undefined && copy.notes !== document.notes && sameValue({ ...copy, notes: document.notes }, document);
}

function added(said: readonly string[], mark: string): readonly string[] {
  return said.includes(mark) ? said : [...said, mark].slice(-SAID_MAX);
}

function withSaid(state: JournalState, notesSaid: readonly string[]): JournalState {
  return sameValue(state.notesSaid, notesSaid) ? state : { ...state, notesSaid };
}
