// Which machines a machine believes (T5, T9): those whose lane is signed with the key that the trust says is theirs, that says nothing older than was
// seen of it, and whose documents as they are read are those that it signed. Pure.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Trees } from '../../../core/model/ledger/trees.ts';
import { trailersOf } from '../../../documents/machine/trailers.ts';
import { LANE_NAMESPACE, laneText, sealIn } from './lane-seal.ts';
import type { Checks, TrustBody } from './trust-document.ts';

/** The highest that was ever seen of a machine, with this key. */
export interface Counter {
  readonly key: string;
  readonly seq: number;
  readonly beat: number;
}

export type Counters = Readonly<Record<string, Counter>>;

interface Seen {
  readonly snapshot: Pick<Snapshot, 'machines' | 'lanes' | 'uncounted'>;
  readonly trees: Pick<Trees, 'lanes'>;
  /** Its number. */
  readonly own: number;
  readonly checks: Checks;
}

export interface JudgedLanes {
  /** By number, why; this machine is never among them: its own journal says what it did. */
  readonly doubted: ReadonlyMap<number, string>;
  readonly isOwnLaneForged: boolean;
  readonly counters: Counters;
  readonly isNews: boolean;
}

export function judgeLanes(trust: TrustBody, { snapshot, trees, own, checks }: Seen, before: Counters): JudgedLanes {
  const doubted = new Map<number, string>();
  const counters: Record<string, Counter> = { ...before };
  let isNews = false;
  const uncounted = new Set(snapshot.uncounted);
  for (const machine of new Set([...snapshot.machines.keys(), ...snapshot.lanes.keys()])) {
    if (uncounted.has(machine)) continue;
    const key = trust.machines[machine]?.key;
    const judged =
      key === undefined
        ? `it is not admitted: coord trust admit ${machine}`
        : judge(machine, key, trust, { snapshot, trees, checks }, before[machine]);
    if (typeof judged === 'string') {
      if (machine !== own) doubted.set(machine, judged);
      continue;
    }
    const known = before[machine];
    if (known?.key === judged.key && known.seq === judged.seq && known.beat === judged.beat) continue;
    counters[machine] = judged;
    isNews = true;
  }
  const isOwnLaneForged =
    trust.machines[own] !== undefined &&
    trees.lanes.has(own) &&
    !isSealed(own, trust.machines[own].key, trust, { trees, checks });
  return { doubted, isOwnLaneForged, counters, isNews };
}

type Looked = Omit<Seen, 'own'>;

/** What it has come to, or why it is not believed. */
function judge(machine: number, key: string, trust: TrustBody, seen: Looked, before: Counter | undefined): Counter | string {
  const tree = seen.trees.lanes.get(machine);
  const lane = seen.snapshot.lanes.get(machine);
  if (tree === undefined || lane === undefined) return 'its lane is gone';
  if (!isSealed(machine, key, trust, seen)) return 'its lane is not signed with its key';
  const { seq, beat } = trailersOf(tree.message);
  const now: Counter = { key, seq: seq ?? 0, beat: beat ?? 0 };
  const isOlder = before?.key === key && (now.seq < before.seq || now.beat < before.beat);
  if (isOlder) return 'its lane is older than what was seen of it';
  // D2: main may have a newer copy. Only what the signature covers counts.
  const read = seen.snapshot.machines.get(machine)?.files;
  const isOther =
    read !== undefined && (read.size !== lane.files.size || [...read].some(([path, id]) => lane.files.get(path) !== id));
  return isOther ? 'the board says other things of it than its lane' : now;
}

function isSealed(
  machine: number,
  key: string,
  { fleet }: TrustBody,
  { trees, checks }: Pick<Looked, 'trees' | 'checks'>,
): boolean {
  const tree = trees.lanes.get(machine);
  const signature = tree === undefined ? null : sealIn(tree.message);
  if (tree === undefined || signature === null) return false;
  const { seq, beat, machine: named } = trailersOf(tree.message);
  if (named !== machine || seq === null || beat === null) return false;
  // All that stands there, documents of other versions too.
  const entries = [...tree.entries];
  if (tree.isCut === true || entries.some(([, { mode }]) => mode !== '100644')) return false;
  const files = new Map(entries.map(([path, { id }]) => [path, id]));
  const text = laneText({ fleet, machine, seq, beat, main: tree.parent, files }, checks.digest);
  return checks.verifyMachine(key, LANE_NAMESPACE, text, signature);
}
