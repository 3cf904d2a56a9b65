// The only file that spawns git. A git that fails is a result; only a git that cannot be started is an error.
// Guarantees: a process group of its own, a time limit, a cap on kept output, and no process of the group left when it resolves after a time-out.
// Does not guarantee: that children outlive or follow this process when it is killed by SIGKILL.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { CoordError } from '../../errors.ts';

export interface GitPlace {
  /** Null = a command that needs no repository, such as ls-remote. */
  readonly gitDir: string | null;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface GitCall extends GitPlace {
  readonly input?: string | Buffer;
  readonly timeoutMs: number;
  /** How long it may print nothing on stderr; absent = no limit. */
  readonly stallMs?: number;
  /** It is ended after more lines than this on stderr; progress does not count. Absent = no limit. */
  readonly linesMax?: number;
  /** Asked a few times a second: it is ended once this says true. */
  readonly isTooMuch?: () => boolean;
  readonly stdoutBytesMax?: number;
}

export interface GitResult {
  /** 128 also if a signal ended it. */
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Ended by `linesMax` or `isTooMuch`. */
  readonly isOverLines?: true;
}

export type GitChild = ChildProcessByStdio<Writable, Readable, Readable>;

const STDOUT_BYTES_MAX = 64 * 1024 * 1024;
const STDERR_CHARACTERS_KEPT = 32 * 1024;
/** How long git gets after SIGTERM to remove its lock files. */
const TERM_GRACE_MS = 1000;
/** An ssh master or a credential daemon keeps stderr open after git has ended: it is waited for no longer than this. */
export const STDERR_GRACE_MS = 300;
/** How often `isTooMuch` is asked. */
const WATCH_MS = 100;
/** How long stdout is read after git's end: a process that was held up may learn of the end before it has read all output. */
const STDOUT_GRACE_MS = 5000;

const living = new Set<number>();
/** How many commands run in each repository; helpers that only read do not count. */
const running = new Map<string, number>();
let watchingExit = false;

/** Tells whether this process runs a command in that repository. */
export function isGitRunning(gitDir: string): boolean {
  return (running.get(gitDir) ?? 0) > 0;
}

/** Sends a signal to a child's whole process group. */
export function killGroup(child: { readonly pid?: number | undefined }, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

function endAllOnExit(): void {
  if (watchingExit) return;
  watchingExit = true;
  process.on('exit', () => {
    for (const pid of living) killGroup({ pid }, 'SIGTERM');
  });
}

/** Starts a long-lived git: the caller talks to it and ends it with `killGroup`. Throws GIT where there is no file or no memory left for it. */
export function openGit({ gitDir, args, environment }: GitPlace): GitChild {
  endAllOnExit();
  // Git obeys safe.* from the command line, and unlike a settings file this does not reach a hub on the same disk.
  const common = ['-c', 'safe.bareRepository=explicit', '--no-pager', ...(gitDir === null ? [] : [`--git-dir=${gitDir}`])];
  const child = startedGit([...common, ...args], environment);
  const { pid } = child;
  if (pid !== undefined) {
    living.add(pid);
    child.once('exit', () => living.delete(pid));
  }
  // Before all else: an error that nobody hears ends this process.
  child.once('error', () => {});
  // Then node gives a child without streams, and says why in the next tick.
  if ((child.stdin as Writable | undefined) === undefined)
    throw cannotRunGit(new Error('too many files are open on this computer'));
  // A git that ends before it has read everything is judged by its exit code.
  child.stdin.on('error', () => {});
  return child;
}

function startedGit(args: readonly string[], environment: GitPlace['environment']): GitChild {
  try {
    return spawn('git', args, {
      // A process group of its own, and no terminal for ssh to ask at.
      detached: true,
      // Never the person's folder: it may be gone, and git must not find a repository there.
      cwd: '/',
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (error) {
    // As without memory for a process; other errors of a start are told as events.
    throw cannotRunGit(error as NodeJS.ErrnoException);
  }
}

/** The error for a git that could not be started. */
export function cannotRunGit(cause: NodeJS.ErrnoException): CoordError {
  if (cause instanceof CoordError) return cause;
  const isMissing = cause.code === 'ENOENT';
  const why = isMissing ? 'no git in PATH' : cause.message;
  return new CoordError('GIT', `git could not be started: ${why}`, isMissing ? 'install git 2.34 or newer' : 'coord doctor', {
    cause,
  });
}

/** Runs git to its end, or to one of its limits. */
export async function runGit(call: GitCall): Promise<GitResult> {
  const place = call.gitDir ?? '';
  running.set(place, (running.get(place) ?? 0) + 1);
  try {
    return await runToEnd(call);
  } finally {
    running.set(place, (running.get(place) ?? 1) - 1);
  }
}

/** Keeps what git prints, up to a cap; `tooMuch` = it printed more, and was killed. Incomplete output is no success, whatever git ended with. */
function keepStdout(child: GitChild, bytesMax: number): { readonly chunks: Buffer[]; tooMuch: string | null } {
  const kept: ReturnType<typeof keepStdout> = { chunks: [], tooMuch: null };
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bytesMax) kept.chunks.push(chunk);
    else if (kept.tooMuch === null) {
      kept.tooMuch = `\nfatal: more than ${bytesMax} bytes of output`;
      killGroup(child, 'SIGKILL');
    }
  });
  return kept;
}

function terminate(child: GitChild): NodeJS.Timeout {
  killGroup(child, 'SIGTERM');
  return setTimeout(() => killGroup(child, 'SIGKILL'), TERM_GRACE_MS);
}

function watched({ isTooMuch }: GitCall, cutOff: () => void): NodeJS.Timeout[] {
  return isTooMuch === undefined ? [] : [setInterval(() => isTooMuch() && cutOff(), WATCH_MS)];
}

function runToEnd(call: GitCall): Promise<GitResult> {
  const child = openGit(call);
  return new Promise((resolve, reject) => {
    let stderr = '';
    let timedOut = false;
    let linesLeft = call.linesMax ?? Number.POSITIVE_INFINITY;
    let isOverLines = false;
    let exitCode = 128;
    let isRead = false;
    let isStderrGiven = false;
    const timers: NodeJS.Timeout[] = [setTimeout(() => end(), call.timeoutMs), ...watched(call, () => cutOff())];
    const stop = () => timers.push(terminate(child));
    const cutOff = () => {
      if (!isOverLines) stop();
      isOverLines = true;
    };
    const end = () => {
      timedOut = true;
      stop();
    };
    const settle = () => {
      for (const timer of timers) clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({
        exitCode: stdout.tooMuch !== null || isOverLines ? 128 : exitCode,
        stdout: Buffer.concat(stdout.chunks),
        stderr: `${stderr}${stdout.tooMuch ?? ''}`,
        timedOut,
        ...(isOverLines ? { isOverLines } : {}),
      });
    };
    const settleIfRead = () => {
      if (isRead && isStderrGiven) settle();
    };
    const stall = call.stallMs === undefined ? null : setTimeout(end, call.stallMs);
    if (stall !== null) timers.push(stall);
    const stdout = keepStdout(child, call.stdoutBytesMax ?? STDOUT_BYTES_MAX);
    child.stdout.once('end', () => {
      isRead = true;
      settleIfRead();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // It is being ended: what its parts say of each other's end is no word of the remote.
      if (timedOut) return;
      stderr = (stderr + text).slice(-STDERR_CHARACTERS_KEPT);
      stall?.refresh();
      linesLeft -= text.split('\n').length - 1;
      if (linesLeft < 0) cutOff();
    });
    child.once('error', (error) => {
      for (const timer of timers) clearTimeout(timer);
      reject(cannotRunGit(error));
    });
    child.once('exit', (code) => {
      exitCode = code ?? 128;
      // Git is gone, but its transport helper may not be.
      if (timedOut || isOverLines) killGroup(child, 'SIGKILL');
      timers.push(
        setTimeout(() => {
          isStderrGiven = true;
          settleIfRead();
        }, STDERR_GRACE_MS),
        setTimeout(settle, STDOUT_GRACE_MS),
      );
    });
    child.once('close', settle);
    child.stdin.end(call.input ?? '');
  });
}
