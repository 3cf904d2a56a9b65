// What Linux tells of a process: processor time, wakeups, memory, bytes written. Pure readers of the texts of /proc, and one that fetches them.
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of /proc/<pid>/stat, which is the same on every Linux that a user meets. */
const TICK_MS = 10;

export interface Usage {
  /** Processor time of its own. */
  readonly ownMs: number;
  /** Of the children that have ended, theirs included. */
  readonly childrenMs: number;
  /** How often a thread of it went to sleep by itself, and so was woken. */
  readonly wakeups: number;
  readonly residentBytes: number;
  readonly peakBytes: number;
  /** Handed to the disk, by it and by children that have ended. */
  readonly writtenBytes: number;
}

export function usageOf(pid: number): Usage {
  const read = (path: string) => readFileSync(`/proc/${pid}/${path}`, 'latin1');
  const status = read('status');
  const wakeups = readdirSync(`/proc/${pid}/task`).map((task) => field(read(`task/${task}/status`), 'voluntary_ctxt_switches'));
  return {
    ...timesIn(read('stat')),
    wakeups: wakeups.reduce((sum, count) => sum + count, 0),
    residentBytes: field(status, 'VmRSS') * 1024,
    peakBytes: field(status, 'VmHWM') * 1024,
    writtenBytes: field(read('io'), 'write_bytes'),
  };
}

/** Of /proc/<pid>/stat. The second field is the program's name in brackets, and may itself hold blanks and brackets. */
export function timesIn(stat: string): Pick<Usage, 'ownMs' | 'childrenMs'> {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [own, ownSystem, children, childrenSystem] = fields.slice(11, 15);
  const ms = (user = Number.NaN, system = Number.NaN) => (user + system) * TICK_MS;
  return { ownMs: ms(own, ownSystem), childrenMs: ms(children, childrenSystem) };
}

/** Of /proc/<pid>/status and /proc/<pid>/io; NaN where it does not say. */
export function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** What came between two looks; memory is that of the second. */
export function between(from: Usage, to: Usage): Usage {
  return {
    ...to,
    ownMs: to.ownMs - from.ownMs,
    childrenMs: to.childrenMs - from.childrenMs,
    wakeups: to.wakeups - from.wakeups,
    writtenBytes: to.writtenBytes - from.writtenBytes,
  };
}

/** Of `strace -f -e trace=execve`: which programs were started, by their names, `git` with its command. Failed tries do not count. */
export function startedIn(trace: string): readonly string[] {
  return trace.split('\n').flatMap((line) => {
    const [, path, words] = /execve\("([^"]*)", \[(.*?)\](?:\.\.\.)?,.* = 0$/.exec(line) ?? [];
    if (path === undefined) return [];
    const name = path.split('/').at(-1) ?? path;
    if (name !== 'git') return [name];
    const args = [...(words ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word ?? '');
    return [`git ${gitCommandOf(args.slice(1))}`];
  });
}

/** `fetch` of `-c a=b --git-dir=x fetch --quiet`. */
export function gitCommandOf(args: readonly string[]): string {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '-c' || arg === '-C' || arg === '--git-dir') at += 1;
    else if (!arg.startsWith('-')) return arg;
  }
  return '';
}
