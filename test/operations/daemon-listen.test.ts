// Nothing of a daemon rests on events: what no watcher told of is found by its look at what lies here.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { listen } from '../../src/operations/daemon/listen.ts';
import { createWakeupSignal } from '../../src/operations/daemon/wakeup-signal.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

const networks = vi.hoisted(() => ({ areTold: true }));
vi.mock('node:os', async (original) => {
  const os = await original<typeof import('node:os')>();
  const networkInterfaces = () => {
    if (networks.areTold) return os.networkInterfaces();
    throw new Error('uv_interface_addresses returned Unknown system error 13');
  };
  return { ...os, networkInterfaces };
});

const root = mkdtempSync(join(tmpdir(), 'coord-listen-'));
afterEach(() => {
  vi.useRealTimers();
  networks.areTold = true;
  rmSync(root, { recursive: true, force: true });
});

/** A daemon that listens, and the quarters of a minute that it counts. */
async function listening(hasNews: () => boolean) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const folder = fleetFolderAt(join(root, 'fleet'));
  mkdirSync(folder.state, { recursive: true });
  let wallMs = 0;
  const clock = { now: () => ({ wallMs, monotonicMs: wallMs, boot: 'b' }) };
  const world = { clock, home: join(root, 'home') } as unknown as World;
  const signal = createWakeupSignal();
  const end = await listen({ world, folder, machine: 1, signal, hasNews, log: (line) => expect.fail(line) });
  const tick = () => {
    wallMs += 15_000;
    vi.advanceTimersByTime(15_000);
  };
  return { signal, end, tick };
}

test('C10 a computer that does not tell its networks has none, and its daemon goes on', async () => {
  networks.areTold = false;
  const { signal, end, tick } = await listening(() => false);
  tick();
  expect(await signal.wait(0)).toBe('look');
  await end();
});

test('C10 what was saved and no event told of is found in a minute; where nothing was, nobody is woken', async () => {
  let [news, looks] = [false, 0];
  const hasNews = () => {
    looks += 1;
    return news;
  };
  const { signal, end, tick } = await listening(hasNews);
  const minute = () => {
    for (let ticks = 0; ticks < 4; ticks += 1) tick();
  };
  try {
    minute();
    expect(looks).toBe(1);
    expect(await signal.wait(0)).toBe('look');
    news = true;
    minute();
    expect(await signal.wait(0)).toBe('saved');
  } finally {
    await end();
  }
  minute();
  expect(looks).toBe(2);
});
