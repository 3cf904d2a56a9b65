// What other machines call themselves must not move the cursor of whoever looks.
import { expect, test } from 'vitest';
import type { Reading } from '../../src/cli/context.ts';
import { machineLines } from '../../src/cli/output/show-machines.ts';
import { orderLines, statusLines } from '../../src/cli/output/show-status.ts';
import { machinesShown } from '../../src/cli/output/status-selection.ts';
import { reachedWords } from '../../src/cli/output/synced-words.ts';
import { heldSentence, unsentSentence, type View } from '../../src/operations/sync/view.ts';
import { heldUntil } from '../../src/operations/sync/write-view.ts';

test('words of other machines are shown as what they are, each on its line', () => {
  const machine = {
    ...{ state: 'IDLE', runs: [], tags: ['\u001b]0;owned\u0007'], slots: 1, tools: [], allows: [], seq: 1, heartbeat: '60s' },
    ...{ name: 'p\u001b[2Jc', version: '1\n9 fake', lastSeen: '2026-11-20T22:00:00.000Z' },
  };
  const view = { machines: { '2': machine }, self: { machine: 1 }, sync: { lastHeard: {} } } as unknown as View;
  const plain = (text: string) => text;
  const paint = new Proxy({}, { get: () => plain });
  const lines = machineLines(view, { paint, nowMs: () => 0 } as unknown as Reading, null);
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(lines[1]).toContain('p\\u{1b}[2Jc');
});

test('who is late or back is said beside the state, and nobody is late because this machine did not look', () => {
  const at = (second: number) => new Date(Date.parse('2026-11-20T22:00:00.000Z') + second * 1000).toISOString();
  const machine = (more: object) => ({
    ...{ name: 'm', state: 'IDLE', runs: [], tags: [], tools: [], slots: 1, allows: [], seq: 1, heartbeat: '60s', version: '1' },
    ...{ lastSeen: at(0), ...more },
  });
  const machines = {
    1: machine({}),
    2: machine({}),
    3: machine({}),
    4: machine({ state: 'OFFLINE' }),
    5: machine({ back: true }),
  };
  const lastHeard = { 2: at(100), 3: at(0), 4: at(0), 5: at(100) };
  const view = { machines, self: { machine: 1 }, sync: { lastHeard } } as unknown as View;
  const paint = new Proxy({}, { get: () => (text: string) => text });
  const context = { paint, nowMs: () => Date.parse(at(10_000)) } as unknown as Reading;
  const said = (fetchedMs: number) => machineLines(view, context, fetchedMs).slice(1);
  expect(said(Date.parse(at(130)))).toEqual([
    expect.stringMatching(/this one$/),
    expect.stringMatching(/ago$/),
    expect.stringMatching(/ago · late \(expected every 60s\)$/),
    expect.stringMatching(/ago$/),
    expect.stringMatching(/ago · back$/),
  ]);
  expect(said(Date.parse(at(110)))[2]).toMatch(/ago$/);
  const deaf = { ...view, sync: { lastHeard, unsyncedSince: at(9_400) } } as unknown as View;
  const [self, , third] = machineLines(deaf, context, Date.parse(at(110))).slice(1);
  expect(self).toMatch(/this one · not synced for 3 h$/);
  expect(third).toMatch(/ago$/);
});

test('T5.6 who is not believed is listed in a large fleet too, with why', () => {
  const idle = { name: 'm', state: 'IDLE', runs: [], tags: [], tools: [], slots: 1, allows: [], heartbeat: '60s', version: '1' };
  const machines = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at + 1, idle]));
  const doubted = { ...machines, 40: { ...idle, doubted: 'its lane is gone' } };
  const paint = new Proxy({}, { get: () => (text: string) => text });
  const context = { paint, nowMs: () => 0 } as unknown as Reading;
  const view = { machines: doubted, self: { machine: 1 }, sync: { lastHeard: {} } } as unknown as View;
  expect(machineLines(view, context, null)[40]).toMatch(/not believed: its lane is gone/);
  expect(machinesShown(view).isShown('40')).toBe(true);
  expect(machinesShown({ ...view, machines } as unknown as View).isShown('40')).toBe(false);
});

test('H2 what waits for its share of the host’s pushes says until when', () => {
  const nowMs = Date.parse('2026-11-20T22:00:00.000Z');
  const outcome = (why: string, heldForMs: number | null) =>
    ({ heldForMs, seen: { composed: { why } } }) as unknown as Parameters<typeof heldUntil>[0];
  expect(heldUntil(outcome('documents', 12_345), nowMs)).toBe('2026-11-20T22:00:13.000Z');
  expect(heldUntil(outcome('documents', null), nowMs)).toBeNull();
  expect(heldUntil(outcome('beat', 12_345), nowMs)).toBeNull();
  const until = '2026-11-20T22:00:13.000Z';
  expect(heldSentence(until, nowMs)).toMatch(/^next push in 13 s \(22:00:13 UTC\)/);
  expect([heldSentence(null, nowMs), heldSentence(until, nowMs + 13_000)]).toEqual([null, null]);
});

test('H3 a daemon that fails says when the remote was last reached, which is no try', () => {
  const nowMs = Date.parse('2026-11-20T22:00:00.000Z');
  const at = '2026-11-20T21:58:46.000Z';
  expect(reachedWords(at, null, nowMs)).toBe('last sync: 74 s ago');
  expect(reachedWords(at, 'no network', nowMs)).toBe('last reached: 74 s ago');
  expect([reachedWords(null, null, nowMs), reachedWords(null, 'no network', nowMs)]).toEqual(['never synced', 'never synced']);
});

test('H2 what no daemon sends once its turn has come waits for the next sync', () => {
  const untilMs = Date.parse('2026-11-20T22:00:13.000Z');
  const until = new Date(untilMs).toISOString();
  const waits = 'this machine has changes to push: coord sync, or coord daemon start';
  expect(unsentSentence(until, untilMs, false)).toBe(waits);
  expect(unsentSentence(until, untilMs + 3_600_000, false)).toBe(waits);
  expect([unsentSentence(until, untilMs - 1, false), unsentSentence(until, untilMs, true)]).toEqual([null, null]);
  expect(unsentSentence(null, untilMs, false)).toBeNull();
});

test('a schedule says when it comes next, by the clock here, in its own zone', () => {
  const order = { assign: 'any', state: 'QUEUED', reason: 'by its schedule' };
  const orders = {
    nightly: { ...order, schedule: '0 3 * * * Europe/Berlin' },
    over: { ...order, state: 'CANCELLED', schedule: '0 3 * * *' },
    plain: order,
  };
  const paint = new Proxy({}, { get: () => (text: string) => text });
  const context = { paint, nowMs: () => Date.parse('2026-11-20T22:00:00.000Z') } as unknown as Reading;
  const [, nightly, over, plain] = orderLines({ orders } as unknown as View, context);
  expect(nightly).toMatch(/next 2026-11-21 02:00 UTC · by its schedule$/);
  expect(over).not.toContain('next');
  expect(plain).not.toContain('next');
});

test('of a large fleet what stirs is listed, and the newest of what ended; the rest is counted', () => {
  const machine = (state: string) => ({
    ...{ name: 'm', state, runs: [], tags: [], tools: [], slots: 1, allows: [], seq: 1, heartbeat: '60s', version: '1.0.0' },
    lastSeen: '2026-11-20T22:00:00.000Z',
  });
  const machines = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [at + 1, machine(at < 150 ? 'IDLE' : 'WORKING')]));
  const ended = Array.from({ length: 1000 }, (_, at) => {
    const finishedAt = new Date(Date.UTC(2026, 10, 20) + at * 1000).toISOString();
    return [`done-${at}`, { state: 'COMPLETED', assign: 'any', machine: 1, finishedAt }];
  });
  const open = Array.from({ length: 40 }, (_, at) => [`open-${at}`, { state: 'QUEUED', assign: 'any' }]);
  const lines = linesOf({ machines, orders: Object.fromEntries([...ended, ...open]) });
  const listed = (pattern: RegExp) => lines.filter((line) => pattern.test(line));
  expect(listed(/^ {2}[0-9]+ /)).toHaveLength(30);
  expect(listed(/^ {2}[0-9]+ .*WORKING/)).toHaveLength(29);
  expect(listed(/this one/)).toHaveLength(1);
  expect(lines).toContain('  and 170 more: coord machines');
  expect(listed(/^ {2}open-/)).toHaveLength(40);
  expect(listed(/^ {2}done-/).map((line) => Number(/done-([0-9]+)/.exec(line)?.[1]))).toEqual(
    Array.from({ length: 20 }, (_, at) => 980 + at),
  );
  expect(lines).toContain('  and 980 more that ended: coord order list');
});

test('what was forgiven in a document of people is told there too, and counted where it is much', () => {
  const fault = { document: 'fleet.yaml', level: 'fault', message: 'expected a list' };
  const slip = { document: 'messages/0_TO_9.md', level: 'warning', message: 'expected a machine, found none with 9' };
  const warned = (faults: unknown) => {
    const lines = linesOf({ faults });
    const from = lines.indexOf('Warnings') + 1;
    return lines.slice(from, lines.indexOf('', from));
  };
  const lines = warned([fault, slip, { ...slip, document: 'ORDERS.json', line: 4, message: 'x\u001b[2J' }]);
  expect(lines).toEqual(['  messages/0_TO_9.md: expected a machine, found none with 9', '  ORDERS.json line 4: x\\u{1b}[2J']);
  const many = warned(Array.from({ length: 13 }, () => slip));
  expect(many).toHaveLength(11);
  expect(many.at(-1)).toBe('  and 3 more: coord status --json');
});

function linesOf(shown: object): readonly string[] {
  const view = {
    ...{ machines: {}, orders: {}, needsYou: [], faults: [] },
    self: { machine: 150, name: 'm', remote: 'r', unread: 0, urgent: [], allows: ['shell'] },
    sync: {
      ...{ lastHeard: {}, unsyncedSince: null, boardRefused: null, heldUntil: null, pendingEdits: [], lostEdits: [] },
      ...{ duplicate: null, rewritten: null, removedBy: null, notTaken: [] },
    },
    ...shown,
  } as unknown as View;
  const paint = new Proxy({}, { get: () => (text: string) => text });
  return statusLines(view, { paint, nowMs: () => 0 } as unknown as Reading, null, []);
}
