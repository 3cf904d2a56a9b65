// L2.3, L3.1, L6.1: too much is open, or in use, on the computer: coord cannot look, and what it cannot see says nothing of any program.
import { EventEmitter } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import type { HealthCheck } from '../../../src/core/model/machines/local-service.ts';
import { watchHealth } from '../../../src/features/services/adapters/health-watch.ts';
import { probe } from '../../../src/features/services/adapters/probe.ts';
import type { Health, Look } from '../../../src/features/services/rules/service-known.ts';
import { at } from '../../core/samples.ts';
import { endSupervised, freePorts, standIn, supervised, until } from './supervised.ts';

/** What every look comes to at the moment; null = it is made. */
const short = vi.hoisted(() => ({ code: null as string | null, isThrown: false, looks: 0, unread: null as RegExp | null }));
const refused = (code: string) => Object.assign(new Error(`${code}: of the computer`), { code });
/** In place of a connection, a request or a process that cannot be made. */
function instead<T>(make: () => T): T {
  const { code } = short;
  if (code === null) return make();
  short.looks += 1;
  if (short.isThrown) throw refused(code);
  const nothing = Object.assign(new EventEmitter(), { end: () => {}, destroy: () => {}, pid: undefined });
  setImmediate(() => nothing.emit('error', refused(code)));
  return nothing as T;
}
vi.mock('node:net', async (original) => {
  const real = await original<typeof import('node:net')>();
  return { ...real, connect: (...args: Parameters<typeof real.connect>) => instead(() => real.connect(...args)) };
});
vi.mock('node:http', async (original) => {
  const real = await original<typeof import('node:http')>();
  return { ...real, request: (...args: Parameters<typeof real.request>) => instead(() => real.request(...args)) };
});
vi.mock('node:child_process', async (original) => {
  const real = await original<typeof import('node:child_process')>();
  return { ...real, spawn: (...args: Parameters<typeof real.spawn>) => instead(() => real.spawn(...args)) };
});
vi.mock('../../../src/features/services/system/used-by.ts', async (original) => {
  const real = await original<typeof import('../../../src/features/services/system/used-by.ts')>();
  return { ...real, usedByGroups: (...args: Parameters<typeof real.usedByGroups>) => instead(() => real.usedByGroups(...args)) };
});

vi.mock('../../../src/system/files/read-if-there.ts', async (original) => {
  const real = await original<typeof import('../../../src/system/files/read-if-there.ts')>();
  const readIfThere = (path: string) => {
    if (short.unread?.test(path) === true) throw refused('EIO');
    return real.readIfThere(path);
  };
  return { ...real, readIfThere };
});
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const readFileSync = (...args: Parameters<typeof real.readFileSync>) => {
    if (short.unread?.test(String(args[0])) === true) throw refused('EMFILE');
    return real.readFileSync(...args);
  };
  return { ...real, readFileSync };
});

afterEach(async () => {
  Object.assign(short, { code: null, isThrown: false, looks: 0, unread: null });
  await endSupervised();
});

const CHECKS: [string, HealthCheck][] = [
  ['http', { kind: 'http', url: 'http://127.0.0.1:1/' }],
  ['tcp', { kind: 'tcp', host: '127.0.0.1', port: 1 }],
  ['command', { kind: 'command', command: { kind: 'argv', argv: ['true'] } }],
];
test.each(CHECKS)('L3.1 a look that could not be made for a shortage of the computer says nothing: %s', async (_, check) => {
  for (const code of ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'])
    for (const isThrown of [false, true]) {
      Object.assign(short, { code, isThrown });
      expect(await probe(check, { timeoutMs: 5_000, cwd: '/', env: {} })).toBeNull();
    }
  short.code = 'ECONNRESET';
  expect(await probe(check, { timeoutMs: 5_000, cwd: '/', env: {} })).toMatchObject({ ok: false, reached: true });
});

test('L3.1 what was seen before such a look still stands, and the next look comes in its time', async () => {
  const end = new AbortController();
  const found: (Health | 'unseen')[] = [{ ok: true, reached: true, why: '' }, 'unseen', 'unseen'];
  const seen: (Look | null)[] = [];
  let changes = 0;
  await new Promise<void>((resolve) => {
    const watch = watchHealth({
      look: async () => found.shift() ?? null,
      now: () => at(0),
      changed: () => {
        changes += 1;
      },
      looked() {
        seen.push(watch.seen());
        expect(watch.isNew()).toBe(false);
        if (found.length === 0) resolve();
        else watch.pace(1);
      },
      end: end.signal,
    });
    expect(watch.isNew()).toBe(true);
    watch.pace(1);
  });
  end.abort();
  expect([changes, seen.map((look) => look?.ok)]).toEqual([1, [true, true, true]]);
});

test('L3.1 a healthy program stays ONLINE while coord cannot look, and is not looked at without a pause', async () => {
  const it = supervised();
  const [port = 0] = await freePorts(1);
  it.save(`instances:\n  serves: { command: ${standIn(port)}, port: ${port}, health: { tcp: ${port}, every: 1s } }\n`);
  await it.begin();
  await until('it serves', () => it.of('serves')?.state === 'ONLINE');
  short.code = 'EMFILE';
  await until('it could not be looked at', () => short.looks >= 2);
  expect(it.of('serves')).toMatchObject({ state: 'ONLINE', detail: null });
  // The next daemon finds it, and has seen nothing of it yet.
  await it.begin();
  const [fromMs, before] = [performance.now(), short.looks];
  await until('it could not be looked at again', () => short.looks >= before + 3);
  expect(performance.now() - fromMs).toBeGreaterThan(1_500);
  expect(it.of('serves')).toMatchObject({ state: 'ONLINE', detail: null });
});

test('L6.1 a look at what programs use that cannot be made is told once, and the next one comes', async () => {
  const it = supervised();
  Object.assign(short, { code: 'EMFILE', isThrown: true });
  const before = () => it.log.filter((line) => line.startsWith('! limits: '));
  it.save('instances:\n  burns: { command: "while :; do :; done", limits: { cpu_percent: 20, for: 1s } }\n');
  // The program itself can be started.
  short.code = null;
  await it.begin();
  await until('it runs', () => it.of('burns')?.state === 'ONLINE');
  short.code = 'EMFILE';
  await until('it could not be looked at', () => short.looks >= 2);
  expect(before()).toEqual(['! limits: Error: EMFILE: of the computer']);
  short.code = null;
  await until('it is called out', () => it.of('burns')?.givenUp === true);
});

test.each([
  ['its note', (_pid: number) => /by-name.first.note\.json$/],
  ['its process', (pid: number) => new RegExp(`^/proc/${pid}/stat$`)],
])('L2.3 a daemon that cannot read %s starts no second one, finds it later, and starts the others', async (what, unread) => {
  // Where there is no /proc, `ps` tells of processes.
  if (what === 'its process' && process.platform !== 'linux') return;
  const it = supervised();
  it.save('instances:\n  first: { command: exec sleep 1001 }\n');
  await it.begin();
  await until('it runs', () => it.of('first')?.state === 'ONLINE');
  const { pid = 0 } = it.of('first') ?? {};
  expect(it.processes('first')).toEqual([pid]);
  await it.end();
  it.save('instances:\n  first: { command: exec sleep 1001 }\n  second: { command: exec sleep 1002 }\n');
  short.unread = unread(pid ?? 0);
  await it.begin();
  await until('the other runs', () => it.of('second')?.state === 'ONLINE');
  expect(it.log.filter((line) => line.startsWith('! program first: Error: E'))).toHaveLength(1);
  short.unread = null;
  process.emit('SIGHUP');
  await until('it is found', () => it.of('first')?.state === 'ONLINE');
  expect([it.of('first')?.pid, it.processes('first')]).toEqual([pid, [pid]]);
});

test.runIf(process.platform === 'linux')(
  'L4 what an earlier daemon started has not ended because it cannot be seen now',
  async () => {
    const it = supervised();
    it.save('instances:\n  first: { command: exec sleep 1001 }\n  second: { command: exec sleep 1002 }\n');
    await it.begin();
    await until('both run', () => it.programs().filter(({ state }) => state === 'ONLINE').length === 2);
    const [first, second] = it.programs().map(({ pid }) => pid);
    await it.begin();
    short.unread = new RegExp(`^/proc/${first}/stat$`);
    await until('it cannot be seen', () => it.log.some((line) => line.startsWith('! program first: Error: EMFILE')));
    process.kill(second ?? 0, 'SIGKILL');
    await until('the end of the other is seen', () => it.of('second')?.state === 'CRASHED');
    expect(it.of('first')).toMatchObject({ state: 'ONLINE', pid: first });
  },
);
