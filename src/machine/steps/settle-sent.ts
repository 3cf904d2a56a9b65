// R5: what became of people's edits whose push was not answered. One that landed is not made again, however much main has had since, and where nobody
// can tell, nothing runs twice.
import { unansweredEdits, withNoneUnanswered, withoutEdits } from '../../core/cycle/sent-edits.ts';
import type { Intention } from '../../core/model/ledger/intention.ts';
import type { JournalState, SentEdits } from '../../core/model/ledger/journal.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { Ledger } from '../../ports.ts';
import type { Machine } from '../context.ts';
import { isPause } from './apply-edits.ts';
import type { PendingEdits } from './pending-edits.ts';
import { isWholeEdit } from './whole-edits.ts';

/** Versions of a document that are looked through, the next number where the one before does not reach back far enough: the last no fleet makes in years. */
const VERSIONS_MAX = [200, 5_000, 100_000];
/** This many versions in a row identify the place in history, also if people go back to an earlier text. */
const BEFORE_MAX = 8;

interface Settled {
  readonly state: JournalState;
  readonly unsure: ReadonlySet<string>;
  readonly untold: ReadonlySet<string>;
}

/**
 * Edits whose push was not answered have landed if main has had their text since. Applied again, they could bring back what a person has removed
 * meanwhile. `unsure`: intentions of which the history that is here does not tell. `untold`: git was too slow to tell of them now (C5), so they wait.
 */
export async function settleSent(machine: Machine, state: JournalState): Promise<Settled> {
  const histories = new Map<string, Promise<readonly string[]>>();
  const landed: string[] = [];
  const unsure: string[] = [];
  const untold: string[] = [];
  for (const sent of unansweredEdits(state)) {
    const { path = ORDERS_PATH, intentions } = sent;
    const versions = (countMax: number) => {
      const key = `${countMax} ${path}`;
      const asked = histories.get(key) ?? machine.ledger.versions(path, countMax);
      histories.set(key, asked);
      return asked;
    };
    const hasLanded = await hasLandedIn(sent, versions).catch(unlessTooSlow);
    if (hasLanded === 'untold') untold.push(...intentions);
    else if (hasLanded === null) unsure.push(...intentions);
    else if (hasLanded) landed.push(...intentions);
  }
  const left = (ids: readonly string[]) => new Set(ids.filter((id) => !landed.includes(id)));
  const open = { unsure: left(unsure), untold: left(untold) };
  if (landed.length === 0) return { state, ...open };
  return { state: await settleLanded(machine, withoutEdits(state, landed), landed), ...open };
}

function unlessTooSlow(error: unknown): 'untold' {
  if (error instanceof CoordError && error.code === 'TOO_SLOW') return 'untold';
  throw error;
}

/**
 * D5: without those of which nobody can tell, and what was asked for after them in that document: it goes on from them. A whole document stands for
 * itself, and is not among those.
 */
export function inTurn(intentions: readonly Intention[], untold: ReadonlySet<string>): readonly Intention[] {
  const behind = new Set<string>();
  return intentions.filter(({ id, edit }) => {
    if (isWholeEdit(edit)) return true;
    const path = isPause(edit) ? FLEET_PATH : ORDERS_PATH;
    if (untold.has(id)) behind.add(path);
    return !behind.has(path);
  });
}

type VersionsOf = (countMax: number) => Promise<readonly string[]>;

/**
 * Null = nobody can tell: the place in history that it was made for is not found, or by fewer versions than identify one. Those may be of a text that
 * people went back to, in a history of which the newest part alone is here (C5a, R3b).
 */
async function hasLandedIn({ before, after }: SentEdits, versionsOf: VersionsOf): Promise<boolean | null> {
  let count = -1;
  for (const countMax of VERSIONS_MAX) {
    const versions = await versionsOf(countMax);
    const from = placeIn(versions, before);
    if (from !== null && versions.slice(0, from).includes(after)) return true;
    if (from !== null && versions.length - from >= BEFORE_MAX) return false;
    if (versions.length === count) return null;
    count = versions.length;
  }
  return null;
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

/** The edits that the next push carries. */
export async function sentEditsOf(ledger: Ledger, edits: PendingEdits): Promise<SentEdits | null> {
  const path = edits.people.has(ORDERS_PATH) ? ORDERS_PATH : FLEET_PATH;
  const after = edits.snapshot.main.files.get(path);
  // A whole document is one text: main shows whether it has landed.
  const going = edits.going.filter(({ edit }) => !isWholeEdit(edit));
  if (going.length === 0 || after === undefined) return null;
  const before = await ledger.versions(path, BEFORE_MAX);
  return { path, before, after, intentions: going.map((intention) => intention.id) };
}
