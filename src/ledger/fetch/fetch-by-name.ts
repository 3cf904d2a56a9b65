// R7: asks for lanes and claims by name. Guarantees that a ref which git cannot fetch is found by halving and does not keep others from being fetched,
// that only canonical names are asked for, and that no more than the limits below are fetched.
// They are kept in a flat folder of the clone, so that no two names can stand in each other's way there.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trouble } from '../../core/model/ledger/push.ts';
import { orderOfClaim } from '../../core/model/orders/claim.ts';
import { listedId } from '../../core/runs/occurrence-name.ts';
import type { ReadFirst } from '../../ports.ts';
import type { Clone } from '../clone/clone.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import { sparesTheClone, troubleOf } from '../git/trouble.ts';
import { dropRefs, KEPT } from './clear-the-way.ts';
import { kindOfRef, type Namespace } from './ref-names.ts';
import { refsBelow } from './seen-refs.ts';
import { branchSpec, CLAIMS, type FetchTry, LANES, type Refs, type RunFetch, sameRefs, type UnreadRef } from './shown-refs.ts';

/** How many lanes are read by default, and at most. */
const LANES_MIN = 128;
const LANES_MAX = 1000;
const CLAIMS_MAX = 500;
/** Connections that one look may use to find the bad refs; the next look goes on. */
const TRIES_MAX = 32;

export interface NamedQuestion {
  readonly clone: Clone;
  readonly namespace: Namespace;
  readonly branches: readonly string[];
  /** Branches, lanes and claims as the remote lists them. */
  readonly truth: Refs;
  /** What the last fetch showed. */
  readonly known: Refs;
  readonly unread: ReadonlyMap<string, UnreadRef>;
  readonly first?: ReadFirst | undefined;
  readonly run: RunFetch;
  /** Of a command that only uses this disk. */
  readonly timeoutMs: number;
}

export type NamedAnswer =
  | { readonly kind: 'named'; readonly refs: Refs; readonly unread: ReadonlyMap<string, UnreadRef> }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

/** Throws `CloneDamage` if not even the branches can be fetched, and the host is not why. */
export async function fetchByName(question: NamedQuestion): Promise<NamedAnswer> {
  const { clone, branches, truth, known, run } = question;
  const asked = wantedIn(question);
  const unread = new Map([...truth].filter(([ref]) => !asked.has(ref)).map(([ref, id]) => [ref, { id, bad: false }]));
  for (const [ref, { id, bad }] of question.unread) if (bad && truth.get(ref) === id) unread.set(ref, { id, bad });
  const wanted = [...asked].filter((ref) => unread.get(ref)?.bad !== true);
  const standing = new Map(wanted.map((ref) => [ref, truth.get(ref) ?? '']));
  // Nothing moved: no objects have to travel.
  if (sameRefs(standing, known)) return { kind: 'named', refs: known, unread };
  await dropOthers(clone, wanted, question.timeoutMs);
  if (wanted.length === 0) return { kind: 'named', refs: new Map(), unread };

  const heads = wanted.filter((ref) => branches.includes(ref));
  const refs = new Map<string, string>();
  let tries = 0;
  let failed: FetchTry['result'] | null = null;
  const fetch = async (group: readonly string[]): Promise<boolean> => {
    tries += 1;
    const specs = group.map((ref) => (branches.includes(ref) ? branchSpec(ref) : keptSpec(ref)));
    // The branches are always needed. What git dislikes there stays in their history for good, and coord reads it as data.
    const answer = await run(specs, { unjudged: group.every((ref) => branches.includes(ref)) });
    if (answer.refs === null) failed = answer.result;
    for (const ref of answer.refs === null ? [] : group) {
      const id = answer.refs?.get(ref);
      if (id !== undefined) refs.set(ref, id);
    }
    return answer.refs !== null;
  };
  /** True: main can be fetched, and this ref fails again. A broken connection is not the ref's fault. */
  const isToBlame = async (ref: string) => (heads.length === 0 || (await fetch(heads))) && !(await fetch([ref]));
  /** False = the remote is not reached any more. */
  const search = async (group: readonly string[]): Promise<boolean> => {
    const [only] = group;
    if (only === undefined) return true;
    if (tries >= TRIES_MAX) {
      for (const ref of group) unread.set(ref, { id: truth.get(ref) ?? '', bad: false });
      return true;
    }
    if (await fetch(group)) return true;
    if (group.length === 1) {
      if (await isToBlame(only)) unread.set(only, { id: truth.get(only) ?? '', bad: true });
      return refs.has(only) || unread.has(only);
    }
    const half = Math.ceil(group.length / 2);
    return (await search(group.slice(0, half))) && search(group.slice(half));
  };
  if (!(await fetch(wanted))) {
    // A main that cannot be fetched means that the clone is damaged, or that nothing helps.
    if (heads.length > 0 && !(await fetch(heads))) return withoutHeads(failed);
    const others = wanted.filter((ref) => !branches.includes(ref));
    const isOld = (ref: string) => known.get(ref) === truth.get(ref);
    // Refs that have not moved are here already and come in one fetch; a new one is to blame.
    const isReached = (await search(others.filter(isOld))) && (await search(others.filter((ref) => !isOld(ref))));
    if (!isReached && failed !== null) return { kind: 'unreachable', trouble: troubleOf(failed) };
  }
  // If the clone itself lacks objects, no ref is to blame.
  const isBlamed = [...unread].some(([ref, { id, bad }]) => bad && question.unread.get(ref)?.id !== id);
  if (isBlamed && !(await clone.isWhole())) throw new CloneDamage('objects of the clone are missing or damaged', true);
  return { kind: 'named', refs, unread };
}

/** A host that lists its refs and gives no objects is away. Throws `CloneDamage` for what may be the clone's own. */
function withoutHeads(failed: FetchTry['result'] | null): NamedAnswer {
  const trouble = failed === null ? null : troubleOf(failed);
  // It was there just now: where git finds none, it is the clone that does not name it any more.
  if (trouble !== null && trouble.code !== 'NOT_FOUND' && sparesTheClone(trouble)) return { kind: 'unreachable', trouble };
  throw new CloneDamage(trouble?.message ?? '', false);
}

const keptName = (ref: string): string => createHash('sha1').update(ref).digest('hex');
const keptSpec = (ref: string): string => `+${ref}:${KEPT}/${keptName(ref)}`;

/** Removes refs of the ordinary fetch, and those that are not asked for any more. */
async function dropOthers(clone: Clone, wanted: readonly string[], timeoutMs: number): Promise<void> {
  const names = new Set(wanted.map(keptName));
  const below = (folder: string) => refsBelow(clone.gitDir, folder);
  const kept = (await below(KEPT)).filter((ref) => !names.has(ref.slice(KEPT.length + 1)));
  await dropRefs(clone, [...(await below(LANES)), ...(await below(CLAIMS)), ...kept], timeoutMs);
  // What git could not remove, because it cannot be read.
  for (const path of [LANES, CLAIMS]) await rm(join(clone.gitDir, path), { recursive: true, force: true });
}

/** The refs that are asked for; all others stay unread. Preferred lanes, then the lowest numbers; preferred claims, those of listed orders, known ones, others. */
function wantedIn({ namespace, branches, truth, known, first }: NamedQuestion): ReadonlySet<string> {
  const lanes: [number, string][] = [];
  const claims: string[] = [];
  const heeded: string[] = [];
  const own: string[] = [];
  const machines = new Set(first?.machines);
  for (const ref of truth.keys()) {
    const kind = kindOfRef(namespace, ref);
    if (kind !== null && 'lane' in kind) lanes.push([kind.lane, ref]);
    else if (kind !== null && first?.claims?.has(kind.claim)) own.push(ref);
    else if (kind !== null) (first?.orders?.has(listedId(orderOfClaim(kind.claim))) ? heeded : claims).push(ref);
  }
  const read = lanes.filter(([, ref]) => known.has(ref)).length;
  const count = Math.min(LANES_MAX, Math.max(LANES_MIN, first?.lanes ?? read));
  const later = (machine: number) => Number(!machines.has(machine));
  const chosenLanes = lanes.sort(([one], [other]) => later(one) - later(other) || one - other).slice(0, count);
  const isOld = (ref: string) => known.get(ref) === truth.get(ref);
  const chosen = [...own, ...heeded, ...claims.filter(isOld), ...claims.filter((ref) => !isOld(ref))].slice(0, CLAIMS_MAX);
  return new Set([...branches.filter((ref) => truth.has(ref)), ...chosenLanes.map(([, ref]) => ref), ...chosen]);
}
