// One fetch: moves the remote's refs into refs/view/… and returns them by their names there (C3). Git's wording never decides whether a branch is absent:
// after a failure `ls-remote` tells. While a branch is known to be absent, `ls-remote` comes first, so that waiting for it costs one command. It also
// comes first while refs are asked for by name (R7).
import { join } from 'node:path';
import type { Trouble, TroubleCode } from '../../core/model/ledger/push.ts';
import type { ReadFirst } from '../../ports.ts';
import { readText } from '../../system/files/read-if-there.ts';
import { type Clone, type ObjectFormat, REMOTE } from '../clone/clone.ts';
import { sweepLeftovers } from '../clone/clone-locks.ts';
import { packCount } from '../clone/clone-packing.ts';
import type { GitHome } from '../git/git-home.ts';
import { troubleOf } from '../git/trouble.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { withoutChatter } from './chatter.ts';
import { clearTheWay, dropUnasked } from './clear-the-way.ts';
import { fetchByName } from './fetch-by-name.ts';
import { parseFetchHead } from './fetch-head.ts';
import { type ListedRefs, listRefs } from './list-refs.ts';
import { lookMark } from './look-mark.ts';
import { claimsPattern, isStrangeRef, kindOfRef, lanesPattern, type Namespace } from './ref-names.ts';
import { cutsIn } from './rest-of-history.ts';
import { refsBelow, seenIn, seenMark } from './seen-refs.ts';
import { branchSpec, CLAIMS, type FetchTry, LANES, type Refs, type RunFetch, type ShownRefs, sameRefs } from './shown-refs.ts';

export type RefsAnswer =
  | ({ readonly kind: 'refs' } & ShownRefs)
  | { readonly kind: 'unreachable'; readonly trouble: Trouble }
  | { readonly kind: 'format'; readonly format: ObjectFormat };

export interface RefsQuestion {
  readonly home: GitHome;
  readonly clone: Clone;
  readonly namespace: Namespace;
  /** Main first; full ref names. */
  readonly branches: readonly string[];
  /** The last fetch of this clone, returned as it is if nothing moved. */
  readonly last: ShownRefs | null;
  readonly first?: ReadFirst | undefined;
  /** C5a: an empty clone gets so many commits of each history. */
  readonly beginCommits: number;
  readonly times: Pick<LedgerTimeouts, 'networkMs' | 'fetchMs'>;
}

/** R7: beyond this many lanes and claims, refs are asked for by name, within the limits there. */
const REFS_MAX = 1000;
/** A fetch that tells of this many new refs is ended, and the remote's refs are listed: git writes a file for each that it fetches. */
const NEW_REFS_MAX = 200;
/** How many foreign names are kept: enough to show, and to see what blocks a claim. */
const STRANGE_MAX = 1000;

const FETCH: readonly [string, ...string[]] = [
  'fetch',
  // It goes on for as long as it reports progress, however large main is.
  '--progress',
  // A removed lane disappears here too.
  '--prune',
  '--no-tags',
  // coord decides when to pack (C5).
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--no-write-commit-graph',
  // Lanes are always replaced, so this saves a walk through history for each.
  '--no-show-forced-updates',
  // There can be more refs than a command line holds.
  '--stdin',
  '--',
  REMOTE,
];

/** A full disk lets nothing else be done, and a host that asks for fewer requests gets no more. */
const ENDS_A_LOOK: ReadonlySet<TroubleCode> = new Set(['DISK', 'THROTTLED']);

type NotShown = Exclude<RefsAnswer, { kind: 'refs' }>;

/** Throws `CloneDamage` if the remote answers and the fetch fails all the same. */
export async function fetchRefs(question: RefsQuestion): Promise<RefsAnswer> {
  const { last, branches, clone, times } = question;
  // The last view is of the same branches.
  if (last === null) await clearTheWay(clone, branches, times.networkMs);
  const fetch = new RefsFetch(question);
  const isListFirst = last !== null && (last.byName || branches.some((ref) => last.absent.has(ref)));
  const mark = lookMark(question.clone.gitDir);
  let isAnswered = false;
  try {
    const answer = await (isListFirst ? fetch.afterList(last) : fetch.everything(new Set()));
    isAnswered = answer.kind === 'refs';
    return answer;
  } finally {
    if (isAnswered) mark.answered();
    else mark.failed();
  }
}

/** The ways to fetch: everything at once, or by name from a list of the remote's refs. */
class RefsFetch {
  readonly #question: RefsQuestion;
  readonly #run: RunFetch;

  constructor(question: RefsQuestion) {
    this.#question = question;
    this.#run = runFetchOf(question);
  }

  async afterList(last: ShownRefs): Promise<RefsAnswer> {
    const listed = await this.#list();
    if (listed.kind !== 'listed') return listed;
    if (last.byName) return this.#byName(listed.refs);
    const absent = this.#absentIn(listed.refs);
    if (sameRefs(this.#oursIn(listed.refs), last.refs)) return { ...last, kind: 'refs', absent };
    return this.everything(absent);
  }

  /** `absent`: branches that are known to be missing; git fails if one is asked for. */
  async everything(absent: ReadonlySet<string>): Promise<RefsAnswer> {
    const { last, beginCommits } = this.#question;
    const depth: { depth?: number } = (await this.#begins()) ? { depth: beginCommits } : {};
    // The caller has the cycle's lock (C7): what a killed fetch of a part left would make this one fail.
    if (depth.depth !== undefined) await sweepLeftovers(this.#question.clone.gitDir, performance.timeOrigin);
    // A host that gives no part of a history is asked by name, for all of it.
    const first = await this.#fetchAll(absent, { ...depth, linesMax: NEW_REFS_MAX + (last?.refs.size ?? 0) });
    const { result } = first;
    if (first.refs !== null || result.timedOut || ENDS_A_LOOK.has(troubleOf(result).code)) return this.#shown(first, absent);
    const listed = await this.#list();
    if (listed.kind !== 'listed') return listed;
    const nowAbsent = this.#absentIn(listed.refs);
    const isRefused = result.isOverLines !== true && (nowAbsent.size === 0 || sameSet(nowAbsent, absent));
    if (this.#isFlood(listed.refs)) return this.#byName(listed.refs);
    // A hiccup is not a host that gives no part: years are not fetched for it.
    if (isRefused && depth.depth === undefined) return this.#byName(listed.refs);
    if (depth.depth !== undefined) await this.#question.clone.repair();
    const second = await this.#fetchAll(nowAbsent, depth);
    if (second.refs === null && !second.result.timedOut) return this.#byName(listed.refs);
    return this.#shown(second, nowAbsent);
  }

  async #shown({ result, refs }: FetchTry, absent: ReadonlySet<string>): Promise<RefsAnswer> {
    if (refs === null) return { kind: 'unreachable', trouble: troubleOf(result) };
    if (this.#isFlood(refs)) return this.#byName(refs);
    const { clone, branches, times } = this.#question;
    await dropUnasked(clone, branches, times.networkMs);
    return { kind: 'refs', refs: this.#oursIn(refs), absent, unread: new Map(), strange: this.#strangeIn(refs), byName: false };
  }

  async #byName(remote: Refs): Promise<RefsAnswer> {
    const { last, times } = this.#question;
    const { refs: known = new Map(), unread: unreadBefore = new Map() } = last ?? {};
    const here = { run: this.#run, timeoutMs: times.networkMs };
    const truth = this.#oursIn(remote);
    const answer = await fetchByName({ ...this.#question, ...here, truth, known, unread: unreadBefore });
    if (answer.kind === 'unreachable') return answer;
    const { refs, unread } = answer;
    const strange = this.#strangeIn(remote);
    const byName = unread.size > 0 || strange.length > 0 || this.#isFlood(remote);
    return { kind: 'refs', refs, unread, absent: this.#absentIn(remote), strange, byName };
  }

  /** C5a: no fetch of the clone was ever done; or it has never had one of these branches (F4), and nothing in it is longer than a part. */
  async #begins(): Promise<boolean> {
    const { last, clone, branches, beginCommits, times } = this.#question;
    if (last !== null) return false;
    const fetches = await packCount(clone.gitDir);
    if (fetches === 0) return true;
    const seen = seenIn(seenMark(clone.gitDir));
    // A first fetch that was killed late leaves its objects, and no ref that says so.
    if (seen === null) return (await refsBelow(clone.gitDir, 'refs/view')).length === 0;
    const isNew = branches.some((ref) => !seen.refs.has(ref) && !seen.absent.has(ref));
    const main = seen.refs.get(seen.mainRef);
    if (!isNew || main === undefined || cutsIn(clone).size > 0) return isNew;
    // What is whole and longer stays so: git would shorten it by the same.
    const counting = ['rev-list', '--count', `--max-count=${beginCommits + 1}`, main, '--'];
    const { exitCode, stdout } = await clone.run(counting, times.networkMs);
    return exitCode === 0 && Number(stdout.toString('latin1')) <= beginCommits;
  }

  #fetchAll(absent: ReadonlySet<string>, how: Parameters<RunFetch>[1] = {}): Promise<FetchTry> {
    const { namespace, branches } = this.#question;
    const there = branches.filter((ref) => !absent.has(ref)).map(branchSpec);
    const specs = [...there, `+${lanesPattern(namespace)}:${LANES}/*`, `+${claimsPattern(namespace)}:${CLAIMS}/*`];
    return this.#run(specs, how);
  }

  async #list(): Promise<Extract<ListedRefs, { kind: 'listed' }> | NotShown> {
    const { home, times, clone } = this.#question;
    const listed = await listRefs(home, times.networkMs);
    if (listed.kind === 'unreachable') return listed;
    const [id] = listed.refs.values();
    const format = id?.length === 64 ? 'sha256' : 'sha1';
    return id !== undefined && format !== clone.objectFormat ? { kind: 'format', format } : listed;
  }

  #absentIn(refs: Refs): ReadonlySet<string> {
    return new Set(this.#question.branches.filter((ref) => !refs.has(ref)));
  }

  #oursIn(refs: Refs): Refs {
    const { branches, namespace } = this.#question;
    return new Map([...refs].filter(([ref]) => branches.includes(ref) || kindOfRef(namespace, ref) !== null));
  }

  #strangeIn(refs: Refs): readonly string[] {
    const { namespace } = this.#question;
    return [...refs.keys()]
      .filter((ref) => isStrangeRef(namespace, ref))
      .sort()
      .slice(0, STRANGE_MAX);
  }

  #isFlood(refs: Refs): boolean {
    const { namespace } = this.#question;
    return [...refs.keys()].filter((ref) => isStrangeRef(namespace, ref) || kindOfRef(namespace, ref) !== null).length > REFS_MAX;
  }
}

/** Runs one git fetch. */
function runFetchOf({ clone, branches, home, times }: RefsQuestion): RunFetch {
  return async (specs, { linesMax, depth, unjudged = false } = {}) => {
    const limits = { input: `${specs.join('\n')}\n`, stallMs: times.networkMs };
    const [word, ...rest] = FETCH;
    const judging = unjudged ? ['-c', 'transfer.fsckObjects=false'] : [];
    const args = [...judging, word, ...(depth === undefined ? [] : [`--depth=${depth}`]), ...rest];
    const more = linesMax === undefined ? limits : { ...limits, linesMax };
    let said = await clone.run(args, times.fetchMs, more);
    // R7: a host may compare what is here with what is new for ever. Then it is not told what is here, and everything is sent once.
    const isSilent = said.timedOut && said.stderr === '' && (await listRefs(home, times.networkMs)).kind === 'listed';
    if (isSilent) said = await clone.run(['-c', 'fetch.negotiationAlgorithm=noop', ...args], times.fetchMs, more);
    if (said.isOverLines) await clone.repair();
    const result = { ...said, stderr: withoutChatter(said.stderr) };
    if (result.exitCode !== 0 || result.timedOut) return { result, refs: null };
    const refs = parseFetchHead(readText(join(clone.gitDir, 'FETCH_HEAD')));
    // Git fails if a branch is missing. So if FETCH_HEAD lacks one, it was not written whole: the disk is full.
    const isWhole = branches.every((ref) => refs.has(ref) || !specs.includes(branchSpec(ref)));
    return { result, refs: isWhole ? refs : null };
  };
}

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}
