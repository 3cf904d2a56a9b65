// A fleet of any size in one process, on a clock that jumps to whatever happens next: the real cycle over a hub in memory, with
// connections and runs that take their time beside each other. Nothing here depends on how busy this computer is.
import type { RefUpdate } from '../../src/core/model/push.ts';
import { type CycleOutcome, runCycle } from '../../src/machine/cycle.ts';
import { ParseCache } from '../../src/machine/parse-cache.ts';
import { CYCLES_MAX, hasMoreToDo } from '../../src/operations/sync.ts';
import type { Ledger, Runner } from '../../src/ports.ts';
import { createFleet, type SimMachine, type World } from '../../test/machine/world.ts';

/** What went over one machine's line. */
export interface Wire {
  fetches: number;
  pushes: number;
  /** Claims that its pushes wanted to create, and how many of those stood already. */
  claimsTried: number;
  claimsRefused: number;
}

/** How a machine comes round: `coord sync` again and again, or `coord sync --wait`, which looks besides when a run ends here. */
export interface Habit {
  readonly everyMs: number;
  /** Of the pause, as a part: 0.2 = from 80 to 120 %. */
  readonly jitter: number;
  readonly waits: boolean;
}

export interface VirtualMachine {
  readonly number: number;
  readonly sim: SimMachine;
  readonly wire: Wire;
  /** One `coord sync`; returns its cycles. */
  sync(mayRecall?: boolean): Promise<number>;
  /** Comes round until the fleet is stopped, from so long after now. */
  live(habit: Habit, fromMs: number): void;
  /** It is never heard of again; its runs go on until their watchdogs end them. */
  die(): void;
}

export interface VirtualFleet {
  readonly world: World;
  readonly machines: readonly VirtualMachine[];
  /** Lets time pass until it is so; throws after so long. */
  until(isSo: () => boolean, withinMs: number): Promise<void>;
  /** From 0 to 1, the same in every run. */
  chance(): number;
  /** Ends what lives. */
  stop(): Promise<void>;
}

export async function createVirtualFleet(size: number, options: { readonly slots: number; readonly delayMs: number }) {
  const world = await createFleet(size, options.slots);
  const time = createTime(world);
  const chance = createChance();
  const state = { stopped: false };
  // What is parsed does not depend on who reads it, and nobody else has a turn while one reads.
  const cache = new ParseCache();
  const machines = world.machines.map((sim): VirtualMachine => {
    const wire: Wire = { fetches: 0, pushes: 0, claimsTried: 0, claimsRefused: 0 };
    const base = sim.machine();
    const runner = { ...sim.runner, untilOneEnds: (keys, ms) => time.sleep(Math.min(ms, leftMs(world, sim, keys))) } as Runner;
    const machine = { ...base, cache, ledger: slowLine(base.ledger, wire, () => time.sleep(options.delayMs)), runner };
    let isDead = false;
    const isOver = () => isDead || state.stopped;
    const sync = async (mayRecall = false) => {
      for (let cycles = 1; ; cycles += 1) {
        const outcome: CycleOutcome = await runCycle(machine, { dryRun: false, mayRecall: mayRecall && cycles === 1 });
        if (cycles === CYCLES_MAX || !hasMoreToDo(outcome)) return cycles;
      }
    };
    const live = async ({ everyMs, jitter, waits }: Habit, fromMs: number) => {
      await time.sleep(fromMs);
      for (let mayRecall = false; !isOver(); ) {
        await sync(mayRecall);
        const pauseMs = everyMs * (1 - jitter + 2 * jitter * chance());
        const running = sim.state().active.map((run) => run.key);
        const endsInMs = waits && running.length > 0 ? leftMs(world, sim, running) : Number.POSITIVE_INFINITY;
        mayRecall = endsInMs < pauseMs;
        await time.sleep(Math.min(pauseMs, endsInMs));
      }
    };
    return {
      number: sim.number,
      sim,
      wire,
      sync,
      live: (habit, fromMs) => time.keep(live(habit, fromMs)),
      die: () => {
        isDead = true;
      },
    };
  });
  const fleet: VirtualFleet = {
    world,
    machines,
    chance,
    until: time.until,
    async stop() {
      state.stopped = true;
      await time.drain();
    },
  };
  return fleet;
}

/** Everything that waits wakes in the order of its time; the clock jumps from one to the next. */
function createTime(world: World) {
  const waiting: { atMs: number; order: number; go: () => void }[] = [];
  const living = new Set<Promise<void>>();
  let failure: unknown = null;
  let order = 0;
  /** All that follows from the last step has happened: nothing in memory waits for anything but its turn. */
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const step = async () => {
    waiting.sort((one, other) => one.atMs - other.atMs || one.order - other.order);
    const next = waiting.shift();
    if (next === undefined) throw new Error('nothing will happen any more');
    world.pass(Math.max(0, next.atMs - world.now()));
    next.go();
    await settled();
    if (failure !== null) throw failure;
  };
  return {
    sleep: (ms: number) =>
      new Promise<void>((go) => {
        order += 1;
        waiting.push({ atMs: world.now() + Math.max(0, ms), order, go });
      }),
    keep(life: Promise<void>) {
      const kept = life.catch((error: unknown) => {
        failure ??= error;
      });
      living.add(kept);
      kept.then(() => living.delete(kept));
    },
    async until(isSo: () => boolean, withinMs: number) {
      const deadline = world.now() + withinMs;
      await settled();
      while (!isSo()) {
        if (world.now() > deadline) throw new Error(`did not happen within ${withinMs / 1000} s of the fleet's time`);
        await step();
      }
    },
    async drain() {
      while (living.size > 0) await step();
    },
  };
}

/** One connection a call. What a fetch shows and a push finds is what is there once it has got through. */
function slowLine(ledger: Ledger, wire: Wire, connect: () => Promise<void>): Ledger {
  return {
    ...ledger,
    async fetch(board) {
      wire.fetches += 1;
      await connect();
      return ledger.fetch(board);
    },
    async push(updates) {
      wire.pushes += 1;
      const claims = updates.filter(createsClaim);
      await connect();
      const report = await ledger.push(updates);
      wire.claimsTried += claims.length;
      if (report.kind === 'answered')
        wire.claimsRefused += claims.filter(({ ref }) => report.refs.get(ref)?.kind === 'refused').length;
      return report;
    },
  };
}

function createsClaim(update: RefUpdate): boolean {
  return update.what === 'claim' && update.commit !== null;
}

/** Until the first of these runs ends by itself. */
function leftMs(world: World, { runner }: SimMachine, keys: readonly string[]): number {
  const ends = runner.starts.filter((start) => keys.includes(start.key)).map((start) => start.atMs + start.takesMs);
  return Math.max(0, Math.min(...ends) - world.now());
}

function createChance(): () => number {
  let state = 20_261_120;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
