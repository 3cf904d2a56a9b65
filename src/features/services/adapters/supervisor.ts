// Supervises the local services beside a daemon's loop (L2 to L6): starts them in the order of the file, watches them, restarts those that
// crashed, and obeys what their owner saves and wishes. When its daemon ends the services go on, and the next daemon finds them.
import type { ServiceSettings, ServiceWish } from '../../../core/model/machines/local-service.ts';
import type { Companion, DaemonHandle } from '../../../ports.ts';
import { createFolderDurably } from '../../../system/files/durable-file.ts';
import { isFleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { NO_SERVICES } from '../documents/instances.ts';
import { isAwaited, step } from '../rules/decide-services.ts';
import { limitsEveryMs } from '../rules/limits.ts';
import { forgetService, readInstances, readWish, sweepForgotten, wishesPath } from '../system/service-files.ts';
import { usedByGroups } from '../system/used-by.ts';
import { hearChanges } from './hear-changes.ts';
import type { ManagedService, ServicePlace } from './managed-service.ts';
import { createRemovals } from './removals.ts';
import { takeSettings } from './roster.ts';
import { createServicesTeller } from './services-teller.ts';

/** No event tells of the end of a process that an earlier daemon started. */
const ADOPTED_MS = 1_000;
/** After this time a missing entry counts as removed and a changed one as changed: the file is not just being written. */
const GONE_MS = 2_000;
/** After a turn of a program that coord could not do. */
const FAILED_MS = 1_000;

export function createSupervisor(place: Omit<ServicePlace, 'log' | 'changed'>): Companion {
  return { name: 'the supervisor of local services', start: (daemon) => supervise(place, daemon) };
}

async function supervise(around: Omit<ServicePlace, 'log' | 'changed'>, daemon: DaemonHandle): Promise<{ end(): Promise<void> }> {
  const { folder } = around;
  createFolderDurably(wishesPath(folder));
  const supervisor = new Supervisor(around, daemon);
  const endHearing = await hearChanges(folder, {
    look: () => supervisor.look(),
    ticked: () => supervisor.tidy(),
    log: daemon.log,
  });
  await supervisor.look();
  supervisor.turn();
  supervisor.tidy();
  return {
    async end() {
      supervisor.end();
      await endHearing();
    },
  };
}

class Supervisor {
  readonly #place: ServicePlace;
  readonly #daemon: DaemonHandle;
  readonly #teller: ReturnType<typeof createServicesTeller>;
  readonly #complaints: ReturnType<typeof createComplaints>;
  readonly #removals = createRemovals(GONE_MS);
  readonly #changes = createRemovals(GONE_MS);
  readonly #wishes = new Map<string, ServiceWish | null>();
  /** In the order of the file; those that were taken out of it come last, until they have ended. */
  #lives: ManagedService[] = [];
  #saidFaults = '';
  #isAway = false;
  #isDue = false;
  #isEnded = false;
  #reading: Promise<void> = Promise.resolve();
  #turnTimer: NodeJS.Timeout | undefined;
  #doubtTimer: NodeJS.Timeout | undefined;
  #adoptedTimer: NodeJS.Timeout | undefined;
  #limitsTimer: NodeJS.Timeout | undefined;

  constructor(around: Omit<ServicePlace, 'log' | 'changed'>, daemon: DaemonHandle) {
    this.#daemon = daemon;
    this.#place = { ...around, log: daemon.log, changed: () => this.#changed() };
    this.#complaints = createComplaints(daemon.log);
    this.#teller = createServicesTeller(around.folder, daemon, () => this.#lives);
  }

  /** Taken together: one look at all of them for whatever happens at once. */
  #changed(): void {
    if (this.#isDue || this.#isEnded) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (!this.#isEnded) this.turn();
    });
  }

  /** What is due for each of them now, in their order. */
  turn(): void {
    clearTimeout(this.#turnTimer);
    const { folder, clock } = this.#place;
    // Away with its disk, or moved: what runs goes on, and is looked after again when it is back.
    if (!isFleetFolder(folder)) return;
    let isItsTurn = true;
    let againMs = Number.POSITIVE_INFINITY;
    // One time for all: to ask for it reads a file.
    const now = clock.now();
    const one = (life: ManagedService) => {
      const { spec } = life;
      const wish = this.#wishes.get(life.name) ?? null;
      const excess = life.limits.excess(life);
      const seen = { process: life.process(), health: life.health(), isStale: life.isStale(), isItsTurn, wish, excess };
      const { known, act, againMs: ms } = step(spec, life.note().known, seen, now);
      life.keep(known);
      if (act === 'start') life.start();
      else if (act === 'end') life.end();
      else if (act === 'throttle') life.limits.throttle();
      else againMs = Math.min(againMs, ms ?? Number.POSITIVE_INFINITY);
      if (spec !== null && isAwaited(spec, known, wish, now)) isItsTurn = false;
      life.pace();
      if (spec === null && life.process().kind === 'none' && !life.isStuck()) this.#forget(life);
    };
    for (const life of this.#lives) {
      let isDone = false;
      this.#complaints.guarded(`program ${life.name}`, () => {
        one(life);
        isDone = true;
      });
      // Nothing else may come that asks for it.
      if (!isDone) againMs = Math.min(againMs, FAILED_MS);
    }
    this.#teller.write();
    // Timers may come a little early.
    if (againMs < Number.POSITIVE_INFINITY) this.#turnTimer = setTimeout(() => this.#changed(), againMs + 5);
  }

  #forget(life: ManagedService): void {
    forgetService(this.#place.folder, life.name);
    life.close();
    this.#lives = this.#lives.filter((other) => other !== life);
  }

  /** Reads the file and the wishes of its owner, one reading after the other. */
  look(): Promise<void> {
    this.#reading = this.#reading
      .then(() => this.#read())
      .catch((error: unknown) => this.#daemon.log(`! local services: ${String(error)}`));
    return this.#reading;
  }

  async #read(): Promise<void> {
    if (this.#isEnded) return;
    const { folder } = this.#place;
    const isAway = !isFleetFolder(folder);
    if (isAway && !this.#isAway) this.#daemon.log(`! ${folder.root} is not a fleet folder at the moment; its programs continue`);
    this.#isAway = isAway;
    if (isAway) return;
    await this.#take(readInstances(folder) ?? NO_SERVICES);
    for (const { name } of this.#lives) this.#wishes.set(name, readWish(folder, name));
    this.#changed();
  }

  async #take(settings: ServiceSettings): Promise<void> {
    const said = [...settings.faults, ...settings.warnings];
    if (said.join('\n') !== this.#saidFaults) for (const line of said) this.#daemon.log(`! ${line}`);
    this.#saidFaults = said.join('\n');
    const [removals, changes, place] = [this.#removals, this.#changes, this.#place];
    const wrong = (name: string, error: unknown) => this.#complaints.wrong(`program ${name}`, error);
    this.#lives = await takeSettings(settings, { lives: this.#lives, removals, changes, place, wrong });
    this.#watchAdopted();
    this.#watchLimits();
    clearTimeout(this.#doubtTimer);
    const againMs = [removals.againMs(), changes.againMs()].filter((ms) => ms !== null);
    if (againMs.length > 0 && !this.#isEnded)
      this.#doubtTimer = setTimeout(() => void this.look(), Math.min(...againMs) + 5).unref();
  }

  /** One timer for all of them, and none where there are none. */
  #watchAdopted(): void {
    clearTimeout(this.#adoptedTimer);
    if (this.#isEnded || !this.#lives.some((life) => life.isAdopted())) return;
    this.#adoptedTimer = setTimeout(() => {
      for (const life of this.#lives) this.#complaints.guarded(`program ${life.name}`, () => life.lookAfterAdopted());
      this.#watchAdopted();
    }, ADOPTED_MS);
  }

  /** L6: one look for all of them, and none where none has limits. */
  #watchLimits(): void {
    clearTimeout(this.#limitsTimer);
    const limited = this.#lives.flatMap(({ spec }) => (spec?.limits === undefined ? [] : [limitsEveryMs(spec.limits)]));
    if (this.#isEnded || limited.length === 0) return;
    this.#limitsTimer = setTimeout(
      () => {
        // What cannot be looked at now says nothing of any of them.
        this.#complaints.guarded('limits', () => {
          const groups = this.#lives.flatMap((life) => (life.spec?.limits === undefined ? [] : [life.note().process?.pid ?? 0]));
          const [used, now] = [usedByGroups(new Set(groups)), this.#place.clock.now()];
          for (const life of this.#lives)
            this.#complaints.guarded(`program ${life.name}`, () => life.limits.look(life, used, now));
        });
        this.#changed();
        this.#watchLimits();
      },
      Math.min(...limited),
    );
  }

  tidy(): void {
    for (const life of this.#lives) life.tidy();
    const { folder, clock } = this.#place;
    this.#complaints.guarded('old logs', () => sweepForgotten(folder, clock.now().wallMs));
  }

  end(): void {
    this.#isEnded = true;
    for (const timer of [this.#turnTimer, this.#adoptedTimer, this.#doubtTimer, this.#limitsTimer]) clearTimeout(timer);
    this.#teller.end();
    for (const life of this.#lives) life.close();
  }
}

/** What is wrong with one stands in the way of no other; said when it is new. */
function createComplaints(log: (line: string) => void) {
  const said = new Map<string, string>();
  const wrong = (about: string, error: unknown) => {
    const text = `! ${about}: ${String(error)}`;
    if (said.get(about) !== text) log(text);
    said.set(about, text);
  };
  const guarded = (about: string, work: () => void) => {
    try {
      work();
      said.delete(about);
    } catch (error) {
      wrong(about, error);
    }
  };
  return { guarded, wrong };
}
