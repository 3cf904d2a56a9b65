import { describe, expect, test } from 'vitest';
import { checkpoint } from '../../src/core/cycle/last-seen.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { at, journal, snapshot, view } from './samples.ts';

const MINUTE_MS = 60_000;
const now = at(20 * MINUTE_MS);
const seen = (machine: number, ms: number) => ({ commit: `lane-${machine}`, beat: 1, at: at(ms) });
const observed = { 2: seen(2, 19 * MINUTE_MS), 3: seen(3, 18 * MINUTE_MS) };
const machines = [view(1), view(2), view(3)];
const before: Partial<JournalState> = { observed, checkpointAt: at(5 * MINUTE_MS), checkpointOf: 'facts-1' };

function marked(change: Partial<JournalState>, moved: { facts?: string; speaks?: boolean } = {}, of = machines) {
  const state = journal({ ...before, ...change });
  const next = checkpoint(state, snapshot({ machines: of }), now, { facts: 'facts-2', speaks: false, ...moved });
  return { seen: next.seen, isSame: next === state, next };
}

describe('F3: last-seen times', () => {
  test('F3 once in 15 min, if anything else moved', () => {
    const { next } = marked({});
    expect(next).toMatchObject({ checkpointAt: now, checkpointOf: 'facts-2' });
    expect(next.seen).toEqual({ 2: '2026-11-20T22:19:00.000Z', 3: '2026-11-20T22:18:00.000Z' });
  });

  test.each<[what: string, version: ReturnType<typeof marked>, nothing: boolean]>([
    ['less than 15 min ago', marked({ checkpointAt: at(5 * MINUTE_MS + 1) }), true],
    ['never before', marked({ checkpointAt: null }), false],
    ['before this computer was started', marked({ checkpointAt: at(19 * MINUTE_MS, { boot: 'boot-0' }) }), false],
    ['nothing has moved', marked({}, { facts: 'facts-1' }), true],
    ['nothing else has moved, and I have a word to say anyway', marked({}, { facts: 'facts-1', speaks: true }), false],
    ['by the lowest live machine alone', marked({ machine: 2, observed: { 1: seen(1, 20 * MINUTE_MS) } }), true],
    ['by the lowest that is not lost', marked({ machine: 2, observed: { 1: seen(1, 0) } }), false],
  ])('F3 %s', (_, { isSame }, nothing) => {
    expect(isSame).toBe(nothing);
  });

  test('F3 not of those that have left or are gone', () => {
    const of = [view(1), view(2, { document: { state: 'LEFT' } })];
    expect(marked({}, {}, of).seen).toEqual({});
  });
});
