// Keeps an edit of a step without an id on the work that it was meant for. Such a step is known by its number, and the number is another
// step's once one is put in before it (apply-edit.ts).
import type { OrderChange, OrderEdit, PersonEdit } from '../../core/model/ledger/intention.ts';
import { memberOf } from '../json/json-node.ts';
import { idOf, readOrdersText, stepIds, stepNodes, stepWork } from './step-nodes.ts';

/** `text`: ORDERS.json as the person saw it. */
export function withStepWork(text: string, edit: PersonEdit): PersonEdit {
  if (edit.kind !== 'set' && edit.kind !== 'unset' && edit.kind !== 'change') return edit;
  const { root } = readOrdersText(text);
  const list = root?.kind === 'object' ? memberOf(root, 'orders')?.value : undefined;
  const items = list?.kind === 'array' ? list.items : [];
  const marked = (one: OrderEdit): OrderEdit => {
    if ((one.kind !== 'set' && one.kind !== 'unset') || items.some((item) => idOf(item) === one.id)) return one;
    for (const item of items) {
      const step = stepNodes(item)[stepIds(item).indexOf(one.id)];
      if (step !== undefined) return idOf(step) === null ? { ...one, work: stepWork(step) } : one;
    }
    return one;
  };
  const whole = (change: OrderChange): OrderChange => {
    const also = change.also?.map(whole);
    return { ...change, fields: change.fields.map(marked), ...(also === undefined ? {} : { also }) };
  };
  return edit.kind === 'change' ? whole(edit) : marked(edit);
}
