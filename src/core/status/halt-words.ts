// Explains why this machine has halted: another folder writes as it (R3, I4), main does not lead on (R3a), or it does not count (R8.5). Pure.

/** As the last sync left it. */
export interface HaltSync {
  /** R3: the lane commit that somebody else wrote as this machine. */
  readonly duplicate: string | null;
  /** R3: that somebody is the computer that this folder was joined on: it was copied or moved to this one. */
  readonly copied: boolean;
  /** I4: that somebody is a machine on which a person removed this one: `1 mac`. */
  readonly removedBy: string | null;
  /** Main does not lead on from what was seen: where it was, what it is now (null = gone). */
  readonly rewritten: { readonly from: string; readonly found: string | null } | null;
  /** R8.5: the fleet has more machines than it admits, and this one does not count; absent = it counts. */
  readonly uncounted?: { readonly machinesMax: number };
}

export interface HaltFacts {
  readonly self: { readonly machine: number; readonly name: string; readonly remote: string };
  readonly sync: HaltSync;
}

export interface Halt {
  readonly why: 'duplicate' | 'rewritten' | 'uncounted';
  readonly code: 'DUPLICATE_ID' | 'REFUSED';
  readonly sentence: string;
  readonly hint: string;
}

/** The way back of a machine that was removed. */
export const REMOVED_HINT = 'coord adopt, to bring this folder back as that machine';

/** R3: the two ways out. */
export const DUPLICATE_HINT =
  'coord adopt, if this folder is the machine; coord join <url> <new folder> --again, if it is the copy';

const UNCOUNTED_HINT = 'raise machines_max in fleet.yaml; or coord machines remove, on a machine that counts';

const HALTED = 'This machine starts and pushes nothing';

/** What ends the work first comes first. */
export function haltsOf({ self, sync }: HaltFacts): readonly Halt[] {
  const { duplicate, rewritten, removedBy, uncounted } = sync;
  const label = `${self.machine} ${self.name}`;
  const halts: Halt[] = [];
  if (duplicate !== null) {
    const sentence = `${duplicateSentence(sync, duplicate, label)}. ${HALTED}`;
    halts.push({ why: 'duplicate', code: 'DUPLICATE_ID', sentence, hint: removedBy === null ? DUPLICATE_HINT : REMOVED_HINT });
  }
  if (rewritten !== null) {
    const { from, found } = rewritten;
    const now = found === null ? 'is gone' : `is at ${found.slice(0, 10)}, which does not contain it`;
    const sentence = `main of ${self.remote} was rewritten: it was at ${from.slice(0, 10)}, and now ${now}. ${HALTED}; runs continue`;
    const hint =
      found === null
        ? 'coord doctor --fix puts it back as this machine last saw it, or goes on with its new name'
        : 'coord doctor --fix, if that is intended';
    halts.push({ why: 'rewritten', code: 'REFUSED', sentence, hint });
  }
  if (uncounted !== undefined) {
    const most = `machines_max of fleet.yaml, ${uncounted.machinesMax}`;
    const sentence = `machine ${label} does not count: the fleet has more machines than ${most}. ${HALTED}`;
    halts.push({ why: 'uncounted', code: 'REFUSED', sentence, hint: UNCOUNTED_HINT });
  }
  return halts;
}

/** R3: who else is this machine. `label`: its number and name. */
export function duplicateSentence(
  { removedBy, copied }: Pick<HaltSync, 'removedBy' | 'copied'>,
  commit: string,
  label: string,
): string {
  if (removedBy !== null) return `machine ${label} was removed from the fleet by machine ${removedBy}`;
  if (copied) return `this folder was made machine ${label} on another computer, and was copied or moved to this one`;
  return `another folder writes as machine ${label}: its lane holds ${commit.slice(0, 10)}, which this folder never pushed`;
}
