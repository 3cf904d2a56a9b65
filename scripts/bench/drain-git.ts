// The same with real git over HTTP and real time, as a check on what is simulated: fewer orders, shorter runs, looks as much closer.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CYCLES_MAX, hasMoreToDo } from '../../src/machine/sync-cycles.ts';
import type { Runner, RunSpec } from '../../src/ports.ts';
import { listOrders } from './board.ts';
import { endedSight } from './ended-sight.ts';
import { watchCpu } from './here.ts';
import { type Hub, withHub } from './hub.ts';
import { type BenchMachine, joinMachine } from './machine.ts';
import { median } from './numbers.ts';
import type { Row, Setting } from './row.ts';

const DELAY_MS = 300;
const MACHINES = 10;
const SLOTS = 2;
const RUN_MS = 8_000;
const EVERY_MS = 4_000;
const JITTER = 0.2;
const WITHIN_MS = 240_000;
/** More than simulated: real machines that are late look again at what others have taken. */
const PUSHES_MAX = 2.5;
const SPREAD_MAX = 1.5;

export async function drainOverGit({ scratch, quick }: Setting): Promise<Row> {
  const folder = join(scratch, 'drain');
  mkdirSync(folder);
  return withHub(join(folder, 'hub'), (hub) =>
    measure(hub, folder, quick ? { orders: 12, machines: 3 } : { orders: 100, machines: MACHINES }),
  );
}

async function measure(hub: Hub, folder: string, size: { readonly orders: number; readonly machines: number }): Promise<Row> {
  const repo = hub.create('drain.git');
  const runs = Array.from({ length: size.machines }, () => createTimedRuns());
  const machines: BenchMachine[] = [];
  for (const [at, { runner }] of runs.entries()) {
    machines.push(await joinMachine(repo.url, join(folder, `machine-${at}`), { name: `m${at}`, slots: SLOTS, runner }));
  }
  for (const machine of machines) await machine.cycle();
  await hub.delay(DELAY_MS);
  const orders = Array.from({ length: size.orders }, (_, at) => ({ id: `job-${at}`, assign: 'any', run: 'true' }));
  listOrders(repo.url, folder, orders);
  await hub.take();
  const fromMs = Date.now();
  const cpuSince = watchCpu();
  const starts = () => runs.flatMap((of) => of.starts);
  const isDone = () =>
    Date.now() > fromMs + WITHIN_MS ||
    (starts().length >= size.orders && starts().every(({ atMs }) => Date.now() > atMs + RUN_MS));
  await Promise.all(machines.map((machine, at) => live(machine, runs[at] as TimedRuns, isDone)));
  const { visits } = await hub.take();
  const cpu = cpuSince();
  const all = starts();
  if (new Set(all.map((start) => start.order)).size !== all.length) throw new Error('S1 is broken: an order was started twice');
  for (const machine of machines) await machine.close();
  const each = runs.map((of) => of.starts.length);
  const spread = Math.max(...each) / median(each);
  const pushes = visits.filter((visit) => visit.isPush).length / all.length;
  return {
    what: `${size.orders} orders of ${RUN_MS / 1000} s for any of ${size.machines} machines with ${SLOTS} slots, real git over HTTP`,
    measured:
      `${pushes.toFixed(2)} pushes an order, beats included; ${all.length} started, none twice; the most on one machine ` +
      `${spread.toFixed(2)} × the median (${Math.max(...each)}, ${median(each)}); processors ${Math.round(cpu * 100)} % busy`,
    atMost: `${PUSHES_MAX} pushes an order; ${SPREAD_MAX} × the median`,
    beside: `${DELAY_MS} ms a connection; a look every ${EVERY_MS / 1000} s ± ${JITTER * 100} %, and when a run ends`,
    isOk: pushes <= PUSHES_MAX && spread <= SPREAD_MAX && all.length === size.orders,
  };
}

/** As `coord sync --wait` comes round. */
async function live(machine: BenchMachine, runs: TimedRuns, isDone: () => boolean): Promise<void> {
  await delay(EVERY_MS * Math.random());
  for (let mayRecall = false; !isDone(); ) {
    for (let cycles = 1; cycles <= CYCLES_MAX; cycles += 1) {
      if (!hasMoreToDo(await machine.cycle({ mayRecall: mayRecall && cycles === 1 }))) break;
    }
    const pauseMs = EVERY_MS * (1 - JITTER + 2 * JITTER * Math.random());
    const endsInMs = runs.nextEndMs();
    mayRecall = endsInMs < pauseMs;
    await delay(Math.min(pauseMs, endsInMs));
  }
}

interface TimedRuns {
  readonly runner: Runner;
  readonly starts: readonly { readonly order: string; readonly atMs: number }[];
  /** From now; Infinity = nothing runs. */
  nextEndMs(): number;
}

/** Runs that do nothing but take their time. */
function createTimedRuns(): TimedRuns {
  const starts: { order: string; key: string; atMs: number }[] = [];
  const leftMs = (key: string) => (starts.find((start) => start.key === key)?.atMs ?? 0) + RUN_MS - Date.now();
  const nextEndMs = (keys = starts.map((start) => start.key)) =>
    Math.min(Number.POSITIVE_INFINITY, ...keys.map(leftMs).filter((ms) => ms > 0));
  const ended = (atMs: number) => endedSight(new Date(atMs).toISOString(), new Date(atMs + RUN_MS).toISOString(), 'done\n');
  return {
    starts,
    nextEndMs,
    runner: {
      async start({ order, key }: RunSpec) {
        starts.push({ order, key, atMs: Date.now() });
      },
      extend: async () => {},
      look: async (key) => (leftMs(key) > 0 ? { kind: 'running' } : ended(Date.now() + leftMs(key) - RUN_MS)),
      stop: async () => {},
      untilOneEnds: (keys, timeoutMs) => {
        const endMs = nextEndMs([...keys]);
        return delay(Math.min(timeoutMs, endMs), endMs <= timeoutMs);
      },
      progress: () => null,
      kept: () => ({ count: 0, bytes: 0, countMax: 1, bytesMax: 1 }),
      discard: async () => {},
    },
  };
}
