// A local API for tests, with real sockets in this process: a machine of a real fleet, made by the real operations, and a daemon that
// does nothing but log.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { FEATURES } from '../../src/features/index.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { createGitLedger } from '../../src/ledger/git-ledger.ts';
import { createRemotes } from '../../src/ledger/remote/remotes.ts';
import { joinFleet } from '../../src/operations/machine/join.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { createRunner } from '../../src/runs/runner.ts';
import { LIMITS, type Limits } from '../../src/server/guard/limits.ts';
import { apiCompanion } from '../../src/server/stream/companion.ts';
import { readApiRecord, readApiToken } from '../../src/system/fleet/api-files.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { withRecordedPath } from '../../src/system/fleet/recorded-path.ts';
import { systemClock } from '../../src/system/time/clock.ts';
import { systemRandom } from '../../src/system/time/random.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Of JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect.
  readonly json: any;
}

export interface Asking {
  readonly method?: string;
  /** Null = none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Sent as it is; anything but text as JSON. */
  readonly body?: unknown;
}

export interface House {
  readonly folder: FleetFolder;
  readonly world: World;
  readonly log: string[];
  port(): number;
  token(): string;
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** A stream client; `protocols` as a browser offers them. */
  connect(options?: { readonly headers?: Record<string, string>; readonly protocols?: string[] }): WebSocket;
  /** As after a sync. */
  synced(): void;
  end(): Promise<void>;
}

export interface Home {
  readonly root: string;
  readonly folder: FleetFolder;
  readonly world: World;
}

/** A machine of a fleet of its own. Nothing is allowed to run on it. */
export async function createHome({
  url = null,
  name = 'pc',
}: {
  readonly url?: string | null;
  readonly name?: string;
} = {}): Promise<Home> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'coord-api-')));
  const world = worldAt(root);
  const request = { url, dir: join(root, 'fleet'), name, tags: null, slots: null, as: null, mayFound: true };
  const { folder } = await joinFleet(world, request);
  return { root, world, folder: fleetFolderAt(folder) };
}

export function endHome({ root }: Home): void {
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** `root`: HOME there. */
export function worldAt(root: string, coordHome = join(root, 'coord')): World {
  const env = { PATH: process.env.PATH, HOME: root, LANG: 'C.UTF-8' };
  const world: World = {
    env,
    cwd: root,
    home: coordHome,
    version: '0.0.0-test',
    build: 'test',
    clock: systemClock,
    random: systemRandom,
    parsed: new Map(),
    remotes: createRemotes(env, root),
    examiner: () => Promise.reject(new Error('not in this test')),
    async open(folder, { remote, branch, namespace, path }) {
      const place = { stateDir: folder.state, remoteUrl: remote, mainBranch: branch, namespace };
      return {
        ledger: createGitLedger({ ...place, now: Date.now, person: withRecordedPath(env, path) }),
        runner: createRunner({ runsDir: folder.runs, watchdogPath: '/nowhere', step: () => {} }),
        journal: createFileJournal(folder.journal, folder.outbox),
      };
    },
    caller: [process.execPath, '/nowhere', '__call'],
    startTeller: () => {},
    startDetector: () => {},
    companions: async () => [],
    features: async () => FEATURES.map((make) => make(world)),
    step: () => {},
  };
  return world;
}

/** The first of ports that hardly anybody else on this computer has: several may run these tests at once. */
export function somePorts(): number {
  // Of the workers of one run each has its own third of them.
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % 3;
  return 20_000 + (Math.floor(Math.random() * 36) * 3 + worker) * 50;
}

/** `first`: the first of the ports that it tries. */
export async function openHouse(home: Home, first: number, limits: Partial<Limits> = {}): Promise<House> {
  const { folder } = home;
  const world = { ...home.world, env: { ...home.world.env, COORD_API_FIRST_PORT: String(first) } };
  const log: string[] = [];
  const listeners = new Set<() => void>();
  const { end } = await apiCompanion(world, folder, { ...LIMITS, ...limits }).start({
    log: (line) => void log.push(line),
    wake: () => {},
    look: () => {},
    told: () => {},
    onSynced(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const port = () => Number(new URL(readApiRecord(folder)?.url ?? 'http://none').port);
  const token = () => readApiToken(folder) ?? '';
  return {
    folder,
    world,
    log,
    port,
    token,
    ask: (path, asking = {}) => ask(port(), asking.token === undefined ? { token: token(), ...asking } : asking, path),
    connect({ headers, protocols } = {}) {
      const given = headers ?? (protocols === undefined ? { authorization: `Bearer ${token()}` } : {});
      return new WebSocket(`ws://127.0.0.1:${port()}/api/v1/stream`, protocols ?? [], { headers: given });
    },
    synced() {
      for (const listener of listeners) listener();
    },
    end,
  };
}

function ask(port: number, { method, token, headers = {}, body }: Asking, path: string): Promise<Answer> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const all = Object.entries({
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    ...headers,
  }).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method: method ?? (text === undefined ? 'GET' : 'POST'),
      headers: Object.fromEntries(all),
    };
    const request = httpRequest({ ...options, agent: false }, (response) => {
      let got = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        got += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        const isJson = (response.headers['content-type'] ?? '').startsWith('application/json');
        const json = isJson && got !== '' ? JSON.parse(got) : null;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: got, json });
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}
