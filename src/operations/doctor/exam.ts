// Shares what the checks of one examination look at: each thing is looked at once, however many checks ask.
import { homedir, userInfo } from 'node:os';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { Identity } from '../../system/fleet/identity-file.ts';
import { withRecordedPath } from '../../system/fleet/recorded-path.ts';
import type { Adapters, World } from '../sync/dependencies.ts';
import { readView, type View } from '../sync/view.ts';
import type { CheckOf } from './check.ts';
import type { Examiner, RefsSight, RemotePlace, StrangerSight } from './examiner.ts';

/** The longest chain of questions stays below 20 s: refs, then a push, then a deletion. */
export const LIMITS = Object.freeze({
  refsMs: 6_000,
  /** For each of the two pushes of the probe. */
  writeMs: 5_000,
  /** For each of the two looks at the clone. */
  cloneMs: 4_000,
  /** A cycle that is under way is not waited for. */
  lockMs: 2_000,
  /** For whatever has no limit of its own. */
  checkMs: 19_000,
});

export interface Exam {
  readonly world: World;
  readonly folder: FleetFolder;
  readonly identity: Identity;
  readonly examiner: Examiner;
  readonly nowMs: number;
  /** The PATH that a coord started by cron works with. */
  readonly cronPath: string;
  /** As git is asked from here, and as a coord started by cron would ask. */
  readonly place: RemotePlace;
  readonly cronPlace: RemotePlace;
  refs(): Promise<RefsSight>;
  /** The next question for refs is a new one. */
  forgetRefs(): void;
  cronRefs(): Promise<RefsSight>;
  strangers(): Promise<StrangerSight>;
  /** Throws LOCAL_STATE where it cannot be read. */
  journal(): Promise<JournalState | null>;
  adapters(): Promise<Adapters>;
  /** Null = there is none that can be read. */
  view(): View | null;
}

/** A check of the kernel. */
export type Check = CheckOf<Exam>;

/** What a check ends with that asks git where none runs: doctor tells that once, of git itself. */
export class NoGit extends Error {}

function withoutGit(examiner: Examiner): Examiner {
  const none = () => Promise.reject(new NoGit());
  const asked = { refs: none, haveSettingsChanged: none, trySettings: none, mayWrite: none };
  return { ...examiner, ...asked, readAsStranger: none, clone: none, history: none };
}

export async function openExam(world: World, folder: FleetFolder, identity: Identity, asked: Examiner): Promise<Exam> {
  const { state } = folder;
  const url = identity.remote;
  const place = { state, url, person: withRecordedPath(world.env, identity.path) };
  const git = await asked.gitVersion(place.person.PATH ?? '');
  const examiner = typeof git === 'string' ? asked : withoutGit(asked);
  const person = withRecordedPath(cronEnvironment(world.env), identity.path);
  const cronPlace = { state, url, person };
  const askRefs = () => once(() => examiner.refs(place, LIMITS.refsMs));
  let refs = askRefs();
  const adapters = once(() => world.open(folder, identity));
  return {
    world,
    folder,
    identity,
    examiner,
    nowMs: world.clock.now().wallMs,
    cronPath: person.PATH ?? '',
    place,
    cronPlace,
    refs: () => refs(),
    forgetRefs: () => {
      refs = askRefs();
    },
    cronRefs: once(() => examiner.refs(cronPlace, LIMITS.refsMs)),
    strangers: once(() => examiner.readAsStranger(place, LIMITS.refsMs)),
    journal: once(async () => (await adapters()).journal.load()),
    adapters,
    view() {
      try {
        return readView(folder);
      } catch {
        // The check `synced` says so.
        return null;
      }
    },
  };
}

/** All that cron gives to what it starts. */
function cronEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { HOME: env.HOME ?? homedir(), LOGNAME: env.LOGNAME ?? userInfo().username, PATH: '/usr/bin:/bin' };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}
