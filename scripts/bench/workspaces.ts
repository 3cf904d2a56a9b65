// A workspace for a run beside what a person would do instead: a `git clone` of the same repo, over the same transport.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesBelow } from '../../src/system/files/bytes-below.ts';
import { inTurns, ms, times } from './numbers.ts';
import type { Bench, Row } from './row.ts';

const TURNS = 11;
const QUICK_TURNS = 3;
const PARALLEL = 20;
const FILES = 2_000;
const COMMITS = 400;

export const workspaces: Bench = {
  name: 'workspaces',
  async rows({ scratch, program, quick }) {
    const root = join(scratch, 'workspaces');
    mkdirSync(root);
    const url = `file://${makeRepo(root)}`;
    let runs = 0;
    /** What the watchdog of a run starts; `stays`: until its standard input is closed. */
    const prepare = (pool: string, max: number, stays: boolean) => {
      const folder = join(root, `run-${++runs}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'spec.json'), JSON.stringify(specFor(url, join(root, pool), max, `key-${runs}`, program)));
      const env = {
        ...process.env,
        COORD_CALL: join(folder, 'spec.json'),
        COORD_WORKSPACE_REPORT: join(folder, 'workspace.json'),
      };
      const child = spawn(
        '/bin/sh',
        ['-c', `"$@" && echo made${stays ? '; read end' : ''}`, 'sh', process.execPath, program, '__workspace', 'prepare'],
        {
          env,
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      const made = new Promise<void>((resolve, reject) => {
        let said = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          if (/^made$/m.test(said)) resolve();
        });
        child.once('close', () => (/^made$/m.test(said) ? resolve() : reject(new Error(said))));
      });
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      const end = () => {
        child.stdin.end();
        return ended;
      };
      return { made: stays ? made : made.then(() => ended), end };
    };
    const clone = (name: string) => {
      const path = join(root, name);
      return started('git', ['clone', '--quiet', url, path]);
    };
    const took = await inTurns(quick ? QUICK_TURNS : TURNS, {
      warm: { run: () => prepare('warm', 1, false).made },
      cold: {
        before: async () => rmSync(join(root, 'cold'), { recursive: true, force: true }),
        run: () => prepare('cold', 1, false).made,
      },
      clone: { before: async () => rmSync(join(root, 'clone'), { recursive: true, force: true }), run: () => clone('clone') },
    });
    const beside = `\`git clone\`: ${ms(took.clone)}`;
    const row = (what: string, tookMs: number, atMost: number): Row => ({
      what,
      measured: `${times(tookMs / took.clone)} \`git clone\` (${ms(tookMs)})`,
      atMost: `${atMost} × \`git clone\``,
      beside,
      isOk: tookMs <= atMost * took.clone,
    });

    const many = Array.from({ length: PARALLEL }, () => prepare('many', PARALLEL, true));
    const from = performance.now();
    await Promise.all(many.map(({ made }) => made));
    const parallelMs = performance.now() - from;
    await Promise.all(many.map(({ end }) => end()));
    mkdirSync(join(root, 'clones'));
    const fromClones = performance.now();
    await Promise.all(Array.from({ length: PARALLEL }, (_, at) => clone(`clones/${at}`)));
    const clonesMs = performance.now() - fromClones;
    const [pool, clones] = [megabytes(join(root, 'many')), megabytes(join(root, 'clones'))];
    return [
      row('a workspace from the warm pool, with the fetch of its branch', took.warm, 1),
      row('the first workspace of a repo: the mirror is fetched', took.cold, 2),
      {
        what: `${PARALLEL} workspaces of one repo at once, on the disk`,
        measured: `${times(pool / clones)} ${PARALLEL} clones (${pool.toFixed(0)} MB)`,
        atMost: `0.75 × ${PARALLEL} clones`,
        beside: `${PARALLEL} × \`git clone\`: ${clones.toFixed(0)} MB`,
        isOk: pool <= 0.75 * clones,
      },
      {
        what: `${PARALLEL} workspaces of one repo at once, from none`,
        measured: `${times(parallelMs / clonesMs)} ${PARALLEL} clones at once (${ms(parallelMs)})`,
        atMost: `1.5 × ${PARALLEL} clones`,
        beside: `${PARALLEL} × \`git clone\` at once: ${ms(clonesMs)}`,
        isOk: parallelMs <= 1.5 * clonesMs,
      },
    ];
  },
};

function specFor(url: string, pool: string, max: number, key: string, program: string): object {
  const workspace = {
    ...{ repo: url, url, branch: 'main', result: `coord/${key}-1`, within: '', expectsChanges: false, pool, title: null },
    ...{ limits: { max, diskBytes: 1024 ** 4 }, machine: { number: 1, name: 'here' }, agent: null, goesOn: false },
    ...{
      fleet: pool,
      home: pool,
      person: { PATH: process.env.PATH, HOME: process.env.HOME },
      command: [process.execPath, program, '__workspace'],
    },
  };
  return { key, order: key, generation: 1, attempt: 1, workspace };
}

/** Text that does not compress to nothing, in many files, most of it in the history. */
function makeRepo(root: string): string {
  const path = join(root, 'app.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', path]);
  let seed = 1;
  const line = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return `${seed.toString(36)} ${(seed * 7).toString(36)}\n`;
  };
  const file = (number: number) => {
    const text = Array.from({ length: 300 }, line).join('');
    return `M 100644 inline src/${number % 50}/file-${number}.txt\ndata ${text.length}\n${text}\n`;
  };
  const commits = Array.from({ length: COMMITS }, (_, at) => {
    const files =
      at === 0
        ? Array.from({ length: FILES }, (_, number) => file(number))
        : Array.from({ length: 10 }, (_, number) => file((at * 37 + number * 101) % FILES));
    return `commit refs/heads/main\ncommitter A <a@example.com> ${1_700_000_000 + at} +0000\ndata 1\nx\n${files.join('')}\n`;
  });
  execFileSync('git', ['--git-dir', path, 'fast-import', '--quiet'], { input: commits.join('') });
  execFileSync('git', ['--git-dir', path, 'repack', '-adq']);
  return path;
}

function megabytes(path: string): number {
  return bytesBelow(path) / 1024 ** 2;
}

function started(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))));
  });
}
