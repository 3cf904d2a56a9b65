import { describe, expect, test } from 'vitest';
import { deriveOwnDocuments } from '../../src/core/cycle/own-documents.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { MachineView } from '../../src/core/model/ledger/snapshot.ts';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import { ENDED_FULL_MAX } from '../../src/core/model/orders/run.ts';
import { parseResults } from '../../src/documents/machine/results.ts';
import { parseResultsPage, renderAllResults } from '../../src/documents/machine/results-pages.ts';
import { active, at, ended, journal, order, type SampleFleet, self, snapshot, view } from './samples.ts';

interface Case {
  readonly machine?: number;
  readonly fleet?: SampleFleet;
  readonly state?: Partial<JournalState>;
  readonly when?: Partial<Parameters<typeof deriveOwnDocuments>[3]>;
}

function own({ machine = 1, fleet, state, when }: Case = {}) {
  return deriveOwnDocuments(snapshot(fleet), journal({ machine, ...state }), self({}, machine), {
    waiting: [],
    now: at(0),
    fetchedAt: at(0),
    mailFiles: new Map(),
    idOf: (text) => text,
    ...when,
  });
}

describe('what a machine says', () => {
  test('C3 nothing new: what the ledger shows, to the letter', () => {
    const said = own({ when: { now: at(5000) } });
    expect(said).toMatchObject({ isNew: false, rides: false });
    expect(said.document).toEqual(view(1).document);
  });

  test.each<[what: string, given: Case, expected: Partial<MachineDocument>]>([
    ['a run', { state: { active: [active('a')] } }, { load: 1, state: 'WORKING' }],
    [
      'work that waits for a slot',
      { when: { waiting: [{ order: 'a', generation: 1, state: 'ASSIGNED', reason: 'x' }] } },
      { state: 'ACTIVE' },
    ],
    [
      'work that is blocked',
      { when: { waiting: [{ order: 'a', generation: 1, state: 'BLOCKED', reason: 'x' }] } },
      { state: 'IDLE' },
    ],
    ['notes', { state: { notes: 'hello' } }, { notes: 'hello' }],
    ['a result', { state: { ended: [ended('a')] } }, { state: 'IDLE' }],
  ])('D1 %s is new, one seq and one beat higher', (_, given, expected) => {
    const said = own({ ...given, state: { seq: 4, beat: 7, ...given.state } });
    expect(said.isNew).toBe(true);
    expect(said.document).toMatchObject({ seq: 5, beat: 8, updated: '2026-11-20T22:00:00.000Z', ...expected });
  });

  test('D3 unknown keys are carried along', () => {
    const machines = [view(1, { document: { extra: { x_later: 'kept' } } })];
    expect(own({ fleet: { machines }, state: { notes: 'n' } }).document.extra).toEqual({ x_later: 'kept' });
  });

  test('D2 a machine that the ledger does not show says all anew', () => {
    expect(own({ fleet: { machines: [] } })).toMatchObject({ isNew: true, answers: true, document: { seq: 2, beat: 2 } });
  });
});

describe('D2: answers', () => {
  const laneFiles = new Map([['COMPUTER_1.md', 'what-the-lane-has']]);
  test.each<[what: string, mine: MachineView]>([
    ['my lane is gone', view(1, { lane: null })],
    ['main’s copy carries a higher seq', view(1, { document: { seq: 41 }, lane: { files: laneFiles } })],
  ])('D2 %s: answered with one more', (_, mine) => {
    const said = own({ fleet: { machines: [mine] } });
    expect(said).toMatchObject({ isNew: true, answers: true });
    expect(said.document.seq).toBe(mine.document.seq + 1);
  });

  test('D2 the answer is above the journal’s seq too: a word that was refused has used its number', () => {
    expect(own({ fleet: { machines: [view(1, { lane: null })] }, state: { seq: 90 } }).document.seq).toBe(91);
  });

  test.each<[what: string, beat: number, answers: boolean, next: number]>([
    ['with my last beat', 1, true, 2],
    ['with a beat that I never had', 500, true, 501],
    ['with a beat that I have passed', 0, false, 1],
    ['with a beat that cannot be', 9e15, false, 1],
  ])('F2 called lost %s: answered once and for all', (_, beat, answers, next) => {
    const said = own({ fleet: { machines: [view(1), view(2, { document: { lost: { 1: beat } } })] } });
    expect(said.answers).toBe(answers);
    expect(said.document.beat).toBe(next);
  });
});

describe('H2: the heartbeat in my word', () => {
  const fleetOf = (heartbeatMs: number, count: number): SampleFleet => ({
    machines: Array.from({ length: count }, (_, index) => view(index + 1, { document: { heartbeatMs } })),
  });

  test('H2 a shorter one causes no push, and does not ride on a beat', () => {
    expect(own({ fleet: fleetOf(200_000, 3) })).toMatchObject({ isNew: false, rides: false });
  });

  test('H2 a shorter one rides on the next word', () => {
    expect(own({ fleet: fleetOf(200_000, 3), state: { notes: 'n' } }).document.heartbeatMs).toBe(60_000);
  });

  test('H2 a longer one causes no push, and rides on the next beat', () => {
    const said = own({ fleet: fleetOf(60_000, 10) });
    expect(said).toMatchObject({ isNew: false, rides: true, document: { heartbeatMs: 200_000, seq: 2 } });
  });
});

describe('F2: who says that a machine is lost', () => {
  const seen = (machine: number, ms: number) => ({ commit: `lane-${machine}`, beat: 1, at: at(ms) });
  const LOST = -180_000;
  const fleet = (change: Record<number, Parameters<typeof view>[1]> = {}): SampleFleet => ({
    machines: [1, 2, 3].map((machine) => view(machine, change[machine])),
  });

  test.each<[what: string, given: Case, lost: Record<number, number>]>([
    ['the lowest live one does', { state: { observed: { 2: seen(2, LOST), 3: seen(3, 0) } } }, { 2: 1 }],
    ['a higher one does not', { machine: 3, state: { observed: { 1: seen(1, 0), 2: seen(2, LOST) } } }, {}],
    ['the lowest that is left does', { machine: 2, state: { observed: { 1: seen(1, LOST), 3: seen(3, 0) } } }, { 1: 1 }],
    ['nobody does offline', { state: { observed: { 2: seen(2, LOST) } }, when: { fetchedAt: null } }, {}],
    [
      'nobody says again what another has said',
      { state: { observed: { 2: seen(2, LOST), 3: seen(3, 0) } }, fleet: fleet({ 3: { document: { lost: { 2: 1 } } } }) },
      {},
    ],
    [
      'it is said again when it moved in between',
      {
        state: { observed: { 2: { ...seen(2, LOST), beat: 5 }, 3: seen(3, 0) } },
        fleet: fleet({ 2: { lane: { beat: 5 } }, 3: { document: { lost: { 2: 1 } } } }),
      },
      { 2: 5 },
    ],
    [
      'whose last word came to main alone: of the beat that stands there',
      { state: { observed: { 2: seen(2, LOST), 3: seen(3, 0) } }, fleet: fleet({ 2: { document: { beat: 7 } } }) },
      { 2: 7 },
    ],
    [
      'of one that has left nobody speaks',
      { state: { observed: { 2: seen(2, LOST) } }, fleet: fleet({ 2: { document: { state: 'LEFT' } } }) },
      {},
    ],
    [
      'a statement stands while the lane does',
      { state: { observed: { 2: seen(2, 0) } }, fleet: fleet({ 1: { document: { lost: { 2: 1 } } } }) },
      { 2: 1 },
    ],
    [
      'a statement ends when the lane moves',
      { state: { observed: { 2: seen(2, 0) } }, fleet: fleet({ 1: { document: { lost: { 2: 1 } } }, 2: { lane: { beat: 2 } } }) },
      {},
    ],
    [
      'a statement stands offline',
      { state: {}, fleet: fleet({ 1: { document: { lost: { 2: 1 } } } }), when: { fetchedAt: null } },
      { 2: 1 },
    ],
  ])('F2 %s', (_, given, lost) => {
    expect(own({ fleet: fleet(), ...given }).document.lost).toEqual(lost);
  });
});

describe('D8: the results document keeps below its caps', () => {
  const long = 'x'.repeat(64);
  const many = (count: number, id: (index: number) => string) => Array.from({ length: count }, (_, index) => id(index));

  test.each<[what: string, given: Case, olderMin: number]>([
    [
      '20 full runs of nothing but control characters',
      {
        state: {
          ended: many(ENDED_FULL_MAX, (index) => `o${index}`).map((id) =>
            ended(id, {
              tail: '\u0001'.repeat(4096),
              outputs: Object.fromEntries(many(50, (index) => `k${index}`).map((key) => [key, '\u0002'.repeat(1024)])),
            }),
          ),
        },
      },
      0,
    ],
    [
      '30,000 older runs',
      { state: { older: many(30_000, (index) => `${index}-${long}`.slice(0, 64)).map((id) => ended(id)) } },
      1000,
    ],
    [
      '10,000 orders passed over',
      { state: { before: many(10_000, (index) => `${`${index}-${long}`.slice(0, 64)}@1000000`) } },
      0,
    ],
    [
      '10,000 orders that wait, for long reasons',
      {
        when: {
          waiting: many(10_000, (index) => `o${index}`).map((id) => ({
            order: id,
            generation: 1,
            state: 'BLOCKED' as const,
            reason: '語'.repeat(4000),
          })),
        },
      },
      0,
    ],
  ])('D8 %s', (_, given, olderMin) => {
    const { results } = own(given);
    for (const [path, text] of renderAllResults(results)) {
      expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
      expect((path === 'results/1.json' ? parseResults : parseResultsPage)(text, path).faults).toEqual([]);
    }
    expect(results.older.length).toBeGreaterThanOrEqual(olderMin);
  });

  test('D8 all of it at once', () => {
    const waste = '\u0001'.repeat(1024);
    const outputs = Object.fromEntries(many(50, (index) => `k${index}`).map((key) => [key, waste]));
    const state = {
      ended: many(20, (index) => `e${index}`).map((id) => ended(id, { tail: waste.repeat(4), outputs })),
      older: many(20_000, (index) => `${index}-${long}`.slice(0, 64)).map((id) => ended(id)),
      before: many(10_000, (index) => `${`${index}-${long}`.slice(0, 64)}@1`),
    };
    const waiting = many(10_000, (index) => `o${index}`).map((id) => ({
      order: id,
      generation: 1,
      state: 'ASSIGNED' as const,
      reason: long.repeat(9),
    }));
    for (const text of renderAllResults(own({ state, when: { waiting } }).results).values())
      expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
  });

  test('D8 the newest run is said in full, the oldest ones become short', () => {
    const outputs = Object.fromEntries(many(50, (index) => `k${index}`).map((key) => [key, 'x'.repeat(1024)]));
    const { results } = own({ state: { ended: many(20, (index) => `o${index}`).map((id) => ended(id, { outputs })) } });
    expect(results.ended.at(-1)?.order).toBe('o19');
    expect([...results.older, ...results.ended].map((run) => run.order)).toEqual(many(20, (index) => `o${index}`));
    expect(results.older.length).toBeGreaterThan(0);
  });

  test('O8 unlisted orders go first, oldest first', () => {
    const listed = many(1000, (index) => `listed-${index}`);
    const gone = many(5000, (index) => `gone-${index}`);
    const older = listed.flatMap((id, index) => [
      ended(id),
      ...gone.slice(index * 5, index * 5 + 5).map((other) => ended(other)),
    ]);
    const said = own({ fleet: { orders: listed.map((id) => order(id)) }, state: { older } }).results.older.map(
      (run) => run.order,
    );
    expect(said.filter((id) => id.startsWith('listed'))).toEqual(listed);
    const kept = said.filter((id) => id.startsWith('gone'));
    expect(kept).toEqual(gone.slice(gone.length - kept.length));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(5000);
  });
});

describe('D3a: the form of my document', () => {
  const form = (machines: readonly MachineView[]) => own({ fleet: { machines } });
  const inFirst = (it: MachineView): MachineView => {
    const { form: _, ...document } = it.document;
    return { ...it, document };
  };
  const ofBefore = (it: MachineView): MachineView => {
    const { reads: _, ...document } = inFirst(it).document;
    return { ...it, document };
  };

  test('D3a one machine that does not say that it reads the second: the first, at once', () => {
    const said = form([view(1), view(2), ofBefore(view(3))]);
    expect(said).toMatchObject({ isNew: true, document: { reads: 4 } });
    expect(said.document).not.toHaveProperty('form');
  });

  test('D3a all say so: the second rides on the next beat and causes no push', () => {
    expect(form([inFirst(view(1)), inFirst(view(2))])).toMatchObject({ isNew: false, rides: true, document: { form: 2 } });
  });

  test('D3a a machine that has left reads nothing any more', () => {
    expect(form([view(1), ofBefore(view(2, { document: { state: 'LEFT' } }))]).document.form).toBe(2);
  });
});
