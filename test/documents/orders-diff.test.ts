import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/model/ledger/intention.ts';
import { applyOrderEdit } from '../../src/documents/orders/apply-edit.ts';
import { diffOrders } from '../../src/documents/orders/orders-diff.ts';

const file = (orders: readonly object[]) => `${JSON.stringify({ version: 1, orders }, null, 2)}\n`;

describe('D5 what a person changed in a copy', () => {
  const before = file([
    { id: 'a', run: 'x', timeout: '1h' },
    { id: 'b', run: 'y' },
  ]);

  test('is told by id and field', () => {
    const after = file([
      { id: 'c', run: 'z' },
      { id: 'a', run: 'x2', priority: 'high' },
    ]);
    expect(diffOrders(before, after)).toEqual({
      kind: 'edits',
      edits: [
        { kind: 'add', order: { id: 'c', run: 'z' } },
        { kind: 'set', id: 'a', field: 'run', value: 'x2', was: ['x'] },
        { kind: 'unset', id: 'a', field: 'timeout', was: ['1h'] },
        { kind: 'set', id: 'a', field: 'priority', value: 'high', was: [] },
        { kind: 'remove', id: 'b' },
      ],
    });
  });

  test('is nothing where only comments, layout or the order of entries changed', () => {
    expect(
      diffOrders(before, `// a note\n{"orders": [{"id": "b", "run": "y"}, {"timeout": "1h", "run": "x", "id": "a"}]}`),
    ).toEqual({ kind: 'edits', edits: [] });
  });

  test.each([
    ['cut in half', before.slice(0, 40)],
    ['empty', ''],
    ['a list', '[]'],
    ['an id twice', file([{ id: 'a' }, { id: 'a' }])],
    ['an entry without id', file([{ run: 'x' }])],
  ])('is unclear in a file that is %s', (_what, after) => {
    expect(diffOrders(before, after).kind).toBe('unclear');
  });

  test.each([
    ['an entry without id is taken out', [{ run: 'x' }, { id: 'a' }], [{ id: 'a' }]],
    ['an id that is no text is mended', [{ id: 7, run: 'x' }], [{ id: 'seven', run: 'x' }]],
    ['of two alike one is taken out', [{ id: 'a' }, { id: 'a' }], [{ id: 'a' }]],
    ['of three alike two are', [{ id: 'a' }, { id: 'a' }, { id: 'a' }], [{ id: 'a' }]],
    ['of two with one id the other gets its own', [{ id: 'a' }, { id: 'a', run: 'x' }], [{ id: 'a' }, { id: 'b', run: 'x' }]],
    [
      'both are changed into one',
      [
        { id: 'a', run: '1' },
        { id: 'a', run: '2' },
      ],
      [{ id: 'a', run: '3' }],
    ],
    ['what is not mended stays', [{ run: 'x' }, { id: 'a' }], [{ run: 'x' }, { id: 'a', run: 'y' }]],
  ])('D5 a fault of the text before is no obstacle: %s', (_what, old, now) => {
    const diff = diffOrders(file(old), file(now));
    if (diff.kind === 'unclear') throw new Error(diff.reason);
    const apply = (from: string) =>
      diff.edits.reduce((text, edit) => {
        const outcome = applyOrderEdit(text, edit);
        if (outcome.kind === 'cannot') throw new Error(outcome.reason);
        return outcome.kind === 'edited' ? outcome.text : text;
      }, from);
    const once = apply(file(old));
    expect(JSON.parse(once).orders).toEqual(now);
    // R5: cut out once more, nothing else goes.
    expect(diff.edits.filter(({ kind }) => kind === 'remove').map((edit) => applyOrderEdit(once, edit).kind)).not.toContain(
      'edited',
    );
  });

  test('a field changed on both sides stays as the repo has it, and that is said; the same change is none', () => {
    const edit = { kind: 'set', id: 'a', field: 'run', value: 'mine', was: ['x'] } as const;
    const theirs = file([{ id: 'a', run: 'theirs' }]);
    expect(applyOrderEdit(theirs, edit)).toEqual({
      kind: 'cannot',
      reason: '"run" of the order "a" was changed on both sides; the repo\'s "theirs" stands',
    });
    expect(applyOrderEdit(file([{ id: 'a', run: 'mine' }]), edit)).toEqual({ kind: 'unchanged' });
    expect(applyOrderEdit(file([{ id: 'b' }]), edit).kind).toBe('cannot');
  });

  test('said again on the text it came from, it gives the person’s orders', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }));
    const fields = fc.dictionary(fc.constantFrom('run', 'title', 'timeout', 'env', 'note'), value);
    const orders = fc
      .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 })
      .chain((ids) => fc.tuple(...ids.map((id) => fields.map((rest): { [key: string]: Json } => ({ id, ...rest })))));
    fc.assert(
      fc.property(orders, orders, (old, now) => {
        const diff = diffOrders(file(old), file(now));
        if (diff.kind !== 'edits') throw new Error(diff.reason);
        let text = file(old);
        for (const edit of diff.edits) {
          const outcome = applyOrderEdit(text, edit);
          if (outcome.kind !== 'edited') throw new Error(`${outcome.kind}: ${JSON.stringify(edit)}`);
          text = outcome.text;
        }
        const byId = (list: readonly { [key: string]: Json }[]) =>
          [...list].sort((x, y) => (String(x.id) < String(y.id) ? -1 : 1));
        expect(byId(JSON.parse(text).orders)).toEqual(byId(JSON.parse(file(now)).orders));
      }),
      { numRuns: 300 },
    );
  });
});
