// Starts a service so that it can never run twice (L2): before the process becomes the service, it writes its number and start time into a
// file that can be created only once. A daemon that finds a start without that file creates it first, and then that start fails.
import { spawn } from 'node:child_process';
import { closeSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceSpec } from '../../../core/model/machines/local-service.ts';
import { createExclusively } from '../../../system/files/durable-file.ts';
import { openToAppend } from '../../../system/files/open-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { passedOn } from '../../../system/policy/run-environment.ts';
import { STAMP } from '../../../system/process/process-table.ts';
import { makeServiceFolder, pidPath, serviceFolder, serviceLogPath } from '../system/service-files.ts';

/** `$1` is that file; what follows is the program and its words, which keep this process's number. */
export const BECOME = `set -C
{ echo $$; if [ -r /proc/$$/stat ]; then IFS= read -r stat < /proc/$$/stat; printf '%s\\n' "$stat"; else TZ=UTC LC_ALL=C /bin/ps -o lstart= -o stat= -p $$; fi; echo end; } > "$1" || exit 125
shift
exec "$@"`;

export interface Surroundings {
  readonly folder: FleetFolder;
  /** Of the daemon. */
  readonly env: NodeJS.ProcessEnv;
  /** PATH for programs, as for runs. */
  readonly path: string;
}

export type ExitListener = (code: number | null, signal: string | null) => void;

/** The number of its process and group. Throws what keeps it from being started, in a sentence. */
export function startService(spec: ServiceSpec, key: string, around: Surroundings, onExit: ExitListener): number {
  const { name, command, cwd } = spec;
  if (command === null) throw new Error('it is not started by coord');
  // Which one stands in its entry; what is said here goes into the repo.
  if (!isFolder(cwd)) throw new Error('its folder (cwd) does not exist');
  const { folder } = around;
  makeServiceFolder(folder, name);
  // What was called off stays so, however late it comes.
  const old = readdirSync(serviceFolder(folder, name)).filter((each) => each.startsWith('pid-'));
  for (const path of old.map((each) => join(serviceFolder(folder, name), each)))
    if (readIfThere(path) !== VOID) rmSync(path, { force: true });
  const words = command.kind === 'line' ? ['/bin/sh', '-c', command.line] : command.argv;
  // The program appends to it by itself, so that it needs no daemon for that, and the file can be cut under it.
  const log = openToAppend(serviceLogPath(folder, name));
  try {
    const child = spawn('/bin/sh', ['-c', BECOME, 'sh', pidPath(folder, name, key), ...words], {
      cwd,
      detached: true,
      env: { ...envOf(spec, around), [STAMP]: key },
      stdio: ['ignore', log, log],
    });
    child.once('error', () => {});
    child.once('exit', onExit);
    child.unref();
    if (child.pid === undefined) throw new Error('no process could be started');
    return child.pid;
  } finally {
    closeSync(log);
  }
}

/** The same short environment as runs get, and what its owner wrote. */
export function envOf({ name, env }: ServiceSpec, { env: daemon, path, folder }: Surroundings): Record<string, string> {
  return { ...passedOn(daemon), PATH: path, COORD_DIR: folder.root, ...env, COORD_PROGRAM: name };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const VOID = 'void\n';
const SAY_MS_MAX = 2_000;
const POLL_MS = 20;

/** After a daemon died between a start and its note: from here on the process has said its number, or never becomes the program. */
export async function settleStart(folder: FleetFolder, name: string, key: string): Promise<void> {
  const path = pidPath(folder, name, key);
  if (createExclusively(path, VOID)) return;
  const untilMs = performance.now() + SAY_MS_MAX;
  while (performance.now() < untilMs && !/^(void|end)$/m.test(readIfThere(path) ?? 'void')) await sleep(POLL_MS);
}
