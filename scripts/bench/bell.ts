// From an order that somebody places on one machine to its first line on another and its result back on the first, with a bell and without: two
// fleets of two with daemons and default settings, side by side, and the same through a job queue.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Broker, startBroker } from './bell-broker.ts';
import { letterRow, lettersOf, movesIn } from './bell-letters.ts';
import { type Jobs, throughQueue } from './bell-queue.ts';
import { type Hub, type Visit, withHub } from './hub.ts';
import { counted, percentile, seconds, times } from './numbers.ts';
import { type Daemon, joinReally, type RealMachine } from './real-machine.ts';
import type { Bench, Row, Setting } from './row.ts';

const DELAY_MS = 300;
/** One each 25 s and what it takes: with its result, less than the five pushes a minute that are left of six beside beats. */
const ORDERS = 20;
const EACH_MS = 25_000;
/** After so long without an order machines look once a minute (H3). */
const QUIET_MS = 200_000;
const QUIET_ORDERS = 2;
/** Runs that last: of these it counts from their end. */
const LONG_ORDERS = 4;
const LONG_S = 30;
const TOLD_MS_MAX = 60_000;
const RESULT_P95_MS = 10_000;

export interface Took {
  /** From its push, in milliseconds. */
  readonly afterPushMs: number;
  /** From the start of the command that places it. */
  readonly runMs: number;
  readonly resultMs: number;
  /** From its end. */
  readonly afterMs: number;
}

export const bell: Bench = {
  name: 'bell',
  async rows(setting) {
    const rows: Row[] = [];
    for (const delayMs of setting.quick ? [0] : [0, DELAY_MS]) {
      const folder = join(setting.scratch, `bell-${delayMs}`);
      mkdirSync(folder, { recursive: true });
      rows.push(...(await withHub(join(folder, 'hub'), (hub) => measure(hub, folder, setting, delayMs))));
    }
    return rows;
  },
};

async function measure(hub: Hub, folder: string, setting: Setting, delayMs: number): Promise<Row[]> {
  const broker = await startBroker(folder);
  const fleets: Pair[] = [];
  try {
    for (const name of ['with', 'without'] as const) {
      const pair = await joinPair(hub, join(folder, name), setting, name);
      fleets.push(pair);
      if (name === 'with') await pair.laptop.coord('bell', 'on', broker.address);
    }
    const [rung, plain] = fleets as [Pair, Pair];
    await hub.delay(delayMs);
    for (const { laptop, pc, daemons } of fleets) daemons.push(await pc.daemon(), await laptop.daemon());
    for (const machine of [rung.laptop, rung.pc]) await untilTold(machine);
    await hub.take();
    broker.take();
    const fromMs = performance.now();
    const count = setting.quick ? 2 : ORDERS;
    const [told, untold] = await Promise.all([rung, plain].map((pair) => series(pair, { count, eachMs: EACH_MS })));
    const { visits } = await hub.take();
    const [frames, forMs] = [broker.take(), performance.now() - fromMs];
    const more = (given: Series) =>
      Promise.all((setting.quick || delayMs > 0 ? [] : [rung, plain]).map((pair) => series(pair, given)));
    const long = await more({ count: LONG_ORDERS, eachMs: EACH_MS, runS: LONG_S });
    const letters = await Promise.all(setting.quick || delayMs > 0 ? [] : [rung, plain].map((pair) => lettersOf(pair, EACH_MS)));
    const quiet = await more({ count: QUIET_ORDERS, eachMs: QUIET_MS });
    const queue = await throughQueue(setting.bullmq, folder, setting.quick ? 5 : 100);
    const where = atDelay(delayMs);
    return [
      ...latencyRows(told ?? [], untold ?? [], queue, delayMs),
      trafficRow({ visits, frames, count, forMs }, where),
      ...letterRow(letters),
      ...slowestRow(
        `with a bell: a run of ${LONG_S} s, from its end until \`coord wait\` says so`,
        long,
        ({ afterMs }) => afterMs,
      ),
      ...slowestRow(
        'with a bell: an order after three minutes without one, until `coord wait` says its result',
        quiet,
        ({ resultMs }) => resultMs,
      ),
    ];
  } finally {
    for (const daemon of fleets.flatMap(({ daemons }) => daemons)) await daemon.end();
    broker.end();
  }
}

export interface Pair {
  readonly folder: string;
  /** The bare repo. */
  readonly repo: string;
  /** Where orders are placed. */
  readonly laptop: RealMachine;
  /** Where they run. */
  readonly pc: RealMachine;
  readonly daemons: Daemon[];
}

export async function joinPair(hub: Hub, folder: string, setting: Setting, name: string): Promise<Pair> {
  const repo = hub.create(`${name}.git`);
  const [laptop, pc] = [
    await joinReally(setting, { url: repo.as(`${name}-laptop`), at: join(folder, 'laptop'), name: 'laptop' }),
    await joinReally(setting, { url: repo.as(`${name}-pc`), at: join(folder, 'pc'), name: 'pc' }),
  ];
  for (const machine of [laptop, pc]) await machine.coord('sync');
  return { folder, repo: repo.folder, laptop, pc, daemons: [] };
}

export async function untilTold({ folder }: RealMachine): Promise<void> {
  const path = join(folder, '.coord', 'bell', 'state.json');
  for (const untilMs = performance.now() + TOLD_MS_MAX; performance.now() < untilMs; await delay(100))
    if (existsSync(path) && readFileSync(path, 'utf8').includes('"isTold":true')) return;
  throw new Error('a bell of the bench was not connected');
}

let placed = 0;

interface Series {
  readonly count: number;
  readonly eachMs: number;
  /** Of each run. */
  readonly runS?: number;
}

/** One after the other, each after a pause that has nothing to do with the looks. */
async function series({ folder, repo, laptop }: Pair, { count, eachMs, runS = 0 }: Series): Promise<readonly Took[]> {
  const took: Took[] = [];
  for (let at = 0; at < count; at += 1) {
    await delay(eachMs * (0.8 + 0.4 * Math.random()));
    placed += 1;
    const [id, mark] = [`order-${placed}`, join(folder, `began-${placed}`)];
    const pushed = movesIn(join(repo, 'refs', 'heads'), 'main');
    const fromMs = Date.now();
    const command = `date +%s%3N > '${mark}'; sleep ${runS}; date +%s%3N >> '${mark}'`;
    await laptop.coord('order', 'add', id, '--for', 'pc', '--', command);
    const pushedMs = await pushed;
    await laptop.coord('wait', id);
    const toMs = Date.now();
    const [began, ended] = readFileSync(mark, 'utf8').split('\n').map(Number) as [number, number];
    took.push({ afterPushMs: began - pushedMs, runMs: began - fromMs, resultMs: toMs - fromMs, afterMs: toMs - ended });
  }
  return took;
}

function atDelay(delayMs: number): string {
  return delayMs === 0 ? '' : `; ${delayMs} ms a connection`;
}

function words(values: readonly number[]): string {
  return `p50 ${seconds(percentile(values, 0.5))}, p95 ${seconds(percentile(values, 0.95))}`;
}

function latencyRows(told: readonly Took[], untold: readonly Took[], queue: Jobs | null, delayMs: number): Row[] {
  const where = atDelay(delayMs);
  const row = (what: string, of: (took: Jobs[number]) => number, atMost: string, isOk: (p95: number) => boolean): Row => {
    const [mine, others, jobs] = [told.map(of), untold.map(of), (queue ?? []).map(of)];
    const ratio = queue === null ? '' : `; p50 ${times(percentile(mine, 0.5) / percentile(jobs, 0.5))} BullMQ`;
    return {
      what: `${what}${where}`,
      measured: `${words(mine)} of ${mine.length}${ratio}`,
      atMost,
      beside: `without a bell, in the same minutes: ${words(others)}; ${queue === null ? 'BullMQ was not measured: it needs redis-server' : `BullMQ over Redis: p50 ${Math.round(percentile(jobs, 0.5))} ms, p95 ${Math.round(percentile(jobs, 0.95))} ms of ${jobs.length}`}`,
      isOk: isOk(percentile(mine, 0.95)),
    };
  };
  const atMost = `p95 ${seconds(RESULT_P95_MS)}`;
  const pushedFor = told.map(({ afterPushMs }) => afterPushMs);
  const after: Row = {
    what: `with a bell: \`coord order add\` on one machine, from its push until it runs on another${where}`,
    measured: `${words(pushedFor)}, slowest ${seconds(Math.max(...pushedFor))}`,
    atMost: `p50 ${seconds(delayMs + 500)}, slowest ${seconds(2000)}`,
    beside: `without a bell: ${words(untold.map(({ afterPushMs }) => afterPushMs))}`,
    isOk: percentile(pushedFor, 0.5) <= delayMs + 500 && Math.max(...pushedFor) <= 2000,
  };
  return [
    after,
    row(
      'with a bell: `coord order add` on one machine, until it runs on another',
      ({ runMs }) => runMs,
      atMost,
      (p95) => p95 <= RESULT_P95_MS,
    ),
    row(
      'with a bell: the same, until `coord wait` says its result',
      ({ resultMs }) => resultMs,
      atMost,
      (p95) => p95 <= RESULT_P95_MS,
    ),
  ];
}

interface Counted {
  readonly visits: readonly Visit[];
  readonly frames: ReturnType<Broker['take']>;
  readonly count: number;
  readonly forMs: number;
}

function trafficRow({ visits, frames, count, forMs }: Counted, where: string): Row {
  const of = (fleet: string, isPush: boolean) =>
    visits.filter((visit) => visit.who.startsWith(`${fleet}-`) && visit.isPush === isPush).length;
  const said = (fleet: string) =>
    `${(of(fleet, true) / count).toFixed(1)} pushes and ${(of(fleet, false) / count).toFixed(1)} fetches`;
  const kinds = [...frames].map(([kind, number]) => counted(number, kind)).join(', ');
  return {
    what: `with a bell: pushes, fetches and frames, for each of these orders, beats included${where}`,
    measured: `${said('with')}; in ${seconds(forMs)} in all ${kinds}`,
    atMost: 'no more pushes than without, and one',
    beside: `without a bell: ${said('without')}`,
    isOk: of('with', true) <= of('without', true) + count,
  };
}

/** Of few: the median and the slowest. */
function slowestRow(what: string, [told, untold]: readonly (readonly Took[])[], of: (took: Took) => number): Row[] {
  if (told === undefined || untold === undefined) return [];
  const [mine, others] = [told.map(of), untold.map(of)];
  const words = (values: readonly number[]) =>
    `median ${seconds(percentile(values, 0.5))}, slowest ${seconds(Math.max(...values))}`;
  return [
    {
      what,
      measured: `${words(mine)} of ${mine.length}`,
      atMost: seconds(RESULT_P95_MS),
      beside: `without a bell: ${words(others)}`,
      isOk: Math.max(...mine) <= RESULT_P95_MS,
    },
  ];
}
