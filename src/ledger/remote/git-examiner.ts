// Answers doctor's questions with git. Guarantees what operations/doctor/examiner.ts says.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CloneSight, Examiner, GitSight, HistorySight, RemotePlace } from '../../operations/doctor/examiner.ts';
import { withRecordedPath } from '../../system/fleet/recorded-path.ts';
import { parseRemoteUrl } from '../../system/git/remote-url.ts';
import { cloneDirOf, isHealthy, moveAside } from '../clone/clone.ts';
import { findLocks, sweepLeftovers } from '../clone/clone-locks.ts';
import { packedBytes } from '../clone/clone-packing.ts';
import { givenUpBytes } from '../clone/given-up.ts';
import { listRefs } from '../fetch/list-refs.ts';
import { kindOfRef, type Namespace } from '../fetch/ref-names.ts';
import { cutsIn } from '../fetch/rest-of-history.ts';
import { type GitHome, havePersonSettingsChanged, openGitHome, tryPersonSettings } from '../git/git-home.ts';
import { type GitResult, runGit } from '../git/run-git.ts';
import { lastWords, troubleOf } from '../git/trouble.ts';
import { readAsStranger } from './anonymous-read.ts';
import { probeWrite } from './write-probe.ts';

const VERSION_TIMEOUT_MS = 5_000;

export function createExaminer(): Examiner {
  let opened: Promise<unknown> = Promise.resolve();
  /** One after the other, so that a missing file is written once. */
  const homeOf = ({ state, url, person }: RemotePlace): Promise<GitHome> => {
    const home = opened.then(() => openGitHome({ stateDir: state, remoteUrl: url, person }));
    opened = home.catch(() => {});
    return home;
  };
  const versions = new Map<string, Promise<GitSight>>();
  return {
    gitVersion(path) {
      const folders = withRecordedPath({ PATH: path }, '').PATH ?? '';
      const version = versions.get(folders) ?? gitVersion(folders);
      versions.set(folders, version);
      return version;
    },
    refs: async (place, timeoutMs) => listRefs(await homeOf(place), timeoutMs),
    haveSettingsChanged: ({ state, person }) => havePersonSettingsChanged(state, person),
    trySettings: (place, timeoutMs) =>
      tryPersonSettings(place.state, place.person, {
        look: async () => listRefs(await homeOf(place), timeoutMs),
        works: ({ kind }) => kind === 'listed',
      }),
    lanesIn(refs, namespace) {
      const other = namespace === 'custom' ? 'branches' : 'custom';
      return { here: lanesOf(refs, namespace), elsewhere: [...lanesOf(refs, other).keys()].sort((a, b) => a - b) };
    },
    mayWrite: async (place, namespace, format, timeoutMs) => probeWrite(await homeOf(place), namespace, format, timeoutMs),
    readAsStranger: ({ url, person }, timeoutMs) => readAsStranger(remoteOf(url), person, timeoutMs),
    hubFolder(url) {
      const remote = remoteOf(url);
      if (remote.kind !== 'path' && remote.kind !== 'file') return null;
      const folder = remote.kind === 'file' ? fileURLToPath(remote.url) : remote.url;
      return existsSync(join(folder, '.git')) ? join(folder, '.git') : folder;
    },
    locksIn: findLocks,
    clone: async (place, timeoutMs) => examineClone(place.state, (await homeOf(place)).environment, timeoutMs),
    cloneFolder: cloneDirOf,
    history: async (place, timeoutMs) => examineHistory(place.state, (await homeOf(place)).environment, timeoutMs),
    clearCloneLocks: (state) => sweepLeftovers(cloneDirOf(state), Number.POSITIVE_INFINITY),
    moveCloneAside: (state) => moveAside(cloneDirOf(state)),
  };
}

async function gitVersion(path: string): Promise<GitSight> {
  const environment = { PATH: path, LC_ALL: 'C' };
  const call = { gitDir: null, args: ['--version'], environment, timeoutMs: VERSION_TIMEOUT_MS };
  const result = await runGit(call).catch(() => null);
  if (result === null) return null;
  return result.exitCode === 0 ? result.stdout.toString('utf8').trim() : { fails: troubleOf(result).message };
}

/** What refs lead to, without beats and old history that are still packed here. */
async function examineHistory(state: string, environment: GitHome['environment'], timeoutMs: number): Promise<HistorySight> {
  const gitDir = cloneDirOf(state);
  const told = async (args: readonly string[]) => {
    const result = await runGit({ gitDir, args: ['rev-list', '--all', ...args], environment, timeoutMs }).catch(() => null);
    return result?.exitCode === 0 ? result.stdout.toString('latin1').trim() : null;
  };
  const cuts = cutsIn({ gitDir });
  const roots = cuts.size === 0 ? [] : ((await told(['--max-parents=0'])) ?? '').split('\n');
  const bytes = await told(['--objects', '--disk-usage']);
  const here = bytes === null ? await packedBytes(gitDir) : Number(bytes);
  return { bytes: here + givenUpBytes({ gitDir }), isPart: roots.some((root) => cuts.has(root)) };
}

function remoteOf(url: string) {
  return parseRemoteUrl(url, { cwd: process.cwd(), home: homedir() });
}

function lanesOf(refs: ReadonlyMap<string, string>, namespace: Namespace): Map<number, string> {
  const lanes = new Map<number, string>();
  for (const [ref, commit] of refs) {
    const kind = kindOfRef(namespace, ref);
    if (kind !== null && 'lane' in kind) lanes.set(kind.lane, commit);
  }
  return lanes;
}

/**
 * Examines the clone and repairs nothing; takes at most twice the limit. A clone in use can look damaged for a moment, so a caller that acts
 * on `damaged` asks again under the lock of the cycle.
 */
async function examineClone(
  stateDir: string,
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<CloneSight> {
  const gitDir = cloneDirOf(stateDir);
  if (!existsSync(gitDir)) return { kind: 'none' };
  if (!(await isHealthy(gitDir))) return { kind: 'damaged', detail: 'it lacks HEAD, objects or refs' };
  const fsck = (depth: string): Promise<GitResult> =>
    runGit({ gitDir, args: ['fsck', depth, '--no-dangling', '--no-progress'], environment, timeoutMs });
  const connections = await fsck('--connectivity-only');
  if (connections.timedOut) return { kind: 'unknown' };
  if (connections.exitCode !== 0) return damaged(connections);
  const objects = await fsck('--full');
  if (objects.timedOut) return { kind: 'sound', looked: 'connections' };
  return objects.exitCode === 0 ? { kind: 'sound', looked: 'objects' } : damaged(objects);
}

function damaged({ stdout, stderr }: GitResult): CloneSight {
  const words = lastWords(`${stdout.toString('utf8')}\n${stderr}`);
  return { kind: 'damaged', detail: words === '' ? 'git fsck found it broken' : words };
}
