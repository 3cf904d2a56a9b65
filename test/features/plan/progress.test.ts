// D10: how far MVPs and features are.
import { expect, test } from 'vitest';
import type { Order } from '../../../src/core/model/orders/order.ts';
import type { OrderState } from '../../../src/core/model/orders/run.ts';
import type { SpecOutline } from '../../../src/core/model/orders/spec.ts';
import { progressOf } from '../../../src/core/status/progress.ts';
import { parseOutline } from '../../../src/features/plan/documents/spec-outline.ts';
import { order } from '../../core/samples.ts';

const DAO = 'specs/dao.md';

function progress(
  states: Readonly<Record<string, OrderState>>,
  orders: readonly Order[],
  specs: Readonly<Record<string, string>> = {},
) {
  const read = Object.entries(specs).map(([path, text]) => [path, parseOutline(text, path).value as SpecOutline] as const);
  return progressOf({
    orders: { orders, refused: [] },
    specs: new Map(read),
    stateOf: (id) => states[id],
    waitsForOthers: (id) => id.startsWith('later'),
  });
}

const of = (id: string, feature: string | null = null, change: Partial<Order> = {}) =>
  order(id, { spec: DAO, feature, ...change });

test('D10 an MVP counts the orders of its specs by what became of them; 100 % is all of them', () => {
  const states: Readonly<Record<string, OrderState>> = {
    ...{ a: 'COMPLETED', b: 'IN_PROGRESS', c: 'QUEUED', d: 'ASSIGNED', e: 'FAILED', f: 'BLOCKED', later: 'BLOCKED' },
    g: 'CANCELLED',
  };
  const orders = Object.keys(states).map((id) => of(id, id < 'c' ? 'Model' : null));
  const found = progress(states, orders, { [DAO]: '---\nmvp: Dao\nowner: Ada\n---\n' });
  expect(found?.mvps).toMatchObject([
    {
      ...{ name: 'Dao', specs: [DAO], owner: 'Ada', total: 7, done: 1, running: 1, waiting: 3, failed: 1, blocked: 1 },
      ...{ cancelled: 1, unplanned: 0, percent: 14, features: [{ name: 'Model', total: 2, done: 1, running: 1, percent: 50 }] },
    },
  ]);
  const done = Object.fromEntries(orders.map(({ id }) => [id, 'COMPLETED' as const]));
  expect(progress(done, orders, { [DAO]: '---\nmvp: Dao\n---\n' })?.mvps[0]?.percent).toBe(100);
});

test('D10 tasks that are no orders yet wait to be planned, ticked ones are done, drafts are nothing', () => {
  const text = `---
mvp: Dao
defaults: { run: 'true' }
---
## Tasks
- [ ] A
- [x] B
### Model
- [ ] C
## Tasks (draft)
- [ ] D
`;
  const found = progress({ 'dao-a': 'COMPLETED' }, [of('dao-a')], { [DAO]: text });
  expect(found?.mvps[0]).toMatchObject({ total: 3, done: 2, waiting: 1, unplanned: 1, percent: 66 });
  expect(found?.features).toMatchObject([{ name: 'Model', total: 1, unplanned: 1 }]);
});

test('D10 two specs of one MVP are told as one; a feature counts without any spec', () => {
  const found = progress(
    { a: 'COMPLETED', b: 'QUEUED', c: 'COMPLETED' },
    [of('a'), order('b', { spec: 'specs/x.md' }), order('c', { feature: 'Alone' })],
    {
      'specs/x.md': '---\nmvp: Dao\n---\n',
      [DAO]: '---\nmvp: Dao\n---\n',
      'specs/none.md': '# Words\n## Tasks\n- [ ] nobody said that this is to be done\n',
    },
  );
  expect(found?.mvps).toMatchObject([{ specs: [DAO, 'specs/x.md'], total: 2, done: 1, percent: 50 }]);
  expect(found?.features).toMatchObject([{ name: 'Alone', percent: 100 }]);
});

test('D10 a schedule counts not at all, and without anything to tell there is nothing', () => {
  const schedule = { line: '0 3 * * *', timezone: 'UTC', overlap: 'skip' as const, newestAt: () => null };
  expect(progress({ a: 'COMPLETED' }, [of('a', 'Model', { schedule })])).toBeNull();
  expect(progress({ a: 'COMPLETED' }, [of('a')])).toBeNull();
  expect(progress({}, [], { [DAO]: '---\nmvp: Dao\n---\n' })?.mvps[0]).toMatchObject({ total: 0, percent: 0 });
});

test('D10, O17 however the path of its spec is written, an order counts for it', () => {
  const written = [DAO, `./${DAO}`, `coordination/${DAO}`, `./coordination/${DAO}`];
  const orders = written.map((spec, at) => of(`o${at}`, null, { spec }));
  const states = Object.fromEntries(orders.map(({ id }) => [id, 'COMPLETED' as const]));
  expect(progress(states, orders, { [DAO]: '---\nmvp: Dao\n---\n' })?.mvps).toMatchObject([{ total: 4, done: 4 }]);
});
