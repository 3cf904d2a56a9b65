// The state of people's edits on this machine in one cycle.
import type { EditWait, Intention } from '../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';

export interface HeldEdit {
  readonly intention: Intention;
  readonly waitsFor: EditWait;
}

export interface PendingEdits {
  /** The snapshot as it will be once the edits have landed. */
  readonly snapshot: Snapshot;
  /** New text of people's documents to push, by path. */
  readonly people: ReadonlyMap<string, string>;
  /** Of people's documents, what goes with that push (D12): paths; absent = nothing. */
  readonly removed?: readonly string[];
  /** Ids of intentions that main shows already. */
  readonly landed: readonly string[];
  readonly going: readonly Intention[];
  /** Edits that wait, though the remote answers. */
  readonly held: readonly HeldEdit[];
  readonly lost: readonly { readonly intention: Intention; readonly reason: string }[];
  /** Specs that have landed, as they were saved. */
  readonly landedSpecs: ReadonlyMap<string, string>;
  /** D11: orders that leave the list for the archive; absent = none. */
  readonly archived?: readonly string[];
}

export function noEdits(snapshot: Snapshot): PendingEdits {
  return { snapshot, people: new Map(), landed: [], going: [], held: [], lost: [], landedSpecs: new Map() };
}
