// How soon a large fleet is seen in a browser, how soon an update of it, and the memory of an hour of updates. The answers are made, the browser is real.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import {
  firstLookMs,
  hourMiB,
  LARGE_MACHINES,
  openLargePage,
  showOrders,
  updateMs,
} from '../../test/features/page/large-page.ts';
import { withHub } from './hub.ts';
import { joinReally, type RealMachine } from './real-machine.ts';
import type { Bench, Row, Setting } from './row.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const LOOK_MS_MAX = 1_000;
const UPDATE_MS_MAX = 50;
const GROWTH_MAX = 0.1;
const LARGE = `${LARGE_MACHINES} machines, 2000 orders, 10000 messages`;
/** Whoever has no login yet may ask for few files at once. */
const REST_MS = 1_000;

export const pageLooks: Bench = {
  name: 'page-looks',
  async rows(setting) {
    const folder = join(setting.scratch, 'page-looks');
    mkdirSync(folder, { recursive: true });
    return withHub(join(folder, 'hub'), async (hub) => {
      const url = hub.create('fleet.git').as('mac');
      const machine = await joinReally(setting, { url, at: join(folder, 'mac'), name: 'mac' });
      await machine.coord('sync');
      return looks(machine, setting);
    });
  },
};

async function looks(machine: RealMachine, { quick }: Setting): Promise<readonly Row[]> {
  const executablePath = CHROMIUM.find(existsSync);
  if (executablePath === undefined) throw new Error('it needs chromium: apt-get install chromium');
  const daemon = await machine.daemon();
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const it = await openLargePage(browser, (await machine.coord('dash', '--no-open')).trim());
    const often = async (count: number, measure: () => Promise<number>) => {
      const all: number[] = [];
      for (let at = 0; at < count; at += 1) {
        await it.page.waitForTimeout(REST_MS);
        all.push(await measure());
      }
      return all.sort((one, other) => one - other);
    };
    const first = await often(quick ? 3 : 9, () => firstLookMs(it));
    await showOrders(it, false);
    const update = await often(quick ? 5 : 21, () => updateMs(it));
    const rows = [
      row(`the page, from its beginning until what needs a person is there: ${LARGE}`, first, LOOK_MS_MAX),
      row(`the page, from an event until it is drawn: ${LARGE}`, update, UPDATE_MS_MAX),
    ];
    return quick ? rows : [...rows, memory(await hourMiB(it))];
  } finally {
    await browser.close();
    await daemon.end();
  }
}

function row(what: string, all: readonly number[], msMax: number): Row {
  const median = all[Math.floor(all.length / 2)] ?? 0;
  const ms = (value: number | undefined) => `${Math.round(value ?? 0)} ms`;
  return {
    what,
    measured: `median ${ms(median)}, fastest ${ms(all[0])}, slowest ${ms(all.at(-1))} of ${all.length}`,
    atMost: `median ${ms(msMax)}`,
    beside: '',
    isOk: median <= msMax,
  };
}

function memory(heaps: readonly number[]): Row {
  const [first = 0] = heaps;
  const last = heaps.at(-1) ?? 0;
  return {
    what: `the page, memory of its scripts after an hour of an update a second: ${LARGE}`,
    measured: `${last.toFixed(1)} MiB`,
    atMost: 'a tenth more than after ten minutes',
    beside: `after ten minutes: ${first.toFixed(1)} MiB`,
    isOk: last <= first * (1 + GROWTH_MAX),
  };
}
