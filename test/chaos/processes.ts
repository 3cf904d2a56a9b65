// What lives on one computer of the chaos fleet, by the folder that it lies in, and the ends of it. Linux alone: it reads /proc.
import { readdirSync, readFileSync } from 'node:fs';

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly isOfFolder: boolean;
  readonly isOfHost: boolean;
}

function seen(pid: number, mark: string): Seen | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 2);
    if ('ZXx'.includes(state)) return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    const isOfFolder = command.includes(mark) || readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    return { pid, parent: Number(parent), isOfFolder, isOfHost: /(receive|upload)-pack/.test(command) };
  } catch {
    return null;
  }
}

/**
 * Processes that belong to what lies below `folder`. The host's part of a push or fetch (the hub is a folder on this disk, so git
 * starts it as a child) is another computer's, and so is what it started.
 */
export function processesOf(folder: string): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => seen(Number(name), `${folder}/`) ?? []);
  const host = new Set(all.filter((one) => one.isOfHost).map((one) => one.pid));
  for (let before = -1; before !== host.size; ) {
    before = host.size;
    for (const one of all) if (host.has(one.parent)) host.add(one.pid);
  }
  return all.filter((one) => one.isOfFolder && !host.has(one.pid)).map((one) => one.pid);
}

/** kill -9 of all that lives there, until nothing does. */
export function killAllOf(folder: string): void {
  for (let round = 0; round < 50; round += 1) {
    const pids = processesOf(folder);
    if (pids.length === 0) return;
    for (const pid of pids) killNow(pid);
  }
  throw new Error(`what lives in ${folder} cannot be ended`);
}

/** False = it was gone. */
export function killNow(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
