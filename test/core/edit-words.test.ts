import { expect, test } from 'vitest';
import type { OrderEdit, PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { together } from '../../src/core/orders/edit-parts.ts';
import { editWords } from '../../src/core/orders/edit-words.ts';

const set = (field: string): OrderEdit => ({ kind: 'set', id: 'x', field, value: true });
const all = (...fields: string[]): PersonEdit => ({ kind: 'change', id: 'x', fields: fields.map(set) });

test.each<[edit: PersonEdit, words: string]>([
  [{ kind: 'add', order: { id: 'x', run: 'true' } }, 'add x'],
  [{ kind: 'remove', id: 'x' }, 'remove x'],
  [set('cancelled'), 'cancel x'],
  [set('title'), 'change x'],
  [{ kind: 'unset', id: 'x', field: 'cancelled' }, 'change x'],
  [all('approved'), 'approve x'],
  [all('resume', 'generation'), 'retry x'],
  [all('run', 'resolved'), 'resolve x'],
  [all('run'), 'change x'],
  [{ kind: 'change', id: 'x', fields: [set('cancelled')], also: [{ kind: 'change', id: 'y', fields: [] }] }, 'cancel x, y'],
  [together(['a', 'b', 'c', 'd', 'e'].map((id) => ({ kind: 'remove', id })))[0] as PersonEdit, 'remove a, b, c and 2 more'],
  [{ kind: 'pause', id: 'fleet', until: null, note: '' }, 'pause fleet'],
  [{ kind: 'spec', id: 'specs/a.md', text: '', from: null }, 'spec specs/a.md'],
])('an edit is called as the command that makes it: %j', (edit, words) => {
  expect(editWords(edit)).toBe(words);
});
