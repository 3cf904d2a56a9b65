// The composition root: adapters are made here, but for those of a feature, which makes its own. Each is loaded when it is first needed.
import type { World } from './operations/sync/dependencies.ts';
import type { Journal } from './ports.ts';
import type { FleetFolder } from './system/fleet/fleet-folder.ts';
import { ownNode } from './system/process/own-node.ts';

declare const COORD_VERSION: string;
declare const COORD_BUILD: string;

export interface Place {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Address of the program's first file; the others lie beside it. */
  readonly entry: string;
}

export async function pathBeside(entry: string, name: string): Promise<string> {
  return (await import('node:url')).fileURLToPath(new URL(name, entry));
}

export async function makeWorld({ env, cwd, entry }: Place): Promise<World> {
  const [{ systemClock }, { systemRandom }, { coordHome }, { withRecordedPath }, { CRASH_AT, crashPoint }, detached] =
    await Promise.all([
      import('./system/time/clock.ts'),
      import('./system/time/random.ts'),
      import('./system/fleet/computer.ts'),
      import('./system/fleet/recorded-path.ts'),
      import('./system/process/crash-point.ts'),
      import('./system/process/detached.ts'),
    ]);
  const mainPath = await pathBeside(entry, 'main.js');
  /** Runs a hidden command as a process of its own: its starter neither waits for it nor fails with it. */
  const startAside = (command: string) => (folder: FleetFolder) =>
    detached.startDetached([mainPath, '--dir', folder.root, command], env, null).leave();
  const step = crashPoint(env[CRASH_AT]);
  let features: ReturnType<World['features']> | undefined;
  const world: World = {
    env,
    cwd,
    home: coordHome(env),
    version: COORD_VERSION,
    build: COORD_BUILD,
    clock: systemClock,
    random: systemRandom,
    parsed: new Map(),
    get caller() {
      return [ownNode(), mainPath, '__call'] as const;
    },
    async open(folder, identity) {
      const [{ createGitLedger }, { createRunner }, journal, watchdogPath] = await Promise.all([
        import('./ledger/git-ledger.ts'),
        import('./runs/runner.ts'),
        openJournal(folder, step),
        pathBeside(entry, 'watchdog.js'),
      ]);
      const { remote: remoteUrl, branch: mainBranch, namespace } = identity;
      return {
        ledger: createGitLedger({
          stateDir: folder.state,
          remoteUrl,
          mainBranch,
          namespace,
          now: Date.now,
          person: withRecordedPath(env, identity.path),
        }),
        runner: createRunner({ runsDir: folder.runs, watchdogPath, step }),
        journal,
      };
    },
    features: () => (features ??= import('./features/index.ts').then((it) => it.FEATURES.map((make) => make(world)))),
    get remotes() {
      return lazyRemotes(env, cwd);
    },
    examiner: async () => (await import('./ledger/remote/git-examiner.ts')).createExaminer(),
    // What is owed stands on disk: the next sync tries again.
    startTeller: startAside('__tell'),
    // Asking agents for their version takes seconds, and no cycle waits for that.
    startDetector: startAside('__detect'),
    companions: async (folder) => [
      ...(await Promise.all((await world.features()).flatMap((feature) => feature.companion?.(folder) ?? []))),
      (await import('./server/stream/companion.ts')).apiCompanion(world, folder),
    ],
    step,
  };
  return world;
}

export async function openJournal({ journal, outbox }: FleetFolder, step?: (name: string) => void): Promise<Journal> {
  return (await import('./journal/file-journal.ts')).createFileJournal(journal, outbox, step);
}

function lazyRemotes(env: NodeJS.ProcessEnv, cwd: string): World['remotes'] {
  const load = () => import('./ledger/remote/remotes.ts');
  const remotes = async () => (await load()).createRemotes(env, cwd);
  return {
    parse: async (given) => (await remotes()).parse(given),
    importSettings: async (state) => (await remotes()).importSettings(state),
    inspect: async (state, url) => (await remotes()).inspect(state, url),
    namespaceFor: async (state, url, sight) => (await remotes()).namespaceFor(state, url, sight),
    createHub: async (path) => (await remotes()).createHub(path),
  };
}
