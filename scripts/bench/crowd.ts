// N writers at once, each with a change of its own again and again, over connections that are slow to begin: coord's real cycle,
// and the loop. Each side has the hub to itself for the same time.
import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { listReportOrder } from './board.ts';
import { watchCpu } from './here.ts';
import { type Repo, type Visit, withHub } from './hub.ts';
import { counted, percentile, seconds, times } from './numbers.ts';
import type { Bench, Row, Setting } from './row.ts';
import { startTalk, type Talk } from './talk.ts';

const DELAY_MS = 300;
/** `CROWD=60 npm run bench -- --only crowd` measures others. */
const SIZES = (process.env.CROWD ?? '3,10,30').split(',').map(Number);
const PUSHES_MAX = 1;
/** What still counts as 1.0 once it is rounded. */
const ROUNDING = 0.05;
const CONNECTIONS_MAX = 2;
/** From 3 to 10 writers. */
const FLAT_MAX = 1.25;
/** More than this, and the processors were what limited. */
const CPU_BUSY = 0.9;

/** One change of one writer, until it had landed or the crowd was sent home. */
export interface Change {
  readonly who: string;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly landed: boolean;
}

export type WritersQuestion = { readonly kind: 'write'; readonly forMs: number } | { readonly kind: 'settle' };
export type WritersAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'wrote'; readonly changes: readonly Change[] }
  /** The last thing that each writer said, by its number. */
  | { readonly kind: 'settled'; readonly last: Readonly<Record<number, number>> };

export interface WritersSetting {
  readonly kind: 'coord' | 'loop';
  readonly folder: string;
  /** Addresses by which the server knows them apart, by their names. */
  readonly writers: readonly (readonly [who: string, url: string])[];
}

export const crowd: Bench = {
  name: 'crowd',
  async rows(setting) {
    const sizes = setting.quick ? [2, 4] : SIZES;
    const rows: Row[] = [];
    const p99s: number[] = [];
    for (const size of sizes) {
      const coord = await measure(setting, 'coord', size);
      const loop = await measure(setting, 'loop', size);
      p99s.push(percentile(coord.changes.map(tookMs), 0.99));
      rows.push(rowOf(size, coord, loop));
    }
    const [small = Number.NaN, large = Number.NaN] = p99s;
    return sizes.length < 2 ? rows : [...rows, flatRow(sizes, small, large)];
  },
};

interface Measured {
  readonly changes: readonly Change[];
  readonly visits: readonly Visit[];
  readonly cpu: number;
}

function measure({ scratch, quick }: Setting, kind: WritersSetting['kind'], size: number): Promise<Measured> {
  const folder = join(scratch, `crowd-${kind}-${size}`);
  mkdirSync(folder);
  return withHub(join(folder, 'hub'), async (hub) => {
    const repo = hub.create('repo.git');
    const workers = await openWorkers(repo, kind, folder, size);
    try {
      if (kind === 'coord') listReportOrder(repo.url, folder);
      await settle(workers);
      await hub.take();
      await hub.delay(DELAY_MS);
      const cpuSince = watchCpu();
      const forMs = quick ? 3000 : 20_000;
      const wrote = await Promise.all(workers.map((worker) => worker.ask({ kind: 'write', forMs })));
      const cpu = cpuSince();
      const { visits } = await hub.take();
      await hub.delay(0);
      mustShowAll(kind, repo, await settle(workers));
      return { changes: wrote.flatMap((answer) => (answer.kind === 'wrote' ? answer.changes : [])), visits, cpu };
    } finally {
      for (const worker of workers) worker.close();
    }
  });
}

type Worker = Talk<WritersQuestion, WritersAnswer>;

/** As many processes as there are cores; more would only wait for each other. */
async function openWorkers(repo: Repo, kind: WritersSetting['kind'], folder: string, size: number): Promise<Worker[]> {
  const processes = Math.min(size, Math.max(1, cpus().length));
  const all = Array.from({ length: size }, (_, at) => [String(at + 1), repo.as(String(at + 1))] as const);
  const workers: Worker[] = [];
  for (let at = 0; at < processes; at += 1) {
    const writers = all.filter((_, index) => index % processes === at);
    const setting: WritersSetting = { kind, folder, writers };
    workers.push(await startTalk('crowd-writers', JSON.stringify(setting)));
  }
  return workers;
}

/** All say what is left to say, one after the other; returns the last change of each, by its number. */
async function settle(workers: readonly Worker[]): Promise<Map<number, number>> {
  const last = new Map<number, number>();
  for (const worker of workers) {
    const answer = await worker.ask({ kind: 'settle' });
    if (answer.kind === 'settled') for (const [number, said] of Object.entries(answer.last)) last.set(Number(number), said);
  }
  return last;
}

/** Nothing was lost on the way: main shows the last change of every writer. */
function mustShowAll(kind: WritersSetting['kind'], repo: Repo, last: ReadonlyMap<number, number>): void {
  for (const [number, said] of last) {
    const path = kind === 'coord' ? `coordination/results/${number}.json` : `writer-${number}.txt`;
    const text = repo.git('show', `main:${path}`);
    const shown = kind === 'coord' ? text.includes(`"attempt":${said},`) : text.split('\n').includes(String(said));
    if (!shown) throw new Error(`main does not show change ${said} of writer ${number} (${kind})`);
  }
}

interface Summary {
  readonly landed: number;
  readonly late: number;
  /** For each change that landed. */
  readonly pushes: number;
  of(what: (change: Change) => number, part: number): number;
  connectionsOf(change: Change): number;
}

function summaryOf({ changes, visits }: Measured): Summary {
  const landed = changes.filter((change) => change.landed).length;
  return {
    landed,
    late: changes.length - landed,
    pushes: visits.filter((visit) => visit.isPush).length / Math.max(1, landed),
    of: (what, part) => percentile(changes.map(what), part),
    connectionsOf: ({ who, fromMs, toMs }) =>
      visits.filter((visit) => visit.who === who && visit.atMs >= fromMs && visit.atMs <= toMs).length,
  };
}

function tookMs({ fromMs, toMs }: Change): number {
  return toMs - fromMs;
}

function words(measured: Measured): string {
  const { landed, late, pushes, of, connectionsOf } = summaryOf(measured);
  const until = (part: number) => `${of(connectionsOf, part)} connections, ${seconds(of(tookMs, part))}`;
  const rest = late > 0 ? `, ${late} had not` : '';
  const limit = measured.cpu > CPU_BUSY ? `; the processors were the limit (${Math.round(measured.cpu * 100)} % busy)` : '';
  return (
    `${pushes.toFixed(1)} pushes a change; until landed: median ${until(0.5)}, p99 ${until(0.99)} ` +
    `(${counted(landed, 'change')}${rest})${limit}`
  );
}

function rowOf(size: number, coord: Measured, loop: Measured): Row {
  const { pushes, of, connectionsOf } = summaryOf(coord);
  return {
    what: `${size} writers at once, ${DELAY_MS} ms a connection`,
    measured: words(coord),
    atMost: `${PUSHES_MAX.toFixed(1)} pushes a change; p99 ${CONNECTIONS_MAX} connections`,
    beside: `the loop: ${words(loop)}`,
    isOk: pushes < PUSHES_MAX + ROUNDING && of(connectionsOf, 0.99) <= CONNECTIONS_MAX,
  };
}

function flatRow(sizes: readonly number[], smallMs: number, largeMs: number): Row {
  const ratio = largeMs / smallMs;
  return {
    what: `p99 until landed, from ${sizes[0]} to ${sizes[1]} writers`,
    measured: `${times(ratio)} (${seconds(smallMs)}, ${seconds(largeMs)})`,
    atMost: `flat: ${FLAT_MAX} ×`,
    beside: 'the rows above',
    isOk: ratio <= FLAT_MAX,
  };
}
