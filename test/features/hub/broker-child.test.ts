import { expect, test } from 'vitest';
import { keepBroker } from '../../../src/features/hub/adapters/broker-child.ts';
import type { BrokerPlan } from '../../../src/features/hub/rules/broker-words.ts';

test('a broker that the system refuses to start ends no daemon: it is said, and tried again', async () => {
  const said: string[] = [];
  const broker = keepBroker(
    {
      // More than Linux takes in one word: node throws it, as it does without memory.
      mainPath: 'x'.repeat(200_000),
      plan: {} as BrokerPlan,
      listens: () => {},
      refused: () => {},
      clients: () => {},
      log: (line) => said.push(line),
    },
    [],
  );
  expect(said).toEqual(['! the broker: spawn E2BIG; started again in 2 s']);
  await expect.poll(() => said.length).toBe(2);
  expect(said[1]).toBe('! the broker: spawn E2BIG; started again in 4 s');
  await broker.end();
});
