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
import { type ListedRefs, listRefs } from './list-refs.ts';
import { claimsPattern, isStrangeRef, kindOfRef, lanesPattern, type Namespace } from './ref-names.ts';
import { branchSpec, type FetchTry, type Refs, type RunFetch, type ShownRefs, sameRefs } from './shown-refs.ts';

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

type NotShown = Exclude<RefsAnswer, { kind: 'refs' }>;

/** Throws `CloneDamage` where the remote answers and the fetch fails all the same. */
export async function fetchRefs(question: RefsQuestion): Promise<RefsAnswer> {
  const { last, branches } = question;
  const fetch = new RefsFetch(question);
  const isListFirst = last !== null && (last.byName || branches.some((ref) => last.absent.has(ref)));
  return isListFirst ? fetch.afterList(last) : fetch.everything(new Set());
}

/** The ways to ask one question: everything at once, or what a list of the remote's refs tells to ask for. */
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

  /** `absent`: branches that are known not to be there; git fails where one is asked for. */
  async everything(absent: ReadonlySet<string>): Promise<RefsAnswer> {
    const first = await this.#fetchAll(absent, NEW_REFS_MAX + (this.#question.last?.refs.size ?? 0));
    const { result } = first;
    if (first.refs !== null || result.timedOut || troubleOf(result).code === 'DISK') return this.#shown(first, absent);
    const listed = await this.#list();
    if (listed.kind !== 'listed') return listed;
    const nowAbsent = this.#absentIn(listed.refs);
    const isRefused = result.isOverLines !== true && (nowAbsent.size === 0 || sameSet(nowAbsent, absent));
    if (isRefused || this.#isFlood(listed.refs)) return this.#byName(listed.refs);
    const second = await this.#fetchAll(nowAbsent);
    if (second.refs === null && !second.result.timedOut) return this.#byName(listed.refs);
    return this.#shown(second, nowAbsent);
  }

  async #shown({ result, refs }: FetchTry, absent: ReadonlySet<string>): Promise<RefsAnswer> {
    if (refs === null) return { kind: 'unreachable', trouble: troubleOf(result) };
    if (this.#isFlood(refs)) return this.#byName(refs);
    return { kind: 'refs', refs: this.#oursIn(refs), absent, unread: new Map(), strange: this.#strangeIn(refs), byName: false };
  }

  async #byName(remote: Refs): Promise<RefsAnswer> {
    const { last } = this.#question;
    const { refs: known = new Map(), unread: unreadBefore = new Map() } = last ?? {};
    const truth = this.#oursIn(remote);
    const answer = await fetchByName({ ...this.#question, truth, known, unread: unreadBefore, run: this.#run });
    if (answer.kind === 'unreachable') return answer;
    const { refs, unread } = answer;
    const strange = this.#strangeIn(remote);
    const byName = unread.size > 0 || strange.length > 0 || this.#isFlood(remote);
    return { kind: 'refs', refs, unread, absent: this.#absentIn(remote), strange, byName };
  }

  #fetchAll(absent: ReadonlySet<string>, linesMax?: number): Promise<FetchTry> {
    const { namespace, branches } = this.#question;
    const there = branches.filter((ref) => !absent.has(ref)).map(branchSpec);
    const specs = [...there, `+${lanesPattern(namespace)}:refs/view/lanes/*`, `+${claimsPattern(namespace)}:refs/view/claims/*`];
    return this.#run(specs, linesMax === undefined ? {} : { linesMax });
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
