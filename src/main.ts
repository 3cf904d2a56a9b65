#!/usr/bin/env node
// The composition root: the only place where adapters are made. Each is loaded when it is first needed, so that a command that
// only reads the view starts almost as fast as node itself.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { World } from './operations/world.ts';

declare const COORD_VERSION: string;

const here = dirname(fileURLToPath(import.meta.url));

async function makeWorld(): Promise<World> {
  const [{ systemClock }, { systemRandom }, { coordHome }, { withRecordedPath }] = await Promise.all([
    import('./system/clock.ts'),
    import('./system/random.ts'),
    import('./system/computer.ts'),
    import('./system/recorded-path.ts'),
  ]);
  return {
    env: process.env,
    cwd: process.cwd(),
    home: coordHome(process.env),
    version: COORD_VERSION,
    clock: systemClock,
    random: systemRandom,
    async open(folder, identity) {
      const [{ createGitLedger }, { createRunner }, { createFileJournal }] = await Promise.all([
        import('./ledger/git-ledger.ts'),
        import('./runs/runner.ts'),
        import('./journal/file-journal.ts'),
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
        runner: createRunner({ runsDir: folder.runs, watchdogPath: join(here, 'watchdog.js') }),
        journal: createFileJournal(folder.journal, folder.outbox),
      };
    },
    get remotes() {
      return lazyRemotes();
    },
    examiner: async () => (await import('./ledger/git-examiner.ts')).createExaminer(),
    step: crashPoint(process.env.COORD_CRASH_AT),
  };
}

/** Tests name a step of the cycle to be killed at; nothing else sets this. */
function crashPoint(name: string | undefined): (step: string) => void {
  if (name === undefined) return () => {};
  return (step) => {
    if (step === name) process.kill(process.pid, 'SIGKILL');
  };
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

if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(`${COORD_VERSION}\n`);
} else {
  const { runCli } = await import('./cli/cli.ts');
  process.exitCode = await runCli(process.argv.slice(2), {
    makeWorld,
    mainPath: fileURLToPath(import.meta.url),
    version: COORD_VERSION,
  });
}
