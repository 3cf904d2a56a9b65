// Fuzzing with structure, over every document that others write: no parser throws, and no cycle ends because of what it read. A bounded number
// of runs from one seed here; `npm run fuzz` goes on for an hour from seeds of its own (COORD_FUZZ_SECONDS), and says the one that found something.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parsed } from '../../src/core/model/status/fault.ts';
import { basisOf } from '../../src/documents/board/status.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { parseClaim } from '../../src/documents/machine/claim-message.ts';
import { parseMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { parseResults } from '../../src/documents/machine/results.ts';
import { parseResultsPage } from '../../src/documents/machine/results-pages.ts';
import { parseRunHistory } from '../../src/documents/machine/run-history.ts';
import { trailersOf } from '../../src/documents/machine/trailers.ts';
import { parseMessageHistory } from '../../src/documents/messages/message-history.ts';
import { parseMessageLog } from '../../src/documents/messages/message-log.ts';
import { parsePeopleLog } from '../../src/documents/messages/people-log.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { parseHandOffs } from '../../src/features/handoff/documents/hand-offs.ts';
import { parseSpec } from '../../src/features/plan/documents/spec.ts';
import { createFleet } from '../machine/world.ts';
import { DOCUMENTS } from './fuzz-documents.ts';

const seconds = Number(process.env.COORD_FUZZ_SECONDS ?? 0);
/** Each property has its share of the time; without a time, `runs`. */
const SHARES = Object.keys(DOCUMENTS).length + 4;
const bounds = (runs: number) =>
  seconds > 0
    ? { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: (seconds * 1000) / SHARES, markInterruptAsFailure: false }
    : { numRuns: runs, seed: 20261120 };
const timeout = 120_000 + seconds * 1000;

const PARSERS: Readonly<Record<keyof typeof DOCUMENTS, (text: string) => unknown>> = {
  orders: parseOrders,
  fleet: parseFleet,
  machine: (text) => parseMachineDocument(text, 'COMPUTER_2.md'),
  results: (text) => parseResults(text, 'results/2.json'),
  resultsPage: (text) => parseResultsPage(text, 'results/2-1.json'),
  log: (text) => parseMessageLog(text, 'messages/2_TO_1.md'),
  peopleLog: (text) => parsePeopleLog(text, 'messages/0_TO_1.md'),
  handOffs: (text) => parseHandOffs(text, 'handoffs/2.md'),
  spec: (text) => parseSpec(text, 'specs/a.md'),
  messageHistory: parseMessageHistory,
  runHistory: parseRunHistory,
  claim: (text) => parseClaim('job/1.1', { commit: 'c', message: text }),
  trailers: trailersOf,
  status: basisOf,
};

describe('D4 no document makes its parser throw', () => {
  test.each(Object.entries(DOCUMENTS))(
    '%s',
    (kind, texts) => {
      const parse = PARSERS[kind as keyof typeof DOCUMENTS];
      fc.assert(
        fc.property(texts, (text) => {
          const read = parse(text);
          if (typeof read !== 'object' || read === null || !('faults' in read)) return;
          const { value, faults } = read as Parsed<unknown>;
          if (value === null) expect(faults.some(({ level }) => level === 'fault')).toBe(true);
          expect(JSON.stringify(faults)).not.toContain('an error in coord');
        }),
        bounds(kind === 'orders' ? 800 : 300),
      );
    },
    timeout,
  );
});

const free = (id: string) => ({ id, assign: 1, run: 'true' });

/** One machine that looks at whatever stands there, cycle after cycle. */
async function lookingMachine() {
  const world = await createFleet(1, 1000);
  const [one] = world.machines;
  let count = 0;
  const next = () => {
    count += 1;
    return `free-${count}`;
  };
  const look = async () => {
    world.pass(1_000);
    const { seen, started } = await one.cycle();
    if (seen === null) throw new Error('nothing was seen');
    const said = JSON.stringify([seen.snapshot.faults, seen.composed.board.status, one.state().ended.slice(-3)]);
    expect(said).not.toContain('an error in coord');
    return { seen, started };
  };
  return { world, one, look, next };
}

describe('S6 no document ends a cycle, or keeps another order from running', () => {
  test(
    'ORDERS.json',
    async () => {
      const { world, look, next } = await lookingMachine();
      await fc.assert(
        fc.asyncProperty(DOCUMENTS.orders, async (text) => {
          const id = next();
          const last = text.lastIndexOf(']');
          const withFree =
            last === -1
              ? text
              : `${text.slice(0, last)}${/[[,]\s*$/.test(text.slice(0, last)) ? '' : ','}${JSON.stringify(free(id))}${text.slice(last)}`;
          world.person({ 'ORDERS.json': withFree });
          const { seen, started } = await look();
          const isListed = seen.snapshot.ordersReadable && seen.snapshot.orders.orders.some((order) => order.id === id);
          if (isListed) expect(started).toContain(id);
        }),
        bounds(100),
      );
    },
    timeout,
  );

  test(
    'fleet.yaml',
    async () => {
      const { world, look, next } = await lookingMachine();
      await fc.assert(
        fc.asyncProperty(DOCUMENTS.fleet, async (text) => {
          world.person({ 'fleet.yaml': text });
          world.orders([free(next())]);
          await look();
        }),
        bounds(80),
      );
    },
    timeout,
  );

  test(
    "people's logs and specs",
    async () => {
      const { world, look, next } = await lookingMachine();
      await fc.assert(
        fc.asyncProperty(DOCUMENTS.peopleLog, DOCUMENTS.spec, async (log, spec) => {
          const id = next();
          world.person({ 'messages/0_TO_1.md': log, 'messages/0_TO_ALL.md': log, 'specs/a.md': spec });
          world.orders([free(id), { id: `${id}-spec`, assign: 1, agent: 'claude', prompt: 'x', spec: 'specs/a.md' }]);
          expect((await look()).started).toContain(id);
        }),
        bounds(100),
      );
    },
    timeout,
  );

  test(
    "another machine's lane",
    async () => {
      const { world, look, next } = await lookingMachine();
      const { machine, results, resultsPage, log, handOffs } = DOCUMENTS;
      await fc.assert(
        fc.asyncProperty(machine, results, resultsPage, log, handOffs, async (document, said, page, mail, offs) => {
          const id = next();
          const files = { 'COMPUTER_2.md': document, 'results/2.json': said, 'results/2-1.json': page };
          const more = { 'messages/2_TO_1.md': mail, 'handoffs/2.md': offs };
          const below = Object.entries({ ...files, ...more }).map(([path, text]) => [`coordination/${path}`, text]);
          const commit = world.hub.commitAsPerson(Object.fromEntries(below), 'elsewhere');
          world.hub.setRef('refs/coord/machines/2', commit);
          world.orders([free(id), { id: 'job', run: 'true' }, { id: 'every', assign: 'all', run: 'true' }]);
          expect((await look()).started).toContain(id);
        }),
        bounds(100),
      );
    },
    timeout,
  );
});
