// What an order can say, in the words of its schema: help for whoever writes one as JSON.
import type { OrderField } from '../../../documents/orders/order-field.ts';
import { ORDER_FIELDS } from '../../../documents/orders/order-fields.ts';
import type { FieldHelp } from '../rules/field-help.ts';

/** Those of an order, not of a step or a template alone. */
export function fieldHelp(): readonly FieldHelp[] {
  return Object.entries(ORDER_FIELDS).flatMap(([name, { words, expected, not = [] }]: [string, OrderField]) =>
    not.includes('order') ? [] : [{ name, words, expected }],
  );
}
