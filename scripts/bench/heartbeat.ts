// H1, R0: a sign of life of a machine that has much to say costs a few hundred bytes, and no history.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listReportOrder } from './board.ts';
import { type Hub, withHub } from './hub.ts';
import { cloneOf } from './loop.ts';
import { type BenchMachine, joinMachine } from './machine.ts';
import { kilobytes, median } from './numbers.ts';
import type { Bench, Row, Setting } from './row.ts';

/** Commands and pack. The headers of HTTP alone are more than this, and nobody's to change. */
const PUSH_BYTES_MAX = 1000;
/** 20 runs stay in full: together some 200 KB. */
const RUNS = 20;
const TAIL_BYTES = 10_000;
/** A machine may have something else to say in between. */
const TRIES_MAX = 3;
/** H2's default for so small a fleet; less often, and the machine would publish its measured period. */
const HEARTBEAT_MS = 60_000;

export const heartbeat: Bench = {
  name: 'heartbeat',
  async rows(setting) {
    const folder = join(setting.scratch, 'heartbeat');
    return withHub(join(folder, 'hub'), (hub) => measure(hub, folder, setting));
  },
};

async function measure(hub: Hub, folder: string, { quick }: Setting): Promise<Row[]> {
  const repo = hub.create('fleet.git');
  const machine = await joinMachine(repo.url, join(folder, 'machine'), { name: 'talker' });
  listReportOrder(repo.url, folder);
  for (let run = 0; run < RUNS; run += 1) await machine.finishRun(noise(TAIL_BYTES, run));
  for (let turn = 0; turn < 3; turn += 1) await machine.cycle();
  const documents = repo.git(
    'cat-file',
    '-s',
    `refs/coord/machines/${machine.number}:coordination/results/${machine.number}.json`,
  );
  const turns = quick ? 3 : 9;
  const beats = await beat(hub, machine, turns);
  await machine.close();
  const loop = await touch(hub, join(folder, 'clone'), Number(documents), turns);
  return [
    {
      what: `a heartbeat of a machine with ${kilobytes(Number(documents))} of own documents`,
      measured: `${kilobytes(beats.push)} both ways with HTTP headers and the list of refs, of which git sends ${kilobytes(beats.pushed)}; the fetch before it ${kilobytes(beats.fetch)}`,
      atMost: `${kilobytes(PUSH_BYTES_MAX)} of what git sends`,
      beside: `the loop, one line of so large a file: ${kilobytes(loop.push)}, of which git sends ${kilobytes(loop.pushed)}, all of it history`,
      isOk: beats.pushed <= PUSH_BYTES_MAX,
    },
  ];
}

interface Bytes {
  readonly pushed: number;
  readonly push: number;
  readonly fetch: number;
}

/** `turn` tells whether it was what is to be measured. */
async function bytesOf(hub: Hub, turns: number, turn: (at: number) => Promise<boolean>): Promise<Bytes> {
  const seen: Bytes[] = [];
  await hub.take();
  for (let at = 0; at < turns * TRIES_MAX && seen.length < turns; at += 1) {
    const counts = await turn(at);
    const { pushedBytes, pushBytes, fetchBytes } = await hub.take();
    if (counts) seen.push({ pushed: pushedBytes, push: pushBytes, fetch: fetchBytes });
  }
  if (seen.length === 0) throw new Error('nothing of what is to be measured happened');
  const of = (key: keyof Bytes) => median(seen.map((bytes) => bytes[key]));
  return { pushed: of('pushed'), push: of('push'), fetch: of('fetch') };
}

function beat(hub: Hub, machine: BenchMachine, turns: number): Promise<Bytes> {
  return bytesOf(hub, turns, async () => {
    machine.skip(HEARTBEAT_MS);
    const { seen, push } = await machine.cycle();
    return seen?.composed.why === 'beat' && push?.lane === 'accepted';
  });
}

async function touch(hub: Hub, folder: string, bytes: number, turns: number): Promise<Bytes> {
  const clone = await cloneOf(hub.create('loop.git').url, folder);
  const file = join(folder, 'status.txt');
  writeFileSync(file, '');
  for (let at = 0; at < bytes; at += 1000) appendFileSync(file, `${noise(999, at)}\n`);
  await clone.change('status.txt', 'begin');
  return bytesOf(hub, turns, (at) => clone.change('status.txt', `alive ${at}`));
}

/** Text that does not compress to nothing, the same each time. */
function noise(length: number, seed: number): string {
  let [text, state] = ['', seed + 1];
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `${state.toString(36)}${text.length % 80 < 7 ? '\n' : ' '}`;
  }
  return text.slice(0, length);
}
