import { describe, expect, test } from 'vitest';
import { mustTellSeen } from '../../src/core/cycle/observe-announced.ts';
import { observeLedger as observed } from '../../src/core/cycle/observe-ledger.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import type { Instant } from '../../src/core/model/machines/instant.ts';
import { isLost } from '../../src/core/presence/gone.ts';
import { at, ended, journal, order, type SampleFleet, snapshot, T0_MS, view } from './samples.ts';

const DAY_MS = 86_400_000;
const observeLedger = (known: JournalState, seen: Snapshot, now: Instant, computer = known.computer) =>
  observed(known, seen, now, computer);
const two = (commit = 'lane-2', beat = 1) => snapshot({ machines: [view(1), view(2, { lane: { commit, beat } })] });

describe('O4: another machine’s lane', () => {
  const first = observeLedger(journal(), two(), at(0));

  test('O4 is observed from the moment it was first seen', () => {
    expect(first.observed).toEqual({ 2: { commit: 'lane-2', beat: 1, at: at(0) } });
    expect(observeLedger(first, two(), at(60_000))).toBe(first);
  });

  test('O4 is observed anew when it moves', () => {
    const next = observeLedger(first, two('lane-2b', 2), at(60_000));
    expect(next.observed[2]).toEqual({ commit: 'lane-2b', beat: 2, at: at(60_000) });
  });

  test('O4 D2 is observed anew when its word comes to main alone, once', () => {
    const beat = (lane: number, said: number) =>
      snapshot({ machines: [view(1), view(2, { lane: { commit: 'lane-2', beat: lane }, document: { beat: said } })] });
    const next = observeLedger(first, beat(1, 2), at(179_000));
    expect(next.observed[2]).toEqual({ commit: 'lane-2', beat: 2, at: at(179_000) });
    expect(isLost(2, beat(1, 2), next, at(180_000))).toBe(false);
    expect(observeLedger(next, beat(1, 1), at(180_000))).toBe(next);
    expect(observeLedger(next, beat(1, 2), at(180_000))).toBe(next);
    expect(isLost(2, beat(1, 2), next, at(359_000))).toBe(true);
  });

  test('O4 that is gone is forgotten', () => {
    expect(observeLedger(first, snapshot(), at(1)).observed).toEqual({});
  });

  test('O4 my own is not observed', () => {
    expect(observeLedger(journal(), snapshot(), at(0)).observed).toEqual({});
  });

  const minute = 60_000;
  test.each<[what: string, now: Instant, lost: boolean]>([
    ['stands still for its lease', at(3 * minute), true],
    ['stands still for less', at(3 * minute - 1), false],
    ['stands still by the wall clock, which was set, alone', at(0, { wallMs: T0_MS + DAY_MS }), false],
    ['stands still by the monotonic clock, while the wall clock was set', at(3 * minute, { wallMs: T0_MS }), false],
    ['stands still, both clocks 30 s apart', at(3 * minute, { wallMs: T0_MS + 3 * minute - 30_000 }), true],
    ['stands still, both clocks more than 30 s apart', at(3 * minute, { wallMs: T0_MS + 3 * minute - 30_001 }), false],
    ['was seen before this computer was started', at(3 * minute, { boot: 'boot-2' }), false],
    ['was seen by a monotonic clock that began again', at(-1), false],
  ])('O4 a lane that %s: lost %#', (_, now, lost) => {
    const state = observeLedger(first, two(), now);
    expect(isLost(2, two(), state, now)).toBe(lost);
  });

  test('O4 after a reboot the lease begins anew, and then ends', () => {
    const rebooted = (ms: number) => at(ms, { boot: 'boot-2' });
    const state = observeLedger(first, two(), rebooted(1000));
    expect(state.observed[2]?.at).toEqual(rebooted(1000));
    expect(isLost(2, two(), state, rebooted(180_999))).toBe(false);
    expect(isLost(2, two(), state, rebooted(181_000))).toBe(true);
  });

  test('O4 a lane that nobody can read is observed too', () => {
    const lane = { commit: 'odd', parent: null, beat: 7, files: new Map() };
    const seen = { ...snapshot(), lanes: new Map([[5, lane]]) };
    expect(observeLedger(journal(), seen, at(0)).observed[5]).toMatchObject({ commit: 'odd', beat: 7 });
  });
});

test('R3b R5 an announcement is said to be seen, also by a look that answers an earlier push', () => {
  const seen = snapshot({
    fleet: { compactAt: '2026-11-27T22:00:00.000Z' },
    machines: [view(1, { lane: { commit: 'tried', parent: 'main-0' } }), view(2)],
  });
  const pushed = ['lane-1', 'tried'];
  const before = journal({ pushed, accepted: { commit: 'lane-1', at: at(0) }, tried: { commit: 'tried', at: at(1000) } });
  const state = observeLedger(before, seen, at(60_000));
  expect(state).toMatchObject({ accepted: { commit: 'tried' }, announced: { unsaid: 'tried' } });
  expect(mustTellSeen(state, seen)).toBe(true);
});

describe('R3: who writes as me', () => {
  test.each<[what: string, pushed: readonly string[], duplicate: string | null]>([
    ['a commit that I pushed', ['lane-1'], null],
    ['an older commit that I pushed', ['lane-1', 'later'], null],
    ['a commit that I never pushed', ['other'], 'lane-1'],
  ])('R3 %s', (_, pushed, duplicate) => {
    expect(observeLedger(journal({ pushed }), snapshot(), at(0)).duplicate).toBe(duplicate);
  });

  test('R3 a lane that is gone is nobody’s word', () => {
    expect(observeLedger(journal({ pushed: [] }), snapshot({ machines: [view(1, { lane: null })] }), at(0)).duplicate).toBeNull();
  });

  test('R3 what is halted stays so where the lane is gone', () => {
    const halted = journal({ pushed: ['lane-1'], duplicate: 'foreign' });
    expect(observeLedger(halted, snapshot({ machines: [view(1, { lane: null })] }), at(0)).duplicate).toBe('foreign');
  });

  test('R3 on another computer than this folder was joined on every lane is foreign, also where it is gone', () => {
    const joined = observeLedger(journal(), snapshot(), at(0), 'here');
    expect(joined).toMatchObject({ computer: 'here', duplicate: null });
    expect(observeLedger(joined, snapshot(), at(0), 'here')).toBe(joined);
    expect(observeLedger(joined, snapshot(), at(0), 'elsewhere')).toMatchObject({ computer: 'here', duplicate: 'lane-1' });
    const gone = snapshot({ machines: [view(1, { lane: null })] });
    expect(observeLedger(joined, gone, at(0), 'elsewhere').duplicate).not.toBeNull();
  });

  test('R3 a foreign lane that nobody can read is foreign', () => {
    const lane = { commit: 'odd', parent: null, beat: 0, files: new Map() };
    const seen = { ...snapshot({ machines: [] }), lanes: new Map([[1, lane]]) };
    expect(observeLedger(journal(), seen, at(0)).duplicate).toBe('odd');
  });

  test('R3 it is over when my own lane is there again', () => {
    expect(observeLedger(journal({ duplicate: 'foreign' }), snapshot(), at(0)).duplicate).toBeNull();
  });
});

describe('R5: a push whose answer was lost', () => {
  const accepted = { commit: 'lane-0', at: at(0) };

  test('R5 was accepted if the lane shows it', () => {
    const tried = { commit: 'lane-1', at: at(60_000), gapMs: 60_000 };
    const state = observeLedger(journal({ accepted, tried }), snapshot(), at(120_000));
    expect(state).toMatchObject({ accepted: { commit: 'lane-1', at: at(60_000) }, tried: null, pushGapsMs: [60_000] });
  });

  test('R5 was not accepted as long as it does not', () => {
    const state = journal({ accepted, tried: { commit: 'lane-1b', at: at(60_000) } });
    expect(observeLedger(state, snapshot(), at(120_000))).toBe(state);
  });
});

describe('O8: how long it is remembered', () => {
  const memory: Partial<JournalState> = { ended: [ended('a')], older: [ended('b')], before: ['c@1', 'a@1'] };
  const all: SampleFleet = { orders: [order('a'), order('b'), order('c')] };
  const later = (fleet: SampleFleet, ms: number, state: JournalState = journal(memory)) =>
    observeLedger(state, snapshot(fleet), at(ms));

  test('O8 as long as it is listed', () => {
    const state = journal(memory);
    expect(later(all, 1000 * DAY_MS, state)).toBe(state);
  });

  test('O8 30 days more, from the day on which it was not listed any more', () => {
    const listed = later(all, 100 * DAY_MS);
    const unlisted = later({}, 100 * DAY_MS, listed);
    expect(Object.keys(unlisted.unlisted).sort()).toEqual(['a', 'b']);
    const still = later({}, 130 * DAY_MS - 1, unlisted);
    expect(still).toBe(unlisted);
    expect(later({}, 130 * DAY_MS, still)).toMatchObject({ ended: [], older: [], unlisted: {} });
  });

  test('O8 anew when it was listed again', () => {
    const gone = later({}, 0);
    const back = later(all, 20 * DAY_MS, gone);
    expect(back.unlisted).toEqual({});
    expect(later({}, 40 * DAY_MS, later({}, 39 * DAY_MS, back)).ended).toHaveLength(1);
  });

  test('O8 not less because the clock was far behind when it left', () => {
    const early = later({}, -20_000 * DAY_MS);
    expect(later({}, DAY_MS, early).ended).toHaveLength(1);
  });

  test.each<[what: string, fleet: SampleFleet]>([
    ['an ORDERS.json that cannot be read', { ordersReadable: false }],
    ['an entry without a readable id', { refused: [{ id: null, reason: 'bad' }] }],
    ['an entry that is refused', { refused: ['a', 'b', 'c'].map((id) => ({ id, reason: 'bad' })) }],
  ])('O8 D4 %s is no removal', (_, fleet) => {
    const state = journal(memory);
    expect(later(fleet, 1000 * DAY_MS, state)).toBe(state);
    // And once it began, the time goes on.
    expect(later({}, 31 * DAY_MS, later({}, 0))).toMatchObject({ ended: [], older: [] });
  });

  test('O1 what was passed over at the join is remembered while it is listed', () => {
    expect(later({ orders: [order('a')] }, 0).before).toEqual(['a@1']);
  });

  test('O8 ids such as constructor are remembered and forgotten like any other', () => {
    const state = journal({ ended: [ended('constructor'), ended('valueof')] });
    const gone = later({ orders: [order('valueof')] }, 0, state);
    expect(Object.keys(gone.unlisted)).toEqual(['constructor']);
    expect(later({ orders: [order('valueof')] }, 30 * DAY_MS, gone).ended.map((run) => run.order)).toEqual(['valueof']);
  });

  test('O7.6, T6.6 an order that left the list keeps what its run said, for when it comes back', () => {
    const said = { tail: 'it broke', outputs: { version: '3' }, artifacts: [{ name: 'a.zip', size: 1, sha256: 'f' }] };
    const state = journal({ older: [ended('a', said)] });
    const gone = later({}, 0, state);
    expect(later({}, 29 * DAY_MS, gone)).toBe(gone);
    expect(later({ orders: [order('a')] }, 29 * DAY_MS, gone).older).toMatchObject([said]);
  });

  test('O7.6 of many that left the list the oldest keep where an agent goes on, and what it asked', () => {
    const outputs = { agent: 'claude', session: 's1', question: 'Which one?', question_to: 'ann' };
    const said = {
      tail: 'it broke',
      outputs: { ...outputs, k: 'x'.repeat(1_000) },
      artifacts: [{ name: 'a', size: 1, sha256: 'f' }],
    };
    const older = Array.from({ length: 3_000 }, (_, index) => ended(`o${index}`, said));
    const gone = later({ orders: [order('o0')] }, 0, journal({ older }));
    const { tail, artifacts, ...rest } = ended('o1', said);
    expect(gone.older[1]).toEqual({ ...rest, outputs, unlisted: 1 });
    expect([gone.older[0], gone.older.at(-1)]).toEqual([older[0], older.at(-1)]);
    expect(JSON.stringify(gone.older).length).toBeLessThan(3_000_000);
    expect(later({ orders: [order('o0')] }, 2 * DAY_MS, gone)).toBe(gone);
  });

  test('O8 of 10,000 unlisted orders and more, the oldest go', () => {
    const older = Array.from({ length: 10_003 }, (_, index) => ended(`o${index}`));
    const half = observeLedger(journal({ older: older.slice(0, 5000) }), snapshot(), at(0));
    const full = observeLedger({ ...half, older }, snapshot(), at(1000));
    expect(full.older).toHaveLength(10_000);
    expect(full.older.map((run) => run.order)).not.toContain('o0');
    expect(full.older.map((run) => run.order)).toContain('o10002');
  });
});
