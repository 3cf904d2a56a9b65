// Documents for the tests of this folder: arbitrary ones for round trips, and one whole fleet for the golden pages.
import fc from 'fast-check';
import { MACHINE_STATES, type MachineDocument } from '../../src/core/model/machines/machine.ts';
import type { EndedRun, ResultsDocument } from '../../src/core/model/orders/run.ts';
import type { StatusDocument } from '../../src/core/model/status/status.ts';
import { isOutputKey } from '../../src/documents/machine/results-schema.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const word = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,9}$/);
const machine = fc.integer({ min: 1, max: 9999 });
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
const order = fc.constantFrom('a', 'hello', 'a.b_c-d', 'nightly@20261120T0300Z');
const runName = { order, generation: fc.integer({ min: 1, max: 1_000_000 }), attempt: fc.integer({ min: 1, max: 100 }) };
const state = fc.constantFrom('COMPLETED', 'FAILED', 'CANCELLED' as const);
const exitCode = fc.option(fc.integer({ min: -1, max: 255 }));
const outputs = fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,9}$/).filter(isOutputKey), text, {
  noNullPrototype: true,
  maxKeys: 4,
});

const ended: fc.Arbitrary<EndedRun> = fc.record({
  ...runName,
  state,
  reason: fc.option(text),
  exitCode,
  startedAt: time,
  finishedAt: time,
  tail: fc.oneof(text, fc.constantFrom('\u2028', '\u001b[31m', '```\n</details>', '<!-- notes -->')),
  outputs,
});

export const anyResults: fc.Arbitrary<ResultsDocument> = fc.record({
  machine,
  running: fc.array(
    fc.oneof(fc.record({ ...runName, startedAt: time }), fc.record({ ...runName, startedAt: time, attempts: runName.attempt })),
    { maxLength: 3 },
  ),
  claimed: fc.array(fc.record({ ...runName, attempts: runName.attempt }), { maxLength: 3 }),
  waiting: fc.array(
    fc.record({
      order,
      generation: runName.generation,
      state: fc.constantFrom('ASSIGNED', 'BLOCKED' as const),
      reason: fc.oneof(text, fc.constant('<!-- notes -->')),
    }),
    { maxLength: 3 },
  ),
  ended: fc.array(ended, { maxLength: 4 }),
  older: fc.array(
    fc.record(
      { ...runName, state, exitCode, startedAt: time, finishedAt: time, reason: text, tail: text, outputs },
      { requiredKeys: ['order', 'generation', 'attempt', 'state', 'exitCode', 'finishedAt'] },
    ),
    { maxLength: 4 },
  ),
  before: fc.array(
    fc.tuple(order, runName.generation).map(([id, generation]) => `${id}@${generation}`),
    { maxLength: 3 },
  ),
});

const numbered = <T>(value: fc.Arbitrary<T>) => fc.dictionary(machine.map(String), value, { noNullPrototype: true, maxKeys: 3 });
const extraKey = fc.oneof(
  fc.constantFrom('taken_01', 'taken_x', 'delivered_1_', 'lost_0', 'lost_x', 'seen_01', 'a b', 'true', '7', 'x: y'),
  word.map((it) => `x_${it}`),
);

const anyUnpaused = fc.record({
  machine,
  name: text,
  id: fc.uuid(),
  instance: fc.oneof(fc.uuid(), fc.stringMatching(/^[0-9a-f]{8}$/)),
  seq: count,
  beat: count,
  state: fc.constantFrom(...MACHINE_STATES),
  updated: time,
  heartbeatMs: fc.nat({ max: 10 ** 9 }),
  tags: fc.array(word, { maxLength: 4 }),
  tools: fc.array(word, { maxLength: 4 }),
  slots: fc.nat({ max: 64 }),
  load: fc.nat({ max: 64 }),
  allows: fc.array(fc.constantFrom('shell', 'agent', 'call'), { maxLength: 3 }),
  version: fc.oneof(text, fc.constantFrom('1.10', '0.1.0', '1e3')),
  lost: numbered(count),
  seen: numbered(time),
  cursors: fc.dictionary(fc.constantFrom('0', '0_all', '1', '1_all', '20'), fc.record({ delivered: fc.nat(), taken: fc.nat() }), {
    noNullPrototype: true,
  }),
  peopleRead: fc.nat(),
  removedBy: fc.option(fc.integer({ min: 1, max: 9999 })),
  extra: fc.dictionary(extraKey, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), {
    noNullPrototype: true,
    maxKeys: 4,
  }),
  notes: fc.oneof(text, fc.constantFrom('', '\n', '\r\n', 'two\nlines\n', '<!-- notes -->', '<!-- /notes -->', '---\n', 'a\r')),
});

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const address = fc
  .tuple(fc.constantFrom('00', '02', 'a4'), fc.array(hex(2), { minLength: 5, maxLength: 5 }))
  .map(([first, rest]) => [first, ...rest].join(':'));
const mark = fc.tuple(hex(4), fc.option(hex(4))).map(([subnet, router]) => `n${subnet}${router === null ? '' : `.${router}`}`);
const targets = fc.dictionary(fc.integer({ min: 1, max: 9999 }).map(String), time, { minKeys: 1, maxKeys: 3 });
const wakeable = fc.record({
  addresses: fc.array(address, { minLength: 1, maxLength: 3 }),
  networks: fc.array(mark, { maxLength: 3 }),
});
const anyWake: fc.Arbitrary<Pick<MachineDocument, 'wake' | 'wakes' | 'woke'>> = fc
  .tuple(fc.option(wakeable), fc.option(targets), fc.option(targets))
  .map(([wake, wakes, woke]) => ({
    ...(wake === null ? {} : { wake }),
    ...(wakes === null ? {} : { wakes: { ...wakes } }),
    ...(woke === null ? {} : { woke: { ...woke } }),
  }));

/** With PAUSED comes the pause; an emergency stands beside anything. */
export const anyMachineDocument: fc.Arbitrary<MachineDocument> = fc
  .tuple(
    anyUnpaused,
    fc.record({ until: fc.option(time), note: text }),
    fc.option(fc.record({ what: text, since: time })),
    anyWake,
    fc.constantFrom({}, { reads: 2 }, { reads: 4 }, { reads: 2, form: 2 as const }, { form: 2 as const }),
  )
  .map(([document, paused, emergency, wake, reads]) => ({
    ...document,
    ...wake,
    ...reads,
    ...(document.state === 'PAUSED' ? { paused } : {}),
    ...(emergency === null ? {} : { emergency }),
  }));

const base = { seq: 41, tags: ['gpu'], tools: [], slots: 2, allows: ['shell'], heartbeat: '60s', version: '0.1.0' };

/** A fleet with everything that a board has to show, and text that tries to break it. */
export const BUSY_STATUS: StatusDocument = {
  version: 1,
  updated: '2026-11-20T22:00:00.000Z',
  sources: 'f00d',
  summary: {
    machines: 3,
    online: 2,
    queued: 1,
    assigned: 0,
    inProgress: 2,
    completed: 1,
    failed: 1,
    blocked: 1,
    cancelled: 0,
    unread: 0,
  },
  machines: {
    '2': { ...base, name: 'builder', state: 'WORKING', lastSeen: '2026-11-20T22:00:00.000Z', runs: ['train'] },
    '10': { ...base, name: 'pc | "x" <b>\u202e`', state: 'OFFLINE', lastSeen: '2026-11-20T20:00:00.000Z', runs: [] },
    '1': { ...base, name: 'pi', state: 'IDLE', lastSeen: '2026-11-20T21:59:00.000Z', runs: [] },
    '3': { ...base, name: 'old', state: 'LEFT', lastSeen: '2026-11-01T00:00:00.000Z', runs: [] },
  },
  orders: {
    hello: {
      state: 'COMPLETED',
      machine: 2,
      assign: '2 builder',
      attempt: 1,
      exitCode: 0,
      startedAt: '2026-11-20T20:00:00.000Z',
      finishedAt: '2026-11-20T20:00:01.000Z',
      tail: 'hello',
      outputs: { b: '2', a: '1' },
    },
    train: {
      state: 'IN_PROGRESS',
      title: 'Train the small model | fast',
      machine: 2,
      assign: '2 builder',
      attempt: 1,
      startedAt: '2026-11-20T21:00:00.000Z',
    },
    'pull-everywhere': {
      state: 'IN_PROGRESS',
      assign: 'all',
      machines: {
        '10': { state: 'QUEUED', reason: 'waits for 10' },
        '1': { state: 'COMPLETED', exitCode: 0, finishedAt: '2026-11-20T21:30:00.000Z' },
        '2': { state: 'FAILED', exitCode: 1, finishedAt: '2026-11-20T21:31:00.000Z', tail: 'fatal: not a git repository' },
      },
    },
    test: {
      state: 'FAILED',
      machine: 1,
      assign: '1 pi',
      attempt: 2,
      exitCode: 3,
      startedAt: '2026-11-20T21:00:00.000Z',
      finishedAt: '2026-11-20T21:10:00.000Z',
      tail: '```\n</details>\n<script>alert(1)</script>\n````\n# big\u001b[31m',
    },
    deploy: { state: 'BLOCKED', assign: 'any', reason: 'waits for approval' },
    later: { state: 'QUEUED', machine: 10, assign: '10 pc', reason: 'waits for 10 pc' },
  },
  needsYou: [
    { code: 'document', document: 'ORDERS.json', why: 'expected a colon, found "a" (line 12)' },
    { code: 'order', order: 'deploy', why: 'waits for approval' },
    { code: 'offline', order: 'later', machine: 10, why: '10 pc is offline' },
  ],
  faults: [
    { document: 'ORDERS.json', line: 12, column: 5, message: 'expected a colon, found "a"', level: 'fault' },
    { document: 'COMPUTER_3.md', line: 2, column: 1, message: 'expected YAML, found <b>|</b>', level: 'fault' },
    { document: 'ORDERS.json', line: 3, message: 'expected straight quotes ("), found smart quotes', level: 'warning' },
  ],
};

export const QUIET_STATUS: StatusDocument = {
  version: 1,
  updated: '1970-01-01T00:00:00.000Z',
  sources: 'f00d',
  summary: {
    machines: 0,
    online: 0,
    queued: 0,
    assigned: 0,
    inProgress: 0,
    completed: 0,
    failed: 0,
    blocked: 0,
    cancelled: 0,
    unread: 0,
  },
  machines: {},
  orders: {},
  needsYou: [],
  faults: [],
};
