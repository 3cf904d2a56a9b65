import { compactHub, createGitWorld, type GitWorld, moveHub, TEST_NOW_MS } from '../ledger/git-world.ts';
import { serveHub } from '../ledger/http-backend.ts';
import { createMemoryHub } from '../memory/memory-ledger.ts';
import type { MemoryFolder } from '../memory/memory-seen.ts';
import { besideContract } from './beside.ts';
import { claimContract } from './claims.ts';
import { historyContract } from './history.ts';
import { type LedgerWorld, ledgerContract } from './ledger.ts';
import { restoreContract } from './restore.ts';
import { type ShortenedWorld, shortenedContract } from './shortened.ts';

function contract(name: string, create: () => Promise<ShortenedWorld>): void {
  ledgerContract(name, create);
  besideContract(name, create);
  restoreContract(name, create);
  shortenedContract(name, create);
  claimContract(name, create);
  historyContract(name, create, TEST_NOW_MS);
}

function overGit(world: GitWorld): Omit<ShortenedWorld, 'open' | 'reopen' | 'loseNextPushAnswer' | 'offline' | 'end'> {
  return {
    commitAsPerson: world.commitAsPerson,
    compact: (kept) => compactHub(world, kept),
    setRef: (ref, commit) => void world.hub(commit === null ? ['update-ref', '-d', ref] : ['update-ref', ref, commit]),
    refs: () =>
      new Map(
        world
          .hub(['for-each-ref', '--format=%(refname) %(objectname)'])
          .split('\n')
          .map((line) => line.split(' ') as [string, string]),
      ),
    filesOf: (commit) =>
      new Map(
        world
          .hub(['ls-tree', '-r', commit])
          .split('\n')
          .map((line) => /^(\d+) \w+ (\w+)\t(.*)$/.exec(line))
          .map((found) => [found?.[3] ?? '', { mode: found?.[1] ?? '', id: found?.[2] ?? '' }]),
      ),
    refuse: (refs) => world.hook('update', `case "$1" in ${refs.join('|')}) echo no >&2; exit 1;; esac`),
  };
}

contract('memory', async () => {
  const hub = createMemoryHub('main', () => TEST_NOW_MS);
  const folders = new Map<string, MemoryFolder>();
  const open = (name: string) => {
    const folder = folders.get(name) ?? { seen: null };
    folders.set(name, folder);
    return hub.open(undefined, folder);
  };
  return {
    open,
    reopen: open,
    commitAsPerson: hub.commitAsPerson,
    compact: hub.compact,
    setRef: hub.setRef,
    refs: () => hub.refs,
    filesOf: hub.filesOf,
    loseNextPushAnswer: () => hub.loseAnswer(1),
    refuse: (refs) => hub.refuse((ref) => (refs.includes(ref) ? 'hook declined' : null)),
    offline: hub.offline,
    end: async () => {},
  };
});

contract('git on a shared folder', async () => {
  const world = createGitWorld();
  return {
    ...overGit(world),
    open: (name) => world.ledger(name),
    reopen: (name) => world.ledger(name),
    // Once: the ref is in place, and the server dies before it can say so.
    loseNextPushAnswer: () => world.hook('reference-transaction', 'if [ "$1" = committed ]; then rm -f "$0"; kill -9 $PPID; fi'),
    offline: (is) => moveHub(world, is),
    end: world.end,
  };
});

for (const suite of [ledgerContract, besideContract, claimContract])
  suite('git, a clone that began with the newest commit alone (C5a)', beganWithOne);

async function beganWithOne(): Promise<LedgerWorld> {
  const world = createGitWorld();
  const options = { beginCommits: 1 };
  return {
    ...overGit(world),
    open: (name) => world.ledger(name, options),
    reopen: (name) => world.ledger(name, options),
    loseNextPushAnswer: () => world.hook('reference-transaction', 'if [ "$1" = committed ]; then rm -f "$0"; kill -9 $PPID; fi'),
    offline: (is) => moveHub(world, is),
    end: world.end,
  };
}

contract('git over smart HTTP', async () => {
  const world = createGitWorld();
  const http = await serveHub(world.root, 'hub.git');
  const options = { remoteUrl: http.url };
  return {
    ...overGit(world),
    open: (name) => world.ledger(name, options),
    reopen: (name) => world.ledger(name, options),
    loseNextPushAnswer: () => http.loseNextPushAnswer(),
    offline: http.offline,
    end: async () => {
      await http.close();
      await world.end();
    },
  };
});
