// From an order that a person pushes to the run that it starts, with real daemons at the pace of those that work,
// a look every 15 s ± 20 % (H3): nobody tells them, they ask.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listOrders, pushToMain } from './board.ts';
import { type Hub, withHub } from './hub.ts';
import { inTurns, percentile, seconds, times } from './numbers.ts';
import { type Daemon, joinReally, type RealMachine } from './real-machine.ts';
import type { Bench, Row, Setting } from './row.ts';

const MACHINES = 3;
const LOOK_MS = 15_000;
const ORDERS = 24;
const QUICK_ORDERS = 4;
const WITHIN_LOOKS = 10;
const CRON_MS = 60_000;
/** In looks, which are up to 1.2 long: one comes after half of one; a claim, its confirmation and the start take a second or two besides. */
const LOOKS_MAX = { median: 0.75, p99: 1.5 } as const;
/** Orders come faster here than the default of 6 would let claims and results go (H2). */
const PUSHES_PER_MINUTE = 600;

export const poll: Bench = {
  name: 'poll',
  async rows(setting) {
    const folder = join(setting.scratch, 'poll');
    mkdirSync(folder, { recursive: true });
    return withHub(join(folder, 'hub'), (hub) => measure(hub, folder, setting));
  },
};

interface Listed {
  readonly id: string;
  readonly isShared: boolean;
  readonly pushedAtMs: number;
}

async function measure(hub: Hub, folder: string, setting: Setting): Promise<Row[]> {
  const repo = hub.create('fleet.git');
  const machines: RealMachine[] = [];
  for (let at = 1; at <= MACHINES; at += 1)
    machines.push(
      await joinReally(setting, { url: repo.as(String(at)), at: join(folder, String(at)), name: `machine-${at}`, slots: 2 }),
    );
  const gate = join(folder, 'gate');
  writeFileSync(gate, '');
  listOrders(repo.url, folder, works(gate));
  pushToMain(folder, 'coordination/fleet.yaml', `pushes_per_minute: ${PUSHES_PER_MINUTE}\n`);
  for (const machine of [...machines, ...machines]) await machine.coord('sync');
  const alone = await inTurns(setting.quick ? 2 : 7, { sync: { run: async () => machines[0]?.coord('sync') } });
  const daemons: Daemon[] = [];
  try {
    for (const machine of machines) {
      daemons.push(await machine.daemon());
      // They look at moments of their own.
      await delay(LOOK_MS * Math.random());
    }
    const starts = join(folder, 'starts');
    mkdirSync(starts);
    const listed = await list(folder, { gate, starts }, setting.quick ? QUICK_ORDERS : ORDERS);
    const startedAtMs = await untilStarted(starts, listed, LOOK_MS * WITHIN_LOOKS);
    return [false, true].map((isShared) => rowOf(isShared, listed, startedAtMs, alone.sync));
  } finally {
    rmSync(gate);
    for (const daemon of daemons) await daemon.end();
  }
}

/** What each machine works at all the time, in one of its two slots, until the gate is gone. */
function works(gate: string): object[] {
  const run = `while [ -e '${gate}' ]; do sleep 1; done`;
  return Array.from({ length: MACHINES }, (_, at) => ({ id: `work-${at + 1}`, assign: at + 1, run }));
}

/** Pushed one by one, by a person, at moments that have nothing to do with the looks. */
async function list(
  folder: string,
  { gate, starts }: { readonly gate: string; readonly starts: string },
  count: number,
): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  const orders: object[] = works(gate);
  for (let at = 0; at < count; at += 1) {
    const [id, isShared] = [`order-${at}`, at % 2 === 1];
    orders.push({ id, assign: isShared ? 'any' : 1 + ((at / 2) % MACHINES), run: `date +%s%3N > '${join(starts, id)}'` });
    pushToMain(folder, 'coordination/ORDERS.json', `${JSON.stringify({ version: 1, orders }, null, 2)}\n`);
    listed.push({ id, isShared, pushedAtMs: Date.now() });
    await delay(LOOK_MS * (0.3 + 0.5 * Math.random()));
  }
  return listed;
}

async function untilStarted(starts: string, listed: readonly Listed[], withinMs: number): Promise<ReadonlyMap<string, number>> {
  const startOf = (id: string) => (existsSync(join(starts, id)) ? Number(readFileSync(join(starts, id), 'utf8')) : 0);
  for (const untilMs = performance.now() + withinMs; ; await delay(100)) {
    const started = new Map(listed.map(({ id }) => [id, startOf(id)]));
    const missing = listed.filter(({ id }) => (started.get(id) ?? 0) === 0);
    if (missing.length === 0) return started;
    if (performance.now() > untilMs) throw new Error(`did not start: ${missing.map(({ id }) => id).join(', ')}`);
  }
}

function rowOf(isShared: boolean, listed: readonly Listed[], startedAtMs: ReadonlyMap<string, number>, syncMs: number): Row {
  const took = listed
    .filter((one) => one.isShared === isShared)
    .map(({ id, pushedAtMs }) => (startedAtMs.get(id) ?? 0) - pushedAtMs);
  const [p50, p99] = [percentile(took, 0.5), percentile(took, 0.99)];
  const byCronMs = CRON_MS / 2 + syncMs;
  return {
    what: `an order for ${isShared ? 'any of' : 'one of'} ${MACHINES} machines with daemons, until it runs`,
    measured: `median ${times(p50 / LOOK_MS)} a look of ${LOOK_MS / 1000} s, p99 ${times(p99 / LOOK_MS)} (${seconds(p50)}, ${seconds(p99)}; ${took.length} orders); ${times(p50 / byCronMs)} cron`,
    atMost: `median ${LOOKS_MAX.median} ×, p99 ${LOOKS_MAX.p99} × a look`,
    beside: `\`coord sync\` from cron each minute: ${seconds(byCronMs)} by reckoning (half a minute, and ${seconds(syncMs)} for a sync)`,
    isOk: p50 / LOOK_MS <= LOOKS_MAX.median && p99 / LOOK_MS <= LOOKS_MAX.p99,
  };
}
