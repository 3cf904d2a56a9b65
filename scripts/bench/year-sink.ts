// Main of a simulated fleet as a real git repository, commit by commit, as it grows: only what a commit changes is handed to git, so a year fits.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { ORIGIN_MS, type World } from '../../test/machine/world.ts';

const MAIN = 'refs/heads/main';

export interface YearSink {
  /** Takes what main has come to; a cycle moves it by one at most. It waits for nothing outside this process: the fleet's clock would run on. */
  look(): Promise<void>;
  /** Until git has taken what there is. */
  written(): Promise<void>;
  /** Bytes on the disk of a host, at each of these moments, whose gc came by now and then; asked once, at the end. */
  sizes(momentsMs: readonly number[]): Promise<readonly number[]>;
  commits(): number;
}

export function createYearSink(world: World, gitDir: string): YearSink {
  mkdirSync(gitDir);
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', gitDir]);
  const importer = spawn('git', ['--git-dir', gitDir, 'fast-import', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(importer, 'exit');
  const say = (text: string) => void importer.stdin.write(text);
  let known = '';
  let before: ReadonlyMap<string, string> = new Map();
  /** When each commit was made, and its number among them. */
  const made: number[] = [];
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return {
    async look() {
      const commit = world.hub.refs.get(MAIN) ?? '';
      if (commit === known) return;
      known = commit;
      const fetched = await world.eye.fetch(null);
      const message = fetched.kind === 'fetched' ? (fetched.trees.main?.message ?? '') : '';
      const files = new Map([...world.hub.filesOf(commit)].map(([path, { id }]) => [path, id]));
      const changed = [...files].filter(([path, id]) => before.get(path) !== id);
      const blobs = await world.eye.read(changed.map(([, id]) => id));
      const nowMs = ORIGIN_MS + world.now();
      made.push(nowMs);
      say(
        `commit ${MAIN}\nmark :${made.length}\ncommitter coord <coord@localhost> ${Math.floor(nowMs / 1000)} +0000\n${data(message)}`,
      );
      for (const path of before.keys()) if (!files.has(path)) say(`D ${path}\n`);
      for (const [path, id] of changed) {
        const blob = blobs.get(id);
        say(`M 100644 inline ${path}\n${data(blob?.kind === 'text' ? blob.text : '')}`);
      }
      before = files;
    },
    async written() {
      if (importer.stdin.writableNeedDrain) await once(importer.stdin, 'drain');
    },
    commits: () => made.length,
    async sizes(momentsMs) {
      importer.stdin.end();
      await ended;
      const commits = git(gitDir, 'rev-list', '--reverse', 'main').trim().split('\n');
      const host = hostAt(`${gitDir}-host`);
      const sizes: number[] = [];
      let pushed = 0;
      for (const moment of momentsMs) {
        const count = made.filter((at) => at <= moment).length;
        while (pushed < count) {
          pushed = Math.min(count, pushed + COMMITS_A_GC);
          git(gitDir, 'push', '--quiet', '--force', host, `${commits[pushed - 1]}:${MAIN}`);
          git(host, 'repack', '-a', '-d', '--quiet');
        }
        sizes.push(pushed === 0 ? 0 : Number(/^size-pack: ([0-9]+)$/m.exec(git(host, 'count-objects', '-v'))?.[1]) * 1024);
      }
      return sizes;
    },
  };
}

/** A host unpacks what is pushed, and its gc packs some thousand objects at a time, beside those that are packed. */
const COMMITS_A_GC = 800;

function hostAt(folder: string): string {
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', folder]);
  for (const [name, value] of [
    ['receive.unpackLimit', '1000000'],
    ['receive.autogc', 'false'],
    ['gc.auto', '0'],
  ] as const)
    git(folder, 'config', name, value);
  return folder;
}

function git(gitDir: string, ...args: readonly string[]): string {
  return execFileSync('git', ['--git-dir', gitDir, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
}
