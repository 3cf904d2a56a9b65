// A process that has just started, as from cron: machine 1 of a large fleet makes one cycle with nothing in memory, then warm
// ones. Prints its times as JSON. Started by capacity.ts.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { newJournal } from '../../src/core/model/ledger/journal-start.ts';
import { because } from '../../src/core/orders/reason-words.ts';
import { renderMessage } from '../../src/documents/machine/trailers.ts';
import type { Machine } from '../../src/machine/context.ts';
import { runCycle } from '../../src/machine/cycle.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import type { Ledger } from '../../src/ports.ts';
import { createMemoryHub } from '../../test/memory/memory-ledger.ts';
import type { CapacityAnswer, CycleTimes } from './capacity.ts';
import { type CapacityFleet, type CapacityMachine, machineWith, VERSION } from './capacity-fleet.ts';

const WARM_TURNS = 9;
const NOW = { wallMs: Date.UTC(2026, 10, 21), monotonicMs: 1e9, boot: 'boot' };

const fleet = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as CapacityFleet;
const [me, other] = fleet.machines as [CapacityMachine, CapacityMachine];

const hub = createMemoryHub();
const others = hub.open();
const people = { 'coordination/ORDERS.json': fleet.orders };
const copies = fleet.machines.flatMap(({ files }) => Object.entries(files).map(([path, text]) => [`coordination/${path}`, text]));
const main = hub.commitAsPerson({ ...people, ...Object.fromEntries(copies) });
await others.fetch(null);
const lanes = new Map<number, string>();
for (const machine of fleet.machines) await speak(machine);

let disk = journalOf(me, lanes.get(1) ?? '');
let points: { name: string; atMs: number }[] = [];
const machine = machineOn(hub.open());
const cold = await timed();
const warm: CycleTimes[] = [];
const still: CycleTimes[] = [];
for (let turn = 0; turn < WARM_TURNS; turn += 1) {
  // It ends the run, and begins the next; and back, so that the fleet stays as large.
  await speak(turn % 2 === 0 ? machineWith(2, other.results.ended.length + other.results.older.length + 1) : other);
  warm.push(await timed());
  still.push(await timed());
}
const answer: CapacityAnswer = { cold, warm, still, jsonParse: jsonParse() };
console.log(JSON.stringify(answer));

/** A new word on a machine's lane. */
async function speak({ document, files }: CapacityMachine): Promise<void> {
  const { machine: number, seq, beat } = document;
  const expected = lanes.get(number) ?? null;
  const message = renderMessage(`${number} ${document.name}: here`, { machine: number, seq, beat });
  const content = new Map(Object.entries(files).map(([path, text]) => [path, { text }]));
  const updates = await others.write({ lane: { machine: number, expected, parent: main, files: content, message }, boards: [] });
  await others.push(updates);
  for (const { commit } of updates) if (commit !== null) lanes.set(number, commit);
}

function journalOf({ document, results }: CapacityMachine, lane: string): JournalState {
  const { machine: number, instance, seq, beat, updated } = document;
  const active = results.running.map((run) => ({ ...run, key: `${run.order}-1.1`, stop: null }));
  const { ended, older } = results;
  const accepted = { commit: lane, at: NOW };
  return { ...newJournal(number, instance, []), seq, beat, updated, pushed: [lane], accepted, active, ended, older };
}

function machineOn(ledger: Ledger): Machine {
  const policy = { allow: ['shell' as const], folders: ['/'], env: [], slots: 1, timeoutMsMax: 1e9 };
  const { name, id: computer, tags, tools } = me.document;
  return {
    ledger,
    cache: new ParseCache(),
    installed: () => [],
    boxes: { handOver: async () => false, settled: async () => {} },
    runner: {
      start: () => Promise.reject(new Error('bug: the bench starts nothing')),
      extend: async () => {},
      look: async () => ({ kind: 'running' }),
      stop: async () => {},
      untilOneEnds: async () => false,
      progress: () => null,
      kept: () => ({ count: 0, bytes: 0, countMax: 1, bytesMax: 1 }),
      discard: async () => {},
    },
    journal: {
      load: async () => disk,
      async save(state) {
        disk = state;
      },
      intentions: async () => [],
      mail: async () => [],
      record: async () => {},
      settle: async () => {},
    },
    clock: { now: () => NOW },
    random: { uuid: () => '20000000-0000-4000-8000-000000000000', fraction: () => 0.5 },
    self: async () => ({ machine: 1, name, computer, tags, tools, policy, services: [], version: VERSION }),
    place: async () => ({ blocked: because.notPlaced('the bench starts nothing') }),
    clean: (text) => text,
    assertLocked: async () => {},
    step: (name) => points.push({ name, atMs: performance.now() }),
  };
}

async function timed(): Promise<CycleTimes> {
  points = [];
  const from = performance.now();
  await runCycle(machine, { dryRun: false });
  const at = (name: string) => {
    const point = points.find((candidate) => candidate.name === name);
    if (point === undefined) throw new Error(`the cycle has no step named ${name}`);
    return point.atMs;
  };
  return { parse: at('fetched') - from, decide: at('performed') - at('fetched'), derive: at('composed') - at('performed') };
}

function jsonParse(): number {
  const texts = [
    fleet.orders,
    ...fleet.machines.flatMap(({ files }) => Object.values(files).filter((text) => text.startsWith('{'))),
  ];
  const from = performance.now();
  for (const text of texts) JSON.parse(text);
  return performance.now() - from;
}
