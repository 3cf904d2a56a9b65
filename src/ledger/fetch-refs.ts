// One fetch: moves the remote's refs into refs/view/… and returns them by their names there (C3). Whether a branch is absent is
// never read from git's wording: after a failure `ls-remote` tells. While one is known to be absent, `ls-remote` comes first,
// so that waiting for it costs one command too.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trouble } from '../core/model/push.ts';
import { type Clone, type ObjectFormat, REMOTE } from './clone.ts';
import { CloneDamage } from './clone-damage.ts';
import { parseFetchHead } from './fetch-head.ts';
import type { GitHome } from './git-home.ts';
import type { LedgerTimeouts } from './ledger-options.ts';
import { listRefs } from './list-refs.ts';
import { claimsPattern, kindOfRef, lanesPattern, type Namespace } from './ref-names.ts';
import { troubleOf } from './trouble.ts';

export type Refs = ReadonlyMap<string, string>;

export type RefsAnswer =
  | { readonly kind: 'refs'; readonly refs: Refs; readonly absent: ReadonlySet<string> }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble }
  | { readonly kind: 'format'; readonly format: ObjectFormat };

export interface RefsQuestion {
  readonly home: GitHome;
  readonly clone: Clone;
  readonly namespace: Namespace;
  /** Main first; full ref names. */
  readonly branches: readonly string[];
  /** What the last fetch of this clone showed, to be returned as it is when nothing moved. */
  readonly last: { readonly refs: Refs; readonly absent: ReadonlySet<string> } | null;
  readonly times: Pick<LedgerTimeouts, 'networkMs' | 'fetchMs'>;
}

const FETCH = [
  'fetch',
  // It goes on for as long as it says that it gets on, however large main is.
  '--progress',
  // A removed lane is gone.
  '--prune',
  '--no-tags',
  // Packing is ours to time (C5).
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--no-write-commit-graph',
  // Lanes are always replaced; saves a walk for each.
  '--no-show-forced-updates',
  '--',
  REMOTE,
];

/** What a fetch says while all is well; what remains is trouble. */
const CHATTER =
  /^((remote: )?(Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Checking) [a-z]+[: ]|remote: Total |From | [ *+t-] )/;

const withoutChatter = (stderr: string): string =>
  stderr
    .split(/[\r\n]+/)
    .filter((line) => !CHATTER.test(line))
    .join('\n');

export function sameRefs(one: Refs, other: Refs): boolean {
  if (one.size !== other.size) return false;
  for (const [ref, id] of one) if (other.get(ref) !== id) return false;
  return true;
}

/** Throws `CloneDamage` where the remote answers and the fetch fails all the same. */
export async function fetchRefs(question: RefsQuestion): Promise<RefsAnswer> {
  const { clone, namespace, branches, last, times } = question;
  const ours = (refs: Refs): Refs =>
    new Map([...refs].filter(([ref]) => branches.includes(ref) || kindOfRef(namespace, ref) !== null));

  const ask = async (): Promise<{ kind: 'truth'; refs: Refs } | Exclude<RefsAnswer, { kind: 'refs' }>> => {
    const listed = await listRefs(question.home, times.networkMs);
    if (listed.kind === 'unreachable') return listed;
    const { refs } = listed;
    const [id] = refs.values();
    const format = id?.length === 64 ? 'sha256' : 'sha1';
    return id !== undefined && format !== clone.objectFormat ? { kind: 'format', format } : { kind: 'truth', refs };
  };
  const fetch = async (absent: ReadonlySet<string>) => {
    const branchSpecs = branches
      .filter((ref) => !absent.has(ref))
      .map((ref) => `+${ref}:refs/view/branches/${ref.slice('refs/heads/'.length)}`);
    const specs = [
      ...branchSpecs,
      `+${lanesPattern(namespace)}:refs/view/lanes/*`,
      `+${claimsPattern(namespace)}:refs/view/claims/*`,
    ];
    const said = await clone.run([...FETCH, ...specs], times.fetchMs, { stallMs: times.networkMs });
    const result = { ...said, stderr: withoutChatter(said.stderr) };
    if (result.exitCode !== 0 || result.timedOut) return { result, refs: null };
    return { result, refs: ours(parseFetchHead(await readFile(join(clone.gitDir, 'FETCH_HEAD'), 'utf8'))) };
  };
  const missing = (refs: Refs) => new Set(branches.filter((ref) => !refs.has(ref)));

  let absent: ReadonlySet<string> = new Set();
  if (last !== null && branches.some((ref) => last.absent.has(ref))) {
    const truth = await ask();
    if (truth.kind !== 'truth') return truth;
    absent = missing(truth.refs);
    if (sameRefs(ours(truth.refs), last.refs)) return { kind: 'refs', refs: last.refs, absent };
  }
  let { result, refs } = await fetch(absent);
  if (refs === null && !result.timedOut && troubleOf(result).code !== 'DISK') {
    const truth = await ask();
    if (truth.kind !== 'truth') return truth;
    const nowAbsent = missing(truth.refs);
    if (nowAbsent.size === 0 || sameSet(nowAbsent, absent)) throw new CloneDamage(troubleOf(result).message, false);
    absent = nowAbsent;
    ({ result, refs } = await fetch(absent));
    if (refs === null && !result.timedOut) throw new CloneDamage(troubleOf(result).message, false);
  }
  return refs === null ? { kind: 'unreachable', trouble: troubleOf(result) } : { kind: 'refs', refs, absent };
}

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}
