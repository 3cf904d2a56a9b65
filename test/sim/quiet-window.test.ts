// The judge of the quiet window, judged: of whom it asks that each slot is run.
import { expect, test } from 'vitest';
import type { Computer } from './computer.ts';
import type { Entry } from './people.ts';
import { roomFor } from './quiet-window.ts';

const computer = { number: 1, self: { name: 'm1', tags: ['gpu'], policy: { slots: 2 } } } as unknown as Computer;
const entry = (id: string, more: Partial<Entry>): Entry => {
  return { id, assign: 1, run: 'true', attempts: 1, generation: 1, ...more };
};
const often = entry('often', { schedule: '* * * * *' });
const shared = entry('shared', { schedule: '* * * * *', assign: { tags: ['gpu'] } });

test('O12 whatever comes again and again wants a slot: schedules, and what waits for events', () => {
  expect(roomFor([often, shared], computer)).toBe(0);
  expect(roomFor([often, shared, entry('once', {})], computer)).toBe(0);
  expect(roomFor([often, shared, entry('after', { on: { completed: 'shared' } })], computer)).toBe(-1);
  const others = [entry('elsewhere', { assign: 2 }), entry('over', { cancelled: true })].map((it) => ({
    ...it,
    on: { failed: 'often' },
  }));
  expect(roomFor([often, shared, ...others], computer)).toBe(0);
});
