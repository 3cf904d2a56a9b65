// What the page decides by itself: what helps, what a filter leaves, how old something is, what an event changes.
import { expect, test } from 'vitest';
import type { OrderField } from '../../../src/documents/orders/order-field.ts';
import { ORDER_FIELDS } from '../../../src/documents/orders/order-fields.ts';
import { fieldHelp } from '../../../src/features/page/operations/field-help.ts';
import { actsForNeed, actsForOrder, callOf } from '../../../src/features/page/rules/acts.ts';
import { ageWords, lengthWords, paceWords } from '../../../src/features/page/rules/age-words.ts';
import { filterOrders } from '../../../src/features/page/rules/filter-words.ts';
import { causeIn, lastLines, needTitle, newNeeds } from '../../../src/features/page/rules/needs.ts';
import { pauseAct } from '../../../src/features/page/rules/palette.ts';
import {
  entryOf,
  type FleetAnswer,
  isDeaf,
  type NeedsYou,
  type StatusMachine,
  type StatusOrder,
  snapshotOf,
  withEvent,
} from '../../../src/features/page/rules/snapshot.ts';

const order = (it: Partial<StatusOrder>): StatusOrder => ({ state: 'QUEUED', assign: 'any', ...it });
const helps = (need: NeedsYou, orders: Record<string, StatusOrder> = {}) =>
  actsForNeed(need, { orders, self: 1 }).map(({ kind, command }) => [kind, command]);

test('what helps follows from the ways that are told, never from the words', () => {
  const orders = { a: order({ state: 'BLOCKED', approval: 'awaited' }), 'b c': order({ state: 'FAILED', exitCode: 3 }) };
  const told = (...ways: ('approve' | 'runAgain' | 'resolve' | 'answer')[]) => [
    'coord is not what it says',
    ...ways.map((way) => ({ way })),
  ];
  expect(helps({ code: 'order', order: 'a', why: '', told: told('approve') }, orders)).toEqual([['approve', 'coord approve a']]);
  expect(helps({ code: 'order', order: 'b c', why: '', told: told('runAgain', 'resolve') }, orders)).toEqual([
    ['retry', "coord retry 'b c'"],
    ['resolve', "coord order resolve 'b c' --completed"],
  ]);
  const asks = { q: order({ state: 'BLOCKED', outputs: { question: 'Which one?' } }) };
  expect(actsForNeed({ code: 'order', order: 'q', why: '', told: told('answer') }, { orders: asks, self: 1 })).toEqual([
    { kind: 'answer', order: 'q', question: 'Which one?', command: 'coord answer q "…"' },
  ]);
  // Of an older version: by the state.
  expect(helps({ code: 'order', order: 'b c', why: 'coord approve' }, orders)).toEqual([['retry', "coord retry 'b c'"]]);
  expect(helps({ code: 'order', order: 'constructor', why: '' }, orders)).toEqual([]);
});

test('O4b nobody is asked how an order for all ended: no word of a person counts for it', () => {
  const lost = order({ state: 'FAILED', reason: 'interrupted', code: 'interrupted' });
  const kinds = (it: StatusOrder) => actsForOrder('a', it).map(({ kind }) => kind);
  expect(kinds(lost)).toEqual(['retry', 'resolve']);
  expect(kinds({ ...lost, assign: 'all', machines: { '1': { state: 'FAILED' } } })).toEqual(['retry']);
  // A chain tells the state of its step, and not its machines.
  expect(kinds({ ...lost, steps: ['a.one'], at: 'a.one' })).toEqual(['retry', 'resolve']);
  expect(kinds({ ...lost, assign: 'all', steps: ['a.one'], at: 'a.one' })).toEqual(['retry']);
  expect(kinds({ ...lost, assign: 'by routing: all', steps: ['a.one'], at: 'a.one' })).toEqual(['retry']);
});

test('what helps a machine is done here where it can be, and shown where it cannot', () => {
  expect(helps({ code: 'emergency', machine: 1, why: '' })).toEqual([['emergencyOver', 'coord emergency --over']]);
  expect(helps({ code: 'emergency', machine: 2, why: '' })).toEqual([]);
  expect(helps({ code: 'program', machine: 1, program: 'builder', why: '' })).toEqual([
    ['start', 'coord instance start builder'],
  ]);
  expect(helps({ code: 'offline', order: 'a', machine: 2, why: '' })).toEqual([['typed', 'coord machines remove 2']]);
  expect(helps({ code: 'pause', why: '', told: [{ way: 'resume' }] })).toEqual([['resume', 'coord resume --fleet']]);
  expect(helps({ code: 'pause', machine: 2, why: '', told: [{ way: 'resume' }] })).toEqual([['resume', 'coord resume 2']]);
  // Its owner paused it: that ends there alone.
  expect(helps({ code: 'pause', machine: 2, why: '' })).toEqual([['typed', 'coord resume']]);
  expect(helps({ code: 'pause', machine: 1, why: '' })).toEqual([['resume', 'coord resume']]);
});

test('a resume asks for what the command beside it does: the pause of the owner, or that of fleet.yaml', () => {
  const asked = (need: Partial<NeedsYou>) =>
    actsForNeed({ code: 'pause', why: '', ...need }, { orders: {}, self: 1 }).map((act) => [act.command, ...callOf(act)]);
  const told = [{ way: 'resume' }] as const;
  expect(asked({ machine: 1 })).toEqual([['coord resume', 'resume', {}]]);
  expect(asked({ machine: 1, told })).toEqual([['coord resume 1', 'resume', { machine: 1 }]]);
  expect(asked({ machine: 2, told })).toEqual([['coord resume 2', 'resume', { machine: 2 }]]);
  expect(asked({ told })).toEqual([['coord resume --fleet', 'resume', { fleet: true }]]);
  // Of its tile: its owner's word here, a person's elsewhere.
  expect(callOf(pauseAct(1, false, 1))).toEqual(['pause', {}]);
  expect(callOf(pauseAct(2, true, 1))).toEqual(['resume', { machine: 2 }]);
});

test('what is over can be tried again, what is not can be cancelled', () => {
  const kinds = (it: Partial<StatusOrder>) => actsForOrder('a', order(it)).map(({ kind }) => kind);
  expect(kinds({ state: 'IN_PROGRESS' })).toEqual(['cancel']);
  expect(kinds({ state: 'COMPLETED', approval: 'awaited' })).toEqual(['retry']);
  expect(kinds({ state: 'BLOCKED', approval: 'awaited' })).toEqual(['approve', 'cancel']);
  expect(kinds({ state: 'FAILED', code: 'lost', exitCode: null })).toEqual(['retry', 'resolve']);
  expect(kinds({ state: 'BLOCKED', code: 'unbelieved', approval: 'awaited' })).toEqual(['sign', 'approve', 'cancel']);
  expect(kinds({ state: 'BLOCKED', code: 'unsignedApproval', approval: 'given' })).toEqual(['approve', 'cancel']);
  // Blocked, where its reason says that a retry helps: the command is cut from it there.
  expect(kinds({ state: 'BLOCKED', code: 'begunElsewhere' })).toEqual(['retry', 'cancel']);
  // It waits for its time.
  expect(kinds({ state: 'QUEUED', schedule: '0 3 * * *' })).toEqual(['cancel']);
  expect(kinds({ state: 'FAILED', schedule: '0 3 * * *' })).toEqual(['retry']);
  expect(kinds({ state: 'BLOCKED', outputs: { question: 'Which one?' } })).toEqual(['answer', 'cancel']);
  // A chain is signed whole.
  const [step] = actsForOrder('release.2', order({ state: 'BLOCKED', code: 'unbelieved', chain: 'release' }));
  expect(step).toEqual({ kind: 'sign', order: 'release.2', command: 'coord sign release' });
});

test('words narrow the list of orders: by state, machine and kind, by text, and by what is left out', () => {
  const machines = { '2': { name: 'pc' } as StatusMachine };
  const list = Object.entries({
    'backup-a': order({ state: 'FAILED', machine: 2, title: 'Photos' }),
    'backup-b': order({ state: 'IN_PROGRESS', machine: 3 }),
    nightly: order({ state: 'COMPLETED', schedule: '0 3 * * *', machines: { '2': { state: 'COMPLETED' } } }),
  });
  const found = (words: string) => filterOrders(list, words, machines).map(([id]) => id);
  expect(found('')).toHaveLength(3);
  expect(found('state:failed')).toEqual(['backup-a']);
  expect(found('state:in-progress')).toEqual(['backup-b']);
  expect(found('on:pc')).toEqual(['backup-a', 'nightly']);
  expect(found('on:3')).toEqual(['backup-b']);
  expect(found('BACKUP -photos')).toEqual(['backup-b']);
  expect(found('is:schedule')).toEqual(['nightly']);
  expect(found('is:nothing')).toEqual([]);
});

test('an age has a unit, and what is to come says so', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  expect(ageWords('2026-11-20T11:59:58Z', now)).toBe('just now');
  expect(ageWords('2026-11-20T11:48:00Z', now)).toBe('12 min ago');
  expect(ageWords('2026-11-20T14:30:00Z', now)).toBe('in 2 h');
  expect(ageWords('yesterday', now)).toBe('at an unknown time');
  expect([59_999, 90_000, 86_400_000 * 3].map(lengthWords)).toEqual(['59 s', '1 min', '3 d']);
  expect(['60s', '4000s', '5m', '1h', 'often'].map(paceWords)).toEqual(['60 s', '67 min', '5 min', '1 h', 'often']);
});

test('an event changes what it names, whatever that is called; one that says too little asks for all anew', () => {
  const fleet = {
    orders: { a: order({}), gone: order({}) },
    machines: {},
    needsYou: [],
    sync: { unsyncedSince: null },
    digest: '0',
  };
  const before = snapshotOf(fleet as unknown as FleetAnswer, [], [], []);
  const changed = JSON.parse('{"__proto__":{"state":"FAILED","assign":"1"},"a":{"state":"COMPLETED","assign":"1"}}') as Record<
    string,
    StatusOrder
  >;
  const after = withEvent(before, { event: 'orders', changed, removed: ['gone'], digest: '1' });
  expect(Object.entries(after?.orders ?? {}).map(([id, { state }]) => [id, state])).toEqual([
    ['a', 'COMPLETED'],
    ['__proto__', 'FAILED'],
  ]);
  expect(after?.digest).toBe('1');
  expect(entryOf(after?.orders ?? {}, '__proto__')?.state).toBe('FAILED');
  expect(entryOf(after?.orders ?? {}, 'constructor')).toBeUndefined();
  expect(withEvent(before, { event: 'sync', unsyncedSince: 'x', digest: '2' })?.sync.unsyncedSince).toBe('x');
  expect(withEvent(before, { event: 'orders', tooLarge: true, digest: '3' } as { event: string })).toBeNull();
  expect(withEvent(before, { event: 'new-kind' })).toBeNull();
});

test('where the host refuses the word of this machine alone, what others do is not called old', () => {
  expect(isDeaf({ unsyncedSince: null })).toBe(false);
  expect(isDeaf({ unsyncedSince: 'x' })).toBe(true);
  expect(isDeaf({ unsyncedSince: 'x', laneRefused: true })).toBe(false);
});

test('what needs a person is new once, and nothing is before anything was known', () => {
  const failed = { code: 'order', order: 'backup', why: 'failed' } as const satisfies NeedsYou;
  const lost = { code: 'offline', machine: 2, why: 'away' } as const satisfies NeedsYou;
  expect(newNeeds(null, [failed])).toEqual([]);
  expect(newNeeds([failed], [{ ...failed, why: 'failed twice' }, lost])).toEqual([lost]);
  expect([needTitle(failed), needTitle(lost), needTitle({ code: 'pause', why: '' })]).toEqual([
    'Order backup',
    'Waits for a machine 2',
    'Pause',
  ]);
});

test('why something needs a person is told without commands, and with the last lines of what it wrote', () => {
  expect(causeIn({ told: ['waits for approval', { way: 'approve' }], why: 'waits for approval; coord approve a' })).toBe(
    'waits for approval',
  );
  expect(causeIn({ why: 'of an older version; coord retry a' })).toBe('of an older version; coord retry a');
  expect(lastLines('one\n\u001b[31mtwo\u001b[0m\n\n three\r\nfour\n')).toEqual(['two', ' three', 'four']);
  expect(lastLines('')).toEqual([]);
});

test('the help of an order has each of its fields in the words of the schema, and none of steps alone', () => {
  const help = fieldHelp();
  expect(help.find(({ name }) => name === 'title')).toEqual({
    name: 'title',
    words: 'What the order is, for people.',
    expected: 'text of at most 500 characters',
  });
  const named = new Set(help.map(({ name }) => name));
  for (const [name, { not = [] }] of Object.entries<OrderField>(ORDER_FIELDS))
    expect(named.has(name), name).toBe(!not.includes('order'));
});
