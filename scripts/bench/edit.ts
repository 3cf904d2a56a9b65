// C6, C10: what a person saves in `coordination/` of a machine, until it is on the remote: the real daemon, that hears of it from the
// disk. Saved at any moment of its pace; the push budget is made large, so that it is not what is measured.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listOrders, pushToMain } from './board.ts';
import { type Hub, type Repo, withHub } from './hub.ts';
import { cloneOf } from './loop.ts';
import { inTurns, percentile, seconds, times } from './numbers.ts';
import { joinReally, type RealMachine } from './real-machine.ts';
import type { Bench, Row, Setting } from './row.ts';

const AIM_MS = 2000;
const DELAY_MS = 300;
const PUSHES_PER_MINUTE = 600;
/** From one edit to the next, and up to as much more: changes within 2 s go together (H2). */
const PAUSE_MS = 2500;
const WITHIN_MS = 60_000;

export const edit: Bench = {
  name: 'edit',
  async rows(setting) {
    const folder = join(setting.scratch, 'edit');
    return withHub(join(folder, 'hub'), (hub) => measure(hub, folder, setting));
  },
};

async function measure(hub: Hub, folder: string, setting: Setting): Promise<Row[]> {
  const repo = hub.create('fleet.git');
  const machine = await joinReally(setting, { url: repo.as('saver'), at: join(folder, 'saver'), name: 'saver' });
  // Nobody runs what is edited here.
  const other = await joinReally(setting, { url: repo.as('other'), at: join(folder, 'other'), name: 'other' });
  listOrders(repo.url, folder, [order('begin')]);
  pushToMain(folder, 'coordination/fleet.yaml', `pushes_per_minute: ${PUSHES_PER_MINUTE}\n`);
  for (const one of [machine, other, machine]) await one.coord('sync');
  const clone = await cloneOf(hub.copy('fleet.git', 'loop.git').url, join(folder, 'clone'));
  const daemon = await machine.daemon();
  try {
    const rows: Row[] = [];
    for (const delayMs of [0, DELAY_MS]) {
      await hub.delay(delayMs);
      const turns = setting.quick ? 4 : 30;
      const took = await edits(hub, repo, machine, turns, `with-${delayMs}`);
      let line = 0;
      const { loop } = await inTurns(setting.quick ? 2 : 9, { loop: { run: () => clone.change('edit.txt', String(++line)) } });
      rows.push(rowOf(delayMs, took, loop));
    }
    return rows;
  } finally {
    await daemon.end();
  }
}

interface Edited {
  readonly tookMs: readonly number[];
  readonly visits: number;
}

async function edits(hub: Hub, repo: Repo, { folder }: RealMachine, turns: number, name: string): Promise<Edited> {
  const tookMs: number[] = [];
  const mainPath = join(repo.folder, 'refs', 'heads', 'main');
  const orders = join(folder, 'coordination', 'ORDERS.json');
  let visits = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    await delay(PAUSE_MS * (1 + Math.random()));
    await hub.take();
    const word = `${name}-${turn}`;
    let before = readFileSync(mainPath, 'latin1');
    const fromMs = performance.now();
    writeFileSync(orders, `${JSON.stringify({ version: 1, orders: [order(word)] }, null, 2)}\n`);
    for (;;) {
      await delay(5);
      const now = readFileSync(mainPath, 'latin1');
      const ms = performance.now() - fromMs;
      if (now !== before && repo.git('show', 'main:coordination/ORDERS.json').includes(word)) {
        tookMs.push(ms);
        break;
      }
      before = now;
      if (ms > WITHIN_MS) throw new Error(`what was saved was not on the remote within ${WITHIN_MS / 1000} s`);
    }
    visits += (await hub.take()).visits.length;
  }
  return { tookMs, visits };
}

function order(word: string): object {
  return { id: 'edited', assign: 2, run: `echo ${word}` };
}

function rowOf(delayMs: number, { tookMs, visits }: Edited, loopMs: number): Row {
  const [p50, p99] = [percentile(tookMs, 0.5), percentile(tookMs, 0.99)];
  return {
    what: `an edit saved beside a daemon, until it is on the remote${delayMs === 0 ? '' : `; ${delayMs} ms a connection`}`,
    measured: `${(visits / tookMs.length).toFixed(1)} connections; ${times(p50 / loopMs)} the loop (median ${seconds(p50)}, p99 ${seconds(p99)} of ${tookMs.length} edits)`,
    atMost: `p99 ${seconds(AIM_MS)}`,
    beside: `the loop, by hand at once: ${seconds(loopMs)}`,
    isOk: p99 <= AIM_MS,
  };
}
