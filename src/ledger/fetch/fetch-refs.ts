// One fetch: moves the remote's refs into refs/view/… and returns them by their names there (C3). Whether a branch is absent is
// never read from git's wording: after a failure `ls-remote` tells. While one is known to be absent, `ls-remote` comes first,
// so that waiting for it costs one command too; and so it does while refs are asked for by name (R7).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { ReadFirst } from '../../ports.ts';
import { type Clone, type ObjectFormat, REMOTE } from '../clone/clone.ts';
import type { GitHome } from '../git/git-home.ts';
import { troubleOf } from '../git/trouble.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { fetchByName } from './fetch-by-name.ts';
import { parseFetchHead } from './fetch-head.ts';
import { listRefs } from './list-refs.ts';
import { claimsPattern, isStrangeRef, kindOfRef, lanesPattern, type Namespace } from './ref-names.ts';

export type RefsAnswer =
  | ({ readonly kind: 'refs' } & ShownRefs)
  | { readonly kind: 'unreachable'; readonly trouble: Trouble }
  | { readonly kind: 'format'; readonly format: ObjectFormat };

import { branchSpec, type Refs, type RunFetch, type ShownRefs, sameRefs } from './shown-refs.ts';
export interface RefsQuestion {
  readonly home: GitHome;
  readonly clone: Clone;
  readonly namespace: Namespace;
  /** Main first; full ref names. */
  readonly branches: readonly string[];
  /** What the last fetch of this clone showed, to be returned as it is when nothing moved. */
  readonly last: ShownRefs | null;
  readonly first?: ReadFirst | undefined;
  readonly times: Pick<LedgerTimeouts, 'networkMs' | 'fetchMs'>;
}

/** R7: beyond so many lanes and claims they are asked for by name, as many as are looked into. */
const REFS_MAX = 1000;
/** A fetch that tells of so many more refs than were known is ended, and the remote's refs are listed: git writes a file for each that it tells of. */
const NEW_REFS_MAX = 200;
/** Strange names that are kept: enough to show, and to see what stands in the way of a claim. */
export const STRANGE_MAX = 1000;

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
  // There can be more than a command line holds.
  '--stdin',
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

/** Throws `CloneDamage` where the remote answers and the fetch fails all the same. */
export async function fetchRefs(question: RefsQuestion): Promise<RefsAnswer> {
  const { clone, namespace, branches, last, times, first } = question;
  const isOurs = (ref: string) => branches.includes(ref) || kindOfRef(namespace, ref) !== null;
  const ours = (refs: Refs): Refs => new Map([...refs].filter(([ref]) => isOurs(ref)));
  const strangeIn = (refs: Refs) => [...refs.keys()].filter((ref) => isStrangeRef(namespace, ref)).sort();

  const ask = async (): Promise<{ kind: 'truth'; refs: Refs } | Exclude<RefsAnswer, { kind: 'refs' }>> => {
    const listed = await listRefs(question.home, times.networkMs);
    if (listed.kind === 'unreachable') return listed;
    const { refs } = listed;
    const [id] = refs.values();
    const format = id?.length === 64 ? 'sha256' : 'sha1';
    return id !== undefined && format !== clone.objectFormat ? { kind: 'format', format } : { kind: 'truth', refs };
  };
  const run = runFetchOf(question);
  const everything = [`+${lanesPattern(namespace)}:refs/view/lanes/*`, `+${claimsPattern(namespace)}:refs/view/claims/*`];
  const fetchAll = (absent: ReadonlySet<string>, linesMax?: number) =>
    run(
      [...branches.filter((ref) => !absent.has(ref)).map(branchSpec), ...everything],
      linesMax === undefined ? {} : { linesMax },
    );
  const isFlood = (refs: Refs) =>
    [...refs.keys()].filter((ref) => isStrangeRef(namespace, ref) || kindOfRef(namespace, ref) !== null).length > REFS_MAX;
  const missing = (refs: Refs) => new Set(branches.filter((ref) => !refs.has(ref)));
  const byName = async (truth: Refs): Promise<RefsAnswer> => {
    const { refs: known = new Map(), unread = new Map() } = last ?? {};
    const strange = strangeIn(truth).slice(0, STRANGE_MAX);
    const answer = await fetchByName({ clone, namespace, branches, truth: ours(truth), known, unread, first, run });
    if (answer.kind === 'unreachable') return answer;
    const { refs, unread: left } = answer;
    const isNeeded = left.size > 0 || strange.length > 0 || isFlood(truth);
    return { kind: 'refs', refs, unread: left, absent: missing(truth), strange, byName: isNeeded };
  };

  let absent: ReadonlySet<string> = new Set();
  if (last !== null && (last.byName || branches.some((ref) => last.absent.has(ref)))) {
    const truth = await ask();
    if (truth.kind !== 'truth') return truth;
    if (last.byName) return byName(truth.refs);
    absent = missing(truth.refs);
    if (sameRefs(ours(truth.refs), last.refs)) return { ...last, kind: 'refs', absent };
  }
  let { result, refs } = await fetchAll(absent, NEW_REFS_MAX + (last?.refs.size ?? 0));
  if (refs === null && !result.timedOut && troubleOf(result).code !== 'DISK') {
    const truth = await ask();
    if (truth.kind !== 'truth') return truth;
    const nowAbsent = missing(truth.refs);
    const isRefused = result.isOverLines !== true && (nowAbsent.size === 0 || sameSet(nowAbsent, absent));
    if (isRefused || isFlood(truth.refs)) return byName(truth.refs);
    absent = nowAbsent;
    ({ result, refs } = await fetchAll(absent));
    if (refs === null && !result.timedOut) return byName(truth.refs);
  }
  if (refs === null) return { kind: 'unreachable', trouble: troubleOf(result) };
  if (isFlood(refs)) return byName(refs);
  return {
    kind: 'refs',
    refs: ours(refs),
    absent,
    unread: new Map(),
    strange: strangeIn(refs).slice(0, STRANGE_MAX),
    byName: false,
  };
}

/** How one git is asked. */
function runFetchOf({ clone, branches, home, times }: RefsQuestion): RunFetch {
  return async (specs, { linesMax, unjudged = false } = {}) => {
    const limits = { input: `${specs.join('\n')}\n`, stallMs: times.networkMs };
    const args = unjudged ? ['-c', 'transfer.fsckObjects=false', ...FETCH] : FETCH;
    const more = linesMax === undefined ? limits : { ...limits, linesMax };
    let said = await clone.run(args, times.fetchMs, more);
    // R7: what is here already can be such that a host compares it for ever with what is new. It is not told of it then: everything travels, once.
    const isSilent = said.timedOut && said.stderr === '' && (await listRefs(home, times.networkMs)).kind === 'listed';
    if (isSilent) said = await clone.run(['-c', 'fetch.negotiationAlgorithm=noop', ...args], times.fetchMs, more);
    if (said.isOverLines) await clone.repair();
    const result = { ...said, stderr: withoutChatter(said.stderr) };
    if (result.exitCode !== 0 || result.timedOut) return { result, refs: null };
    const refs = parseFetchHead(await readFile(join(clone.gitDir, 'FETCH_HEAD'), 'utf8'));
    // A branch that was asked for is there, or git fails: without it FETCH_HEAD was not written whole, for want of room.
    const isWhole = branches.every((ref) => refs.has(ref) || !specs.includes(branchSpec(ref)));
    return { result, refs: isWhole ? refs : null };
  };
}

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}
