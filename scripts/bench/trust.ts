// What signatures cost: bytes of a beat, time of a cycle, a whole fleet that is verified, and `coord order add` with a key in ssh-agent.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { laneSealer } from '../../src/features/trust/adapters/lane-sealer.ts';
import { ensureMachineKey } from '../../src/features/trust/system/machine-key.ts';
import { writePin } from '../../src/features/trust/system/trust-pin.ts';
import { type Hub, withHub } from './hub.ts';
import { joinMachine } from './machine.ts';
import { inTurns, median, ms, times } from './numbers.ts';
import type { Bench, Row, Setting } from './row.ts';
import { FLEET, type LookTimes, signedFleetOf } from './trust-fleet.ts';

const LANES = 200;
const ORDERS = 2_000;
const LIMITS = { beatBytes: 150, cyclePercent: 2, coldMs: 400, warmMs: 5, agent: 1.2 } as const;
const SEALS = 500;
const run = promisify(execFile);

export const trust: Bench = {
  name: 'trust',
  async rows(setting) {
    const folder = join(setting.scratch, 'trust');
    mkdirSync(folder, { recursive: true });
    const fleet = await signedFleet(folder);
    const cycleMs = await withHub(join(folder, 'hub'), (hub) => activeCycle(hub, folder, setting));
    const small = await verified(join(folder, 'small'), 3, 20);
    return [
      beat(fleet.trailer),
      cycle(cycleMs, small.warmMs + fleet.sealMs),
      whole(await verified(join(folder, 'large'), LANES, ORDERS)),
      await orderAdd(folder, setting),
    ];
  },
};

/** The trailer of a beat, and what it takes to make it. */
async function signedFleet(home: string): Promise<{ trailer: string; sealMs: number }> {
  const root = join(home, 'sealing');
  ensureMachineKey(home, root);
  writePin(home, root, { version: 1, fleet: FLEET, before: null, threshold: 1, people: {}, machines: {} });
  const sealer = laneSealer(home, root);
  if (sealer === null) throw new Error('no key');
  const files = new Map([
    ['COMPUTER_1.md', '0'.repeat(40)],
    ['results/1.json', '1'.repeat(40)],
  ]);
  const message = (beat: number) => `1 m: beat [skip ci]\n\nCoord-Machine: 1\nCoord-Seq: 7\nCoord-Beat: ${beat}\n`;
  const seal = (beat: number) =>
    sealer.seal({ machine: 1, expected: null, parent: '2'.repeat(40), files: new Map(), message: message(beat) }, files);
  for (let beat = 0; beat < 100; beat += 1) seal(beat);
  const from = cpuMs();
  for (let beat = 0; beat < SEALS; beat += 1) seal(beat);
  return { trailer: seal(1).trailer, sealMs: (cpuMs() - from) / SEALS };
}

/** Processor time of this process, in milliseconds: what else runs here does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Of a real machine that reports a run, unsigned: the quickest, with which signing compares worst. */
async function activeCycle(hub: Hub, folder: string, { quick }: Setting): Promise<number> {
  const { url } = hub.create('fleet.git');
  const machine = await joinMachine(url, join(folder, 'machine'), { name: 'timed' });
  for (let turn = 0; turn < 3; turn += 1) await machine.cycle();
  let quickest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < (quick ? 5 : 21); turn += 1) {
    await machine.finishRun();
    const from = performance.now();
    await machine.cycle();
    quickest = Math.min(quickest, performance.now() - from);
  }
  await machine.close();
  return quickest;
}

/** As in a process that has just begun: one that never looked, one that looked before, and one that goes on. */
async function verified(home: string, lanes: number, orders: number): Promise<Verified> {
  mkdirSync(home, { recursive: true });
  const path = join(home, 'fleet.json');
  writeFileSync(path, JSON.stringify(signedFleetOf(home, lanes, orders)));
  const look = async () => {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'trust-look.js'), path]);
    return JSON.parse(stdout) as LookTimes;
  };
  const first = await look();
  const again: LookTimes[] = [];
  for (let turn = 0; turn < 5; turn += 1) again.push(await look());
  const of = (time: keyof LookTimes) => median(again.map((it) => it[time]));
  return { firstMs: first.coldMs, coldMs: of('coldMs'), warmMs: of('warmMs') };
}

interface Verified extends LookTimes {
  readonly firstMs: number;
}

function beat(trailer: string): Row {
  const bytes = Buffer.byteLength(trailer);
  return {
    what: 'a signed beat',
    measured: `${bytes} B more than one that is not`,
    atMost: `${LIMITS.beatBytes} B`,
    beside: '',
    isOk: bytes <= LIMITS.beatBytes,
  };
}

function cycle(cycleMs: number, addedMs: number): Row {
  const percent = (100 * addedMs) / cycleMs;
  return {
    what: 'a full active cycle, signed: lane sealed, 3 lanes and 20 orders looked at',
    measured: `${addedMs.toFixed(2)} ms of processor time more: ${percent.toFixed(1)} %`,
    atMost: `${LIMITS.cyclePercent} %`,
    beside: `the quickest cycle without: ${ms(cycleMs)}`,
    isOk: percent <= LIMITS.cyclePercent,
  };
}

function whole({ firstMs, coldMs, warmMs }: Verified): Row {
  return {
    what: `${LANES} lanes and ${ORDERS.toLocaleString('en')} orders verified`,
    measured: `${ms(coldMs)} of processor time by a process that has just begun, ${ms(warmMs)} by one that goes on; the first one ever on that computer ${ms(firstMs)}`,
    atMost: `${LIMITS.coldMs} ms, ${LIMITS.warmMs} ms`,
    beside: '',
    isOk: coldMs <= LIMITS.coldMs && warmMs <= LIMITS.warmMs,
  };
}

/** The same command in an open fleet and in a signed one, whose key is in a real ssh-agent. */
async function orderAdd(folder: string, { program, quick }: Setting): Promise<Row> {
  const socket = join(folder, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  try {
    const key = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    await untilAnswers(env);
    execFileSync('ssh-add', ['-q', key], { env });
    const coord =
      (fleet: string) =>
      (...args: readonly string[]) =>
        run(process.execPath, [program, '--dir', join(folder, fleet), ...args], { cwd: folder, env });
    const [signed, open] = [coord('signed'), coord('open')];
    for (const one of [signed, open]) await one('init', '--name', 'here');
    await signed('trust', 'on', '--yes', '--name', 'anna');
    let count = 0;
    const add = (one: typeof signed) => () => one('order', 'add', `order-${++count}`, '--for', '9', 'true');
    const took = await inTurns(quick ? 5 : 15, { signed: { run: add(signed) }, open: { run: add(open) } });
    const ratio = took.signed / took.open;
    return {
      what: '`coord order add` with a key in ssh-agent',
      measured: `${times(ratio)} that without (${ms(took.signed)})`,
      atMost: `${LIMITS.agent} × that without`,
      beside: `in an open fleet: ${ms(took.open)}`,
      isOk: ratio <= LIMITS.agent,
    };
  } finally {
    agent.kill();
  }
}

async function untilAnswers(env: NodeJS.ProcessEnv): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const code = await run('ssh-add', ['-l'], { env }).then(
      () => 0,
      (error: { readonly code: number }) => error.code,
    );
    // 1 = it has no keys.
    if (code < 2) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('ssh-agent does not answer');
}
