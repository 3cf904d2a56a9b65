// Schedules that are more than node-cron can count: it lists every number of a range before it looks whether an hour may be that large, and a list
// too long for V8 ends the process, uncatchably: 60 bytes in ORDERS.json ended every daemon and every sync.
import { expect, test } from 'vitest';
import { parseOrders } from '../../src/documents/orders/orders.ts';

const HOSTILE = [
  '0-999999999 * * * *',
  '*999999999 * * * *',
  '0 0 1-99999999 * *',
  '0 0 * 1-decdecdecdec *',
  '0 0 * 1-9dec9dec9 *',
  '0 0 * * 0-satsatsatsatsatsatsatsat',
  '0 0 * * 99999999-mon/1',
];

test.each(HOSTILE)('D4b a schedule %s is a fault of its order, and costs nothing', (schedule) => {
  const orders = [
    { id: 'c', schedule, run: 'true' },
    { id: 'free', run: 'true' },
  ];
  const before = process.cpuUsage();
  const { value, faults } = parseOrders(JSON.stringify({ version: 1, orders }));
  const { user } = process.cpuUsage(before);
  expect(value?.orders.map(({ id }) => id)).toEqual(['free']);
  expect(faults).toMatchObject([{ expected: '"schedule" to be five cron fields such as "0 3 * * *"' }]);
  // Ten million numbers take seconds.
  expect(user / 1000).toBeLessThan(500);
});
