// A fleet folder with a supervisor and real programs, without a fleet: what is saved, what is seen and what runs.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalService, ServiceWish } from '../../../src/core/model/machines/local-service.ts';
import { createSupervisor } from '../../../src/features/services/adapters/supervisor.ts';
import { notedServices, readNote, serviceLogPath, writeWish } from '../../../src/features/services/system/service-files.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { readServices } from '../../../src/system/fleet/local-services.ts';
import { kill } from '../../../src/system/process/process-group.ts';
import { stampedProcesses } from '../../../src/system/process/process-table.ts';
import { systemClock } from '../../../src/system/time/clock.ts';

export const STAND_IN = join(import.meta.dirname, 'stand-in.mjs');
/** The program and its words, as they stand in instances.yaml. */
export const standIn = (port: number, what = '') => JSON.stringify([process.execPath, STAND_IN, String(port), what]);

export interface Supervised {
  readonly folder: FleetFolder;
  /** Where programs may run. */
  readonly home: string;
  readonly log: string[];
  save(instances: string | null): void;
  /** Begins to supervise; an earlier one is ended first. */
  begin(): Promise<void>;
  /** As a daemon ends: programs go on. */
  end(): Promise<void>;
  wish(name: string, wish: Omit<ServiceWish, 'turn'>): void;
  programs(): readonly LocalService[];
  of(name: string): LocalService | undefined;
  /** Processes that live of it, whoever started them. */
  processes(name: string): number[];
  logOf(name: string): string;
}

const all: Supervised[] = [];

export function supervised(): Supervised {
  const root = mkdtempSync(join(tmpdir(), 'coord-programs-'));
  const folder = fleetFolderAt(join(root, 'fleet'));
  const home = join(root, 'home');
  mkdirSync(folder.state, { recursive: true });
  writeFileSync(folder.identity, '{}');
  mkdirSync(home);
  const log: string[] = [];
  const keys = new Map<string, Set<string>>();
  let life: { end(): Promise<void> } | null = null;
  let turns = 0;
  const it: Supervised = {
    folder,
    home,
    log,
    save(instances) {
      const path = join(folder.state, 'instances.yaml');
      if (instances === null) rmSync(path);
      else writeFileSync(path, instances);
    },
    async begin() {
      await life?.end();
      const place = { folder, env: process.env, path: process.env.PATH ?? '', clock: systemClock, step: () => {} };
      life = await createSupervisor(place).start({
        log: (text) => void log.push(text),
        wake: () => {},
        look: () => {},
        told: () => {},
        onSynced: () => () => {},
      });
    },
    async end() {
      await life?.end();
      life = null;
    },
    wish(name, wish) {
      turns += 1;
      writeWish(folder, name, { ...wish, turn: `turn ${turns}` });
    },
    programs: () => readServices(folder),
    of: (name) => readServices(folder).find((program) => program.name === name),
    processes(name) {
      const known = keys.get(name) ?? new Set();
      const key = readNote(folder, name)?.key;
      if (key != null) known.add(key);
      keys.set(name, known);
      return [...known].flatMap((each) => stampedProcesses(each));
    },
    logOf: (name) => readFileSync(serviceLogPath(folder, name), 'utf8'),
  };
  all.push(it);
  return it;
}

/** Nothing of them is left. */
export async function endSupervised(): Promise<void> {
  for (const it of all.splice(0)) {
    await it.end();
    for (const name of notedServices(it.folder)) {
      const key = readNote(it.folder, name)?.key;
      if (key != null) await kill({ pgid: null, stamp: key });
    }
    rmSync(join(it.home, '..'), { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function until(what: string, isSo: () => boolean, timeoutMs = 60_000): Promise<void> {
  for (const endMs = performance.now() + timeoutMs; !isSo(); await sleep(20))
    if (performance.now() > endMs) throw new Error(`it never came to this: ${what}`);
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
