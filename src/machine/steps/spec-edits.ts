// Specs that people saved on this machine (D5): each is put on main whole, if main still has the text that it was edited from. Lines are never merged:
// if both sides changed a spec, the repo's text counts, the saved one stays where it was saved, and people are told.
import type { Intention, PersonEdit, SpecEdit } from '../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { specKind } from '../../documents/documents.ts';
import type { Ledger } from '../../ports.ts';
import type { PendingEdits } from './pending-edits.ts';

type SpecIntention = Intention & { readonly edit: SpecEdit };

export function isSpecEdit(edit: PersonEdit): edit is SpecEdit {
  return edit.kind === 'spec';
}

export function applySpecEdits(ledger: Pick<Ledger, 'idOf'>, snapshot: Snapshot, intentions: readonly Intention[]): PendingEdits {
  const specs = intentions.filter((it): it is SpecIntention => isSpecEdit(it.edit));
  const nothing = { people: new Map(), landed: [], going: [], held: [], lost: [], landedSpecs: new Map() };
  if (specs.length === 0 || snapshot.main.commit === null) return { snapshot, ...nothing };
  const people = new Map<string, string>();
  const landedSpecs = new Map<string, string>();
  const landed: string[] = [];
  const going: Intention[] = [];
  const lost: { intention: Intention; reason: string }[] = [];
  let now = snapshot;
  for (const intention of specs) {
    const { id: path, text, from } = intention.edit;
    const there = now.main.files.get(path) ?? null;
    if (there === ledger.idOf(text)) {
      landed.push(intention.id);
      landedSpecs.set(path, text);
    } else if (there !== from) lost.push({ intention, reason: changedOnBothSides(path) });
    else {
      people.set(path, text);
      going.push(intention);
      now = withSpec(now, path, text, ledger.idOf(text));
    }
  }
  return { snapshot: now, people, landed, going, held: [], lost, landedSpecs };
}

export function changedOnBothSides(path: string): string {
  return `${path} was changed on both sides; the repo's stands: move yours out of coordination/, and the next sync puts the repo's there`;
}

function withSpec(snapshot: Snapshot, path: string, text: string, id: string): Snapshot {
  const specs = new Map(snapshot.specs);
  const { value = null, faults = [] } = specKind(path)?.parse?.(text, path) ?? {};
  if (value === null) specs.delete(path);
  else specs.set(path, value);
  const others = snapshot.faults.filter((fault) => fault.document !== path);
  return {
    ...snapshot,
    main: { ...snapshot.main, files: new Map(snapshot.main.files).set(path, id) },
    specs,
    faults: value === null ? [...others, ...faults.map((fault) => ({ ...fault, level: 'warning' as const }))] : others,
  };
}
