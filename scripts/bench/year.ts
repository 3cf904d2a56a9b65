// A year of ten machines, 100 orders and 100 messages a day, by the real cycle over a hub in memory, packed by real git: how much main grows, and how
// large the documents are that everybody reads. `YEAR_DAYS=30 YEAR_KEEP=7d npm run year` plays less, with a list that is as short as that of a year.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORIGIN_MS } from '../../test/machine/world.ts';
import { shortened } from './compact.ts';
import { counted, kilobytes } from './numbers.ts';
import type { Bench, Row, Setting } from './row.ts';
import { lateRows } from './year-late.ts';
import { A_DAY, DAY_MS, DAYS, KEEP, liveThrough, MACHINES } from './year-life.ts';
import { type Standing, yearPlot } from './year-plot.ts';

const GROWTH_A_YEAR_MAX = 60e6;
/** What an order that comes each third day does. */
const STANDING: Standing = { keptDays: 30, atLeastBytes: 30 * 1024 ** 2 };
const DOCUMENT_MAX = 1_048_576;

export const year: Bench = {
  name: 'year',
  async rows(setting) {
    const gitDir = join(setting.scratch, 'year.git');
    const seen = await liveThrough(gitDir, STANDING);
    const { points, largest, orders, starts, hostDir } = seen;
    const twice = starts.length - new Set(starts).size;
    const { bytes: last = 0 } = points.at(-1) ?? {};
    const { bytes: half = 0, day: from = 0 } = points.findLast(({ day }) => day <= DAYS / 2) ?? {};
    const daily = (last - half) / Math.max(1, DAYS - from);
    if (process.env.YEAR_PLOT !== undefined) writeFileSync(process.env.YEAR_PLOT, yearPlot(points, STANDING));
    const row: Row = {
      what: `${MACHINES} machines, ${A_DAY} orders and ${A_DAY} messages a day for ${counted(DAYS, 'day')}, ended ones kept for ${KEEP} (simulated, packed by git): growth of main, the largest document`,
      measured: [
        `main grows by ${kilobytes(last)}, ${counted(seen.commits, 'commit')}; ${kilobytes(daily)} a day in the second half, which is ${((daily * 365) / 1e6).toFixed(0)} MB a year`,
        `${counted(new Set(starts).size, 'order')} started, ${twice} of them again`,
        `ORDERS.json lists ${counted(orders, 'order')}; the largest document is ${largest.path} with ${kilobytes(largest.bytes)}`,
      ].join('; '),
      atMost: `${GROWTH_A_YEAR_MAX / 1e6} MB a year, ${kilobytes(DOCUMENT_MAX)} a document`,
      beside: '',
      isOk: twice === 0 && daily * 365 <= GROWTH_A_YEAR_MAX && largest.bytes <= DOCUMENT_MAX,
    };
    const most = Math.max(...points.map(({ keptBytes }) => keptBytes));
    const kept: Row = {
      what: `the same with \`coord compact --keep ${STANDING.keptDays}d --at-least 30MB\` each third day: the most that main has grown by`,
      measured: `${kilobytes(most)}, shortened ${counted(seen.cuts, 'time')}`,
      atMost: kilobytes(GROWTH_A_YEAR_MAX),
      beside: '',
      isOk: most <= GROWTH_A_YEAR_MAX,
    };
    return [row, kept, ...(await lateRows(hostDir, setting)), ...(await shortenedRows(hostDir, setting))];
  },
};

/** Of a copy, by the same code that the command has. */
async function shortenedRows(hostDir: string, { scratch }: Setting): Promise<readonly Row[]> {
  if (DAYS <= STANDING.keptDays) return [];
  const folder = join(scratch, 'shortened');
  const hub = join(folder, 'hub.git');
  cpSync(hostDir, hub, { recursive: true });
  return shortened({ hub, folder, days: DAYS, keptDays: STANDING.keptDays, nowMs: ORIGIN_MS + DAYS * DAY_MS });
}
