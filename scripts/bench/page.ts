// What an open page costs the daemon that serves it: its processor time while something changes each second, with a page that listens and without.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { readApiRecord, readApiToken } from '../../src/system/fleet/api-files.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { withHub } from './hub.ts';
import { usageOf } from './proc.ts';
import { type Daemon, joinReally } from './real-machine.ts';
import type { Bench, Row, Setting } from './row.ts';

const UPDATE_MS = 1_000;
const CORE_SHARE_MAX = 0.01;
const SIZES = [
  { machines: 3, orders: 20, messages: 20 },
  { machines: 50, orders: 2_000, messages: 10_000 },
] as const;

export const page: Bench = {
  name: 'page',
  async rows(setting) {
    const folder = join(setting.scratch, 'page');
    mkdirSync(folder, { recursive: true });
    return withHub(join(folder, 'hub'), async (hub) => {
      const url = hub.create('fleet.git').as('mac');
      const machine = await joinReally(setting, { url, at: join(folder, 'mac'), name: 'mac' });
      await machine.coord('sync');
      const rows: Row[] = [];
      for (const size of SIZES) {
        const daemon = await machine.daemon();
        try {
          rows.push(await measured(fleetFolderAt(machine.folder), daemon, size, setting));
        } finally {
          await daemon.end();
        }
      }
      return rows;
    });
  },
};

type Size = (typeof SIZES)[number];

async function measured(folder: FleetFolder, { pid }: Daemon, size: Size, { quick, minutes }: Setting): Promise<Row> {
  const windowMs = quick ? 10_000 : Math.min(minutes, 1) * 60_000;
  const change = grow(folder, size);
  const alone = await shareOf(pid, windowMs, change);
  const { client, heard } = await listen(folder);
  const listening = await shareOf(pid, windowMs, change);
  client.terminate();
  const share = listening - alone;
  const percent = (value: number) => `${(value * 100).toFixed(2)} %`;
  return {
    what: `an open page, something changes each second: ${size.machines} machines, ${size.orders} orders, ${size.messages} messages`,
    measured: `${percent(share)} of a core more of the daemon; ${heard()} events in ${windowMs / 1000} s`,
    atMost: percent(CORE_SHARE_MAX),
    beside: `no page, and the same changes: ${percent(alone)}`,
    isOk: share <= CORE_SHARE_MAX,
  };
}

/** Of one core, while a change a second is written. */
async function shareOf(pid: number, windowMs: number, change: () => void): Promise<number> {
  const from = usageOf(pid).ownMs;
  for (let ms = 0; ms < windowMs; ms += UPDATE_MS) {
    change();
    await delay(UPDATE_MS);
  }
  return (usageOf(pid).ownMs - from) / windowMs;
}

/** Fills what the last sync left, and returns what changes one order of it, as a sync would. */
function grow(folder: FleetFolder, { machines, orders, messages }: Size): () => void {
  const view = JSON.parse(readFileSync(folder.view, 'utf8'));
  const [one] = Object.values(view.machines);
  for (let at = 2; at <= machines; at += 1) view.machines[at] = { ...(one as object), name: `machine-${at}` };
  for (let at = 0; at < orders; at += 1)
    view.orders[`order-${at}`] = { state: 'COMPLETED', assign: '1 mac', machine: 1, title: `Title of ${at}` };
  const letter = { from: 2, to: 1, at: '2026-11-20T12:00:00Z', priority: 'normal', taken: true, name: 'machine-2' };
  const inbox = Array.from({ length: messages }, (_, at) => ({ ...letter, source: '2', number: at + 1, body: `Message ${at}` }));
  writeFileSync(folder.inbox, JSON.stringify(inbox));
  let count = 0;
  return () => {
    count += 1;
    view.orders['order-0'].title = `Change ${count}`;
    writeFileSync(`${folder.view}.new`, JSON.stringify(view));
    renameSync(`${folder.view}.new`, folder.view);
  };
}

async function listen(folder: FleetFolder): Promise<{ readonly client: WebSocket; heard(): number }> {
  const address = `${readApiRecord(folder)?.url?.replace('http', 'ws')}/api/v1/stream`;
  const client = new WebSocket(address, { headers: { Authorization: `Bearer ${readApiToken(folder)}` } });
  let heard = 0;
  await new Promise((resolve, reject) => client.once('message', resolve).once('error', reject));
  client.on('message', () => {
    heard += 1;
  });
  return { client, heard: () => heard };
}
