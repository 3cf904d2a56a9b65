// What the methods of a ledger share: one session, opened on first use, and what was seen in it.
import type { Trouble } from '../core/model/ledger/push.ts';
import { CoordError } from '../errors.ts';
import { cloneDirOf, cloneFormat, type ObjectFormat } from './clone/clone.ts';
import { type CloneSession, openSession, withHealing } from './clone/clone-session.ts';
import { type FleetView, fetchTrees } from './fetch/fetch-trees.ts';
import { branchRef, mustBeBoardBranch } from './fetch/ref-names.ts';
import { BEGIN_COMMITS, type GitLedgerOptions, LEDGER_TIMEOUTS } from './ledger-options.ts';

export interface Held {
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
  /** The last fetch was not answered, and may have left the clone without refs that it asked for anew. */
  isCutOff: boolean;
}

type Times = typeof LEDGER_TIMEOUTS;

export function holdSession(options: GitLedgerOptions): Held {
  const times = { ...LEDGER_TIMEOUTS, ...options.timeouts };
  const { namespace, mainBranch, beginCommits = BEGIN_COMMITS } = options;
  const view = { namespace, mainRef: branchRef(mustBeBoardBranch(mainBranch)), beginCommits, times };
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
    ...{ options, times, view, boardInView: null, countedAt: null, isCutOff: false },
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

export function cannotGoOn(trouble: Trouble): never {
  throw new CoordError('LOCAL_STATE', `the clone cannot be used: ${trouble.message}`, 'coord doctor');
}
