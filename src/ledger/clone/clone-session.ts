// The clone as the ledger uses it: opened on first use, with its readers, the last fetch, and healing (C5). Guarantees that work which fails because the
// clone is damaged is done once more on a new clone, and only once.
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { Trees } from '../../core/model/ledger/trees.ts';
import { CoordError, errorMessage } from '../../errors.ts';
import type { ShownRefs } from '../fetch/shown-refs.ts';
import { type GitHome, openGitHome } from '../git/git-home.ts';
import { createObjectReader, type ObjectReader } from '../objects/object-reader.ts';
import { createTreeReader, type TreeReader } from '../objects/tree-reader.ts';
import { type Clone, type LocalTimes, type ObjectFormat, openClone } from './clone.ts';
import { CloneDamage } from './clone-damage.ts';

/** What one fetch showed, and which branches it asked for. */
export interface LastFetch extends ShownRefs {
  readonly mainRef: string;
  /** Null = no board was asked for. */
  readonly boardRef: string | null;
  readonly trees: Trees;
  /** The mark on the disk when this was the newest view of any process of this machine. */
  readonly mark: string | null;
}

export interface CloneSession {
  readonly home: GitHome;
  readonly clone: Clone;
  readonly reader: ObjectReader;
  readonly treeReader: TreeReader;
  /** Null before the first fetch, and after the clone was made again. */
  last: LastFetch | null;
}

export interface SessionOptions {
  readonly stateDir: string;
  readonly remoteUrl: string;
  readonly person: Readonly<NodeJS.ProcessEnv>;
  readonly objectFormat: ObjectFormat | null;
  readonly times: LocalTimes;
}

/** Opens home and clone; no git runs when both are there. */
export async function openSession(options: SessionOptions): Promise<CloneSession> {
  const { home, clone } = await openBoth(options).catch((error: unknown) => {
    if (error instanceof CoordError) throw error;
    const why = errorMessage(error);
    throw new CoordError('LOCAL_STATE', `${options.stateDir} cannot be used: ${why}`, 'coord doctor', { cause: error });
  });
  const reader = createObjectReader({ gitDir: clone.gitDir, environment: home.environment }, options.times.localMs);
  return { home, clone, reader, treeReader: createTreeReader(reader), last: null };
}

async function openBoth(options: SessionOptions): Promise<{ home: GitHome; clone: Clone }> {
  const home = await openGitHome(options);
  return { home, clone: await openClone(home, options.objectFormat, options.times) };
}

/** Moves the clone aside and starts an empty one. */
export async function renewClone(session: CloneSession, format?: ObjectFormat): Promise<void> {
  session.reader.close();
  session.last = null;
  await session.clone.renew(format);
}

function asLocalState(error: unknown): never {
  if (!(error instanceof CloneDamage)) throw error;
  throw new CoordError('LOCAL_STATE', `the clone cannot be used: ${error.message}`, 'coord doctor', { cause: error });
}

export interface Healing<T> {
  work(): Promise<T>;
  /** Fills the new clone before the work is done again. */
  refill(): Promise<void>;
  /** `CLONE`: not even a new clone helped. Any other code: the clone is sound, and the work fails for another reason. */
  giveUp(trouble: Trouble): T | Promise<T>;
}

/** Does the work. After damage it clears leftovers and tries again, then makes a new clone and tries again. */
export async function withHealing<T>(session: CloneSession, { work, refill, giveUp }: Healing<T>): Promise<T> {
  let cleared = false;
  let renewed = false;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CloneDamage)) throw error;
      if (renewed) return giveUp({ code: 'CLONE', message: error.message });
      session.reader.close();
      if (!error.certain && !cleared) {
        // A lock that a killed git left, or a remote that changed while it was read.
        cleared = true;
        await session.clone.repair();
        continue;
      }
      if (!error.certain && (await session.clone.isWhole())) {
        return Promise.resolve(giveUp({ code: 'UNKNOWN', message: error.message })).catch(asLocalState);
      }
      renewed = true;
      await renewClone(session);
      await refill();
    }
  }
}
