// F3, H1: how much main's history grows on a day on which nothing is asked of a fleet: ten machines that sync every minute from
// cron, one of them a laptop that is closed for a night. The real cycle over a hub in memory, on a clock that is moved by hand.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createFleet, ORIGIN_MS, type World } from '../../test/machine/world.ts';
import { counted, kilobytes } from './numbers.ts';
import type { Bench } from './row.ts';

const MACHINES = 10;
const DAY_MS = 86_400_000;
const CYCLE_MS = 60_000;
const BYTES_MAX = 50_000;
const MAIN = 'refs/heads/main';
/** H2's default for so many machines. */
const HEARTBEAT_MS = 20_000 * MACHINES;

/** A commit of main as it is replayed: all its files, keyed by full path. */
export interface Kept {
  readonly atMs: number;
  readonly message: string;
  readonly files: ReadonlyMap<string, string>;
}

export const history: Bench = {
  name: 'history',
  async rows({ scratch, quick }) {
    const hours = quick ? 2 : 24;
    const dayMs = (DAY_MS * hours) / 24;
    const world = await createFleet(MACHINES);
    const main = await watchMain(world);
    await liveThrough(world, dayMs, main.look);
    const [before] = main.commits;
    if (before === undefined) throw new Error('bug: a fleet without a main');
    const size = (name: string, commits: readonly Kept[]) => packedBytes(join(scratch, `history-${name}.git`), commits);
    const grown = size('coord', main.commits) - size('begin', [before]);
    const plain = beatsOnMain(before, dayMs);
    const besideGrown = size('beats', plain) - size('begin-again', [before]);
    const allowed = (BYTES_MAX * hours) / 24;
    return [
      {
        what: `${MACHINES} machines, a quiet ${hours === 24 ? 'day' : `${hours} hours`} (simulated; one laptop closed for a third of it): growth of main`,
        measured: `${kilobytes(grown)} packed, ${counted(main.commits.length - 1, 'commit')}`,
        atMost: kilobytes(allowed),
        beside: `each beat a commit on main: ${kilobytes(besideGrown)}, ${counted(plain.length - 1, 'commit')}`,
        isOk: grown <= allowed,
      },
    ];
  },
};

/** Every machine syncs once a minute, each at its own second. */
async function liveThrough(world: World, dayMs: number, look: () => Promise<void>): Promise<void> {
  const from = world.now();
  const isClosed = (at: number) => at > dayMs / 3 && at < (dayMs * 2) / 3;
  while (world.now() - from < dayMs) {
    for (const machine of world.machines) {
      world.pass(CYCLE_MS / MACHINES);
      if (machine === world.machines.at(-1) && isClosed(world.now() - from)) continue;
      await machine.cycle();
      await look();
    }
    world.steps.length = 0;
  }
}

/** Keeps every commit that main comes to: a cycle moves it by one at most. */
export async function watchMain(world: World): Promise<{ commits: Kept[]; look: () => Promise<void> }> {
  const commits: Kept[] = [];
  let known = '';
  const look = async () => {
    const commit = world.hub.refs.get(MAIN) ?? '';
    if (commit === known) return;
    known = commit;
    const fetched = await world.eye.fetch(null);
    const message = fetched.kind === 'fetched' ? (fetched.trees.main?.message ?? '') : '';
    const files = new Map<string, string>();
    for (const [path, { id }] of world.hub.filesOf(commit)) {
      const blob = (await world.eye.read([id])).get(id);
      files.set(path, blob?.kind === 'text' ? blob.text : '');
    }
    commits.push({ atMs: ORIGIN_MS + world.now(), message, files });
  };
  await look();
  return { commits, look };
}

/** What a fleet without lanes would do: the time in a file of one's own, committed. */
function beatsOnMain(before: Kept, dayMs: number): Kept[] {
  const commits = [before];
  const files = new Map(before.files);
  for (let beat = 1; beat * HEARTBEAT_MS <= dayMs; beat += 1) {
    for (let machine = 1; machine <= MACHINES; machine += 1) {
      const atMs = before.atMs + beat * HEARTBEAT_MS + machine * 1000;
      files.set(`beats/${machine}.txt`, `${new Date(atMs).toISOString()}\n`);
      commits.push({ atMs, message: `${machine} is here\n`, files: new Map(files) });
    }
  }
  return commits;
}

/** Bytes of the one pack of a repository with these commits and nothing else. */
export function packedBytes(gitDir: string, commits: readonly Kept[]): number {
  mkdirSync(gitDir);
  const git = (args: readonly string[], input?: Buffer) =>
    execFileSync('git', ['--git-dir', gitDir, ...args], { input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', gitDir]);
  git(['fast-import', '--quiet'], Buffer.concat([...streamOf(commits)]));
  git(['repack', '-a', '-d', '-f', '--quiet']);
  const folder = join(gitDir, 'objects', 'pack');
  const packs = readdirSync(folder).filter((name) => name.endsWith('.pack'));
  return packs.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function* streamOf(commits: readonly Kept[]): Generator<Buffer> {
  let before: ReadonlyMap<string, string> = new Map();
  for (const { atMs, message, files } of commits) {
    const text = Buffer.from(message);
    yield Buffer.from(
      `commit ${MAIN}\ncommitter coord <coord@localhost> ${Math.floor(atMs / 1000)} +0000\ndata ${text.length}\n`,
    );
    yield text;
    for (const path of before.keys()) if (!files.has(path)) yield Buffer.from(`D ${path}\n`);
    for (const [path, content] of files) {
      if (before.get(path) === content) continue;
      const bytes = Buffer.from(content);
      yield Buffer.from(`M 100644 inline ${path}\ndata ${bytes.length}\n`);
      yield bytes;
      yield Buffer.from('\n');
    }
    yield Buffer.from('\n');
    before = files;
  }
}
