// Defines `repeatable` of an order (T7): a signed button.
import { orderField } from '../../../documents/orders/order-field.ts';

export const trustFields = {
  repeatable: orderField({
    schema: ({ z }) => z.boolean(),
    expected: 'true or false',
    words: 'true: where orders are signed, anybody may run it again by raising its generation.',
    docs: 'where orders are signed: anybody may run it again by raising its generation ([trust.md](trust.md))',
    docsDefault: 'false',
    not: ['step'],
    means: () => ({}),
    options: [['--repeatable', 'where orders are signed, anybody may run it again by raising its generation']],
  }),
};
