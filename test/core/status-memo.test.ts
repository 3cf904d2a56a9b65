import { expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import type { MachineView } from '../../src/core/model/ledger/snapshot.ts';
import type { HandOff } from '../../src/core/model/messages/hand-off.ts';
import type { Message } from '../../src/core/model/messages/message.ts';
import type { SpecOutline } from '../../src/core/model/orders/spec.ts';
import { deriveStatus, type StatusSources } from '../../src/core/status/derive-status.ts';
import { rememberedStatus } from '../../src/core/status/status-memo.ts';
import { active, ended, order, view } from './samples.ts';

const message = (number: number): Message => {
  return { number, at: '2026-11-20T22:00:00.000Z', priority: 'normal', body: `Message ${number}` };
};

const handOff = (done: string): HandOff => {
  return { at: '2026-11-20T22:00:00.000Z', project: 'app', order: null, done, open: null, where: null, next: null };
};

const first = view(1, { results: { ended: [ended('a')] } });
const second = view(2, { results: { running: [active('b')] } });

const SOURCES: StatusSources = {
  orders: { orders: [order('a'), order('b', { assign: { kind: 'machine', machine: 2 } })], refused: [] },
  ordersReadable: true,
  fleet: DEFAULT_FLEET,
  machines: new Map([
    [1, first],
    [2, second],
  ]),
  mail: { machines: new Map([[1, new Map([['2', [message(1)]]])]]) },
  more: { handOffs: new Map([[1, [handOff('a')]]]) },
  faults: [{ document: 'ORDERS.json', line: 3, column: 5, level: 'fault', expected: 'a comma', found: '"id"' }],
  sources: 'f00d',
};

const withView = (machine: number, changed: MachineView) => new Map([...SOURCES.machines, [machine, changed]]);

const SPEC: SpecOutline = {
  ...{ path: 'specs/a.md', mvp: 'A', owner: null, tasks: [] },
};

/** For each thing that a status is made of: the sources with another one of it. TypeScript asks for those that are added. */
const OTHERS: Readonly<Record<keyof StatusSources, readonly StatusSources[keyof StatusSources][]>> = {
  orders: [{ orders: [order('c')], refused: [] }],
  ordersReadable: [false],
  fleet: [{ ...DEFAULT_FLEET, name: 'Another' }],
  machines: [
    withView(1, { ...first, document: { ...first.document, name: 'renamed' } }),
    withView(2, { ...second, results: { ...second.results, running: [] } }),
    withView(3, view(3)),
    new Map([[1, first]]),
    new Map([
      [1, first],
      [3, second],
    ]),
  ],
  mail: [
    { machines: new Map() },
    { machines: new Map([[1, new Map([['2', [message(1), message(2)]]])]]) },
    { machines: new Map([[1, new Map([['ALL', [message(1)]]])]]) },
    { machines: new Map([[2, new Map([['2', [message(1)]]])]]) },
  ],
  more: [{}, { handOffs: new Map([[1, [handOff('b')]]]) }, { handOffs: new Map([[2, [handOff('a')]]]) }],
  faults: [[], [{ document: 'ORDERS.json', line: 4, column: 5, level: 'fault', expected: 'a comma', found: '"id"' }]],
  specs: [new Map([['specs/a.md', SPEC]])],
  sources: ['beef'],
};

const CASES = Object.entries(OTHERS).flatMap(([key, values]) => values.map((value, at) => ({ key, at, value })));

test('C1 the same documents give the very status that they gave before, also in new lists', () => {
  const before = rememberedStatus(SOURCES);
  expect(before).toEqual(deriveStatus(SOURCES));
  const anew = {
    ...SOURCES,
    machines: new Map([...SOURCES.machines].map(([number, it]) => [number, { ...it }])),
    mail: { machines: new Map([...SOURCES.mail.machines].map(([from, logs]) => [from, new Map(logs)])) },
    more: { handOffs: new Map(SOURCES.more.handOffs) },
    faults: SOURCES.faults.map((fault) => ({ ...fault })),
  };
  expect(rememberedStatus(anew)).toBe(before);
});

test.each(CASES)('C1 another one of $key ($at) gives the status of that, and back', ({ key, value }) => {
  const before = structuredClone(rememberedStatus(SOURCES));
  const changed: StatusSources = { ...SOURCES, [key]: value };
  expect(rememberedStatus(changed)).toEqual(deriveStatus(changed));
  expect(rememberedStatus(SOURCES)).toEqual(before);
});

test('C1 what is not compared cannot be seen: no status depends on it', () => {
  const guarded = new Map(
    [...SOURCES.machines].map(([number, { document, results }]) => {
      const hidden = (): never => {
        throw new Error('read, and not compared');
      };
      const guard = { document, results };
      for (const name of ['files', 'lane']) Object.defineProperty(guard, name, { get: hidden, enumerable: true });
      return [number, guard] as const;
    }),
  );
  const orders = { ...SOURCES.orders };
  expect(rememberedStatus({ ...SOURCES, orders, machines: guarded })).toEqual(deriveStatus(SOURCES));
});
