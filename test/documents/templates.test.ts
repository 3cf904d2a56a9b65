import { describe, expect, test } from 'vitest';
import { newFleetText } from '../../src/documents/fleet/fleet.ts';
import { NEW_ORDERS_TEXT } from '../../src/documents/orders/apply-edit.ts';
import { ordersJsonSchema } from '../../src/documents/orders/orders-json-schema.ts';

describe('templates/ shows what init lays down, to the byte', () => {
  test.each([
    ['ORDERS.json', NEW_ORDERS_TEXT],
    ['fleet.yaml', newFleetText({ name: null, url: null, pushesPerMinute: null })],
    ['orders.schema.json', ordersJsonSchema()],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(`../../templates/${name}`);
  });
});
