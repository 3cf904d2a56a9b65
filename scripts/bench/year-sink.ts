// Main of a simulated fleet as a real git repository, commit by commit, as it grows: only what a commit changes is handed to git, so a year fits.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { ORIGIN_MS, type World } from '../../test/machine/world.ts';

const MAIN = 'refs/heads/main';

/** Bytes on the host's disk. */
export interface Packed {
  readonly bytes: number;
  /** Of them, what the newest commit alone needs. */
  readonly standing: number;
}

export interface YearSink {
  /** Takes what main has come to; a cycle moves it by one at most. It waits for nothing outside this process: the fleet's clock would run on. */
  look(): Promise<void>;
  /** Until git has taken what there is. */
  written(): Promise<void>;
  /** Pushes all of it to a host and has its gc come by. Processes of git do it, beside the fleet; one call at a time. */
  packed(): Promise<Packed>;
  commits(): number;
  /** Nothing comes any more. */
  end(): Promise<void>;
  /** Where the host has it. */
  readonly hostDir: string;
}

export function createYearSink(world: World, gitDir: string): YearSink {
  mkdirSync(gitDir);
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', gitDir]);
  const importer = spawn('git', ['--git-dir', gitDir, 'fast-import', '--quiet'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(importer, 'exit');
  const answers = createInterface(importer.stdout);
  const say = (text: string) => void importer.stdin.write(text);
  const hostDir = hostAt(`${gitDir}-host`);
  let known = '';
  let before: ReadonlyMap<string, string> = new Map();
  let commits = 0;
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
      commits += 1;
      say(`commit ${MAIN}\ncommitter coord <coord@localhost> ${Math.floor(nowMs / 1000)} +0000\n${data(message)}`);
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
    async packed() {
      const answer = once(answers, 'line');
      say('checkpoint\n\nprogress written\n');
      await answer;
      // Without deltas: the host unpacks what comes, so its own gc is what looks for them.
      await git(gitDir, '-c', 'pack.window=0', 'push', '--quiet', '--force', hostDir, MAIN);
      await git(hostDir, 'repack', '-a', '-d', '--quiet');
      const bytes = Number(/^size-pack: ([0-9]+)$/m.exec(await git(hostDir, 'count-objects', '-v'))?.[1]) * 1024;
      return { bytes, standing: Number(await git(hostDir, 'rev-list', '--objects', '--disk-usage', `${MAIN}^{tree}`)) };
    },
    commits: () => commits,
    async end() {
      importer.stdin.end();
      await ended;
    },
    hostDir,
  };
}

/** It unpacks what is pushed to it, as hosts do, and packs when it is told to. */
function hostAt(folder: string): string {
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', folder]);
  const settings = ['receive.unpackLimit=1000000', 'receive.autogc=false', 'gc.auto=0'];
  for (const setting of settings) execFileSync('git', ['--git-dir', folder, 'config', ...setting.split('=')]);
  return folder;
}

async function git(gitDir: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['--git-dir', gitDir, ...args], { maxBuffer: 1 << 28 });
  return stdout;
}
