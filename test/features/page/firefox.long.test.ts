// The first room of the page in Firefox, driven by WebDriver BiDi: what a person has who uses no Chromium.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createFleet, endFleets, type TestMachine } from '../../e2e/fleet.ts';
import { programPath } from '../../programs.ts';
import { addressOf, startDaemon } from './page-world.ts';

const FIREFOX = programPath('firefox-esr');
const ended: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
  endFleets();
});

interface Firefox {
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
}

/** The address that a Firefox without a window says it listens on. */
function listeningOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`firefox ended: ${said.slice(-500)}`)));
  });
}

async function openFirefox(): Promise<Firefox> {
  const profile = mkdtempSync(join(tmpdir(), 'coord-firefox-'));
  ended.push(() => rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const words = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const child = spawn(FIREFOX ?? '', words, {
    env: { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  ended.push(() => {
    child.kill('SIGKILL');
    return gone;
  });
  const socket = new WebSocket(`${await listeningOf(child)}/session`);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (answer: Record<string, unknown>) => void>();
  socket.on('message', (data) => {
    const answer = JSON.parse(String(data)) as { id?: number } & Record<string, unknown>;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  let count = 0;
  const say = async <T>(method: string, params: object): Promise<T> => {
    count += 1;
    const id = count;
    const answered = new Promise<Record<string, unknown>>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    if (answer.type === 'error') throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer.result as T;
  };
  await say('session.new', { capabilities: {} });
  const { contexts } = await say<{ contexts: { context: string }[] }>('browsingContext.getTree', {});
  const context = contexts[0]?.context ?? '';
  return {
    open: async (url) => void (await say('browsingContext.navigate', { context, url, wait: 'complete' })),
    async evaluate<T>(expression: string) {
      const asked = { expression: `JSON.stringify(${expression})`, target: { context }, awaitPromise: true };
      const { result } = await say<{ result: { value?: string } }>('script.evaluate', asked);
      return JSON.parse(result.value ?? 'null') as T;
    },
  };
}

describe.skipIf(FIREFOX === null)(
  `Firefox${FIREFOX === null ? ' (no firefox-esr here: apt-get install firefox-esr)' : ''}`,
  () => {
    test('the first room is there, live, and an order that waits is approved in it', async () => {
      const fleet = createFleet();
      const [mac] = (await fleet.joined('mac')) as [TestMachine];
      await startDaemon(mac);
      ended.push(() => mac.coord(['daemon', 'stop', '--runs']));
      await mac.ok('order', 'add', 'wait', '--for', '1', '--approval', 'echo hello');
      const firefox = await openFirefox();
      await firefox.open(await addressOf(mac));
      const main = () => firefox.evaluate<string>("document.querySelector('main')?.innerText ?? ''");
      const press = (words: string) =>
        firefox.evaluate(
          `[...document.querySelectorAll('main button')].find((it) => it.innerText.startsWith('${words}'))?.click() ?? null`,
        );
      await expect.poll(main, { timeout: 60_000 }).toContain('wait');
      await expect.poll(() => firefox.evaluate('document.body.innerText'), { timeout: 60_000 }).toContain('live');
      expect(await firefox.evaluate('location.hash')).not.toContain('ticket');
      await press('Look and approve');
      await expect.poll(main, { timeout: 30_000 }).toContain('echo hello');
      await press('Approve');
      // Until the approval is there, `coord wait` says that the order waits for a person.
      await expect.poll(main, { timeout: 60_000 }).not.toContain('Look and approve');
      await mac.ok('wait', 'wait');
    });
  },
);
