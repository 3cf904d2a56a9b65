// A result is reported while nobody else writes: what it costs, beside the loop. With and without latency, since either may be
// what a user waits for.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gitsStarted } from '../../test/ledger/git-world.ts';
import { listReportOrder } from './board.ts';
import { type Hub, withHub } from './hub.ts';
import { type Clone, cloneOf } from './loop.ts';
import { type BenchMachine, joinMachine } from './machine.ts';
import { counted, inTurns, ms, times } from './numbers.ts';
import type { Bench, Row, Setting } from './row.ts';

const DELAY_MS = 300;
const QUICK_REPORT = { connectionsMax: 1, ratioMax: 0.6 };
const CYCLE_RATIO_MAX = 1.1;

export const report: Bench = {
  name: 'report',
  async rows(setting) {
    const folder = join(setting.scratch, 'report');
    return withHub(join(folder, 'hub'), (hub) => measure(hub, folder, setting));
  },
};

async function measure(hub: Hub, folder: string, { quick }: Setting): Promise<Row[]> {
  const { url } = hub.create('fleet.git');
  const trace = join(folder, 'trace');
  const counter = await joinMachine(url, join(folder, 'counted'), { name: 'counted', trace });
  listReportOrder(url, folder);
  await settle(counter);
  const { gits } = await count(hub, counter, trace, false);
  const { connections } = await count(hub, counter, trace, true);
  // The one that is timed is alone: what the other would say meanwhile is not its business.
  const alone = hub.create('alone.git');
  const machine = await joinMachine(alone.url, join(folder, 'timed'), { name: 'timed' });
  await settle(machine);
  const clone = await cloneOf(hub.copy('alone.git', 'loop.git').url, join(folder, 'clone'));
  const near = await race(machine, clone, quick ? 5 : 21);
  await hub.delay(DELAY_MS);
  const far = await race(machine, clone, quick ? 3 : 9);
  for (const one of [counter, machine]) await one.close();
  return rowsOf(gits, connections, near, far);
}

interface Race {
  /** C4a. */
  readonly quick: number;
  readonly cycle: number;
  readonly loop: number;
}

async function race(machine: BenchMachine, clone: Clone, turns: number): Promise<Race> {
  let line = 0;
  return inTurns(turns, {
    quick: { before: () => machine.finishRun(), run: () => mustLand(machine, true) },
    cycle: { before: () => machine.finishRun(), run: () => mustLand(machine, false) },
    loop: { run: () => clone.change('report.txt', String(++line)) },
  });
}

/** Cycles until there is nothing left to say. */
async function settle(machine: BenchMachine): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) if ((await machine.cycle()).push === null) return;
  throw new Error('the machine of the bench does not come to rest');
}

async function mustLand(machine: BenchMachine, mayRecall: boolean): Promise<void> {
  const { push, fetched } = await machine.cycle({ mayRecall });
  if (fetched === mayRecall) throw new Error(`a report ${fetched ? 'fetched' : 'did not fetch'}`);
  if (push?.lane !== 'accepted' || push.main !== 'accepted') throw new Error(`a report did not land: ${JSON.stringify(push)}`);
}

async function count(
  hub: Hub,
  machine: BenchMachine,
  trace: string,
  mayRecall: boolean,
): Promise<{ gits: string[]; connections: number }> {
  await machine.finishRun();
  rmSync(trace, { force: true });
  await hub.take();
  await mustLand(machine, mayRecall);
  return { gits: gitsStarted(trace), connections: (await hub.take()).visits.length };
}

function rowsOf(gits: readonly string[], connections: number, near: Race, far: Race): Row[] {
  const besideLoop = (kind: 'quick' | 'cycle') => {
    const [nearRatio, farRatio] = [near[kind] / near.loop, far[kind] / far.loop];
    const words = `${times(nearRatio)} the loop (${ms(near[kind])}); ${times(farRatio)} with ${DELAY_MS} ms a connection`;
    return { words, worst: Math.max(nearRatio, farRatio) };
  };
  const [quick, cycle] = [besideLoop('quick'), besideLoop('cycle')];
  const beside = `the loop: ${ms(near.loop)}; ${ms(far.loop)} with ${DELAY_MS} ms`;
  const isWhole = [...gits].sort().join(' ') === 'fast-import fetch push';
  const { connectionsMax, ratioMax } = QUICK_REPORT;
  return [
    {
      what: 'reporting a result (C4a)',
      measured: `${counted(connections, 'connection')}; ${quick.words}`,
      atMost: `${counted(connectionsMax, 'connection')}; ${ratioMax} × the loop`,
      beside,
      isOk: connections <= connectionsMax && quick.worst <= ratioMax,
    },
    {
      what: 'a full active cycle, nobody else',
      measured: `${gits.join(', ')}; ${cycle.words}`,
      atMost: `1 fetch, 1 write process, 1 push; ${CYCLE_RATIO_MAX} × the loop`,
      beside,
      isOk: isWhole && cycle.worst <= CYCLE_RATIO_MAX,
    },
  ];
}
