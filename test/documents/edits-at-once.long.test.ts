// D5: many edits of ORDERS.json at once are what they are one after the other.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, OrderChange, OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { editParts } from '../../src/core/orders/edit-parts.ts';
import { applyEntryEdit } from '../../src/documents/orders/apply-change.ts';
import { applyEach } from '../../src/documents/orders/at-once/apply-each.ts';

type Edit = OrderEdit | OrderChange;

function alone(text: string, edits: readonly Edit[]) {
  let now = text;
  const outcomes = edits.map((edit) => {
    const outcome = applyEntryEdit(now, edit);
    if (outcome.kind === 'edited') now = outcome.text;
    return outcome.kind === 'cannot' ? outcome.reason : outcome.kind;
  });
  return { text: now, outcomes };
}

function atOnce(text: string, edits: readonly Edit[]) {
  let now = text;
  const said = new Map<Edit, string>();
  for (const [edit, outcome] of applyEach(text, edits, editParts, (there, it) => applyEntryEdit(there, it))) {
    if (outcome.kind === 'edited') now = outcome.text;
    said.set(edit, outcome.kind === 'cannot' ? outcome.reason : outcome.kind);
  }
  return { text: now, outcomes: edits.map((edit) => said.get(edit)) };
}

const IDS = ['a', 'b', 'c', 'd', 'a.b', 'a.x', 'b.1', 'c.b.x', 'a.b.x', 'null', 'null.x', 'nope'];
const gap = fc
  .array(fc.constantFrom('', ' ', '  ', '\n', '\n', '\t', '/*#*/', '//#\n', '\n  ', '\n    ', '\r\n'), { maxLength: 3 })
  .map((parts) => parts.join(''));
const value = fc.constantFrom('1', '"x, } ] // no"', '[1, 2]', '{"a":\n [ ]}', '“y”', 'true', '"low"');
const id = fc.constantFrom(...IDS, ...Array(4).fill(['a', 'b', 'c', 'd']).flat());
const step = fc.oneof(
  fc.constantFrom('{}', '{"id":"x"}', '{ "run": "y" }', '"x"'),
  fc.tuple(gap, gap, id).map(([one, other, it]) => `{${one}"id": "${it}"${other}}`),
);
const member = fc.oneof(
  fc.tuple(fc.constantFrom('field', 'run', 'type', 'use', 'field'), value).map(([name, it]) => `"${name}": ${it}`),
  fc
    .tuple(fc.constantFrom('steps', 'said'), gap, fc.array(step, { maxLength: 3 }))
    .map(([name, between, all]) => `"${name}": [${between}${all.join(`,${between}`)}]`),
);
const entryOf = (it: string) =>
  fc
    .tuple(gap, gap, fc.array(member, { maxLength: 2 }), gap, fc.constantFrom('', '', ','))
    .map(([before, between, members, after, comma]) => {
      return `{${before}${[`"id": "${it}"`, ...members].join(`,${between}`)}${comma}${after}}`;
    });
const nameless = fc.constantFrom('7', '"a"', '{ "run": "x" }', '{ "id": 5 }', '{}');
const entries = fc
  .shuffledSubarray(IDS, { minLength: 3, maxLength: 8 })
  .chain((ids) => {
    const named = ids.map((it) => fc.tuple(gap, entryOf(it), gap));
    const more = fc.array(fc.tuple(gap, fc.oneof(nameless, id.chain(entryOf)), gap), { maxLength: 2 });
    return fc.tuple(fc.tuple(...named), fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: more }));
  })
  .map(([named, more]) => [...named, ...more]);
const head = fc.constantFrom(
  '{"orders":[',
  ...Array(4).fill('{\n  "version": 1,\n  "orders": ['),
  '{ "orders": [\n',
  '\ufeff{\r\n\t"orders": [\r\n\t\t',
  '  { "orders": [',
);
const text = fc
  .tuple(head, entries, fc.constantFrom('', '', ','), gap, fc.constantFrom(...Array(9).fill(']}'), '], "x": 1 }', ']'))
  .map(([begin, all, comma, last, end]) => {
    let number = 0;
    const list = all.map((parts) => parts.join('')).join(',');
    return `${begin}${list}${all.length > 0 ? comma : ''}${last}${end}\n`.replace(/#/g, () => `#${number++}#`);
  });
const field = fc.constantFrom('field', 'other', 'field', 'other', 'use', 'steps', 'said', 'id');
const given = fc.constantFrom<Json>(7, 'z', 1, 'low', ['a'], { b: 1 }, [{ id: 'x' }, {}]);
const was = fc.constantFrom<{ was?: readonly [Json] | readonly [] }>(
  {},
  {},
  {},
  {},
  {},
  { was: [] },
  { was: ['low'] },
  { was: [1] },
);
const edit: fc.Arbitrary<OrderEdit> = fc.oneof(
  { weight: 3, arbitrary: id.map((it): OrderEdit => ({ kind: 'remove', id: it })) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(id, field, given, was)
      .map(([it, name, to, of]): OrderEdit => ({ kind: 'set', id: it, field: name, value: to, ...of })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(id, field, was).map(([it, name, of]): OrderEdit => ({ kind: 'unset', id: it, field: name, ...of })),
  },
  { weight: 1, arbitrary: fc.tuple(id, given).map(([it, to]): OrderEdit => ({ kind: 'add', order: { id: it, field: to } })) },
  { weight: 1, arbitrary: id.map((it): OrderEdit => ({ kind: 'remove', id: it, entry: { is: { id: it }, left: 0 } })) },
);
const change: fc.Arbitrary<Edit> = fc.tuple(id, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([it, fields]) => ({
  ...{ kind: 'change', id: it },
  fields: fields.map((part) => (part.kind === 'add' ? part : { ...part, id: it })),
}));
const edits = fc.array(fc.oneof({ weight: 5, arbitrary: edit }, { weight: 1, arbitrary: change }), {
  minLength: 2,
  maxLength: 8,
});

test('D5 of any text, edits at once make what they make one after the other, to the byte', () => {
  fc.assert(
    fc.property(text, edits, (before, all) => {
      expect(atOnce(before, all)).toEqual(alone(before, all));
    }),
    { numRuns: 2_000 },
  );
});
