// What one cycle reads at most (D8): a push of 1 MB can carry a thousand times as much, and whoever reads it all reads nothing else. Where it is
// too much, the smallest documents are read: a flood is large, and what people and machines write is not.
import type { DocumentKind } from '../document.ts';
import { documentAt, type Owner } from '../documents.ts';

/** In bytes, of all documents together. */
export const READ_LIMITS = Object.freeze({
  /** Of people: logs and specs. */
  peopleBytesMax: 8 * 1_048_576,
  /** Of machines, on the board and in lanes: 90 machines with 160 KiB each. */
  machinesBytesMax: 14 * 1_048_576,
  documentsMax: 20_000,
  /** In characters, of all specs together: 64 KB of YAML take a parser a tenth of a second. */
  specYamlMax: 786_432,
});

/** What a spec costs beside its YAML, in characters of that. */
const SPEC_COST = 256;

/** A document as it is asked for: where it stands, and its content. */
export type Wanted = readonly [path: string, id: string];

/**
 * Those of the wanted that are not read, by `readKey`. A pure function of what stands in the repo, so that every machine reads the same. `own`: the
 * number of this machine, whose documents it always reads.
 */
export function overBudget(wanted: Iterable<Wanted>, sizeOf: (id: string) => number, own: number | null): ReadonlySet<string> {
  const { peopleBytesMax, machinesBytesMax } = READ_LIMITS;
  // A kind with a room of its own takes none of what there is for its owner's.
  const rooms = new Map<DocumentKind | Owner['kind'], { readonly bytesMax: number; readonly documents: Sized[] }>();
  // They take their room here too: what is left out of the others is the same for all machines, which would undo each other's folds else.
  const isOwn = new Set<string>();
  for (const [path, id] of wanted) {
    const found = documentAt(path);
    if (found === null || found.owner.kind === 'derived' || found.kind.lastGood !== undefined) continue;
    const { kind, owner } = found;
    const key = readKey(path, id);
    if (owner.kind === 'machine' && owner.machine === own) isOwn.add(key);
    const room = kind.readBytesMax === undefined ? owner.kind : kind;
    const bytesMax = kind.readBytesMax ?? (owner.kind === 'people' ? peopleBytesMax : machinesBytesMax);
    if (!rooms.has(room)) rooms.set(room, { bytesMax, documents: [] });
    rooms.get(room)?.documents.push({ key, size: sizeOf(id) });
  }
  const left = [...rooms.values()].flatMap(({ documents, bytesMax }) => beyond(documents, bytesMax));
  return new Set(left.filter((key) => !isOwn.has(key)));
}

/** Of the specs, by `readKey`, those beyond the first `specYamlMax` of YAML, the smallest first. `yamlOf` is asked of no more than that. */
export function overYaml(
  specs: readonly Wanted[],
  sizeOf: (id: string) => number,
  yamlOf: (...spec: Wanted) => number,
): readonly string[] {
  let yaml = 0;
  return bySize(specs.map(([path, id]) => ({ key: readKey(path, id), path, id, size: sizeOf(id) }))).flatMap(
    ({ key, path, id }) => {
      if (yaml <= READ_LIMITS.specYamlMax) yaml += yamlOf(path, id) + SPEC_COST;
      return yaml > READ_LIMITS.specYamlMax ? [key] : [];
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
}

function beyond(documents: readonly Sized[], bytesMax: number): readonly string[] {
  if (documents.length <= READ_LIMITS.documentsMax && documents.reduce((sum, { size }) => sum + size, 0) <= bytesMax) return [];
  let bytes = 0;
  return bySize(documents).flatMap(({ key, size }, at) => {
    bytes += size;
    return bytes > bytesMax || at >= READ_LIMITS.documentsMax ? [key] : [];
  });
}

/** Also where all are of one size, everybody has them in the same order. */
function bySize<T extends Sized>(documents: readonly T[]): T[] {
  return [...documents].sort((a, b) => a.size - b.size || (a.key < b.key ? -1 : 1));
}
