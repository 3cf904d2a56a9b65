// What happens in the simulated year (year.ts): machines that look, work and read, people who give orders and write, and one that is away for a
// twelfth of the time.
import { GATHER_MS } from '../../src/core/presence/pacing.ts';
import { runCycle } from '../../src/machine/cycle.ts';
import type { CycleOutcome } from '../../src/machine/outcome.ts';
import { createPushGate } from '../../src/machine/pace/push-gate.ts';
import { readInbox } from '../../src/machine/reading/read-inbox.ts';
import { CYCLES_MAX, hasMoreToDo } from '../../src/machine/sync-cycles.ts';
import { ORIGIN_MS, type World } from '../../test/machine/world.ts';
import { kilobytes } from './numbers.ts';
import { createVirtualFleet, type VirtualFleet, type VirtualMachine } from './virtual-fleet.ts';
import type { Point, Standing } from './year-plot.ts';
import { createYearSink, type YearSink } from './year-sink.ts';

export const DAYS = Number(process.env.YEAR_DAYS ?? 365);
/** D11: after so long what has ended leaves the list; less than the default gives a short run the list that a long one has. */
export const KEEP = process.env.YEAR_KEEP ?? '30d';
export const MACHINES = 10;
export const A_DAY = 100;
export const DAY_MS = 86_400_000;
/** Coarser than a daemon looks, so that a year comes to its end at all: what is said is the same, a little later. */
const LOOK_MS = Number(process.env.YEAR_LOOK_MS ?? 300_000);
/** People and agents come to their messages a few times a day. */
const READ_MS = 6 * 3_600_000;
/** Of main, in memory: more than any machine looks back for an earlier version. */
const HELD_COMMITS = 1_000;
/** Some four thousand objects: a host's gc comes by when so many lie about. */
const DAYS_A_GC = 3;

export async function liveThrough(gitDir: string, standing: Standing) {
  const fleet = await createVirtualFleet(MACHINES, { slots: 2, delayMs: 300 });
  const { world } = fleet;
  world.person({ 'fleet.yaml': `keep: ${KEEP}\n` });
  const sink = createYearSink(world, gitDir, standing);
  await sink.look();
  const fromMs = world.now();
  const untilMs = fromMs + DAYS * DAY_MS;
  const away = { fromMs: fromMs + 0.4 * DAYS * DAY_MS, untilMs: fromMs + (0.4 + 1 / 12) * DAYS * DAY_MS };
  const pokes = fleet.machines.map((one) => live(fleet, one, sink, { untilMs, away: one.number === MACHINES ? away : null }));
  const each = async (name: string, act: (machine: number, id: string) => Promise<void>) => {
    for (let count = 1; ; count += 1) {
      await fleet.sleep((DAY_MS / A_DAY) * (0.5 + fleet.chance()));
      if (world.now() >= untilMs - DAY_MS / 24) return;
      const machine = Math.floor(fleet.chance() * (MACHINES - 1));
      await act(machine, `${name}-${count}`);
      pokes[machine]?.();
    }
  };
  fleet.keep(
    each('order', async (machine, id) => {
      const failed = fleet.chance() < 0.03 ? 1 : 0;
      world.script(id, () => ({ ms: 1000 + fleet.chance() * 600_000, exitCode: failed }));
      const order = {
        id,
        title: `Work number ${id}`,
        assign: fleet.chance() < 0.5 ? 'any' : String(1 + Math.floor(fleet.chance() * MACHINES)),
        run: `make ${id}`,
      };
      await fleet.machines[machine]?.sim.edit({ kind: 'add', order });
    }),
  );
  fleet.keep(
    each('message', async (machine, id) => {
      const body = `Here is ${id}: the build of the morning is done, and the next one waits for you.`;
      const recordedAt = new Date(ORIGIN_MS + world.now()).toISOString();
      await fleet.machines[machine]?.sim.journal.record({
        id,
        recordedAt,
        kind: 'send',
        to: String(machine === 0 ? 2 : 1),
        body,
        priority: 'normal',
      });
    }),
  );
  const begin = (await sink.packed()).all.bytes;
  const points: Point[] = [{ day: 0, bytes: 0, keptBytes: 0 }];
  let packing = Promise.resolve();
  for (let day = 1; day <= DAYS; day += 1) {
    await fleet.pass(DAY_MS);
    world.steps.length = 0;
    world.hub.prune(HELD_COMMITS);
    await sink.written();
    if (day % DAYS_A_GC !== 0 && day !== DAYS) continue;
    await packing;
    await sink.shorten();
    const commits = sink.commits();
    packing = sink.packed().then(({ all, kept }) => {
      const [bytes, keptBytes] = [all.bytes - begin, kept.bytes - begin];
      points.push({ day, bytes, keptBytes });
      const sizes = `${kilobytes(bytes)}; kept short ${kilobytes(keptBytes)}, ${sink.cuts()} times`;
      process.stderr.write(`year: day ${day} of ${DAYS}, ${commits} commits, ${sizes}\n`);
    });
  }
  await packing;
  await Promise.all([fleet.stop(), sink.end()]);
  return {
    points,
    hostDir: sink.hostDir,
    commits: sink.commits(),
    cuts: sink.cuts(),
    starts: fleet.machines.flatMap(({ sim }) => sim.runner.starts.map(({ order }) => order)),
    largest: await largestOf(fleet),
    orders: ((JSON.parse((await world.text('ORDERS.json')) ?? '{}') as { orders?: unknown[] }).orders ?? []).length,
  };
}

interface Life {
  readonly untilMs: number;
  readonly away: { readonly fromMs: number; readonly untilMs: number } | null;
}

/** Returns what wakes it. */
function live(fleet: VirtualFleet, one: VirtualMachine, sink: YearSink, { untilMs, away }: Life): () => void {
  const { world } = fleet;
  const gate = createPushGate(one.machine.clock);
  let wake: (() => void) | null = null;
  const life = async () => {
    await fleet.sleep(LOOK_MS * fleet.chance());
    let readAtMs = world.now() + READ_MS * fleet.chance();
    for (let mayRecall = false; world.now() < untilMs; ) {
      let turnMs = Number.POSITIVE_INFINITY;
      if (away !== null && world.now() >= away.fromMs && world.now() < away.untilMs)
        await fleet.sleep(away.untilMs - world.now());
      for (let cycles = 1; ; cycles += 1) {
        const outcome = await runCycle(one.machine, { dryRun: false, mayRecall: mayRecall && cycles === 1, gate });
        if (outcome.push !== null) await sink.look();
        turnMs = outcome.heldForMs ?? Number.POSITIVE_INFINITY;
        if (world.now() >= readAtMs && (await readAll(world, one, outcome))) {
          readAtMs = world.now() + READ_MS;
          continue;
        }
        if (cycles >= CYCLES_MAX || !hasMoreToDo(outcome)) break;
      }
      const active = new Set(one.sim.state().active.map(({ key }) => key));
      const ends = one.sim.runner.starts
        .slice(-8)
        .filter(({ key }) => active.has(key))
        .map(({ atMs, takesMs }) => Math.max(0, atMs + takesMs - world.now()) + GATHER_MS);
      const poked = new Promise<'poke'>((resolve) => {
        wake = () => resolve('poke');
      });
      const pauseMs = Math.min(LOOK_MS * (0.8 + 0.4 * fleet.chance()), turnMs, ...ends);
      const woken = await Promise.race([poked, fleet.sleep(pauseMs).then(() => 'time' as const)]);
      mayRecall = woken === 'time' && ends.some((ms) => ms <= pauseMs);
      if (woken === 'poke') await fleet.sleep(GATHER_MS);
    }
  };
  fleet.keep(life());
  return () => wake?.();
}

/** What this cycle shows as unread is read, as by `coord inbox --take`. False = there was nothing. */
async function readAll({ eye, now }: World, { sim }: VirtualMachine, { state, seen }: CycleOutcome): Promise<boolean> {
  if (seen === null) return false;
  const unread = (await readInbox(eye, state, seen.snapshot)).filter(({ taken }) => !taken);
  const taken: Record<string, number> = {};
  for (const { source, number } of unread) taken[source] = Math.max(taken[source] ?? 0, number);
  const recordedAt = new Date(ORIGIN_MS + now()).toISOString();
  if (unread.length > 0) await sim.journal.record({ id: `take-${sim.number}-${now()}`, recordedAt, kind: 'take', taken });
  return unread.length > 0;
}

async function largestOf({ world }: VirtualFleet): Promise<{ readonly path: string; readonly bytes: number }> {
  const commit = world.hub.refs.get('refs/heads/main') ?? '';
  const files = [...world.hub.filesOf(commit)];
  const sizes = await world.eye.sizes(files.map(([, { id }]) => id));
  const all = files.map(([path, { id }]) => ({ path, bytes: sizes.get(id) ?? 0 }));
  return all.reduce((one, other) => (other.bytes > one.bytes ? other : one), { path: '', bytes: 0 });
}
