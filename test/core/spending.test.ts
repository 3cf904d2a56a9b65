// O21: what runs of agents cost on a machine, and when its budget is spent.
import { describe, expect, test } from 'vitest';
import { observeLedger } from '../../src/core/cycle/observe-ledger.ts';
import { observeRuns } from '../../src/core/cycle/observe-runs.ts';
import { decide } from '../../src/core/decide/decide.ts';
import type { Policy } from '../../src/core/model/machines/self.ts';
import type { AgentBudget, Spent } from '../../src/core/model/machines/spending.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { RunSight } from '../../src/core/model/orders/run.ts';
import { budgetOver, costIn, withSpent } from '../../src/core/runs/spending.ts';
import { active, at, journal, order, type SampleFleet, self, snapshot, T0, T0_MS, view } from './samples.ts';

const budget = (change: Partial<AgentBudget>): AgentBudget => ({
  ...{ usdPerDay: null, usdPerMonth: null, tokensPerDay: null, tokensPerMonth: null, ...change },
});

test.each<[outputs: Record<string, string>, cost: object | null]>([
  [
    { cost_usd: '0.5', tokens: '1200' },
    { usd: 0.5, tokens: 1200 },
  ],
  [{ cost_usd: '0.5' }, { usd: 0.5 }],
  [{ cost_usd: '-3', tokens: '' }, null],
  [{ cost_usd: 'NaN', tokens: 'Infinity' }, null],
  [{ cost_usd: '1e99' }, { usd: 1e6 }],
  [{}, null],
])('O21: %o costs %o', (outputs, cost) => {
  expect(costIn(outputs)).toEqual(cost);
});

test('O21: a run of an agent counts as it ends, however it ends; what no agent ran counts nothing', () => {
  const exit = {
    why: 'exited',
    stop: null,
    detail: null,
    exitCode: 1,
    signal: null,
    checkRan: false,
    checkExitCode: null,
  } as const;
  const sight = (cost: string, finishedAt = T0): RunSight => ({
    ...{ kind: 'ended', tail: '', outputs: { cost_usd: cost, tokens: '10' } },
    exit: { ...exit, startedAt: T0, finishedAt, leftovers: 0, droppedBytes: 0 } as never,
  });
  const state = journal({ active: [active('a', { agent: 'claude' }), active('b'), active('c', { agent: 'claude', key: 'c' })] });
  const sights = new Map<string, RunSight>([
    ['a-1.1-k', sight('0.1')],
    ['b-1.1-k', sight('70')],
    ['c', { kind: 'interrupted', tail: '', outputs: { cost_usd: '0.2' } }],
  ]);
  const after = observeRuns(state, sights, (text) => text, T0);
  expect(after.spent).toEqual({ '2026-11-20': { usd: 0.3, tokens: 10 } });
  // O21.1: on the day of its end, however long after it this machine looks.
  const late = observeRuns(
    journal({ active: [active('a', { agent: 'claude' })] }),
    sights,
    (text) => text,
    '2026-12-02T09:00:00.000Z',
  );
  expect(late.spent).toEqual({ '2026-11-20': { usd: 0.1, tokens: 10 } });
  expect(observeRuns(journal({ active: [active('b')] }), sights, (text) => text, T0).spent).toBe(undefined);
});

describe('O21: a budget is spent', () => {
  const spent = withSpent({}, [
    { usd: 3, tokens: 100, at: '2026-11-19T23:59:00.000Z' },
    { usd: 2, at: T0 },
  ]);

  test.each<[change: Partial<AgentBudget>, over: object | null]>([
    [{ usdPerDay: 2 }, { what: '2 USD a day', until: '2026-11-21' }],
    [{ usdPerDay: 2.01 }, null],
    [{ usdPerMonth: 5 }, { what: '5 USD a month', until: '2026-12-01' }],
    [{ usdPerMonth: 6, usdPerDay: 6 }, null],
    [{ tokensPerDay: 1 }, null],
    [{ tokensPerDay: 0 }, { what: '0 tokens a day', until: '2026-11-21' }],
    [{ tokensPerMonth: 100 }, { what: '100 tokens a month', until: '2026-12-01' }],
    [{ usdPerDay: 0 }, { what: '0 USD a day', until: '2026-11-21' }],
  ])('%o: %o', (change, over) => {
    expect(budgetOver(budget(change), spent, T0_MS)).toEqual(over);
  });

  test('the next day, and the next month, begin anew; over the end of a year too', () => {
    const day = budget({ usdPerDay: 1 });
    expect(budgetOver(day, spent, Date.parse('2026-11-21T00:00:00.000Z'))).toBe(null);
    expect(budgetOver(budget({ usdPerMonth: 1 }), spent, Date.parse('2026-12-01T00:00:00.000Z'))).toBe(null);
    const late = withSpent({}, [{ usd: 1, at: '2026-12-31T23:00:00.000Z' }]);
    const lateMs = Date.parse('2026-12-31T23:30:00.000Z');
    expect(budgetOver(day, late, lateMs)?.until).toBe('2027-01-01');
    expect(budgetOver(budget({ usdPerMonth: 1 }), late, lateMs)?.until).toBe('2027-01-01');
  });

  test('D7: a clock that was set back makes nothing unspent', () => {
    for (const earlier of ['2026-11-18T12:00:00.000Z', '2026-10-02T00:00:00.000Z'])
      expect(budgetOver(budget({ usdPerDay: 5 }), spent, Date.parse(earlier))).not.toBe(null);
  });

  const DAY_MS = 86_400_000;
  const ahead = { '2026-11-19': { usd: 3, tokens: 1 }, '2026-11-20': { usd: 1, tokens: 1 }, '2031-01-01': { usd: 4, tokens: 5 } };
  const other = (madeMs: number) => view(2, { lane: { madeMs } });
  const settled = (spent: object, nowMs = 0, machines = [view(1)]) =>
    observeLedger(journal({ spent: spent as Spent }), snapshot({ machines }), at(nowMs), null).spent;

  test('O21.2 what a clock that was ahead noted counts today, and no longer', () => {
    const today = { '2026-11-19': { usd: 3, tokens: 1 }, '2026-11-20': { usd: 5, tokens: 6 } };
    expect(settled(ahead)).toEqual(today);
    expect(settled(ahead, 0, [view(1), other(T0_MS - DAY_MS)])).toEqual(today);
    expect(budgetOver(budget({ usdPerDay: 5 }), today, T0_MS)).not.toBe(null);
    expect(budgetOver(budget({ usdPerDay: 5 }), today, T0_MS + DAY_MS)).toBe(null);
    const state = journal({ spent: today });
    expect(observeLedger(state, snapshot(), at(0), state.computer).spent).toBe(today);
  });

  test('O21.2, D7 a clock that is behind moves no day', () => {
    // Another machine lives that is further.
    expect(settled(ahead, 0, [view(1), other(T0_MS + DAY_MS)])).toBe(ahead);
    // A computer that begins in 1970, with nobody to compare.
    expect(settled(ahead, -T0_MS)).toBe(ahead);
    // A run of its has ended before the clock was set.
    const early = { '1970-01-01': { usd: 1, tokens: 0 }, ...ahead };
    expect(settled(early, -T0_MS)).toBe(early);
    // Nor one that begins some hours behind, over a midnight.
    const days = {
      '2026-11-19': { usd: 3, tokens: 1 },
      '2026-11-20': { usd: 1, tokens: 1 },
      '2026-11-21': { usd: 4, tokens: 5 },
    };
    expect(settled(days)).toBe(days);
  });

  test('days of two months are kept', () => {
    let all = {};
    for (let day = 0; day < 100; day += 1)
      all = withSpent(all, [{ usd: 1, at: new Date(T0_MS + day * 86_400_000).toISOString() }]);
    expect(Object.keys(all)).toHaveLength(62);
    expect(withSpent(spent, [])).toBe(spent);
  });
});

describe('O21: what a spent budget holds back', () => {
  const work = { kind: 'agent', agent: 'claude', prompt: 'Do it' } as Order['work'];
  const machines: SampleFleet['machines'] = [view(1, { document: { tools: ['claude'], allows: ['agent', 'shell'] } })];
  const decided = (orders: readonly Order[], more: object = {}, allow: Policy['allow'] = ['agent', 'shell']) => {
    const me = { ...self({ allow, slots: 9, budget: budget({ usdPerDay: 5 }) }), tools: ['claude'] };
    const state = journal({ spent: { '2026-11-20': { usd: 5, tokens: 0 } }, ...more });
    const fleet = snapshot({ orders, machines });
    const { actions, waiting } = decide(fleet, state, me, { now: at(0), fetchedAt: at(0), unplaced: new Map() });
    return { kinds: actions.map(({ kind }) => kind), waiting };
  };

  test('agents start no more, with when they do again; other work does, and what runs goes on', () => {
    const { kinds, waiting } = decided([order('think', { work }), order('build')]);
    expect(kinds).toEqual(['start']);
    expect(waiting).toMatchObject([
      {
        ...{ order: 'think', state: 'BLOCKED', code: 'budgetSpent' },
        reason: 'the budget of 5 USD a day for agents is spent on m1; it begins again 2026-11-21 00:00 UTC',
      },
    ]);
    expect(decided([order('think', { work })], { active: [active('think', { agent: 'claude' })] }).kinds).toEqual([]);
  });

  test('O10 a budget with something left allows nothing that is not allowed', () => {
    const { kinds, waiting } = decided([order('think', { work })], { spent: {} }, ['shell']);
    expect(kinds).toEqual([]);
    expect(waiting).toMatchObject([{ order: 'think', state: 'BLOCKED', code: 'notAllowed' }]);
  });

  test('a shared one is not claimed here, and a claim that was not started is given back', () => {
    const shared = order('think', { work, assign: { kind: 'any' } });
    expect(decided([shared]).kinds).toEqual([]);
    const claim = { order: 'think', generation: 1, attempt: 1, attempts: 1, leaseMs: 1, nonce: 'n' };
    expect(decided([shared], { claims: [claim] }).kinds).toEqual(['unclaim']);
    expect(decided([shared], { spent: {} }).kinds).toEqual(['claim']);
  });
});
