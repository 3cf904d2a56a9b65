// Limits what one cycle reads (D8), because a push of 1 MB can carry a thousand times as much. Where there is too much, the smallest
// documents are read: a flood is large, and what people and machines write is not. What machines have run comes before what else they say, and of
// machines that count before that of others, of which there are more with each year.
import type { DocumentKind } from '../document.ts';
import { documentAt } from '../documents.ts';
import { resultsOf } from '../paths.ts';

/** In bytes, of all documents together. */
export const READ_LIMITS = Object.freeze({
  /** Of people: logs and specs. */
  peopleBytesMax: 8 * 1_048_576,
  /** Of machines, on the board and in lanes: more than 200 machines with 150 KiB each, most of what all may cost. */
  machinesBytesMax: 40 * 1_048_576,
  documentsMax: 20_000,
  /** In characters, of all specs together: 64 KB of YAML take a parser a tenth of a second. */
  specYamlMax: 786_432,
  /** Of all kinds together, each byte times what its kind costs: 54 MiB of what people write. */
  costMax: 54 * 1_048_576,
});

/** What a byte takes to read, and to decide by: measured, in bytes of what people write. Whole numbers, so that what fits is never cut by rounding. */
const COSTS = Object.freeze({ decided: 35, machines: 1, people: 1, yaml: 30 });

/** What a spec costs beside its YAML, in characters of that. */
const SPEC_COST = 256;

/** A document as it is asked for: where it stands, and its content. */
export type Wanted = readonly [path: string, id: string];

export interface Budget {
  /** Those of the wanted that are not read, by `readKey`. */
  readonly over: ReadonlySet<string>;
  /** Characters of YAML that are read of all specs together. */
  readonly specYamlMax: number;
}

/** Whose documents come first. */
interface Readers {
  /** The number of this machine, whose documents it always reads; null = there is none. */
  readonly own: number | null;
  /** Whom the board counts (R8). */
  readonly counted: ReadonlySet<number>;
}

/**
 * A pure function of what stands in the repo, so that every machine reads the same. Where there is more than one cycle can read of several kinds, each gets an equal part, and what it does not need is for the others.
 */
export function readBudget(wanted: Iterable<Wanted>, sizeOf: (id: string) => number, { own, counted }: Readers): Budget {
  const { peopleBytesMax: bytesMax, machinesBytesMax, specYamlMax } = READ_LIMITS;
  const people: Room = { bytesMax, cost: COSTS.people, documents: [] };
  const machines: Room = { bytesMax: machinesBytesMax, cost: COSTS.machines, documents: [] };
  const yaml: Room = { bytesMax: specYamlMax, cost: COSTS.yaml, documents: [] };
  // A kind with a room of its own takes none of what there is for its owner's.
  const kinds = new Map<DocumentKind, Room>();
  // They take their room here too: what is left out of the others is the same for all machines, which would undo each other's folds else.
  const isOwn = new Set<string>();
  let spent = 0;
  for (const [path, id] of wanted) {
    const found = documentAt(path);
    if (found === null || found.owner.kind === 'derived') continue;
    const { kind, owner } = found;
    const isCounted = owner.kind !== 'machine' || counted.has(owner.machine);
    // Of what a machine has run nothing may be missing (S3), be it one that has left: that comes before logs and hand-offs.
    const turn = (isCounted ? 0 : 1) + (owner.kind !== 'machine' || resultsOf(path) !== null ? 0 : 2);
    const sized = { key: readKey(path, id), size: sizeOf(id), turn };
    if (kind.lastGood !== undefined) spent += sized.size * COSTS.decided;
    else if (kind.room === undefined) (owner.kind === 'people' ? people : machines).documents.push(sized);
    else {
      if (!kinds.has(kind)) kinds.set(kind, { ...kind.room, documents: [] });
      kinds.get(kind)?.documents.push(sized);
    }
    if (kind.isSpec) yaml.documents.push({ ...sized, size: sized.size + SPEC_COST });
    if (owner.kind === 'machine' && owner.machine === own) isOwn.add(sized.key);
  }
  const rooms = [people, machines, ...kinds.values()];
  const shares = fairShares([yaml, ...rooms].map(needOf), READ_LIMITS.costMax - spent);
  const bytesOf = ({ bytesMax: most, cost }: Room, at: number) => Math.min(most, (shares[at] ?? 0) / cost);
  const left = rooms.flatMap((room, at) => beyond(room.documents, bytesOf(room, at + 1)));
  return { over: new Set(left.filter((key) => !isOwn.has(key))), specYamlMax: bytesOf(yaml, 0) };
}

/** What is read of some documents, at most, and what a byte of them costs. */
interface Room {
  readonly bytesMax: number;
  readonly cost: number;
  readonly documents: Sized[];
}

function needOf({ bytesMax, cost, documents }: Room): number {
  return Math.min(bytesMax, sumOf(documents)) * cost;
}

/** What each gets of `total`: no less than it needs, or than each other one. */
function fairShares(needs: readonly number[], total: number): readonly number[] {
  const shares: number[] = [];
  let left = total;
  const least = [...needs.entries()].sort(([, one], [, other]) => one - other);
  for (const [turn, [at, need]] of least.entries()) {
    const share = Math.max(0, Math.min(need, Math.floor(left / (needs.length - turn))));
    shares[at] = share;
    left -= share;
  }
  return shares;
}

/** Of the specs, by `readKey`, those beyond the first `yamlMax` of YAML, the smallest first. `yamlOf` is asked of no more than that. */
export function overYaml(
  specs: readonly Wanted[],
  yamlMax: number,
  sizeOf: (id: string) => number,
  yamlOf: (...spec: Wanted) => number,
): readonly string[] {
  let yaml = 0;
  return bySize(specs.map(([path, id]) => ({ key: readKey(path, id), path, id, size: sizeOf(id), turn: 0 }))).flatMap(
    ({ key, path, id }) => {
      if (yaml <= yamlMax) yaml += yamlOf(path, id) + SPEC_COST;
      return yaml > yamlMax ? [key] : [];
    },
  );
}

export function readKey(path: string, id: string): string {
  return `${path} ${id}`;
}

/** The words for one that is not read. */
export const OVER_BUDGET = 'more than is read at once: the largest are left out';

interface Sized {
  readonly key: string;
  readonly size: number;
  /** What has a lower one is read before it, whatever their size. */
  readonly turn: number;
}

function beyond(documents: readonly Sized[], bytesMax: number): readonly string[] {
  if (documents.length <= READ_LIMITS.documentsMax && sumOf(documents) <= bytesMax) return [];
  let bytes = 0;
  return bySize(documents).flatMap(({ key, size }, at) => {
    bytes += size;
    return bytes > bytesMax || at >= READ_LIMITS.documentsMax ? [key] : [];
  });
}

function sumOf(documents: readonly Sized[]): number {
  return documents.reduce((sum, { size }) => sum + size, 0);
}

/** Also where all are of one size, everybody has them in the same order. */
function bySize<T extends Sized>(documents: readonly T[]): T[] {
  return [...documents].sort((a, b) => a.turn - b.turn || a.size - b.size || (a.key < b.key ? -1 : 1));
}
