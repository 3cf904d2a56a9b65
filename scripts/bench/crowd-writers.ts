// A process of the crowd: some writers of one kind, each with a clone, ledger and journal of its own. Started by crowd.ts, and
// gone with it.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Change, WritersAnswer, WritersQuestion, WritersSetting } from './crowd.ts';
import { cloneOf } from './loop.ts';
import { joinMachine } from './machine.ts';

interface Writer {
  readonly number: number;
  /** One change, tried until it has landed or the time (`performance.now()`) is over. */
  change(untilMs: number): Promise<Change>;
  /** What is left to say is said. */
  settle(): Promise<void>;
  last(): number;
}

/** A crowd is sent home so long after its time at the latest: what has not landed by then is counted as it is. */
const GRACE_FACTOR = 1.5;
const TRIES_AFTERWARDS = 50;

const setting = JSON.parse(process.argv[2] ?? '{}') as WritersSetting;
const writers: Writer[] = [];
for (const [who, url] of setting.writers) writers.push(await (setting.kind === 'coord' ? coordWriter : loopWriter)(who, url));
const say = (answer: WritersAnswer) => process.send?.(answer);
process.on('disconnect', () => process.exit(0));
process.on('message', async (question: WritersQuestion) => {
  if (question.kind === 'write') say({ kind: 'wrote', changes: await writeAll(question.forMs) });
  else {
    for (const writer of writers) await writer.settle();
    say({ kind: 'settled', last: Object.fromEntries(writers.map((writer) => [writer.number, writer.last()])) });
  }
});
say({ kind: 'ready' });

async function writeAll(forMs: number): Promise<Change[]> {
  const from = performance.now();
  const changes = await Promise.all(
    writers.map(async (writer) => {
      const mine: Change[] = [];
      while (performance.now() < from + forMs) mine.push(await writer.change(from + forMs * GRACE_FACTOR));
      return mine;
    }),
  );
  return changes.flat();
}

/** Tries until one says that it has landed. */
async function untilLanded(who: string, untilMs: number, tryOnce: () => Promise<boolean>): Promise<Change> {
  const fromMs = Date.now();
  for (;;) {
    const landed = await tryOnce();
    const toMs = Date.now();
    if (landed || performance.now() > untilMs) return { who, fromMs, toMs, landed };
  }
}

async function coordWriter(who: string, url: string): Promise<Writer> {
  const machine = await joinMachine(url, join(setting.folder, `machine-${who}`), { name: `m${who}` });
  return {
    number: machine.number,
    last: machine.lastRun,
    async change(untilMs) {
      await machine.finishRun();
      return untilLanded(who, untilMs, async () => (await machine.cycle()).push?.lane === 'accepted');
    },
    async settle() {
      await machine.cycle();
    },
  };
}

async function loopWriter(who: string, url: string): Promise<Writer> {
  const clone = await cloneOf(url, join(setting.folder, `clone-${who}`));
  const file = `writer-${who}.txt`;
  let line = 0;
  let isSaid = true;
  const tryOnce = async () => {
    isSaid = isSaid ? await clone.change(file, String(++line)) : await clone.again();
    return isSaid;
  };
  return {
    number: Number(who),
    last: () => line,
    change: (untilMs) => untilLanded(who, untilMs, tryOnce),
    async settle() {
      if (line === 0) await tryOnce();
      for (let tries = 0; !isSaid && tries < TRIES_AFTERWARDS; tries += 1) await tryOnce();
    },
  };
}
