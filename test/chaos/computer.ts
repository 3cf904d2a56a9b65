// One computer of the chaos fleet: a folder, a home, and a cron that starts `coord sync` again and again while the computer is on.
// Every sync is a real process, and may be killed at a random moment of its life.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { killAllOf } from './processes.ts';

export interface Ended {
  /** Null = by a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly ms: number;
}

export interface Computer {
  readonly name: string;
  readonly number: number;
  /** All of it lies here. */
  readonly at: string;
  readonly folder: string;
  coord(...args: readonly string[]): Promise<Ended>;
  /** Cron: returns once `isOver`. `killAfterMs` is asked at each start; null = this one lives. */
  cron(isOver: () => boolean, killAfterMs: () => number | null, onEnd: (ended: Ended, wasKilled: boolean) => void): Promise<void>;
  /** kill -9 of every process, and nothing is started for so long. */
  cutPower(offMs: number): void;
  isOn(): boolean;
  powerOn(): void;
}

/** Cron's pause between two syncs. */
const PAUSE_MS = [100, 900] as const;

export function createComputer(root: string, number: number, mainPath: string, chance: Chance): Computer {
  const name = `m${number}`;
  const at = join(root, name);
  const [folder, home] = [join(at, 'fleet'), join(at, 'home')];
  mkdirSync(home, { recursive: true });
  const env = { PATH: process.env.PATH ?? '', HOME: home, COORD_HOME: join(at, 'coord'), LANG: 'C.UTF-8' };
  let offUntilMs = 0;
  const isOn = () => performance.now() >= offUntilMs;
  const start = (args: readonly string[], killAfterMs: number | null): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const child = spawn(process.execPath, [mainPath, ...args], { cwd: at, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      let out = '';
      for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.on('error', reject);
      // Not `close`: what git leaves behind may hold the pipes of a process that is dead.
      child.on('exit', (code) => {
        clearTimeout(timer);
        setTimeout(() => resolve({ code, out, ms: performance.now() - startedMs }), 5);
      });
    });
  return {
    name,
    number,
    at,
    folder,
    isOn,
    coord: (...args) => start(args, null),
    async cron(isOver, killAfterMs, onEnd) {
      while (!isOver()) {
        if (isOn()) {
          const afterMs = killAfterMs();
          const ended = await start(['--dir', folder, 'sync'], afterMs);
          onEnd(ended, ended.code === null && afterMs !== null && isOn());
        }
        await delay(isOn() ? chance.between(...PAUSE_MS) : 50);
      }
    },
    cutPower(offMs) {
      offUntilMs = performance.now() + offMs;
      killAllOf(at);
    },
    powerOn() {
      offUntilMs = 0;
    },
  };
}
