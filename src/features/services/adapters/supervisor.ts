// The supervisor of the local programs (L2 to L5), beside a daemon's loop: it starts them in the order of the file, watches them, starts
// what crashed again, and takes what its owner saves and wishes. It ends with its daemon, and the programs go on: the next one finds them.
import type { ProgramSettings, ProgramWish } from '../../../core/model/machines/program.ts';
import type { Companion, DaemonHandle } from '../../../ports.ts';
import { createFolderDurably } from '../../../system/files/durable-file.ts';
import { isFleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { NO_PROGRAMS } from '../documents/instances.ts';
import { isAwaited, step } from '../rules/programs.ts';
import { forgetProgram, readInstances, readWish, wishesPath } from '../system/program-files.ts';
import { hearChanges } from './hear-changes.ts';
import type { Life, LifePlace } from './life.ts';
import { createProgramsTeller } from './programs-teller.ts';
import { createRemovals } from './removals.ts';
import { takeSettings } from './roster.ts';

/** No event tells of the end of a process that an earlier daemon started. */
const ADOPTED_MS = 1_000;
/** What is missing in the file for so long was taken out, and what is changed in it was changed: neither is about to be written. */
const GONE_MS = 2_000;

export function createSupervisor(place: Omit<LifePlace, 'log' | 'changed'>): Companion {
  return { name: 'the supervisor of local programs', start: (daemon) => supervise(place, daemon) };
}

async function supervise(around: Omit<LifePlace, 'log' | 'changed'>, daemon: DaemonHandle): Promise<{ end(): Promise<void> }> {
  const { folder, clock } = around;
  createFolderDurably(wishesPath(folder));
  /** In the order of the file; those that were taken out of it come last, until they have ended. */
  let lives: Life[] = [];
  const wishes = new Map<string, ProgramWish | null>();
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

  const teller = createProgramsTeller(folder, daemon, () => lives);
  const { guarded, wrong } = createComplaints(daemon.log);

  const turn = () => {
    clearTimeout(timer);
    // Away with its disk, or moved: what runs goes on, and is looked after again when it is back.
    if (!isFleetFolder(folder)) return;
    let isItsTurn = true;
    let againMs = Number.POSITIVE_INFINITY;
    // One time for all: to ask for it reads a file.
    const now = clock.now();
    const one = (life: Life) => {
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
      if (spec === null && life.process().kind === 'none' && !life.isStuck()) forget(life);
    };
    for (const life of lives) guarded(life.name, () => one(life));
    teller.write();
    // Timers may come a little early.
    if (againMs < Number.POSITIVE_INFINITY) timer = setTimeout(changed, againMs + 5);
  };

  const forget = (life: Life) => {
    forgetProgram(folder, life.name);
    life.close();
    lives = lives.filter((other) => other !== life);
  };

  const removals = createRemovals(GONE_MS);
  const changes = createRemovals(GONE_MS);
  let doubt: NodeJS.Timeout | undefined;
  const take = async (settings: ProgramSettings) => {
    const said = [...settings.faults, ...settings.warnings];
    if (said.join('\n') !== saidFaults) for (const line of said) daemon.log(`! ${line}`);
    saidFaults = said.join('\n');
    lives = await takeSettings(settings, { lives, removals, changes, place, wrong });
    watchAdopted();
    clearTimeout(doubt);
    const againMs = [removals.againMs(), changes.againMs()].filter((ms) => ms !== null);
    if (againMs.length > 0 && !isEnded) doubt = setTimeout(look, Math.min(...againMs) + 5).unref();
  };

  let adopted: NodeJS.Timeout | undefined;
  /** One timer for all of them, and none where there are none. */
  const watchAdopted = () => {
    clearTimeout(adopted);
    if (isEnded || !lives.some((life) => life.isAdopted())) return;
    adopted = setTimeout(() => {
      for (const life of lives) guarded(life.name, () => life.lookAfterAdopted());
      watchAdopted();
    }, ADOPTED_MS);
  };

  const readWishes = () => {
    for (const { name } of lives) wishes.set(name, readWish(folder, name));
  };

  let isDeclaredLost = false;
  let reading: Promise<void> = Promise.resolve();
  const look = () => {
    reading = reading.then(async () => {
      if (isEnded) return;
      const isThere = isFleetFolder(folder);
      if (!isThere && !isDeclaredLost) daemon.log(`! ${folder.root} is no fleet folder just now; its programs go on`);
      isDeclaredLost = !isThere;
      if (isDeclaredLost) return;
      await take(readInstances(folder) ?? NO_PROGRAMS);
      readWishes();
      changed();
    });
    reading = reading.catch((error: unknown) => daemon.log(`! local programs: ${String(error)}`));
  };

  const endHearing = await hearChanges(folder, {
    look,
    ticked: () => {
      for (const life of lives) life.tidy();
    },
    log: daemon.log,
  });
  look();
  await reading;
  turn();
  return {
    async end() {
      isEnded = true;
      clearTimeout(timer);
      clearTimeout(adopted);
      clearTimeout(doubt);
      teller.end();
      for (const life of lives) life.close();
      await endHearing();
    },
  };
}

/** What is wrong with one stands in the way of no other; said when it is new. */
function createComplaints(log: (line: string) => void) {
  const said = new Map<string, string>();
  const wrong = (name: string, error: unknown) => {
    const text = `! program ${name}: ${String(error)}`;
    if (said.get(name) !== text) log(text);
    said.set(name, text);
  };
  const guarded = (name: string, work: () => void) => {
    try {
      work();
      said.delete(name);
    } catch (error) {
      wrong(name, error);
    }
  };
  return { guarded, wrong };
}
