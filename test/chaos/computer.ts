// One computer of the chaos fleet: a folder, a home, and while it is on a cron that starts `coord sync` again and again, or a daemon.
// Each is a real process, and may be killed at a random moment of its life.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { killAllOf } from './processes.ts';

export interface Ended {
  /** Null = by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly beganMs: number;
  readonly ms: number;
  /** `power`: its computer was switched off; `hung`: it went on for longer than any sync may. */
  readonly endedBy: 'kill' | 'power' | 'hung' | null;
}

export interface Computer {
  readonly name: string;
  readonly number: number;
  /** All of it lies here. */
  readonly at: string;
  readonly folder: string;
  coord(...args: readonly string[]): Promise<Ended>;
  /** Cron: returns once `isOver`. `killAfterMs` is asked at each start; null = this one lives. */
  cron(isOver: () => boolean, killAfterMs: () => number | null, onEnd: (ended: Ended) => void): Promise<void>;
  /** The same with a daemon, which is started again whenever it has ended; it is told to end once all is over. */
  daemon(isOver: () => boolean, killAfterMs: () => number | null, onEnd: (ended: Ended) => void): Promise<void>;
  /** kill -9 of every process, and nothing is started for so long. */
  cutPower(offMs: number): void;
  isOn(): boolean;
  powerOn(): void;
}

/** Cron's pause between two syncs. */
const PAUSE_MS = [100, 900] as const;
/** Many times what git may take, on a computer that has better things to do. */
const HUNG_MS = 300_000;
/** A daemon that is told to end does so within 10 s; this computer is busy. */
const END_MS = 30_000;
/** Instead of 15 s: more happens in less time. */
const LOOK_MS = 2_000;

export function createComputer(root: string, number: number, mainPath: string, chance: Chance): Computer {
  const name = `m${number}`;
  const at = join(root, name);
  const [folder, home] = [join(at, 'fleet'), join(at, 'home')];
  mkdirSync(home, { recursive: true });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    COORD_HOME: join(at, 'coord'),
    LANG: 'C.UTF-8',
    COORD_LOOK_MS: String(LOOK_MS),
  };
  let offUntilMs = 0;
  let cuts = 0;
  const isOn = () => performance.now() >= offUntilMs;
  /** With a signal it goes on until that is given, or something ends it. */
  const start = (args: readonly string[], killAfterMs: number | null, over?: AbortSignal): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const [startedMs, beganMs, cutsBefore] = [performance.now(), Date.now(), cuts];
      const child = spawn(process.execPath, [mainPath, ...args], { cwd: at, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let sent: 'kill' | 'hung' | null = null;
      const killing = (why: 'kill' | 'hung') => () => {
        if (child.kill('SIGKILL')) sent ??= why;
      };
      const timers = over === undefined ? [setTimeout(killing('hung'), HUNG_MS)] : [];
      const end = () => {
        child.kill('SIGTERM');
        timers.push(setTimeout(killing('hung'), END_MS));
      };
      over?.addEventListener('abort', end);
      if (killAfterMs !== null) timers.push(setTimeout(killing('kill'), killAfterMs));
      let out = '';
      for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.on('error', reject);
      // Not `close`: what git leaves behind may hold the pipes of a process that is dead.
      child.on('exit', (code, signal) => {
        for (const timer of timers) clearTimeout(timer);
        over?.removeEventListener('abort', end);
        const endedBy = signal !== 'SIGKILL' ? null : (sent ?? (cuts > cutsBefore ? 'power' : null));
        setTimeout(() => resolve({ code, signal, out, beganMs, ms: performance.now() - startedMs, endedBy }), 5);
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
          onEnd(await start(['--dir', folder, 'sync'], killAfterMs()));
        }
        await delay(isOn() ? chance.between(...PAUSE_MS) : 50);
      }
    },
    async daemon(isOver, killAfterMs, onEnd) {
      const over = new AbortController();
      const watch = setInterval(() => isOver() && over.abort(), 200);
      while (!isOver()) {
        if (isOn()) onEnd(await start(['--dir', folder, 'daemon', 'run'], killAfterMs(), over.signal));
        else await delay(50);
      }
      clearInterval(watch);
    },
    cutPower(offMs) {
      offUntilMs = performance.now() + offMs;
      cuts += 1;
      killAllOf(at);
    },
    powerOn() {
      offUntilMs = 0;
    },
  };
}
