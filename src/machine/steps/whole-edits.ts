// Documents that go to main whole (D5): specs that people saved on this machine, and what a command writes. Each is put on main if main still has
// the text that it was edited from. Lines are never merged: if both sides changed it, the repo's text counts, a saved one stays where it was saved,
// and people are told.
import type { DocumentEdit, Intention, PersonEdit, PutEdit, SpecEdit } from '../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { documentText } from '../../documents/document-text.ts';
import { specKind } from '../../documents/documents.ts';
import { withValue } from '../../documents/json/put-value.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';
import { withFleetText } from './edited-fleet.ts';
import type { PendingEdits } from './pending-edits.ts';

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
  const lost: { intention: Intention; reason: string }[] = [];
  let now = snapshot;
  for (const intention of whole) {
    const { edit } = intention;
    if (edit.kind === 'put') {
      const before = people.get(edit.id) ?? (await documentText(ledger, snapshot.main.files, edit.id));
      const after = withValue(before, edit.at, edit.value);
      if (after === before) landed.push(intention.id);
      else {
        people.set(edit.id, after);
        going.push(intention);
        now = withDocument(now, edit.id, after, ledger.idOf(after));
      }
      continue;
    }
    const { id: path, text, from } = edit;
    const there = now.main.files.get(path) ?? null;
    if (there === ledger.idOf(text)) {
      landed.push(intention.id);
      if (isSpecEdit(edit)) landedSpecs.set(path, text);
    } else if (there !== from)
      lost.push({
        intention,
        reason: isSpecEdit(edit) ? changedOnBothSides(path) : `${path} was changed meanwhile: nothing was done`,
      });
    else {
      people.set(path, text);
      going.push(intention);
      now = isSpecEdit(edit) ? withSpec(now, path, text, ledger.idOf(text)) : withDocument(now, path, text, ledger.idOf(text));
    }
  }
  return { snapshot: now, people, landed, going, held: [], lost, landedSpecs };
}

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
