// R5: what became of people's edits whose push was not answered. One that landed is not made again, however much main has had since, and where nobody
// can tell, nothing runs twice.
import { unansweredEdits, withNoneUnanswered, withoutEdits } from '../../core/cycle/sent-edits.ts';
import type { Intention } from '../../core/model/ledger/intention.ts';
import type { JournalState, SentEdits } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../documents/paths.ts';
import type { Machine } from '../context.ts';
import type { AskedVersions } from '../reading/versions-asked.ts';
import { applyEdits, isPause } from './apply-edits.ts';
import type { HeldEdit, PendingEdits } from './pending-edits.ts';
import { isWholeEdit } from './whole-edits.ts';

/** Versions of a document that are looked through, the next number where the one before does not reach back far enough: the last no fleet makes in years. */
const VERSIONS_MAX = [200, 5_000, 100_000];
/** This many versions in a row identify the place in history, also if people go back to an earlier text. */
const BEFORE_MAX = 8;
/** Of which these are the newest: git counts commits, and a merge may bring none or several. */
const LOOKED_BACK = 32;

interface Settled {
  readonly state: JournalState;
  readonly unsure: ReadonlySet<string>;
  readonly untold: ReadonlySet<string>;
}

/**
 * Edits whose push was not answered have landed if main has had their text since. Applied again, they could bring back what a person has removed
 * meanwhile. `unsure`: intentions of which the history that is here does not tell. `untold`: git was too slow to tell of them now (C5), so they wait.
 */
export async function settleSent(machine: Machine, state: JournalState, versions: AskedVersions): Promise<Settled> {
  const became: { readonly id: string; readonly what: Became }[] = [];
  for (const sent of unansweredEdits(state)) {
    const what = await becameOf(sent, versions);
    became.push(...sent.intentions.map((id) => ({ id, what })));
  }
  const those = (what: Became) => became.flatMap((it) => (it.what === what ? [it.id] : []));
  const landed = those('landed');
  const left = (ids: readonly string[]) => new Set(ids.filter((id) => !landed.includes(id)));
  const open = { unsure: left(those('unsure')), untold: left(those('untold')) };
  if (landed.length === 0) return { state, ...open };
  return { state: await settleLanded(machine, withoutEdits(state, landed), landed), ...open };
}

/**
 * D5: without those of which nobody can tell, and what was asked for after them in that document: it goes on from them. A whole document stands for
 * itself, and is not among those.
 */
function inTurn(intentions: readonly Intention[], untold: ReadonlySet<string>): readonly Intention[] {
  const behind = new Set<string>();
  return intentions.filter(({ id, edit }) => {
    if (isWholeEdit(edit)) return true;
    const path = isPause(edit) ? FLEET_PATH : ORDERS_PATH;
    if (untold.has(id)) behind.add(path);
    return !behind.has(path);
  });
}

type Became = 'landed' | 'not landed' | 'unsure' | 'untold';

/**
 * `unsure`: the place in history that it was made for is not found, or by fewer versions than identify one. Those may be of a text that people went back
 * to, in a history of which the newest part alone is here (C5a, R3b).
 */
async function becameOf({ path = ORDERS_PATH, before, after }: SentEdits, asked: AskedVersions): Promise<Became> {
  let count = -1;
  for (const countMax of VERSIONS_MAX) {
    const versions = await asked.of(path, countMax);
    if (versions === null) return 'untold';
    const from = placeIn(versions, before);
    if (from !== null && versions.slice(0, from).includes(after)) return 'landed';
    if (from !== null && versions.length - from >= BEFORE_MAX) return 'not landed';
    if (versions.length === count) return 'unsure';
    count = versions.length;
  }
  return 'unsure';
}

/** Where the versions before it begin, as many of them as there are; null = they are not there. */
function placeIn(versions: readonly string[], before: readonly string[]): number | null {
  // The list may have had versions that this clone began without (C5a).
  if (before.length === 0) return versions.length;
  const isPlace = (index: number): boolean => {
    const rest = versions.slice(index, index + BEFORE_MAX);
    return rest.length <= before.length && rest.every((id, offset) => before[offset] === id);
  };
  const from = versions.findIndex((_, index) => isPlace(index));
  return from === -1 ? null : from;
}

/** The host has taken main: the last push has landed, and none before it can any more. Whether those that are `untold` had by then is still to be seen. */
export async function settleAccepted(machine: Machine, state: JournalState, untold: ReadonlySet<string>): Promise<JournalState> {
  const unanswered = unansweredEdits(state);
  if (unanswered.length === 0) return state;
  const kept = unanswered.filter(({ intentions }) => intentions.some((id) => untold.has(id)));
  const landed = (state.sentEdits?.intentions ?? []).filter((id) => !untold.has(id));
  return settleLanded(machine, { ...withNoneUnanswered(state), sentBefore: kept }, landed);
}

/** Takes what has landed out of the outbox. */
async function settleLanded(machine: Machine, next: JournalState, landed: readonly string[]): Promise<JournalState> {
  for (const id of new Set(landed)) await machine.journal.settle(id);
  machine.step('edits-settled');
  await machine.journal.save(next);
  return next;
}

/** In which document, and after which of its versions, the next push makes edits. */
export type Place = Pick<SentEdits, 'before'> & { readonly path: string };

/**
 * The edits of this cycle, with the place that a push of them is remembered by; null = it carries none. Those that wait for a git that is too slow (R5.3)
 * are held: what cannot be remembered is not pushed.
 */
export async function placedEdits(
  { ledger }: Pick<Machine, 'ledger'>,
  snapshot: Snapshot,
  intentions: readonly Intention[],
  { unsure, untold }: Pick<Settled, 'unsure' | 'untold'>,
  asked: AskedVersions | null,
): Promise<{ readonly edits: PendingEdits; readonly place: Place | null }> {
  const known = inTurn(intentions, untold);
  const edits = await applyEdits(ledger, snapshot, known, unsure);
  const path = edits.people.has(ORDERS_PATH) ? ORDERS_PATH : FLEET_PATH;
  const isListed = edits.going.some(({ edit }) => !isWholeEdit(edit));
  const versions = isListed && asked !== null ? await asked.of(path, LOOKED_BACK) : [];
  if (versions !== null) {
    const place = isListed ? { path, before: versions.slice(0, BEFORE_MAX) } : null;
    return { edits: withSlow(edits, intentions, known), place };
  }
  const whole = intentions.filter(({ edit }) => isWholeEdit(edit));
  return { edits: withSlow(await applyEdits(ledger, snapshot, whole), intentions, whole), place: null };
}

function withSlow(edits: PendingEdits, all: readonly Intention[], known: readonly Intention[]): PendingEdits {
  const slow = all.filter((intention) => !known.includes(intention));
  return { ...edits, held: [...edits.held, ...slow.map((intention): HeldEdit => ({ intention, waitsFor: { kind: 'slow' } }))] };
}

/** The edits that the next push carries. */
export function sentEditsOf({ going, snapshot }: PendingEdits, place: Place | null): SentEdits | null {
  const after = place === null ? undefined : snapshot.main.files.get(place.path);
  if (place === null || after === undefined) return null;
  // A whole document is one text: main shows whether it has landed.
  const listed = going.filter(({ edit }) => !isWholeEdit(edit));
  return { ...place, after, intentions: listed.map(({ id }) => id) };
}
