// Which machines a machine believes (T5, T9): those whose lane is signed with the key that the trust says is theirs, that says nothing older than was
// seen of it, and whose documents as they are read are those that it signed. Pure.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { CommitTree, Trees } from '../../../core/model/ledger/trees.ts';
import { trailersOf } from '../../../documents/machine/trailers.ts';
import { LANE_NAMESPACE, laneText, sealIn } from './lane-seal.ts';
import type { Checks, TrustBody } from './trust-document.ts';

/** The highest that was ever seen of a machine, with this key. */
export interface Counter {
  readonly key: string;
  readonly seq: number;
  readonly beat: number;
  /** T9: as it last moved, it named a main that is no relative of the one here. */
  readonly fork?: { readonly theirs: string; readonly mine: string };
}

export type Counters = Readonly<Record<string, Counter>>;

interface Seen {
  readonly snapshot: Pick<Snapshot, 'machines' | 'lanes' | 'uncounted'>;
  readonly trees: Pick<Trees, 'lanes'>;
  /** Its number. */
  readonly own: number;
  /** The key that its own lane is signed with; null = it has none. */
  readonly ownKey: string | null;
  readonly checks: Checks;
  /** By number: what each machine's lane is signed with. */
  readonly keys: TrustBody['machines'];
  /** Why machines are not admitted that say that they were invited (T4). */
  readonly refused: ReadonlyMap<number, string>;
}

export interface JudgedLanes {
  /** By number, why; this machine is never among them: its own journal says what it did. */
  readonly doubted: ReadonlyMap<number, string>;
  /** Of the commit on its own lane; null = nobody's who has its key, absent = it has none or there is none. */
  readonly ownSeal?: string | null;
  readonly counters: Counters;
  readonly isNews: boolean;
}

export function judgeLanes(
  trust: TrustBody,
  { keys, refused, snapshot, trees, own, ownKey, checks }: Seen,
  before: Counters,
): JudgedLanes {
  const doubted = new Map<number, string>();
  const counters: Record<string, Counter> = { ...before };
  let isNews = false;
  const uncounted = new Set(snapshot.uncounted);
  for (const machine of new Set([...snapshot.machines.keys(), ...snapshot.lanes.keys()])) {
    if (uncounted.has(machine)) continue;
    const key = keys[machine]?.key;
    const { why, now } =
      key === undefined
        ? { why: `${refused.get(machine) ?? 'it is not admitted'}: coord trust admit ${machine}`, now: null }
        : judge(machine, key, trust, { snapshot, trees, checks }, before[machine]);
    if (why !== null && machine !== own) doubted.set(machine, why);
    const known = before[machine];
    if (now === null || (known?.key === now.key && known.seq === now.seq && known.beat === now.beat)) continue;
    counters[machine] = now;
    isNews = true;
  }
  // It was taken out of the trust: what stands on its lane is a person's word, and halts it as ever (I4).
  const isTakenOut = keys[own] === undefined && before[own] !== undefined;
  const ownKeys = [ownKey, keys[own]?.key ?? null].filter((key) => key !== null);
  const seal = isTakenOut || ownKey === null ? {} : ownSealOf(own, ownKeys, trust, { trees, checks });
  return { doubted, ...seal, counters, isNews };
}

/** `keys`: its own, and the one that the trust names, which is that of a newer folder of it (I2). */
function ownSealOf(
  own: number,
  keys: readonly string[],
  trust: TrustBody,
  seen: Pick<Looked, 'trees' | 'checks'>,
): Pick<JudgedLanes, 'ownSeal'> {
  const tree = seen.trees.lanes.get(own);
  if (tree === undefined) return {};
  return { ownSeal: keys.some((key) => isSealed(own, key, trust, seen)) ? sealIn(tree.message) : null };
}

type Looked = Pick<Seen, 'snapshot' | 'trees' | 'checks'>;

interface Judged {
  /** Null = it is believed. */
  readonly why: string | null;
  /** What it has come to by its own word; null = that is not to be had. */
  readonly now: Counter | null;
}

const doubt = (why: string, now: Counter | null = null): Judged => ({ why, now });

function judge(machine: number, key: string, trust: TrustBody, seen: Looked, before: Counter | undefined): Judged {
  const tree = seen.trees.lanes.get(machine);
  const lane = seen.snapshot.lanes.get(machine);
  if (tree === undefined || lane === undefined) return doubt('its lane is gone');
  if (!isSealed(machine, key, trust, seen)) return doubt('its lane is not signed with its key');
  const { seq, beat } = trailersOf(tree.message);
  const now: Counter = { key, seq: seq ?? 0, beat: beat ?? 0 };
  const isOlder = before?.key === key && (now.seq < before.seq || now.beat < before.beat);
  if (isOlder) return doubt('its lane is older than what was seen of it');
  // D2: main may have a newer copy. Only what the signature covers counts.
  const read = seen.snapshot.machines.get(machine)?.files;
  const isOther =
    read !== undefined && (read.size !== lane.files.size || [...read].some(([path, id]) => lane.files.get(path) !== id));
  return isOther ? doubt('the board says other things of it than its lane', now) : { why: null, now };
}

interface CheckedTree {
  /** One commit may stand on the lanes of several. */
  readonly machine: number;
  readonly key: string;
  readonly fleet: string;
  readonly isSealed: boolean;
}

const checkedTrees = new WeakMap<CommitTree, CheckedTree>();

function isSealed(machine: number, key: string, trust: TrustBody, seen: Pick<Looked, 'trees' | 'checks'>): boolean {
  const tree = seen.trees.lanes.get(machine);
  const known = tree === undefined ? undefined : checkedTrees.get(tree);
  if (known?.machine === machine && known.key === key && known.fleet === trust.fleet) return known.isSealed;
  const isRight = isSealedNow(machine, key, trust, seen);
  if (tree !== undefined) checkedTrees.set(tree, { machine, key, fleet: trust.fleet, isSealed: isRight });
  return isRight;
}

function isSealedNow(
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
