// What people think of as they write an order: who is to run it, how often, when, after what, with whose consent. Each fleet knows only
// some of it, so that what one thing hides another shows.
import type { Json } from '../../src/core/model/ledger/intention.ts';
import type { Chance } from './chance.ts';
import { type Entry, ROUTED } from './people.ts';
import { LINES } from './slots.ts';

export interface Wishes {
  assign(): Json;
  /** The next order is one that takes the template. */
  takesTemplate(): boolean;
  /** A new order, beside those that are there. */
  entry(id: string, before: readonly Entry[]): Entry;
  /** Some of those who place an order place a trigger for its end with it. */
  triggersOf(order: Entry, id: () => string): readonly Entry[];
  /** What somebody changes about one; null = nothing. */
  edit(order: Entry, before: readonly Entry[]): { readonly what: string; readonly fields: Partial<Entry> } | null;
}

const TYPES = ['bug', 'Docs', 'other'];

export function createWishes(chance: Chance, machines: () => readonly number[]): Wishes {
  /** Of the orders, how many wait for a claim: some fleets have none, some little else. */
  const sharedShare = chance.pick([0, 0.3, 0.6, 0.9]);
  const share = (of: number, worlds: number) => (chance.is(worlds) ? of : 0);
  const shares = {
    after: share(0.8, 0.95),
    approval: share(0.3, 0.3),
    schedule: share(0.3, 0.35),
    trigger: share(0.2, 0.8),
    type: share(0.4, 0.3),
    agent: share(0.3, 0.4),
    template: share(0.5, 0.5),
  };
  const assign = (): Json => {
    const numbers = machines();
    const one = chance.pick(numbers.length === 0 ? [1] : numbers);
    if (chance.is(sharedShare)) return chance.pick<Json>(['any', 'any', [one, 1], { tags: ['gpu'] }]);
    return chance.weighted<Json>([
      [12, one],
      [5, 'all'],
      [3, `m${one}`],
      [1, 9],
    ]);
  };
  const after = (before: readonly Entry[]): Partial<Entry> => {
    if (before.length === 0) return {};
    // Orders of a template are few, and it takes long until all their steps are done.
    const others = before.flatMap(({ id, use }) => (use === undefined ? [id] : [id, id, id]));
    // What stands first has mostly ended by then, if it ends at all, so that something runs after it.
    const ends = before.filter(({ assign, approval, schedule, on }) => assign !== 9 && !approval && schedule === on);
    const first = ends.slice(0, 2).map(({ id }) => id);
    return {
      after: [
        ...new Set([
          chance.pick([...first, ...first, ...first, ...first, ...others]),
          ...(chance.is(0.2) ? [chance.pick([...others, 'o0'])] : []),
        ]),
      ],
    };
  };
  const schedule = (): Partial<Entry> => {
    const { schedule: line, timezone } = chance.pick(LINES);
    return {
      schedule: line,
      timezone: timezone ?? 'UTC',
      ...(chance.is(0.4) ? { overlap: 'queue' } : {}),
    };
  };
  /** Also of itself, or of each other: circles of events. */
  const trigger = (id: string, listed: readonly Entry[]): Partial<Entry> => {
    const before = listed.filter(({ use }) => use === undefined);
    const often = before.filter((it) => it.schedule !== undefined || it.on !== undefined).flatMap((it) => [it.id, it.id, it.id]);
    const of = chance.pick([id, ...before.map((it) => it.id), ...often]);
    const kind = chance.pick([
      'failed',
      'failed',
      'completed',
      'completed',
      'completed',
      'completed',
      'emergency',
      'lost',
    ] as const);
    return { on: { [kind]: kind === 'emergency' || kind === 'lost' ? 'any' : of } };
  };
  /** It runs again and again, or once. */
  const times = (id: string, before: readonly Entry[]): Partial<Entry> =>
    chance.is(shares.trigger) ? trigger(id, before) : chance.is(shares.schedule) ? schedule() : {};
  return {
    assign,
    takesTemplate: () => shares.template > 0 && chance.is(shares.template),
    entry: (id, before) => ({
      ...{ id, assign: assign(), run: 'true', attempts: chance.pick([1, 1, 2, 3]), generation: 1 },
      ...(chance.is(0.2) ? { timeout: '2m' } : {}),
      ...(chance.is(0.2) ? { priority: 'high' } : {}),
      ...(chance.is(0.1) ? { env: { PATH: '/opt/bin' } } : {}),
      ...(chance.is(shares.after) ? after(before) : {}),
      ...(chance.is(shares.approval) ? { approval: true } : {}),
      ...times(id, before),
      ...(chance.is(shares.type) ? { type: chance.pick(TYPES), assign: ROUTED } : {}),
      ...(chance.is(shares.agent) ? { agent: 'claude' } : {}),
    }),
    triggersOf(order, id) {
      if (!chance.is(shares.trigger * 3)) return [];
      const on = { [chance.pick(['failed', 'completed', 'completed'])]: order.id };
      return [{ id: id(), assign: assign(), run: 'true', attempts: chance.pick([1, 1, 2]), generation: 1, on }];
    },
    edit(order, before) {
      const isApproved = order.approved === true;
      const others = before.filter(({ id }) => id !== order.id);
      return chance.weighted<ReturnType<Wishes['edit']>>([
        [2, { what: 'priority of', fields: { priority: chance.pick(['low', 'normal', 'high', 'urgent']) } }],
        [order.approval ? 8 : 0, { what: 'approve', fields: { approved: !isApproved || chance.is(0.6) } }],
        [shares.approval > 0 ? 1 : 0, { what: 'ask approval for', fields: { approval: true } }],
        [shares.after > 0 ? 2 : 0, { what: 'put in its place', fields: after(others) }],
        [order.after === undefined ? 0 : 2, { what: 'free', fields: { after: [] } }],
        [order.schedule === undefined && order.on === undefined ? 2 : 0, resolution(order)],
        [order.on === undefined ? 0 : 2, { what: 'wait for another event', fields: trigger(order.id, before) }],
        [order.schedule === undefined ? 0 : 2, { what: 'reschedule', fields: schedule() }],
        [order.type === undefined ? 0 : 1, { what: 'type of', fields: { type: chance.pick(TYPES) } }],
      ]);
    },
  };

  function resolution({ generation }: Entry) {
    return { what: 'resolve', fields: { resolved: { generation, as: chance.pick(['completed', 'failed'] as const) } } };
  }
}
