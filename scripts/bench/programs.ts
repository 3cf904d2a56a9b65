// L2 to L5: what it costs to look after 50 programs that do nothing: the daemon's supervisor, and pm2 with the same 50 in the same window.
// Ten are little HTTP servers, the others sleep; coord looks at each every 30 s (pm2 has no such checks, and looks at processor and memory).
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withHub } from './hub.ts';
import { between, type Usage, usageOf } from './proc.ts';
import { type Measures, programsRows } from './programs-rows.ts';
import { joinReally, type RealMachine, straceTo } from './real-machine.ts';
import type { Bench, Row, Setting } from './row.ts';
import { execsFrom } from './strace-log.ts';

const run = promisify(execFile);
const COUNT = 50;
const SERVERS = 10;
const QUICK = { count: 6, servers: 2, windowMs: 10_000, warmMs: 2_000 };
/** A new daemon looks often for three minutes (H3.1). */
const WARM_MS = 200_000;
const UP_MS_MAX = 120_000;
const SERVER =
  "require('http').createServer((_, a) => a.end('ok')).listen(Number(process.argv[1] ?? process.argv[2]), '127.0.0.1')";

export const programs: Bench = {
  name: 'programs',
  async rows(setting) {
    const folder = join(setting.scratch, 'programs');
    mkdirSync(folder, { recursive: true });
    return withHub(join(folder, 'hub'), (hub) => measure(hub.create('fleet.git').url, folder, setting));
  },
};

/** Null = it sleeps. */
interface Program {
  readonly name: string;
  readonly port: number | null;
}

async function measure(url: string, folder: string, setting: Setting): Promise<Row[]> {
  const { count, servers } = setting.quick ? QUICK : { count: COUNT, servers: SERVERS };
  const door = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => door.once('listening', resolve));
  const shared = (door.address() as AddressInfo).port;
  const machine = await joinReally(setting, { url, at: join(folder, 'machine'), name: 'supervisor' });
  const of = (ports: readonly number[]): Program[] =>
    Array.from({ length: count }, (_, at) => ({ name: `program-${at}`, port: ports[at] ?? null }));
  const listed = of(await freePorts(servers));
  writeFileSync(join(machine.folder, '.coord', 'instances.yaml'), instancesText(listed, shared));
  let daemon = await machine.daemon();
  const peer = createPeer(setting.pm2, folder);
  try {
    await untilOnline(machine, count);
    await peer.start(of(await freePorts(servers)));
    await delay(setting.quick ? QUICK.warmMs : WARM_MS);
    const windowMs = setting.quick ? QUICK.windowMs : setting.minutes * 60_000;
    const pm2 = peer.pid();
    const first = await watch(windowMs, daemon.pid, pm2);
    // The next daemon finds them running: it is not told of their ends, and has to look.
    await daemon.end();
    const log = join(folder, 'strace');
    const under = straceTo(log);
    daemon = await machine.daemon();
    await untilOnline(machine, count);
    await delay(setting.quick ? QUICK.warmMs : WARM_MS);
    const adopted = await watch(windowMs / 3, daemon.pid, null);
    await daemon.end();
    daemon = await machine.daemon(under === null ? {} : { under });
    await untilOnline(machine, count);
    const execs = execsFrom(under === null ? null : log);
    execs.take();
    await delay(windowMs / 3);
    const measures: Measures = { count, windowMs, first, adopted, execs: execs.take() };
    return programsRows(measures, setting.pm2 === null);
  } finally {
    await machine.coord('instance', 'stop', '--all').catch(() => {});
    await daemon.end();
    await peer.end();
    door.close();
  }
}

async function watch(windowMs: number, daemon: number, pm2: number | null) {
  const look = () => ({ coord: usageOf(daemon), pm2: pm2 === null ? null : usageOf(pm2) });
  const from = look();
  await delay(windowMs);
  const to = look();
  const peer: Usage | null = from.pm2 === null || to.pm2 === null ? null : between(from.pm2, to.pm2);
  return { windowMs, coord: between(from.coord, to.coord), pm2: peer };
}

function instancesText(listed: readonly Program[], shared: number): string {
  const instances = listed.map(({ name, port }) =>
    port === null
      ? [name, { command: ['sleep', '1000000'], health: { tcp: shared } }]
      : [name, { command: [process.execPath, '-e', SERVER, String(port)], port, health: { http: '/' } }],
  );
  return `${JSON.stringify({ instances: Object.fromEntries(instances) }, null, 1)}\n`;
}

async function untilOnline({ coord }: RealMachine, count: number): Promise<void> {
  for (const untilMs = performance.now() + UP_MS_MAX; performance.now() < untilMs; await delay(500)) {
    const listed = await coord('instance', 'list', '--json');
    if ((listed.match(/"ONLINE"/g) ?? []).length >= count) return;
  }
  throw new Error(`${count} programs were not online within ${UP_MS_MAX / 1000} s`);
}

async function freePorts(count: number): Promise<number[]> {
  const doors = await Promise.all(
    Array.from({ length: count }, async () => {
      const door = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => door.once('listening', resolve));
      return door;
    }),
  );
  const ports = doors.map((door) => (door.address() as AddressInfo).port);
  for (const door of doors) door.close();
  return ports;
}

function createPeer(pm2: string | null, folder: string) {
  const home = join(folder, 'pm2');
  const call = (...args: readonly string[]) =>
    run(process.execPath, [pm2 ?? '', ...args], { cwd: folder, env: { ...process.env, PM2_HOME: home }, maxBuffer: 1 << 26 });
  const pid = () => (pm2 === null ? null : Number(readFileSync(join(home, 'pm2.pid'), 'utf8')));
  return {
    pid,
    async start(listed: readonly Program[]) {
      if (pm2 === null) return;
      const server = join(folder, 'server.cjs');
      writeFileSync(server, SERVER.replace('process.argv[1] ?? ', ''));
      const apps = listed.map(({ name, port }) =>
        port === null
          ? { name, script: 'sleep', interpreter: 'none', exec_mode: 'fork', args: '1000000' }
          : { name, script: server, exec_mode: 'fork', args: String(port) },
      );
      writeFileSync(join(folder, 'ecosystem.json'), JSON.stringify({ apps }));
      await call('start', join(folder, 'ecosystem.json'));
    },
    async end() {
      if (pm2 !== null) await call('kill').catch(() => {});
    },
  };
}
