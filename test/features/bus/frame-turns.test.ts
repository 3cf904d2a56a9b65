// What stream clients say: in order, in turn, and never so fast that nothing else gets done.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFrameTurns } from '../../../src/features/bus/server/frame-turns.ts';

const free = { take: () => 0 };

test('of each client in its order, of several in turn, one for each turn of the loop', async () => {
  const turns = createFrameTurns(free, 10);
  const said: string[] = [];
  const join = (name: string) =>
    turns.join(
      async (frame) => void said.push(`${name}${frame}`),
      () => {},
    );
  const [one, two] = [join('a'), join('b')];
  for (const frame of ['1', '2', '3']) one.push(frame);
  two.push('1');
  expect(said).toEqual([]);
  let count = 0;
  while (said.length < 4) {
    await turn();
    count += 1;
    expect(said.length).toBeLessThanOrEqual(count + 1);
  }
  expect(said).toEqual(['a1', 'b1', 'a2', 'a3']);
});

test('one that takes long holds up nobody else, and its own next one waits for it', async () => {
  const turns = createFrameTurns(free, 10);
  const said: string[] = [];
  let end = () => {};
  const slow = turns.join(
    (frame) =>
      new Promise<void>((resolve) => {
        said.push(`slow ${frame}`);
        end = resolve;
      }),
    () => {},
  );
  const quick = turns.join(
    async (frame) => void said.push(`quick ${frame}`),
    () => {},
  );
  for (const line of [slow, quick]) for (const frame of ['1', '2']) line.push(frame);
  await quick.drained();
  expect(said).toEqual(['slow 1', 'quick 1', 'quick 2']);
  end();
  while (said.length < 4) await turn();
  expect(said.at(-1)).toBe('slow 2');
});

test('no faster than the rate; who says too much is told so, and says no more', async () => {
  let left = 2;
  const turns = createFrameTurns({ take: () => (left-- > 0 ? 0 : 1_000_000) }, 3);
  const said: (string | null)[] = [];
  const waits: boolean[] = [];
  const line = turns.join(
    async (frame) => void said.push(frame),
    (isSo) => void waits.push(isSo),
  );
  expect(['1', '2', '3', '4'].map((frame) => line.push(frame))).toEqual([true, true, true, false]);
  while (said.length < 2) await turn();
  for (let count = 0; count < 10; count += 1) await turn();
  expect(said).toEqual(['1', '2']);
  expect(waits.at(-1)).toBe(true);
  line.clear();
  expect(waits.at(-1)).toBe(false);
  await line.drained();
});
