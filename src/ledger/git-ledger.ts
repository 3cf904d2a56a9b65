// The Ledger over git. Guarantees: an idle fetch is one git command (C3), a cycle with something to say is fetch, fast-import and
// push beside one warm cat-file (C4), every ref of a push is compared and swapped alone (R1), and a damaged clone is replaced (C5).
// One cycle at a time (C7): methods are not meant to run at once, except `read` beside `read`.
import type { Trouble } from '../core/model/ledger/push.ts';
import { CoordError } from '../errors.ts';
import type { Fetched } from '../ports.ts';
import { cloneDirOf, cloneFormat, type ObjectFormat } from './clone/clone.ts';
import { CloneDamage } from './clone/clone-damage.ts';
import { type CloneSession, openSession, renewClone, withHealing } from './clone/clone-session.ts';
import { type FleetView, fetchTrees, noteAccepted, recallTrees } from './fetch/fetch-trees.ts';
import { branchRef, isObjectId, mustBeBoardBranch } from './fetch/ref-names.ts';
import { type GitLedger, type GitLedgerOptions, LEDGER_TIMEOUTS } from './ledger-options.ts';
import { MISSING } from './objects/blob-text.ts';
import { contentId } from './objects/content-id.ts';
import { findVersions } from './objects/find-versions.ts';
import { leadsOn } from './objects/leads-on.ts';
import { createBlobReader } from './objects/read-blobs.ts';
import { NO_HISTORY, readHistory } from './objects/read-history.ts';
import { pushRefs } from './push/push-refs.ts';
import { restoreMain } from './push/restore-main.ts';
import { writeCommits } from './push/write-commits.ts';

/** A push that failed for one of these says nothing against the clone. */
const REMOTE_TROUBLES: readonly string[] = ['NETWORK', 'AUTHENTICATION', 'NOT_FOUND', 'TIMEOUT', 'THROTTLED', 'DISK'];
const PARENTS_KEPT = 100;

/** Makes a ledger; nothing is opened before it is used. */
export function createGitLedger(options: GitLedgerOptions): GitLedger {
  const times = { ...LEDGER_TIMEOUTS, ...options.timeouts };
  const { namespace } = options;
  const mainRef = branchRef(mustBeBoardBranch(options.mainBranch));
  const readBlob = createBlobReader();
  const knownMissing = new Set<string>();
  const parents = new Map<string, string | null>();
  let format: ObjectFormat | null = null;
  let opened: CloneSession | null = null;
  let opening: Promise<CloneSession> | null = null;
  let boardInView: string | null = null;
  /** Where nothing came in and nothing was written, the clone is as large as when it was last looked at. */
  let countedAt: CloneSession['last'] = null;

  const formatInUse = (): ObjectFormat => {
    format ??= opened?.clone.objectFormat ?? options.objectFormat ?? cloneFormat(cloneDirOf(options.stateDir));
    return opened?.clone.objectFormat ?? format;
  };

  const open = (): Promise<CloneSession> => {
    const { stateDir, remoteUrl, objectFormat = null, person = process.env } = options;
    opening ??= openSession({ stateDir, remoteUrl, person, objectFormat, times }).then(
      (session) => {
        opened = session;
        return session;
      },
      (error: unknown) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  };

  const view: FleetView = { namespace, mainRef, times };
  /** Fills a new clone from the remote, or says that it cannot be done now. */
  const refill = async (session: CloneSession): Promise<void> => {
    const fetched = await fetchTrees(session, view, { board: boardInView });
    if (fetched.kind === 'fetched') return;
    const message = `the clone was damaged, and the remote cannot be reached to make it anew: ${fetched.trouble.message}`;
    throw new CoordError('UNREACHABLE', message, 'coord sync');
  };
  const cannotGoOn = (trouble: Trouble): never => {
    throw new CoordError('LOCAL_STATE', `the clone cannot be used: ${trouble.message}`, 'coord doctor');
  };
  const heal = <T>(session: CloneSession, work: () => Promise<T>, giveUp: (trouble: Trouble) => T | Promise<T> = cannotGoOn) =>
    withHealing(session, { work, refill: () => refill(session), giveUp });

  return {
    async fetch(board, first) {
      boardInView = board;
      const session = await open();
      return withHealing<Fetched>(session, {
        work: () => fetchTrees(session, view, { board, first }),
        refill: async () => {},
        giveUp: (trouble) => ({ kind: 'unreachable', trouble }),
      });
    },

    async lastSeen() {
      const session = await open();
      return recallTrees(session, view);
    },

    idOf: (text) => contentId(text, formatInUse()),

    async read(ids) {
      const wanted = [...new Set(ids)];
      const session = await open();
      const readAll = async () => {
        const blobs = await Promise.all(wanted.map((id) => readBlob(session.reader, id)));
        const missing = wanted.find((id, index) => blobs[index] === null && !knownMissing.has(id));
        if (missing !== undefined) throw new CloneDamage(`object ${missing} is missing`, false);
        return new Map(wanted.map((id, index) => [id, blobs[index] ?? MISSING]));
      };
      return heal(session, readAll, async (trouble) => {
        // Gone with the damaged clone: to call it missing would be a lie.
        if (trouble.code === 'CLONE') return cannotGoOn(trouble);
        // The clone is sound, so it never was there.
        for (const id of wanted) if ((await readBlob(session.reader, id)) === null) knownMissing.add(id);
        return readAll();
      });
    },

    async sizes(ids) {
      const wanted = [...new Set(ids)];
      const session = await open();
      return heal(session, async () => {
        const infos = await Promise.all(wanted.map((id) => (isObjectId(id) ? session.reader.info(id) : null)));
        return new Map(wanted.map((id, at) => [id, infos[at]?.type === 'blob' ? infos[at].sizeBytes : null]));
      });
    },

    async versions(path, countMax) {
      const session = await open();
      const main = session.last?.trees.main?.commit;
      if (main === undefined) return [];
      return heal(session, () => findVersions(session, { main, path, countMax, timeoutMs: times.localMs }));
    },

    async history(question) {
      const session = await open();
      const main = (await recallTrees(session, view))?.main?.commit;
      if (main === undefined) return NO_HISTORY;
      return heal(session, () => readHistory(session, { ...question, main, timeoutMs: times.localMs }));
    },

    async follows(older, newer) {
      if (older === newer) return true;
      if (!isObjectId(older) || !isObjectId(newer)) return false;
      const session = await open();
      return heal(session, () => leadsOn(session, { older, newer, timeoutMs: times.localMs }));
    },

    async write(changes) {
      const session = await open();
      countedAt = null;
      const where = { namespace, mainRef, timeoutMs: times.localMs };
      const written = await heal(session, () => writeCommits(session, changes, { ...where, nowMs: options.now() }));
      for (const { update, parent } of written) {
        const [oldest] = parents.keys();
        if (parents.size >= PARENTS_KEPT && oldest !== undefined) parents.delete(oldest);
        if (update.commit !== null) parents.set(update.commit, parent);
      }
      return written.map(({ update }) => update);
    },

    async push(updates) {
      if (updates.length === 0) return { kind: 'answered', refs: new Map() };
      const session = await open();
      const { clone, treeReader } = session;
      const parentOf = async (commit: string) => parents.get(commit) ?? (await treeReader.commit(commit))?.parent ?? null;
      const report = await heal(session, () => pushRefs(session, updates, parentOf, times.networkMs));
      await noteAccepted(session, view, updates, report);
      if (report.kind === 'answered') return report;
      await clone.mend();
      if (REMOTE_TROUBLES.includes(report.trouble.code) || (await clone.isWhole())) return report;
      await renewClone(session);
      return { kind: 'unknown', trouble: { code: 'CLONE', message: report.trouble.message } };
    },

    async restoreMain(commit) {
      return restoreMain(await open(), { mainRef, commit, localMs: times.wholeMs, networkMs: times.restoreMs });
    },

    async close() {
      if (opening !== null) (await opening).reader.close();
    },

    async packIfNeeded() {
      const { clone, last } = await open();
      if (last !== null && last.trees === countedAt?.trees) return false;
      countedAt = last;
      return clone.packIfNeeded();
    },
  };
}
