// The time without progress, on a clock of the test's.
import type { ChildProcess } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ADAPTERS } from '../../../src/features/agents/adapters/adapters.ts';
import { listen } from '../../../src/features/agents/adapters/listen.ts';

let nowMs = 0;
beforeEach(() => {
  nowMs = 5000;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** In steps of a second. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    nowMs += 1000;
    await vi.advanceTimersByTimeAsync(1000);
  }
}

async function heard(): Promise<{ over: () => string | null; say: (line: string) => void; close: () => void }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const reader = ADAPTERS.claude.reader({ agent: 'claude', machine: 'pc' });
  const listeners = { out: new PassThrough().resume(), onSession: () => {}, onShown: () => {} };
  const agent = listen({ stdout, stderr } as unknown as ChildProcess, reader, listeners);
  let over: string | null = null;
  void agent.silence(60_000).then((it) => {
    over = it;
  });
  return { over: () => over, say: (line) => stdout.emit('data', Buffer.from(`${line}\n`)), close: agent.close };
}

test('O15.5 while the computer sleeps nobody is silent, on a clock that counts the sleep', async () => {
  const agent = await heard();
  await pass(30);
  nowMs += 8 * 3_600_000;
  await pass(20);
  expect(agent.over()).toBeNull();
  await pass(10);
  expect(agent.over()).toBe('silent');
  agent.close();
});

test('O15.5 its silence begins anew with each progress, and not with a word that it waits', async () => {
  const agent = await heard();
  await pass(50);
  agent.say('{"type":"user"}');
  await pass(50);
  agent.say('{"type":"system","subtype":"api_retry"}');
  await pass(9);
  expect(agent.over()).toBeNull();
  await pass(1);
  expect(agent.over()).toBe('silent');
  agent.close();
});
