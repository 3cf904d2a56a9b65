// R5: what became of people's edits whose push was not answered. One that landed is not made again, however much main has had since, and where nobody
// can tell, nothing runs twice.
import { unansweredEdits, withNoneUnanswered, withoutEdits } from '../../core/cycle/sent-edits.ts';
import type { Intention, PersonEdit } from '../../core/model/ledger/intention.ts';
import type { JournalState, SentEdits } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import type { SlowAsks } from '../reading/slow-asks.ts';
import { applyEdits, isPause } from './apply-edits.ts';
import type { HeldEdit, PendingEdits } from './pending-edits.ts';
import { isWholeEdit } from './whole-edits.ts';

interface Settled {
  readonly state: JournalState;
  readonly unsure: ReadonlySet<string>;
  readonly untold: ReadonlySet<string>;
}

/**
 * Edits whose push was not answered have landed if main has had its commit. Applied again, they could bring back what a person has removed meanwhile.
 * `unsure`: intentions of which the history that is here does not tell. `untold`: git was too slow to tell of them now (C5), so they wait.
 */
export async function settleSent(machine: Machine, state: JournalState, main: string | null, asks: SlowAsks): Promise<Settled> {
  const unanswered = unansweredEdits(state);
  const waiting = new Set((unanswered.length === 0 ? [] : await machine.journal.intentions()).map(({ id }) => id));
  const became: { readonly id: string; readonly what: Became | null }[] = [];
  for (const sent of unanswered) {
    const ids = sent.intentions.filter((id) => waiting.has(id));
    if (ids.length === 0) continue;
    const what = await asks.of(sent.commit ?? '', () => becameOf(machine.ledger, sent, main));
    became.push(...ids.map((id) => ({ id, what })));
  }
  const those = (what: Became | null) => became.flatMap((it) => (it.what === what ? [it.id] : []));
  const landed = those('landed');
  const left = (ids: readonly string[]) => new Set(ids.filter((id) => !landed.includes(id)));
  const open = { unsure: left(those('unsure')), untold: left(those(null)) };
  if (landed.length === 0) return { state, ...open };
  return { state: await settleLanded(machine, withoutEdits(state, landed), landed), ...open };
}

/** D5: without those of which nobody can tell, and what was asked for after them in that document: it goes on from them. */
function inTurn(intentions: readonly Intention[], untold: ReadonlySet<string>): readonly Intention[] {
  const behind = new Set<string>();
  return intentions.filter(({ id, edit }) => {
    if (untold.has(id)) behind.add(pathOf(edit));
    return !behind.has(pathOf(edit));
  });
}

function pathOf(edit: PersonEdit): string {
  return isWholeEdit(edit) ? edit.id : isPause(edit) ? FLEET_PATH : ORDERS_PATH;
}

type Became = 'landed' | 'not landed' | 'unsure';

/** `unsure`: main does not go on from what that push was built on, neither before it nor after it, and holds none that stands for its commit (R3b). */
async function becameOf(
  ledger: Pick<Machine['ledger'], 'follows' | 'continues'>,
  { commit, base }: SentEdits,
  main: string | null,
): Promise<Became> {
  if (commit === undefined || base === undefined || main === null) return 'unsure';
  // A mirror that lags may show what is older.
  if (main === base) return 'not landed';
  try {
    // The base first: where main leads on from it, what came before it is not asked for (C5a).
    if (await ledger.follows(base, main)) return (await ledger.follows(commit, main)) ? 'landed' : 'not landed';
    if (await ledger.follows(main, base)) return 'not landed';
    return (await ledger.continues(commit, main)) ? 'landed' : 'unsure';
  } catch (error) {
    // The rest of the history, which nobody here has, cannot be fetched.
    if (error instanceof CoordError && error.code === 'UNREACHABLE') return 'unsure';
    throw error;
  }
}

/**
 * The host has taken main: the last push has landed, and none before it can any more. Whether those had by then that are `untold`, or that are
 * `unsure` and did not go along, is still to be seen.
 */
export async function settleAccepted(
  machine: Machine,
  state: JournalState,
  { unsure, untold }: Pick<Settled, 'unsure' | 'untold'>,
): Promise<JournalState> {
  const unanswered = unansweredEdits(state);
  if (unanswered.length === 0) return state;
  const landed = state.sentEdits?.intentions ?? [];
  const isOpen = (id: string) => !landed.includes(id) && (untold.has(id) || unsure.has(id));
  const kept = { ...withNoneUnanswered(state), sentBefore: unanswered.filter(({ intentions }) => intentions.some(isOpen)) };
  return settleLanded(machine, withoutEdits(kept, landed), landed);
}

/** Takes what has landed out of the outbox. */
async function settleLanded(machine: Machine, next: JournalState, landed: readonly string[]): Promise<JournalState> {
  await machine.journal.settle(...landed);
  machine.step('edits-settled');
  await machine.journal.save(next);
  return next;
}

/** The edits of this cycle. Those of which git is too slow to tell (R5.3) are held. */
export async function editsInTurn(
  { ledger }: Pick<Machine, 'ledger'>,
  snapshot: Snapshot,
  intentions: readonly Intention[],
  { unsure, untold }: Omit<Settled, 'state'>,
): Promise<PendingEdits> {
  const known = inTurn(intentions, untold);
  const edits = await applyEdits(ledger, snapshot, known, unsure);
  const slow = intentions.filter((intention) => !known.includes(intention));
  return { ...edits, held: [...edits.held, ...slow.map((intention): HeldEdit => ({ intention, waitsFor: { kind: 'slow' } }))] };
}
