// Documents that go to main whole (D5): specs that people saved on this machine, and what a command writes. Each is put on main if main still has
// the text that it was edited from. Lines are never merged: if both sides changed it, the repo's text counts, a saved one stays where it was saved,
// and people are told.
import { utf8Bytes } from '../../core/base/utf8.ts';
import type { DocumentEdit, Intention, Json, PersonEdit, PutEdit, SpecEdit } from '../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { standingText, unreadWords } from '../../documents/document-text.ts';
import { specKind } from '../../documents/documents.ts';
import { isRecord } from '../../documents/json/is-record.ts';
import { valueIn, withValue } from '../../documents/json/put-value.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { DOCUMENT_LIMITS } from '../../documents/text/limits.ts';
import type { Ledger } from '../../ports.ts';
import { withFleetText } from './edited-fleet.ts';
import type { HeldEdit, PendingEdits } from './pending-edits.ts';

export type WholeEdit = SpecEdit | DocumentEdit | PutEdit;
type WholeIntention = Intention & { readonly edit: WholeEdit };

export function isWholeEdit(edit: PersonEdit): edit is WholeEdit {
  return isSpecEdit(edit) || edit.kind === 'document' || edit.kind === 'put';
}

export function isSpecEdit(edit: PersonEdit): edit is SpecEdit {
  return edit.kind === 'spec';
}

export async function applyWholeEdits(
  ledger: Pick<Ledger, 'idOf' | 'read'>,
  snapshot: Snapshot,
  intentions: readonly Intention[],
): Promise<PendingEdits> {
  const whole = intentions.filter((it): it is WholeIntention => isWholeEdit(it.edit));
  const nothing = { people: new Map(), landed: [], going: [], held: [], lost: [], landedSpecs: new Map() };
  if (whole.length === 0 || snapshot.main.commit === null) return { snapshot, ...nothing };
  const people = new Map<string, string>();
  const landedSpecs = new Map<string, string>();
  const landed: string[] = [];
  const going: Intention[] = [];
  const held: HeldEdit[] = [];
  const lost: { intention: Intention; reason: string }[] = [];
  let now = snapshot;
  for (const intention of whole) {
    const { edit } = intention;
    const outcome =
      edit.kind === 'put'
        ? await putOutcome(ledger, snapshot, people, edit)
        : await wholeOutcome(ledger, snapshot, now, people, edit);
    const { id: path } = edit;
    if (outcome.kind === 'lost') lost.push({ intention, reason: outcome.reason });
    else if (outcome.kind === 'held') held.push({ intention, waitsFor: { kind: 'fix', what: outcome.reason } });
    else if (outcome.kind === 'landed') {
      landed.push(intention.id);
      if (isSpecEdit(edit)) landedSpecs.set(path, edit.text);
    } else if (outcome.kind === 'going') {
      const { text } = outcome;
      people.set(path, text);
      going.push(intention);
      now = isSpecEdit(edit) ? withSpec(now, path, text, ledger.idOf(text)) : withDocument(now, path, text, ledger.idOf(text));
    }
  }
  return { snapshot: now, people, landed, going, held, lost, landedSpecs };
}

type Outcome =
  /** As main is: what edits before it say may never get there. */
  | { readonly kind: 'landed' }
  | { readonly kind: 'going'; readonly text: string }
  /** `reason`: what it waits for, or why it never goes. */
  | { readonly kind: 'held'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

/** `people`: what other edits have made of documents. */
async function putOutcome(
  ledger: Pick<Ledger, 'read'>,
  { main }: Snapshot,
  people: ReadonlyMap<string, string>,
  { id: path, at, value, was, order }: PutEdit,
): Promise<Outcome> {
  const before = await standingText(ledger, main, path, people);
  if (before.kind === 'unread') return { kind: 'held', reason: unreadWords(path) };
  const text = withValue(before.kind === 'text' ? before.text : null, at, value);
  if (text === null) return { kind: 'held', reason: `${path}, which is no JSON object on main` };
  if (before.kind === 'text' && text === before.text) {
    const shown = await standingText(ledger, main, path);
    const isOnMain = shown.kind === 'text' && withValue(shown.text, at, value) === shown.text;
    return isOnMain ? { kind: 'landed' } : { kind: 'going', text };
  }
  if (before.kind === 'text' && isLater(valueIn(before.text, at), value, was))
    return { kind: 'lost', reason: `${path} has a later word on ${order}: nothing was done` };
  return isTooLarge(text) ? { kind: 'lost', reason: `${path} is full: it would be larger than 1 MiB` } : { kind: 'going', text };
}

/** `shown`: as main is, before other edits. */
async function wholeOutcome(
  ledger: Pick<Ledger, 'idOf' | 'read'>,
  shown: Snapshot,
  { main }: Snapshot,
  people: ReadonlyMap<string, string>,
  edit: SpecEdit | DocumentEdit,
): Promise<Outcome> {
  const { id: path, text, from } = edit;
  const there = main.files.get(path) ?? null;
  if (there === ledger.idOf(text)) return there === shown.main.files.get(path) ? { kind: 'landed' } : { kind: 'going', text };
  const isUnread = (await standingText(ledger, main, path, people)).kind === 'unread';
  // Who saved a spec had the bytes of that very text before them; what a command wrote was made of what it says.
  if (there === from && (!isUnread || (isSpecEdit(edit) && there !== null))) return { kind: 'going', text };
  // It stays where it was saved, and goes once there is room for it.
  if (isSpecEdit(edit) && isUnread && there === from) return { kind: 'held', reason: unreadWords(path) };
  if (isSpecEdit(edit)) return { kind: 'lost', reason: changedOnBothSides(path) };
  const why = isUnread ? 'cannot be read on main' : 'was changed meanwhile';
  return { kind: 'lost', reason: `${path} ${why}: nothing was done` };
}

/** D5.14: what says when it was said stands against what was said before, unless it stood there already (`was`: its time). */
function isLater(there: Json | undefined, value: Json, was: string | undefined): boolean {
  const atOf = (it: Json | undefined) => (isRecord(it) && typeof it.at === 'string' ? it.at : null);
  const [one, other] = [atOf(there), atOf(value)];
  return one !== null && other !== null && one > other && one !== was;
}

const isTooLarge = (text: string): boolean => utf8Bytes(text) > DOCUMENT_LIMITS.sizeBytesMax;

export function changedOnBothSides(path: string): string {
  return `${path} was changed on both sides; the repo's stands: move yours out of coordination/, and the next sync puts the repo's there`;
}

/** The board of this push is made of it. */
function withDocument(snapshot: Snapshot, path: string, text: string, id: string): Snapshot {
  return path === FLEET_PATH ? withFleetText(snapshot, text, id) : withFile(snapshot, path, id);
}

function withFile(snapshot: Snapshot, path: string, id: string): Snapshot {
  return { ...snapshot, main: { ...snapshot.main, files: new Map(snapshot.main.files).set(path, id) } };
}

function withSpec(snapshot: Snapshot, path: string, text: string, id: string): Snapshot {
  const specs = new Map(snapshot.specs);
  const { value = null, faults = [] } = specKind(path)?.parse?.(text, path) ?? {};
  if (value === null) specs.delete(path);
  else specs.set(path, value);
  const others = snapshot.faults.filter((fault) => fault.document !== path);
  return {
    ...withFile(snapshot, path, id),
    specs,
    faults: value === null ? [...others, ...faults.map((fault) => ({ ...fault, level: 'warning' as const }))] : others,
  };
}
