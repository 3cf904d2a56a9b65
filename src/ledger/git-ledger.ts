// The Ledger over git. Guarantees: an idle fetch is one git command (C3), a cycle with something to say is fetch, fast-import and
// push beside one warm cat-file (C4), every ref of a push is compared and swapped alone (R1), and a damaged clone is replaced (C5).
// One cycle at a time (C7): methods are not meant to run at once, except `read` beside `read`.
import type { PushReport } from '../core/model/ledger/push.ts';
import type { Fetched } from '../ports.ts';
import { renewClone, withHealing } from './clone/clone-session.ts';
import { dropDrafts } from './fetch/clear-the-way.ts';
import { cutToPart } from './fetch/cut-to-part.ts';
import { fetchTrees, noteAccepted, recallTrees } from './fetch/fetch-trees.ts';
import { cutsIn, fetchRest, restOfAll, restOfView } from './fetch/rest-of-history.ts';
import { sparesTheClone } from './git/trouble.ts';
import { type Held, holdSession } from './held-session.ts';
import { createShortener } from './history/shortener.ts';
import type { GitLedger, GitLedgerOptions } from './ledger-options.ts';
import { pushRefs } from './push/push-refs.ts';
import { restoreMain } from './push/restore-main.ts';
import { writeCommits } from './push/write-commits.ts';
import { reading } from './reading.ts';

const PARENTS_KEPT = 100;

/** Makes a ledger; nothing is opened before it is used. */
export function createGitLedger(options: GitLedgerOptions): GitLedger {
  const held = holdSession(options);
  return {
    ...fetching(held),
    ...reading(held),
    ...pushing(held),
    ...createShortener({ ...held, ...held.view, now: options.now, person: options.person ?? process.env }),
    close: held.close,
    async packIfNeeded(spareMs = null) {
      if (held.isCutOff) return false;
      const session = await held.open();
      const { clone, last } = session;
      if (last !== null && last.trees === held.countedAt?.trees) return false;
      held.countedAt = last;
      const { namespace, beginCommits } = held.view;
      const whole = { view: restOfView(session), all: restOfAll(session, namespace), partCommits: beginCommits };
      const cut = () => cutToPart(clone, whole, held.times);
      const letGo = () => dropDrafts(session, held.times.localMs);
      return clone.packIfNeeded({ letGo, cut, spareMs, smallBytes: options.smallBytes });
    },
  };
}

function fetching(held: Held): Pick<GitLedger, 'fetch' | 'lastSeen'> {
  const { view } = held;
  return {
    async fetch(board, first, pushed) {
      held.boardInView = board;
      const session = await held.open();
      held.isCutOff = true;
      const fetched = await withHealing<Fetched>(session, {
        work: () => fetchTrees(session, view, { board, first, pushed }),
        refill: async () => {},
        giveUp: (trouble) => ({ kind: 'unreachable', trouble }),
      });
      held.isCutOff = fetched.kind !== 'fetched';
      return fetched;
    },

    async lastSeen() {
      return recallTrees(await held.open(), view);
    },
  };
}

function pushing(held: Held): Pick<GitLedger, 'write' | 'push' | 'restoreMain'> {
  const { view, times, heal } = held;
  const { namespace, mainRef } = view;
  const parents = new Map<string, string | null>();
  return {
    async write(changes) {
      const session = await held.open();
      held.countedAt = null;
      const where = { namespace, mainRef, timeoutMs: times.localMs, nowMs: held.options.now() };
      const written = await heal(session, () => writeCommits(session, changes, where));
      for (const { update, parent } of written) {
        const [oldest] = parents.keys();
        if (parents.size >= PARENTS_KEPT && oldest !== undefined) parents.delete(oldest);
        if (update.commit !== null) parents.set(update.commit, parent);
      }
      return written.map(({ update }) => update);
    },

    async push(updates) {
      if (updates.length === 0) return { kind: 'answered', refs: new Map() };
      const session = await held.open();
      const { clone, treeReader } = session;
      const parentOf = async (commit: string) => parents.get(commit) ?? (await treeReader.commit(commit))?.parent ?? null;
      const report = await heal(session, () => pushRefs(session, updates, parentOf, times));
      await noteAccepted(session, view, updates, report);
      // C5a: a host may take nothing from a clone that has a part of the history; the next push comes from a whole one.
      if (cutsIn(clone).size > 0 && blamesThePart(report))
        await fetchRest(clone, restOfAll(session, namespace), times).catch(() => false);
      if (report.kind === 'answered') return report;
      await clone.repair();
      if (sparesTheClone(report.trouble) || (await clone.isWhole())) return report;
      await renewClone(session);
      return { kind: 'unknown', trouble: { code: 'CLONE', message: report.trouble.message } };
    },

    async restoreMain(commit, said) {
      const session = await held.open();
      const how = { namespace, mainRef, commit, times, said: { ...said, nowMs: held.options.now() } };
      return heal(session, () => restoreMain(session, how));
    },
  };
}

/** Where it is wrong, what it costs is one fetch. */
function blamesThePart(report: PushReport): boolean {
  const words =
    report.kind === 'unknown'
      ? [report.trouble.message]
      : [...report.refs.values()].map((outcome) => (outcome.kind === 'refused' ? outcome.detail : ''));
  return words.some((word) => word.includes('shallow'));
}
