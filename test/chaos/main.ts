// Chaos with real processes; scripts/chaos.mjs bundles this and says what is asked for. Computers and one bare repo; orders keep coming; processes of coord, runs with their watchdogs, and whole computers are killed with kill -9 at random moments. Then all is
// left in peace, and counted.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { livingDaemon } from '../../src/operations/daemon/pid-file.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { aftermath } from './aftermath.ts';
import { chanceOf } from './chance.ts';
import { type Computer, createComputer, type Ended } from './computer.ts';
import { createExcuses } from './excuses.ts';
import { createHub } from './hub.ts';
import { judge } from './judge.ts';
import { killAllOf, killNow, processesOf } from './processes.ts';
import { createWork, type Job } from './work.ts';

interface Asked {
  readonly kills: number;
  readonly seed: number;
  readonly program: string;
  readonly machines: number;
  /** So many of them have a daemon; the others a cron. */
  readonly daemons: number;
  /** Leaves the folder for a look. */
  readonly keep: boolean;
}

const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const OPEN_ORDERS = 14;
const SYNC_KILL_RATE = 0.45;
/** Between kills that are no sync's. */
const STRIKE_MS = [300, 2_400] as const;
/** Many are killed as they start, in their first sync. */
const DAEMON_LIFE_MS = 12_000;
const PEACE_MS = 300_000;
/** 4: the host did not answer in time; the hub's refs are busy. */
const HONEST_CODES = [0, 4];

const began = performance.now();
const root = realpathSync(mkdtempSync(join(tmpdir(), 'coord-chaos-')));
const chance = chanceOf(asked.seed);
const hub = createHub(root);
const computers = Array.from({ length: asked.machines }, (_, at) =>
  createComputer(root, at + 1, asked.program, chanceOf(asked.seed * 100 + at + 1)),
);
const work = createWork(root, asked.machines, chance);
const jobs: Job[] = [];
const kills = { sync: 0, daemon: 0, run: 0, computer: 0 };
const killed = () => kills.sync + kills.daemon + kills.run + kills.computer;
/** What explains what (excuses.ts). */
const happened = {
  runKills: new Map<string, number[]>(),
  powerCuts: new Map<string, number[]>(),
  goodSyncs: new Map<string, { beganMs: number; endedMs: number }[]>(),
  holders: new Map<string, string>(),
  computers: computers.map(({ name }) => name),
};
/** When an order's end was first seen on the board. */
const endedAt = new Map<string, number>();
const codes = new Map<string, number>();
const dishonest: string[] = [];
let [isKilling, isOver] = [true, false];
const sound: number[] = [];

const isFinal = (state: string | undefined) => state === 'COMPLETED' || state === 'FAILED';
const say = (text: string) => console.log(`${((performance.now() - began) / 1000).toFixed(0)} s: ${text}`);

function note<T>(notes: Map<string, T[]>, key: string, what: T): void {
  notes.set(key, [...(notes.get(key) ?? []), what]);
}

function onEnd({ name }: Computer, { code, signal, out, beganMs, ms, endedBy }: Ended): void {
  if (endedBy === 'kill') kills.sync += 1;
  if (endedBy === 'kill' || endedBy === 'power') return;
  codes.set(String(code ?? signal), (codes.get(String(code ?? signal)) ?? 0) + 1);
  if (code === 0) {
    sound.push(ms);
    note(happened.goodSyncs, name, { beganMs, endedMs: beganMs + ms });
  }
  if (endedBy === 'hung') dishonest.push(`coord sync on ${name} had not ended after ${ms} ms: ${out.slice(-600)}`);
  else if (code === null) dishonest.push(`coord sync on ${name} was ended by ${signal}, which nobody sent: ${out.slice(-600)}`);
  else if (!HONEST_CODES.includes(code)) dishonest.push(`coord sync on ${name} ended with ${code}: ${out.slice(-600)}`);
}

/** A daemon ends when it is told to, and by a kill. */
function onDaemonEnd({ name }: Computer, { code, signal, out, endedBy }: Ended): void {
  if (endedBy === 'kill') kills.daemon += 1;
  if (endedBy === 'kill' || endedBy === 'power' || (code === 0 && isOver)) return;
  dishonest.push(
    endedBy === 'hung'
      ? `the daemon of ${name} had not ended 30 s after SIGTERM: ${out.slice(-600)}`
      : `the daemon of ${name} ended by itself with ${code ?? signal}: ${out.slice(-600)}`,
  );
}

/** Nobody sees when its syncs begin and end: its record counts those that are done. What lies between two counts is one. */
async function watchDaemon({ name, folder }: Computer): Promise<void> {
  let last = { pid: 0, syncs: 0, atMs: Date.now() };
  while (!isOver) {
    await delay(100);
    const record = livingDaemon(fleetFolderAt(folder));
    if (record === null || (record.pid === last.pid && record.syncs === last.syncs)) continue;
    if (record.pid === last.pid && record.trouble === null) {
      note(happened.goodSyncs, name, { beganMs: last.atMs, endedMs: Date.now() });
    }
    last = { pid: record.pid, syncs: record.syncs, atMs: Date.now() };
  }
}

function killDaemonAfterMs(): number | null {
  return isKilling && killed() < asked.kills ? chance.between(0, DAEMON_LIFE_MS) : null;
}

function killAfterMs(): number | null {
  if (!isKilling || killed() >= asked.kills || chance.fraction() >= SYNC_KILL_RATE) return null;
  const recent = sound.slice(-15).sort((a, b) => a - b);
  return chance.between(0, 1.15) * (recent[Math.floor(recent.length / 2)] ?? 1_000);
}

/** The watchdog and its run, as a computer that loses that run and nothing else. */
function killARun(): void {
  const watchdogs = computers.flatMap(({ at }) => processesOf(at)).filter((pid) => /watchdog\.js/.test(commandOf(pid)));
  if (watchdogs.length === 0) return;
  const watchdog = chance.one(watchdogs);
  const folder = commandOf(watchdog).split('\0')[2] ?? '';
  if (folder === '') return;
  const isHit = killNow(watchdog);
  killAllOf(folder);
  if (isHit) kills.run += 1;
  note(happened.runKills, /([^/]+)-\d+\.\d+-[^/]+$/.exec(folder)?.[1] ?? '', Date.now());
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function killAComputer(): void {
  const on = computers.filter((computer) => computer.isOn());
  // Somebody must be there to take over.
  if (on.length <= asked.machines / 2) return;
  const computer = chance.one(on);
  computer.cutPower(chance.fraction() < 0.7 ? chance.between(200, 5_000) : chance.between(35_000, 60_000));
  kills.computer += 1;
  note(happened.powerCuts, computer.name, Date.now());
}

async function strikes(): Promise<void> {
  while (killed() < asked.kills) {
    await delay(chance.between(...STRIKE_MS));
    if (killed() >= asked.kills) return;
    if (chance.fraction() < 0.55) killARun();
    else killAComputer();
  }
}

/** How many orders have no end; what excuses will need is noted. */
function look(): number {
  const seen = hub.orders();
  for (const [claim, holder] of hub.holders()) happened.holders.set(claim, holder);
  const open = jobs.filter(({ id }) => !isFinal(seen[id]?.state));
  for (const { id } of jobs) if (isFinal(seen[id]?.state) && !endedAt.has(id)) endedAt.set(id, Date.now());
  return open.length;
}

async function people(): Promise<void> {
  let told = 0;
  while (isKilling) {
    const open = look();
    if (open < OPEN_ORDERS) {
      for (let more = OPEN_ORDERS + 2 - open; more > 0; more -= 1) jobs.push(work.next());
      hub.order(jobs.map(({ entry }) => entry));
    }
    if (performance.now() - told > 30_000) {
      told = performance.now();
      say(`${killed()} kills (${JSON.stringify(kills)}), ${jobs.length} orders, ${open} open`);
    }
    await delay(2_000);
  }
}

/** Left in peace until all orders have ended and no claim stands. */
async function settled(): Promise<boolean> {
  for (const computer of computers) computer.powerOn();
  const until = performance.now() + PEACE_MS;
  while (performance.now() < until) {
    await delay(1_000);
    if (look() === 0 && hub.refs('refs/coord/claims').length === 0) return true;
  }
  return false;
}

async function play(): Promise<number> {
  const [first, ...rest] = computers as [Computer, ...Computer[]];
  for (const computer of [first, ...rest]) {
    for (const args of [
      ['init', hub.path, computer.folder, '--name', computer.name],
      ['--dir', computer.folder, 'allow', 'shell'],
    ]) {
      const { code, out } = await computer.coord(...args);
      if (code !== 0) throw new Error(`coord ${args.join(' ')}: ${code} ${out}`);
    }
  }
  hub.order([]);
  say(`${computers.length} machines have joined in ${root}, ${asked.daemons} with a daemon`);
  const over = () => isOver;
  const crons = Promise.all(
    computers.flatMap((it, at) =>
      at < asked.daemons
        ? [it.daemon(over, killDaemonAfterMs, (ended) => onDaemonEnd(it, ended)), watchDaemon(it)]
        : [it.cron(over, killAfterMs, (ended) => onEnd(it, ended))],
    ),
  );
  const killing = strikes().finally(() => {
    isKilling = false;
  });
  // Whoever throws ends it all.
  await Promise.race([crons, Promise.all([people(), killing])]);
  const killingMs = performance.now() - began;
  say(`${killed()} kills; in peace now`);
  const isSettled = await Promise.race([crons.then(() => false), settled()]);
  isOver = true;
  await crons;
  const left = await aftermath(root, hub.path, computers);
  const excuses = createExcuses({ ...happened, laneMoves: hub.laneMoves() });
  const { violations, figures } = judge(jobs, work.told(), hub.orders(), excuses, (id) => endedAt.get(id) ?? Date.now());
  const found = [...violations, ...dishonest.map((text) => `DISHONEST: ${text}`), ...left];
  if (!isSettled)
    found.push(`not settled after ${PEACE_MS / 1000} s; claims: ${hub.refs('refs/coord/claims').join(' ') || 'none'}`);
  console.log(`kills: ${killed()} ${JSON.stringify(kills)} in ${(killingMs / 60_000).toFixed(1)} min, seed ${asked.seed}`);
  console.log(`all in all: ${((performance.now() - began) / 60_000).toFixed(1)} min`);
  console.log(`orders: ${jobs.length}; syncs that were not killed, by exit code: ${JSON.stringify(Object.fromEntries(codes))}`);
  for (const [what, times] of Object.entries(figures).sort()) console.log(`  ${what}: ${times}`);
  console.log(`violations: ${found.length}`);
  for (const text of found.slice(0, 40)) console.log(`  ${text}`);
  return found.length;
}

function clearAway(isKept: boolean): void {
  for (const { at } of computers) killAllOf(at);
  if (isKept) console.log(`kept: ${root}`);
  else rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => {
    clearAway(asked.keep);
    process.exit(code);
  });
let failed = 1;
try {
  failed = await play();
} finally {
  clearAway(asked.keep || failed > 0);
}
process.exit(failed === 0 ? 0 : 1);
