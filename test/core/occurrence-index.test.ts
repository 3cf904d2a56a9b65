// Which occurrences of a template machines tell of: the same from what each document was found to say as from a look at all of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ResultsDocument } from '../../src/core/model/orders/run.ts';
import { toldEvents, toldOccurrences } from '../../src/core/runs/occurrence-index.ts';
import { dueMs, eventOccurrenceId, occurrenceId } from '../../src/core/runs/occurrence-name.ts';
import { active, ended, T0_MS, view } from './samples.ts';

const TEMPLATES = ['nightly', 'nightly.more', 'alarm'];
const DUES = [0, 1, 2, 3].map((day) => T0_MS - day * 86_400_000);
const EVENTS = ['first', 'second', 'third'];
const IDS = TEMPLATES.flatMap((template) => [
  template,
  ...DUES.map((atMs) => occurrenceId(template, atMs)),
  ...EVENTS.map((what) => eventOccurrenceId(template, what, 1)),
]);

const ids = fc.subarray(IDS, { maxLength: 6 });
const views = fc.array(
  fc.tuple(ids, ids, ids, ids).map(([running, claimed, full, older]) => ({
    running: running.map((id) => active(id)),
    claimed: claimed.map((order) => ({ order, generation: 1, attempt: 1, attempts: 1 })),
    ended: full.map((id) => ended(id)),
    older: older.map((id) => ended(id)),
  })),
  { minLength: 1, maxLength: 4 },
);

test('C1 occurrences of a template are the same whichever machines were asked about before', () => {
  fc.assert(
    fc.property(views, views, fc.nat(3), (some, others, replaced) => {
      const fleet = new Map(some.map((results, at) => [at + 1, view(at + 1, { results })]));
      const [other = {}] = others;
      const next = new Map(fleet).set(replaced + 1, view(replaced + 1, { results: other }));
      const alone = [...fleet].map((one) => new Map([one]));
      for (const machines of [fleet, ...alone, next, new Map(fleet), new Map()])
        for (const template of TEMPLATES) {
          const all = new Set([...machines.values()].flatMap(({ results }) => idsIn(results)));
          const told = [...all].filter((id) => id.startsWith(`${template}@`));
          const due = told.filter((id) => dueMs(id) !== null).sort((a, b) => (a < b ? 1 : -1));
          expect(toldOccurrences(template, machines).map(({ id }) => id)).toEqual(due);
          expect(toldEvents(template, machines)).toEqual(told.filter((id) => dueMs(id) === null));
        }
    }),
  );
});

/** In the order in which they are told. */
function idsIn({ running, claimed, ended, older }: ResultsDocument): readonly string[] {
  return [...running, ...claimed, ...ended, ...older].map(({ order }) => order);
}
