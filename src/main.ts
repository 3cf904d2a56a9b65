#!/usr/bin/env node
// The composition root: the only place where adapters are made. Each is loaded when it is first needed; commands that only read
// what the last sync left go past it all (quick.ts), and start almost as fast as node itself.
import { hookWords, quickWords } from './cli/quick-words.ts';
import type { World } from './operations/world.ts';
import type { Companion, Journal } from './ports.ts';
import type { FleetFolder } from './system/fleet-folder.ts';

declare const COORD_VERSION: string;

const pathBeside = async (name: string) => (await import('node:url')).fileURLToPath(new URL(name, import.meta.url));

async function makeWorld(): Promise<World> {
  const [{ systemClock }, { systemRandom }, { coordHome }, { withRecordedPath }, { CRASH_AT, crashPoint }, teller] =
    await Promise.all([
      import('./system/clock.ts'),
      import('./system/random.ts'),
      import('./system/computer.ts'),
      import('./system/recorded-path.ts'),
      import('./system/crash-point.ts'),
      Promise.all([import('./system/start-teller.ts'), pathBeside('main.js'), import('./system/start-detector.ts')]),
    ]);
  const [{ startTeller }, mainPath, { startDetector }] = teller;
  const step = crashPoint(process.env[CRASH_AT]);
  const world: World = {
    env: process.env,
    cwd: process.cwd(),
    home: coordHome(process.env),
    version: COORD_VERSION,
    clock: systemClock,
    random: systemRandom,
    caller: [process.execPath, mainPath, '__call'],
    async open(folder, identity) {
      const [{ createGitLedger }, { createRunner }, { createWaker }, journal, watchdogPath] = await Promise.all([
        import('./ledger/git-ledger.ts'),
        import('./runs/runner.ts'),
        import('./system/waker.ts'),
        openJournal(folder, step),
        pathBeside('watchdog.js'),
      ]);
      const { remote: remoteUrl, branch: mainBranch, namespace } = identity;
      return {
        ledger: createGitLedger({
          stateDir: folder.state,
          remoteUrl,
          mainBranch,
          namespace,
          now: Date.now,
          person: withRecordedPath(process.env, identity.path),
        }),
        runner: createRunner({ runsDir: folder.runs, watchdogPath, step }),
        journal,
        waker: createWaker(process.env),
      };
    },
    get remotes() {
      return lazyRemotes();
    },
    examiner: async () => (await import('./ledger/git-examiner.ts')).createExaminer(),
    startTeller: (folder) => startTeller(mainPath, folder, process.env),
    detectAgents: async (env, path) => (await import('./agents/detect.ts')).detectAgents(env, path),
    askAgent: async (question) => (await import('./agents/ask-agent.ts')).askAgent(mainPath, question),
    startDetector: (folder) => startDetector(mainPath, folder, process.env),
    companions: async (folder) => [
      await openSupervisor(folder, step),
      (await import('./server/companion.ts')).apiCompanion(world, folder),
    ],
    step,
  };
  return world;
}

async function openJournal({ journal, outbox }: FleetFolder, step?: (name: string) => void): Promise<Journal> {
  return (await import('./journal/file-journal.ts')).createFileJournal(journal, outbox, step);
}

async function openSupervisor(folder: FleetFolder, step: (name: string) => void): Promise<Companion> {
  const [{ createSupervisor }, { readIdentity }, { systemClock }] = await Promise.all([
    import('./instances/supervisor.ts'),
    import('./system/identity-file.ts'),
    import('./system/clock.ts'),
  ]);
  return createSupervisor({ folder, env: process.env, path: readIdentity(folder).path, clock: systemClock, step });
}

function lazyRemotes(): World['remotes'] {
  const load = () => import('./ledger/remotes.ts');
  const remotes = async () => (await load()).createRemotes(process.env, process.cwd());
  return {
    parse: async (given) => (await remotes()).parse(given),
    importSettings: async (state) => (await remotes()).importSettings(state),
    inspect: async (state, url) => (await remotes()).inspect(state, url),
    namespaceFor: async (state, url, sight) => (await remotes()).namespaceFor(state, url, sight),
    createHub: async (path) => (await remotes()).createHub(path),
  };
}

const words = process.argv.slice(2);
const quick = quickWords(words);
const hook = hookWords(words);
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${COORD_VERSION}\n`);
} else if (quick !== null) {
  process.exitCode = await (await import('./quick.ts')).runQuick(quick);
} else if (hook !== null) {
  await (await import('./quick.ts')).runHook(hook);
} else if (words.length === 1 && words[0] === '__call') {
  process.exitCode = await (await import('./runs/caller.ts')).sendCall(process.env, process.stdout, process.stderr);
} else if (words.length === 1 && words[0] === '__agent') {
  process.exitCode = await (await import('./agents/run-agent.ts')).runAgent(process.env, process.stdout, process.stderr);
} else {
  const { runCli } = await import('./cli/cli.ts');
  const mainPath = await pathBeside('main.js');
  process.exitCode = await runCli(words, { makeWorld, journal: openJournal, mainPath, version: COORD_VERSION });
}
