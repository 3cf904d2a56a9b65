// The supervisor of the local programs (L2 to L5), beside a daemon's loop: it starts them in the order of the file, watches them, starts
// what crashed again, and takes what its owner saves and wishes. It ends with its daemon, and the programs go on: the next one finds them.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramSettings, ProgramStatus, ProgramWish } from '../core/model/program.ts';
import { isAwaited, step } from '../core/programs.ts';
import { programSigns } from '../core/programs-said.ts';
import { NO_PROGRAMS } from '../documents/instances.ts';
import type { Companion, DaemonHandle } from '../ports.ts';
import { createFolderDurably } from '../system/durable-file.ts';
import { bootId, identityOf } from '../system/process-identity.ts';
import {
  instancesPath,
  notedPrograms,
  type ProgramsFile,
  pidPath,
  programFolder,
  programsPath,
  readInstances,
  readNote,
  readWish,
  wishesPath,
  writePrograms,
} from '../system/program-files.ts';
import { settled } from '../system/settled.ts';
import { type Listener, watchFolders, watchNames } from '../system/watch.ts';
import { type Life, type LifePlace, openLife } from './life.ts';

/** What no event told of is found so often; logs are cut. */
const LOOK_MS = 15_000;
/** No event tells of the end of a process that an earlier daemon started. */
const ADOPTED_MS = 1_000;
/** A file that is gone for so long was taken away, and is not about to be replaced. */
const GONE_MS = 2_000;
/** What others are to know is told when nothing has changed for so long, or at last after the longest time. */
const QUIET_MS = 1_500;
const QUIET_MS_MAX = 10_000;
/** What is saved twice at once may be heard once: it is read after that. */
const SAVED_MS = 100;
const SAVED_MS_MAX = 1_000;

export function createSupervisor(place: Omit<LifePlace, 'log' | 'changed'>): Companion {
  return { name: 'the supervisor of local programs', start: (daemon) => supervise(place, daemon) };
}

async function supervise(around: Omit<LifePlace, 'log' | 'changed'>, daemon: DaemonHandle): Promise<{ end(): Promise<void> }> {
  const { folder, clock } = around;
  const by = { pid: process.pid, identity: identityOf(process.pid) ?? '', boot: bootId() };
  createFolderDurably(wishesPath(folder));
  /** In the order of the file; those that were taken out of it come last, until they have ended. */
  let lives: Life[] = [];
  const wishes = new Map<string, ProgramWish | null>();
  let written = '';
  let told = '';
  let saidFaults = '';
  let isEnded = false;
  let isDue = false;
  let timer: NodeJS.Timeout | undefined;

  /** Taken together: one look at all of them for whatever happens at once. */
  const changed = () => {
    if (isDue || isEnded) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      if (!isEnded) turn();
    });
  };
  const place: LifePlace = { ...around, log: daemon.log, changed };

  const turn = () => {
    clearTimeout(timer);
    let isItsTurn = true;
    let againMs = Number.POSITIVE_INFINITY;
    // One time for all: to ask for it reads a file.
    const now = clock.now();
    for (const life of lives) {
      const { spec } = life;
      const wish = wishes.get(life.name) ?? null;
      const seen = { process: life.process(), health: life.health(), isStale: life.isStale(), isItsTurn, wish };
      const { known, act, againMs: ms } = step(spec, life.note().known, seen, now);
      life.keep(known);
      if (act === 'start') life.start();
      else if (act === 'end') life.end();
      else againMs = Math.min(againMs, ms ?? Number.POSITIVE_INFINITY);
      if (spec !== null && isAwaited(spec, known, wish, now)) isItsTurn = false;
      life.pace();
    }
    for (const life of lives.filter((it) => it.spec === null && it.process().kind === 'none')) forget(life);
    write();
    // Timers may come a little early.
    if (againMs < Number.POSITIVE_INFINITY) timer = setTimeout(changed, againMs + 5);
  };

  const forget = (life: Life) => {
    life.close();
    lives = lives.filter((other) => other !== life);
    const { key } = life.note();
    rmSync(join(programFolder(folder, life.name), 'note.json'), { force: true });
    rmSync(join(wishesPath(folder), `${life.name}.json`), { force: true });
    if (key !== null) rmSync(pidPath(folder, life.name, key), { force: true });
  };

  const tell = settled(
    () => {
      const signs = programSigns(statuses()).join('\n');
      if (signs !== told) daemon.wake();
      told = signs;
    },
    { quietMs: QUIET_MS, longestMs: QUIET_MS_MAX },
  );
  const statuses = (): readonly ProgramStatus[] => lives.filter(({ spec }) => spec !== null).map((life) => life.status());

  const write = () => {
    const processes = lives.flatMap((life) => {
      const { process: noted } = life.note();
      return noted === null ? [] : [[life.name, noted] as const];
    });
    const turns = lives.map((life) => [life.name, life.note().known.turn ?? ''] as const);
    const file: ProgramsFile = {
      programs: statuses(),
      processes: Object.fromEntries(processes),
      turns: Object.fromEntries(turns),
      by,
    };
    const text = JSON.stringify(file);
    if (text === written) return;
    try {
      writePrograms(folder, file);
      written = text;
    } catch (error) {
      daemon.log(`! ${programsPath(folder)} could not be written: ${String(error)}`);
    }
    tell.call();
  };

  const take = async (settings: ProgramSettings) => {
    const said = [...settings.faults, ...settings.warnings];
    if (said.join('\n') !== saidFaults) for (const line of said) daemon.log(`! ${line}`);
    saidFaults = said.join('\n');
    const known = new Map(lives.map((life) => [life.name, life]));
    const next: Life[] = [];
    for (const spec of settings.programs) {
      const life = known.get(spec.name) ?? (await openLife(spec.name, spec, place));
      life.spec = spec;
      next.push(life);
    }
    for (const name of new Set([...known.keys(), ...notedPrograms(folder)])) {
      if (next.some((life) => life.name === name)) continue;
      // What cannot be read is no removal: what runs goes on as it was started.
      const stays = settings.unreadable || settings.refused.includes(name);
      const life = known.get(name) ?? (await openLife(name, stays ? (readNote(folder, name)?.spec ?? null) : null, place));
      if (!stays) life.spec = null;
      if (known.has(name) || life.process().kind === 'alive' || !stays) next.push(life);
      else life.close();
    }
    lives = next;
    watchAdopted();
  };

  let adopted: NodeJS.Timeout | undefined;
  /** One timer for all of them, and none where there are none. */
  const watchAdopted = () => {
    clearTimeout(adopted);
    if (isEnded || !lives.some((life) => life.isAdopted())) return;
    adopted = setTimeout(() => {
      for (const life of lives) life.lookAfterAdopted();
      watchAdopted();
    }, ADOPTED_MS);
  };

  const readWishes = () => {
    for (const { name } of lives) wishes.set(name, readWish(folder, name));
  };

  let missingSinceMs: number | null = null;
  let reading: Promise<void> = Promise.resolve();
  const look = () => {
    reading = reading.then(async () => {
      if (isEnded) return;
      const settings = readInstances(folder);
      if (settings !== null) missingSinceMs = null;
      else if (missingSinceMs === null && (lives.length > 0 || notedPrograms(folder).length > 0)) {
        missingSinceMs = performance.now();
        setTimeout(look, GONE_MS).unref();
        return;
      } else if (missingSinceMs !== null && performance.now() - missingSinceMs < GONE_MS * 0.9) return;
      await take(settings ?? NO_PROGRAMS);
      readWishes();
      changed();
    });
    reading = reading.catch((error: unknown) => daemon.log(`! local programs: ${String(error)}`));
  };

  let isDeaf = false;
  const soon = settled(look, { quietMs: SAVED_MS, longestMs: SAVED_MS_MAX });
  const wishesFolder = wishesPath(folder);
  const listener: Listener = {
    changed: () => soon.call(),
    deaf(why) {
      if (!isDeaf) daemon.log(`a change of instances.yaml is taken within ${LOOK_MS / 1000} s, and not at once: ${why}`);
      isDeaf = true;
    },
  };
  // What else is written there, by each sync, is nobody's business here.
  const watches = [
    watchNames(folder.state, (path) => path === instancesPath(folder), listener),
    await watchFolders([wishesFolder], () => true, listener),
  ];
  process.on('SIGHUP', look);
  const ticking = setInterval(() => {
    look();
    for (const life of lives) life.tidy();
  }, LOOK_MS);
  look();
  await reading;
  turn();
  return {
    async end() {
      isEnded = true;
      clearTimeout(timer);
      clearTimeout(adopted);
      clearInterval(ticking);
      tell.cancel();
      soon.cancel();
      process.off('SIGHUP', look);
      for (const life of lives) life.close();
      for (const watch of watches) await watch.close();
    },
  };
}
