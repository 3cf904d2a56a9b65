// A machine of the bench that is the program itself, with a folder and homes of its own: what it does, its processes do. Each command
// of git that it gives is noted, if that is wanted, by a `git` that lies first in its PATH.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gitCommandOf } from './proc.ts';
import type { Setting } from './row.ts';

const run = promisify(execFile);
const UP_MS_MAX = 60_000;

export interface Daemon {
  /** The daemon's own, whatever it was started under. */
  readonly pid: number;
  /** Since it was started. */
  syncs(): number;
  end(): Promise<void>;
}

export interface RealMachine {
  readonly name: string;
  /** The fleet folder. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  coord(...args: readonly string[]): Promise<string>;
  /** `under`: a command that starts it, with its arguments. */
  daemon(options?: { readonly under?: readonly string[]; readonly env?: NodeJS.ProcessEnv }): Promise<Daemon>;
}

/** Joins, and may run shell orders. Who founds a fleet gives it the budget that it would have on a host of others: 6 pushes a minute; `joins`: the fleet stands. */
export async function joinReally(
  { program }: Pick<Setting, 'program'>,
  options: {
    readonly url: string;
    readonly at: string;
    readonly name: string;
    readonly path?: string;
    readonly slots?: number;
    readonly joins?: boolean;
  },
): Promise<RealMachine> {
  const { url, at, name } = options;
  const [folder, home] = [join(at, 'fleet'), join(at, 'home')];
  mkdirSync(home, { recursive: true });
  const env = {
    ...process.env,
    HOME: home,
    COORD_HOME: join(at, 'coord-home'),
    PATH: options.path ?? process.env.PATH ?? '',
  };
  const words = (args: readonly string[]) => [program, '--dir', folder, ...args];
  const coord = async (...args: readonly string[]) => (await run(process.execPath, words(args), { env, cwd: at })).stdout;
  await run(process.execPath, [program, 'init', url, folder, '--name', name, '--slots', String(options.slots ?? 1)], {
    env,
    cwd: at,
  });
  if (options.joins !== true) withDefaultBudget(url, at);
  await coord('allow', 'shell');
  return {
    name,
    folder,
    env,
    coord,
    async daemon({ under = [], env: more = {} } = {}) {
      const [command = '', ...args] = [...under, process.execPath, ...words(['daemon', 'run'])];
      const child = spawn(command, args, { cwd: at, env: { ...env, ...more }, stdio: ['ignore', 'ignore', 'inherit'] });
      const pid = await untilUp(folder, child);
      endWithMe(pid);
      return {
        pid,
        syncs: () => Number(recordIn(folder).syncs ?? 0),
        async end() {
          const ended = new Promise((resolve) => child.once('exit', resolve));
          if (child.exitCode === null && child.signalCode === null) {
            process.kill(pid, 'SIGTERM');
            await ended;
          }
          living.delete(pid);
        },
      };
    },
  };
}

function withDefaultBudget(url: string, at: string): void {
  const clone = join(at, 'founder');
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: at, stdio: ['ignore', 'pipe', 'pipe'] });
  git('clone', '--quiet', url, clone);
  const path = join(clone, 'coordination', 'fleet.yaml');
  const text = readFileSync(path, 'utf8');
  if (!/^pushes_per_minute: 30$/m.test(text)) return;
  writeFileSync(path, text.replace(/^pushes_per_minute: 30$/m, 'pushes_per_minute: 6'));
  git('-C', clone, 'commit', '--quiet', '--all', '--message', 'The budget of a host');
  git('-C', clone, 'push', '--quiet');
}

function recordIn(folder: string): { readonly pid?: number; readonly syncs?: number } {
  const path = join(folder, '.coord', 'daemon.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** Once it has synced. */
async function untilUp(folder: string, child: ChildProcess): Promise<number> {
  for (const untilMs = performance.now() + UP_MS_MAX; performance.now() < untilMs; await delay(50)) {
    if (child.exitCode !== null) break;
    const { pid, syncs = 0 } = recordIn(folder);
    if (pid !== undefined && syncs > 0) return pid;
  }
  child.kill('SIGKILL');
  throw new Error(`a daemon of the bench did not come up; it ended with ${child.exitCode}`);
}

const living = new Set<number>();

let isWatching = false;

/** Whatever becomes of the bench. */
function endWithMe(pid: number): void {
  if (!isWatching) {
    isWatching = true;
    process.once('exit', () => {
      for (const one of living) killQuietly(one);
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
  }
  living.add(pid);
}

/** A process of the bench beside coord's, until `end`. */
export function startBeside(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const child = spawn(command, args, { ...options, detached: true, stdio: 'ignore' });
  const pid = child.pid ?? 0;
  // The group: what sleeps in a loop goes with it.
  endWithMe(-pid);
  return {
    pid,
    end() {
      killQuietly(-pid);
      living.delete(-pid);
    },
  };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

export interface NotedGit {
  /** For PATH. */
  readonly path: string;
  /** The commands since it was asked last: `fetch`, `push`. Those that git starts for itself do not pass by here. */
  take(): readonly string[];
}

/** One line is written for each command; then the real git runs in the same process. */
export function noteGit(folder: string): NotedGit {
  mkdirSync(folder, { recursive: true });
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const [log, wrapper] = [join(folder, 'log'), join(folder, 'git')];
  writeFileSync(log, '');
  writeFileSync(wrapper, `#!/bin/sh\n{ printf '%s\\t' "$@"; echo; } >> '${log}'\nexec '${real}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  let taken = 0;
  return {
    path: `${folder}:${process.env.PATH ?? ''}`,
    take() {
      const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
      const fresh = lines.slice(taken);
      taken = lines.length;
      return fresh.map((line) => gitCommandOf(line.split('\t'))).filter((command) => command !== '');
    },
  };
}

/** Under this a daemon runs with every program that it starts noted in `log`; null = this computer has no strace. */
export function straceTo(log: string): readonly string[] | null {
  const words = ['strace', '-f', '--seccomp-bpf', '-qq', '-s', '200', '-e', 'trace=execve', '-e', 'signal=none', '-o', log];
  try {
    execFileSync('strace', [...words.slice(1), 'true'], { stdio: 'ignore' });
    return words;
  } catch {
    return null;
  }
}
