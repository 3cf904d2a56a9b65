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
import { standInFor } from './history/continues.ts';
import { createShortener } from './history/shortener.ts';
import { type GitLedger, type GitLedgerOptions, LEDGER_TIMEOUTS } from './ledger-options.ts';
import { contentId, MISSING } from './objects/blob-text.ts';
import { findVersions, leadsOn } from './objects/main-versions.ts';
import { createBlobReader } from './objects/read-blobs.ts';
import { NO_HISTORY, readHistory } from './objects/read-history.ts';
import { pushRefs } from './push/push-refs.ts';
import { restoreMain } from './push/restore-main.ts';
import { writeCommits } from './push/write-commits.ts';

/** Troubles of a push that are no sign of a damaged clone. */
const REMOTE_TROUBLES: readonly string[] = ['NETWORK', 'AUTHENTICATION', 'NOT_FOUND', 'TIMEOUT', 'THROTTLED', 'DISK'];
const PARENTS_KEPT = 100;

/** State of all methods: one session, opened on first use, and what was seen in it. */
interface Held {
  readonly options: GitLedgerOptions;
  readonly times: Times;
  readonly view: FleetView;
  open(): Promise<CloneSession>;
  /** The clone's format, or the one that it will be made with. */
  format(): ObjectFormat;
  /** C5: does the work; a damaged clone is replaced, and the work is done once more. */
  heal<T>(session: CloneSession, work: () => Promise<T>, giveUp?: (trouble: Trouble) => T | Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** The board's branch that was fetched last. */
  boardInView: string | null;
  /** False: nothing was fetched or written since the last check, so the clone has not grown. */
  countedAt: CloneSession['last'];
}

type Times = typeof LEDGER_TIMEOUTS;

/** Makes a ledger; nothing is opened before it is used. */
export function createGitLedger(options: GitLedgerOptions): GitLedger {
  const held = holdSession(options);
  return {
    ...fetching(held),
    ...reading(held),
    ...pushing(held),
    ...createShortener({ ...held, ...held.view, now: options.now, person: options.person ?? process.env }),
    close: held.close,
    async packIfNeeded() {
      const { clone, last } = await held.open();
      if (last !== null && last.trees === held.countedAt?.trees) return false;
      held.countedAt = last;
      return clone.packIfNeeded();
    },
  };
}

function holdSession(options: GitLedgerOptions): Held {
  const times = { ...LEDGER_TIMEOUTS, ...options.timeouts };
  const view = { namespace: options.namespace, mainRef: branchRef(mustBeBoardBranch(options.mainBranch)), times };
  let format: ObjectFormat | null = null;
  let opened: CloneSession | null = null;
  let opening: Promise<CloneSession> | null = null;
  /** Fills a new clone from the remote, or reports that this is not possible now. */
  const refill = async (session: CloneSession): Promise<void> => {
    const fetched = await fetchTrees(session, view, { board: held.boardInView });
    if (fetched.kind === 'fetched') return;
    const message = `the clone was damaged, and the remote cannot be reached to make a new one: ${fetched.trouble.message}`;
    throw new CoordError('UNREACHABLE', message, 'coord sync');
  };
  const held: Held = {
    ...{ options, times, view, boardInView: null, countedAt: null },
    format() {
      format ??= opened?.clone.objectFormat ?? options.objectFormat ?? cloneFormat(cloneDirOf(options.stateDir));
      return opened?.clone.objectFormat ?? format;
    },
    open() {
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
    },
    heal: (session, work, giveUp = cannotGoOn) => withHealing(session, { work, refill: () => refill(session), giveUp }),
    async close() {
      if (opening !== null) (await opening).reader.close();
    },
  };
  return held;
}

function cannotGoOn(trouble: Trouble): never {
  throw new CoordError('LOCAL_STATE', `the clone cannot be used: ${trouble.message}`, 'coord doctor');
}

function fetching(held: Held): Pick<GitLedger, 'fetch' | 'lastSeen'> {
  const { view } = held;
  return {
    async fetch(board, first, pushed) {
      held.boardInView = board;
      const session = await held.open();
      return withHealing<Fetched>(session, {
        work: () => fetchTrees(session, view, { board, first, pushed }),
        refill: async () => {},
        giveUp: (trouble) => ({ kind: 'unreachable', trouble }),
      });
    },

    async lastSeen() {
      return recallTrees(await held.open(), view);
    },
  };
}

function reading(held: Held): Pick<GitLedger, 'idOf' | 'read' | 'sizes' | 'versions' | 'history' | 'follows' | 'continues'> {
  const { view, heal } = held;
  const { localMs: timeoutMs } = held.times;
  const readBlob = createBlobReader();
  const knownMissing = new Set<string>();
  return {
    idOf: (text) => contentId(text, held.format()),

    async read(ids) {
      const wanted = [...new Set(ids)];
      const session = await held.open();
      const readAll = async () => {
        const blobs = await Promise.all(wanted.map((id) => readBlob(session.reader, id)));
        const missing = wanted.find((id, index) => blobs[index] === null && !knownMissing.has(id));
        if (missing !== undefined) throw new CloneDamage(`object ${missing} is missing`, false);
        return new Map(wanted.map((id, index) => [id, blobs[index] ?? MISSING]));
      };
      return heal(session, readAll, async (trouble) => {
        // It was lost with the damaged clone, so it must not be reported as missing on the remote.
        if (trouble.code === 'CLONE') return cannotGoOn(trouble);
        // The clone is sound, so the object never existed.
        for (const id of wanted) if ((await readBlob(session.reader, id)) === null) knownMissing.add(id);
        return readAll();
      });
    },

    async sizes(ids) {
      const wanted = [...new Set(ids)];
      const session = await held.open();
      return heal(session, async () => {
        const infos = await Promise.all(wanted.map((id) => (isObjectId(id) ? session.reader.info(id) : null)));
        return new Map(wanted.map((id, at) => [id, infos[at]?.type === 'blob' ? infos[at].sizeBytes : null]));
      });
    },

    async versions(path, countMax) {
      const session = await held.open();
      const main = session.last?.trees.main?.commit;
      if (main === undefined) return [];
      return heal(session, () => findVersions(session, { main, path, countMax, timeoutMs }));
    },

    async history(question) {
      const session = await held.open();
      const main = (await recallTrees(session, view))?.main?.commit;
      if (main === undefined) return NO_HISTORY;
      return heal(session, () => readHistory(session, { ...question, main, timeoutMs }));
    },

    async follows(older, newer) {
      if (older === newer) return true;
      if (!isObjectId(older) || !isObjectId(newer)) return false;
      const session = await held.open();
      return heal(session, () => leadsOn(session, { older, newer, timeoutMs }));
    },

    async continues(older, newer) {
      if (!isObjectId(older) || !isObjectId(newer)) return false;
      const session = await held.open();
      const { clone, reader } = session;
      return heal(session, async () => (await standInFor({ clone, reader, timeoutMs }, older, newer)) !== null);
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
      const report = await heal(session, () => pushRefs(session, updates, parentOf, times.networkMs));
      await noteAccepted(session, view, updates, report);
      if (report.kind === 'answered') return report;
      await clone.repair();
      if (REMOTE_TROUBLES.includes(report.trouble.code) || (await clone.isWhole())) return report;
      await renewClone(session);
      return { kind: 'unknown', trouble: { code: 'CLONE', message: report.trouble.message } };
    },

    async restoreMain(commit) {
      return restoreMain(await held.open(), { mainRef, commit, localMs: times.wholeMs, networkMs: times.restoreMs });
    },
  };
}
