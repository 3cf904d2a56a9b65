import { expect, test } from 'vitest';
import { boundedSay } from '../../../src/features/page/rules/bounded-say.ts';

test('a listener that takes nothing has few lines wait, and reads later whose lines are missing', async () => {
  const said: { machine: number; text: string; isCut?: true }[] = [];
  let take = () => {};
  const taking = new Promise<void>((resolve) => {
    take = resolve;
  });
  const say = boundedSay(async (line) => {
    said.push(line);
    await taking;
  }, 3);
  for (const text of ['a', 'b', 'c', 'd', 'e']) say({ machine: 1, text });
  expect(said.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  take();
  await new Promise(setImmediate);
  say({ machine: 2, text: 'other' });
  say({ machine: 1, text: 'f' });
  say({ machine: 1, text: 'g' });
  expect(said.slice(3)).toEqual([
    { machine: 2, text: 'other' },
    { machine: 1, text: 'f', isCut: true },
    { machine: 1, text: 'g' },
  ]);
});
