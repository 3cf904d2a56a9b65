import { describe, expect, test } from 'vitest';
import { observeRuns } from '../../src/core/cycle/observe-runs.ts';
import type { EndedRun, ExitRecord, RunSight } from '../../src/core/model/orders/run.ts';
import { active, ended, journal, T0 } from './samples.ts';

const NOW = '2026-11-20T23:00:00.000Z';

function exit(change: Partial<ExitRecord> = {}): ExitRecord {
  return {
    why: 'exited',
    stop: null,
    detail: null,
    exitCode: 0,
    signal: null,
    checkExitCode: null,
    checkRan: false,
    startedAt: T0,
    finishedAt: T0,
    leftovers: 0,
    droppedBytes: 0,
    ...change,
  };
}

const end = (change: Partial<ExitRecord> = {}): RunSight => ({ kind: 'ended', exit: exit(change), tail: 'tail', outputs: {} });
const clean = (text: string) => text.replaceAll('secret', '•••');
const observed = (sight: RunSight, run = active('a')) =>
  observeRuns(journal({ active: [run] }), new Map([[run.key, sight]]), clean, NOW);

describe('O9: how a run ended', () => {
  test.each<[what: string, sight: RunSight, expected: Partial<EndedRun>]>([
    ['exit 0', end(), { state: 'COMPLETED', reason: null, exitCode: 0 }],
    ['exit 0 with leftovers', end({ leftovers: 2 }), { state: 'COMPLETED', reason: 'ended 2 leftover processes' }],
    ['another exit code', end({ exitCode: 3 }), { state: 'FAILED', reason: null, exitCode: 3 }],
    ['a signal', end({ exitCode: null, signal: 'SIGSEGV' }), { state: 'FAILED', reason: 'ended by SIGSEGV', exitCode: null }],
    ['a time-out', end({ why: 'timeout', exitCode: null }), { state: 'FAILED', reason: 'timed out' }],
    ['a time-out whose command said 0', end({ why: 'timeout' }), { state: 'FAILED', reason: 'timed out', exitCode: 0 }],
    [
      'a lease that was over, whatever its command said',
      end({ why: 'lease' }),
      { state: 'FAILED', reason: 'stopped: its machine was out of contact with the repo for too long' },
    ],
    [
      'not started',
      end({ why: 'notStarted', detail: 'no such file', exitCode: null }),
      { state: 'FAILED', reason: 'did not start: no such file' },
    ],
    ['a check that passed', end({ checkRan: true, checkExitCode: 0 }), { state: 'COMPLETED', reason: null }],
    [
      'a check that failed',
      end({ checkRan: true, checkExitCode: 2 }),
      { state: 'FAILED', reason: 'check failed with 2', exitCode: 0 },
    ],
    ['a check that was killed', end({ checkRan: true }), { state: 'FAILED', reason: 'check failed with a signal' }],
    ['cancelled', end({ why: 'stopped', stop: 'cancelled', exitCode: null }), { state: 'CANCELLED', reason: 'cancelled' }],
    [
      'removed',
      end({ why: 'stopped', stop: 'removed', exitCode: 0 }),
      { state: 'CANCELLED', reason: 'removed from ORDERS.json' },
    ],
    [
      'superseded',
      end({ why: 'stopped', stop: 'superseded' }),
      { state: 'CANCELLED', reason: 'a higher generation was asked for' },
    ],
    [
      'interrupted',
      { kind: 'interrupted', tail: 'tail', outputs: {} },
      { state: 'FAILED', reason: 'interrupted', exitCode: null, finishedAt: NOW },
    ],
  ])('O9 %s', (_, sight, expected) => {
    const state = observed(sight);
    expect(state.active).toEqual([]);
    expect(state.ended).toMatchObject([{ order: 'a', generation: 1, attempt: 1, tail: 'tail', ...expected }]);
  });

  test('O9 interrupted while it was being stopped: CANCELLED, so that it is not tried again', () => {
    const sight: RunSight = { kind: 'interrupted', tail: '', outputs: {} };
    expect(observed(sight, active('a', { stop: 'removed' })).ended).toMatchObject([
      { state: 'CANCELLED', reason: 'removed from ORDERS.json, then interrupted' },
    ]);
  });

  test.each([
    ['timed out', end({ why: 'timeout', exitCode: null })],
    ['stopped: its machine was out of contact with the repo for too long', end({ why: 'lease', exitCode: null })],
    ['ended by SIGKILL', end({ exitCode: null, signal: 'SIGKILL' })],
    ['interrupted', { kind: 'interrupted', tail: 'tail', outputs: {} } as RunSight],
  ])('O18 an agent that was cut off had asked: %s', (why, sight) => {
    const asked = { ...sight, asked: 'Which secret\nbranch?' } as RunSight;
    const [run] = observed(asked, active('a', { agent: 'claude' })).ended;
    const how = 'to go on with an answer: coord retry a --resume "…"';
    expect(run).toMatchObject({ state: 'FAILED', reason: `${why}; it had asked: “Which ••• branch?”; ${how}` });
    expect(run?.asks).toBeUndefined();
    expect(observed(asked, active('a', { agent: 'claude', stop: 'cancelled' })).ended[0]?.reason).toMatch(
      sight.kind === 'interrupted' ? /^cancelled, then interrupted$/ : /it had asked/,
    );
    // What any other run leaves there is no question.
    expect(observed(asked).ended[0]?.reason).toBe(why);
  });

  test.each([
    ['agent', 1, { problem: 'claude: It broke' }, 'agentFailed', 'claude: It broke; ended 1 leftover process'],
    [
      ...(['agent', 3, { problem: 'claude is not logged in', asks: 'login' }, 'agentLoggedOut'] as const),
      'claude is not logged in; ended 1 leftover process; then: coord retry a',
    ],
    [
      ...(['agent', 3, { problem: 'claude has reached its usage limit', asks: 'limit' }, 'agentLimited'] as const),
      'claude has reached its usage limit; ended 1 leftover process; then: coord retry a',
    ],
    ['program', 1, { problem: 'an answer of 500' }, 'callFailed', 'an answer of 500; ended 1 leftover process'],
  ] as const)('O9, O14, O15 what it left behind hides nothing of why it failed: %s with %i', (kind, exitCode, outputs, code, words) => {
    const sight = { ...end({ exitCode, leftovers: 1 }), outputs };
    expect(observed(sight, active('a', { [kind]: 'x' })).ended).toMatchObject([{ state: 'FAILED', code, reason: words }]);
  });

  test('O9 a run that never began leaves nothing behind but its folder, which is still to be discarded', () => {
    expect(observed({ kind: 'neverBegan' })).toEqual(journal({ undiscarded: ['a-1.1-k'] }));
  });

  test('C3 a run that goes on changes nothing: the same state comes back', () => {
    const state = journal({ active: [active('a', { begun: true })] });
    expect(observeRuns(state, new Map([['a-1.1-k', { kind: 'running' }]]), clean, NOW)).toBe(state);
    expect(observeRuns(state, new Map(), clean, NOW)).toBe(state);
  });

  test('O9 a run that is seen running has begun, though whoever started it did not live to note it', () => {
    const [a, b] = [active('a'), active('b')];
    const seen = observeRuns(journal({ active: [a, b] }), new Map([[a.key, { kind: 'running' }]]), clean, NOW);
    expect(seen).toEqual(journal({ active: [{ ...a, begun: true }, b] }));
  });

  test('secrets are taken out of the tail and of the outputs', () => {
    const sight: RunSight = { kind: 'ended', exit: exit(), tail: 'a secret', outputs: { key: 'secret!' } };
    expect(observed(sight).ended).toMatchObject([{ tail: 'a •••', outputs: { key: '•••!' } }]);
    const cut: RunSight = { kind: 'interrupted', tail: 'a secret', outputs: {} };
    expect(observed(cut).ended).toMatchObject([{ tail: 'a •••' }]);
  });
});

describe('O8: what is remembered of runs', () => {
  const endOne = (state: ReturnType<typeof journal>, id: string, attempt = 1) => {
    const run = active(id, { key: `${id}-${attempt}`, attempt });
    return observeRuns({ ...state, active: [run] }, new Map([[run.key, end({ exitCode: 1 })]]), clean, NOW);
  };

  test('O8 the last 20 in full, the others in short', () => {
    let state = journal();
    for (let index = 0; index < 25; index += 1) state = endOne(state, `o${index}`);
    expect(state.ended.map((run) => run.order)).toEqual(Array.from({ length: 20 }, (_, index) => `o${index + 5}`));
    expect(state.older.map((run) => run.order)).toEqual(['o0', 'o1', 'o2', 'o3', 'o4']);
    const [first] = state.older;
    expect(first).toMatchObject({ order: 'o0', generation: 1, attempt: 1, state: 'FAILED', exitCode: 1, finishedAt: T0 });
    expect(first).not.toHaveProperty('outputs');
  });

  test('O6 of an order, the newest of the older runs is enough', () => {
    let state = journal();
    for (let attempt = 1; attempt <= 30; attempt += 1) state = endOne(state, 'a', attempt);
    expect(state.older).toMatchObject([{ order: 'a', attempt: 10 }]);
    expect(state.ended).toHaveLength(20);
  });

  test('O8 an order that is called constructor is an order', () => {
    const state = endOne(journal({ older: [ended('constructor')] }), 'constructor', 2);
    expect(state.ended).toMatchObject([{ order: 'constructor', attempt: 2 }]);
  });
});
