// A machine that joins at the end of the year (year.ts), by the program itself: what its join fetches, and how long its looks and searches take then,
// beside those of a fleet on its first day.
import { basename, dirname, join } from 'node:path';
import { bytesBelow } from '../../src/system/files/bytes-below.ts';
import { readApiRecord, readApiToken } from '../../src/system/fleet/api-files.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { withHub } from './hub.ts';
import { kilobytes, median, ms, seconds } from './numbers.ts';
import { joinReally, type RealMachine } from './real-machine.ts';
import type { Row, Setting } from './row.ts';

const DELAY_MS = 300;
const JOIN_MS_MAX = 10_000;
const JOIN_BYTES_MAX = 20e6;
const COLD_MS_MAX = 500;
const SEARCH_MS_MAX = 200;
const TURNS = 7;
const WARM_TURNS = 21;

interface Looks {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly searchMs: number;
  readonly startMs: number;
}

export async function lateRows(hostDir: string, { program, scratch }: Setting): Promise<readonly Row[]> {
  return withHub(dirname(hostDir), async (hub) => {
    const { url } = hub.copy(basename(hostDir), 'late.git');
    await hub.delay(DELAY_MS);
    await hub.take();
    const from = performance.now();
    const at = join(scratch, 'late');
    const late = await joinReally({ program }, { url, at, name: 'late', joins: true });
    const joinMs = performance.now() - from;
    const { fetchBytes } = await hub.take();
    await hub.delay(0);
    const looks = await looksOf(late);
    const bytes = bytesBelow(at);
    const young = await joinReally({ program }, { url: hub.create('young.git').url, at: join(scratch, 'young'), name: 'young' });
    const first = await looksOf(young);
    return [
      {
        what: `the same at its end: a machine joins it over HTTP, ${DELAY_MS} ms a connection; its disk`,
        measured: `${seconds(joinMs)}, ${kilobytes(fetchBytes)}; ${kilobytes(bytes)}`,
        atMost: `${seconds(JOIN_MS_MAX)}, ${kilobytes(JOIN_BYTES_MAX)}`,
        beside: '',
        isOk: joinMs <= JOIN_MS_MAX && fetchBytes <= JOIN_BYTES_MAX,
      },
      {
        what: 'that machine, with no delay: `coord sync` with nothing new; a look that its daemon is asked for; `coord search`',
        measured: wordsOf(looks),
        atMost: `${ms(COLD_MS_MAX)}; search ${ms(SEARCH_MS_MAX)} beyond the start of a process`,
        beside: `a fleet on its first day: ${wordsOf(first)}`,
        isOk: looks.coldMs <= COLD_MS_MAX && looks.searchMs - looks.startMs <= SEARCH_MS_MAX,
      },
    ];
  });
}

function wordsOf({ coldMs, warmMs, searchMs, startMs }: Looks): string {
  return `${ms(coldMs)}; ${ms(warmMs)}; ${ms(searchMs)} (\`coord --version\`: ${ms(startMs)})`;
}

async function looksOf(machine: RealMachine): Promise<Looks> {
  const [coldMs, searchMs, startMs] = [
    await took(TURNS, () => machine.coord('sync')),
    await took(TURNS, () => machine.coord('search', 'build', 'morning')),
    await took(TURNS, () => machine.coord('--version')),
  ];
  const daemon = await machine.daemon();
  const folder = fleetFolderAt(machine.folder);
  const { url } = readApiRecord(folder) ?? {};
  const headers = { Authorization: `Bearer ${readApiToken(folder)}` };
  const warmMs = await took(WARM_TURNS, async () => {
    const answer = await fetch(`${url}/api/v1/sync`, { method: 'POST', headers });
    if (!answer.ok) throw new Error(`the daemon of the bench answered ${answer.status}`);
    await answer.text();
  });
  await daemon.end();
  return { coldMs, warmMs, searchMs, startMs };
}

/** The median of so many. */
async function took(turns: number, act: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const from = performance.now();
    await act();
    all.push(performance.now() - from);
  }
  return median(all);
}
