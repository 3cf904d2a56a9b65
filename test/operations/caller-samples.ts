// A folder that a fleet could live in, with a home and stand-ins for the programs of the system, which write down how they were called.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { World } from '../../src/operations/sync/dependencies.ts';

export interface Place {
  readonly root: string;
  readonly home: string;
  readonly world: World;
  /** Puts a program in front of the PATH; `$LOG` is where calls are written, `$HERE` a folder for it. */
  program(name: string, script: string): void;
  /** How they were called since the last time. */
  calls(): string[];
  path(name: string): string;
}

const IDENTITY = { machine: 2, name: 'pc', remote: '/hub.git', branch: 'main', namespace: 'custom', path: '/opt/joined/bin' };

const opened: string[] = [];

export function removePlaces(): void {
  for (const at of opened.splice(0)) rmSync(at, { recursive: true, force: true });
}

/** `beside`: the same person, another fleet. */
export function createPlace(folder = 'fleet', beside?: Place): Place {
  const at = beside === undefined ? realpathSync(mkdtempSync(join(tmpdir(), 'coord-caller-'))) : dirname(beside.home);
  if (beside === undefined) opened.push(at);
  const [root, home, bin, log] = [join(at, folder), join(at, 'home'), join(at, 'bin'), join(at, 'calls')];
  for (const path of [join(root, '.coord'), home, bin]) mkdirSync(path, { recursive: true });
  writeFileSync(join(root, '.coord', 'fleet.json'), JSON.stringify(IDENTITY));
  writeFileSync(log, '');
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, XDG_RUNTIME_DIR: at };
  return {
    root,
    home,
    world: { env, home: join(home, '.coord'), random: { uuid: () => '', fraction: () => 0.5 } } as unknown as World,
    program: (name, script) =>
      writeFileSync(join(bin, name), `#!/bin/sh\nHERE='${at}' LOG='${log}'\n${script}\n`, { mode: 0o755 }),
    calls() {
      const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
      writeFileSync(log, '');
      return lines;
    },
    path: (name) => join(at, name),
  };
}

/** Stores the crontab in a file, and has it taken back as the real one has. */
export const CRONTAB = `echo "crontab $*" >> "$LOG"
case "$1" in
  -l) if [ -e "$HERE/tab" ]; then cat "$HERE/tab"; else echo "no crontab for me" >&2; exit 1; fi ;;
  -r) rm "$HERE/tab" ;;
  -) cat > "$HERE/tab" ;;
esac`;
