// What a look at a program's health comes to when it cannot even be made, and when nobody waits for it any more.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { HealthCheck } from '../../../src/core/model/machines/local-service.ts';
import { watchHealth } from '../../../src/features/services/adapters/health-watch.ts';
import { probe } from '../../../src/features/services/adapters/probe.ts';
import type { Health } from '../../../src/features/services/rules/service-known.ts';
import { at } from '../../core/samples.ts';
import { isAlive } from '../../e2e/fleet.ts';
import { endSupervised, supervised, until } from './supervised.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await endSupervised();
});

const command = (...argv: [string, ...string[]]): HealthCheck => ({ kind: 'command', command: { kind: 'argv', argv } });
const place = { timeoutMs: 5_000, cwd: '/', env: {} };

test.each<[what: string, check: HealthCheck, cwd: string, code: string]>([
  ['its folder is a file', command('true'), join(import.meta.dirname, 'stand-in.mjs'), 'ENOTDIR'],
  ['a file stands in for a folder of its program', command(join(import.meta.dirname, 'stand-in.mjs', 'x')), '/', 'ENOTDIR'],
  ['its words are too long', command('true', 'x'.repeat(4_000_000)), '/', 'E2BIG'],
  ['its program has too long a name', command(`/${'x'.repeat(5_000)}`), '/', 'ENAMETOOLONG'],
  ['its program is not there', command('/none'), '/', 'ENOENT'],
])('L3 a health check that cannot be run is told of, and throws nothing: %s', async (_, check, cwd, code) => {
  const seen = await probe(check, { ...place, cwd });
  expect(seen).toEqual({ ok: false, reached: true, why: `its health check could not be run: ${code}` });
});

test('L5 of an address the host and port alone are told', async () => {
  const server = createServer((_request, answer) => answer.writeHead(500).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/secret-token?key=secret`;
  expect((await probe({ kind: 'http', url }, place))?.why).toBe(`127.0.0.1:${port} answered 500`);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect((await probe({ kind: 'http', url }, place))?.why).toBe(`127.0.0.1:${port}: nothing listens there`);
});

test('L3 a supervisor goes on where a health check cannot be run', async () => {
  const it = supervised();
  writeFileSync(join(it.home, 'file'), '');
  it.save(`instances:
  odd: { command: sleep 1001, health: { command: [${it.home}/file/x] }, start_time: 1s }
  ends: { command: "exit 0", restart: on-failure, health: { command: [${it.home}/file/x] } }
  fine: { command: sleep 1002 }
`);
  await it.begin();
  // A busy machine may say first that the check has not answered yet.
  await until('it is said', () => it.of('odd')?.detail === 'its health check could not be run: ENOTDIR');
  expect(it.of('odd')?.state).toBe('DEGRADED');
  await until('the end of another is taken in', () => it.of('ends')?.detail === 'ended with exit code 0');
  await until('the others run', () => it.of('fine')?.state === 'ONLINE');
});

test('L3 a look that throws is an ill one, and the next one comes', async () => {
  const end = new AbortController();
  const seen: (Health | null)[] = [];
  let looks = 0;
  await new Promise<void>((resolve) => {
    const watch = watchHealth({
      look: async () => {
        looks += 1;
        if (looks === 1) throw new Error('no');
        return { ok: true, reached: true, why: '' };
      },
      now: () => at(0),
      changed: () => seen.push(watch.seen()),
      looked: () => (looks < 2 ? watch.pace(1) : resolve()),
      end: end.signal,
    });
    watch.pace(1);
  });
  end.abort();
  expect(seen.map((health) => health?.ok)).toEqual([false, true]);
});

test('L2 an ended supervisor looks at nothing any more: the look that runs is ended, and no other comes', async () => {
  const it = supervised();
  const looked = join(it.home, 'looked');
  mkdirSync(join(it.home, 'x'));
  it.save(`instances:
  p: { command: sleep 1001, health: { command: "echo $$ >> looked; exec sleep 1000", timeout: 5m, every: 4321s }, cwd: ${it.home} }
`);
  await it.begin();
  const look = () => Number(readFileSync(looked, 'utf8').trim());
  await until('it is being looked at', () => {
    try {
      return look() > 0;
    } catch {
      return false;
    }
  });
  const [checking, spy] = [look(), vi.spyOn(globalThis, 'setTimeout')];
  await it.end();
  await until('that is ended', () => !isAlive(checking), 5_000);
  // What follows upon it has come: nothing of the supervisor waits.
  await new Promise(setImmediate);
  expect(spy.mock.calls.filter(([, ms]) => ms === 250 || ms === 4_321_000)).toEqual([]);
  rmSync(looked);
});
