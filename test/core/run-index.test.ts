// Which machines have a run of an order: found from what changed since the last question, and the same as by a look at all of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyResults, type OlderRun, type ResultsDocument } from '../../src/core/model/orders/run.ts';
import { runsOf, tellersOf } from '../../src/core/runs/run-index.ts';

const ORDERS = ['a', 'b', 'c', 'd'];

function resultsOf(machine: number, orders: readonly string[]): ResultsDocument {
  const older = orders.map(
    (order): OlderRun => ({
      order,
      generation: 1,
      attempt: 1,
      state: 'COMPLETED',
      exitCode: 0,
      finishedAt: '2026-11-20T10:00:00.000Z',
    }),
  );
  return { ...emptyResults(machine), older };
}

/** What one look shows: which machines there are, in which order, and what each has run. */
const looks = fc.array(
  fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.subarray(ORDERS)), { selector: ([machine]) => machine }),
  { minLength: 1, maxLength: 8 },
);

test('C1 who ran an order is the same from one look to the next as from the beginning', () => {
  fc.assert(
    fc.property(looks, fc.infiniteStream(fc.boolean()), (seen, again) => {
      const docs = new Map<string, ResultsDocument>();
      const handedOut: { list: readonly number[]; copy: readonly number[] }[] = [];
      for (const look of seen) {
        const machines = new Map(
          look.map(([machine, orders]) => {
            const key = `${machine} ${orders}`;
            // The same document, or one that says the same.
            const results = (again.next().value ? docs.get(key) : undefined) ?? resultsOf(machine, orders);
            docs.set(key, results);
            return [machine, { results }] as const;
          }),
        );
        // Often enough that an index is made; in between of one of them alone, which is asked about now and then.
        const [first] = machines;
        const all = Array.from({ length: 8 }, () => ORDERS).flat();
        const alone = first !== undefined && again.next().value ? new Map([first]) : machines;
        const ask = (orders: readonly string[], among: typeof machines) => {
          for (const order of orders) {
            const list = tellersOf(order, among);
            const wanted = [...among].filter(([, { results }]) => runsOf(results, order).ended.length > 0);
            expect(list).toEqual(wanted.map(([machine]) => machine));
            handedOut.push({ list, copy: [...list] });
          }
        };
        ask(all, machines);
        ask(ORDERS, alone);
        ask(all, machines);
      }
      for (const { list, copy } of handedOut) expect(list).toEqual(copy);
    }),
  );
});
