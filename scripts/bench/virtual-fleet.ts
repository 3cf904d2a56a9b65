// A fleet of any size in one process, on a clock that jumps to whatever happens next: the real cycle over a hub in memory, with
// connections and runs that take their time beside each other. Nothing here depends on how busy this computer is.
import type { RefUpdate } from '../../src/core/model/ledger/push.ts';
import type { Machine } from '../../src/machine/context.ts';
import { runCycle } from '../../src/machine/cycle.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { CYCLES_MAX, hasMoreToDo } from '../../src/machine/sync-cycles.ts';
import type { Ledger } from '../../src/ports.ts';
import type { SimMachine, World } from '../../test/machine/world.ts';
import { createLargeFleet } from './large-fleet.ts';

/** What went over one machine's line. */
export interface Wire {
  fetches: number;
  pushes: number;
  /** Claims that its pushes wanted to create, and how many of those stood already. */
  claimsTried: number;
  claimsRefused: number;
  /** Of the pushes, those that had nothing else to say (H1). */
  beats: number;
}

/** A day of the fleet's time: what takes longer does not come. */
const WITHIN_MS = 86_400_000;
/** How a machine comes round: `coord sync` again and again, or `coord sync --wait`, which looks besides when a run ends here. */
export interface Habit {
  readonly everyMs: number;
  /** Of the pause, as a part: 0.2 = from 80 to 120 %. */
  readonly jitter: number;
  readonly waits: boolean;
}

export interface Look {
  readonly fromMs: number;
  /** What was pushed by then, it showed. */
  readonly shownAtMs: number;
  /** Of this machine, before it. */
  readonly connectionsBefore: number;
}

export interface VirtualMachine {
  readonly number: number;
  readonly sim: SimMachine;
  /** What its cycles work with, on this clock and this line. */
  readonly machine: Machine;
  readonly wire: Wire;
  /** Every fetch that was answered. */
  readonly looks: readonly Look[];
  /** One `coord sync`, from now. */
  sync(): void;
  /** Comes round until the fleet is stopped, from so long after now. */
  live(habit: Habit, fromMs: number): void;
  /** It is never heard of again; its runs go on until their watchdogs end them. */
  die(): void;
}

export interface VirtualFleet {
  readonly world: World;
  readonly machines: readonly VirtualMachine[];
  /** Lets time pass until it is so; throws after so long. */
  until(isSo: () => boolean, withinMs?: number): Promise<void>;
  pass(ms: number): Promise<void>;
  /** For lives of other kinds: until the clock has come so far; and what keeps such a life with the fleet. */
  sleep(ms: number): Promise<void>;
  keep(life: Promise<void>): void;
  /** Of all machines together, since the fleet was made. */
  wire(): Wire;
  /** From 0 to 1, the same in every run. */
  chance(): number;
  /** Ends what lives. */
  stop(): Promise<void>;
}

interface FleetOptions {
  readonly slots: number;
  /** Of every connection, before its first byte. */
  readonly delayMs: number;
  /** Another one gives other moments. */
  readonly seed?: number;
}

export async function createVirtualFleet(size: number, options: FleetOptions): Promise<VirtualFleet> {
  const world = await createLargeFleet(size, options.slots);
  const time = createTime(world);
  const chance = createChance(options.seed ?? 0);
  const state = { stopped: false };
  // What is parsed does not depend on who reads it, and nobody else has a turn while one reads.
  const cache = new ParseCache();
  const machines = world.machines.map((sim): VirtualMachine => {
    const [wire, looks]: [Wire, Look[]] = [{ fetches: 0, pushes: 0, claimsTried: 0, claimsRefused: 0, beats: 0 }, []];
    const base = sim.machine();
    const untilOneEnds = (keys: readonly string[], ms: number) =>
      time.sleep(Math.min(ms, leftMs(world, sim, keys))).then(() => true);
    const ledger = slowLine(base.ledger, wire, looks, { now: world.now, connect: () => time.sleep(options.delayMs) });
    const machine = { ...base, cache, ledger, runner: { ...sim.runner, untilOneEnds } };
    let isDead = false;
    const isOver = () => isDead || state.stopped;
    const sync = async (mayRecall = false): Promise<void> => {
      for (let cycles = 1; ; cycles += 1) {
        const outcome = await runCycle(machine, { dryRun: false, mayRecall: mayRecall && cycles === 1 });
        if (outcome.seen?.composed.why === 'beat') wire.beats += outcome.push?.pushes ?? 0;
        if (cycles === CYCLES_MAX || !hasMoreToDo(outcome)) return;
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
      machine,
      wire,
      looks,
      sync: () => time.keep(sync()),
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
    sleep: time.sleep,
    keep: time.keep,
    async pass(ms) {
      const untilMs = world.now() + ms;
      time.keep(time.sleep(ms));
      await time.until(() => world.now() >= untilMs, ms);
    },
    wire: () => sumOf(machines.map((machine) => machine.wire)),
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
    async until(isSo: () => boolean, withinMs = WITHIN_MS) {
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
function slowLine(
  ledger: Ledger,
  wire: Wire,
  looks: Look[],
  { now, connect }: { now(): number; connect(): Promise<void> },
): Ledger {
  return {
    ...ledger,
    async fetch(board) {
      const [fromMs, connectionsBefore] = [now(), wire.fetches + wire.pushes];
      wire.fetches += 1;
      await connect();
      looks.push({ fromMs, shownAtMs: now(), connectionsBefore });
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

export function sumOf(wires: readonly Wire[]): Wire {
  const sum = (key: keyof Wire) => wires.reduce((all, wire) => all + wire[key], 0);
  return {
    fetches: sum('fetches'),
    pushes: sum('pushes'),
    claimsTried: sum('claimsTried'),
    claimsRefused: sum('claimsRefused'),
    beats: sum('beats'),
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

function createChance(seed: number): () => number {
  let state = 20_261_120 + 7919 * seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
