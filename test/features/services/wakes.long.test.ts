import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/system/time/clock.ts';
import { endSupervised, supervised, until } from './supervised.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await endSupervised();
});

test('L2 a supervisor looks after what it found running with one timer for all, and still sees one end', async () => {
  const it = supervised();
  const names = Array.from({ length: 5 }, (_, at) => `sleeper-${at}`);
  it.save(`instances: { ${names.map((name) => `${name}: { command: [sleep, '1000'], restart: never }`).join(', ')} }`);
  await it.begin();
  await until('all are up', () => names.every((name) => it.of(name)?.state === 'ONLINE'));
  await it.end();
  const spies = [vi.spyOn(globalThis, 'setInterval'), vi.spyOn(globalThis, 'setTimeout')];
  const clock = vi.spyOn(systemClock, 'now');
  await it.begin();
  // To ask for the time reads a file: once for all, each time that something is to be decided.
  expect(clock.mock.calls.length).toBeLessThan(names.length);
  const eachSecond = spies.flatMap(({ mock }) => mock.calls.filter(([, ms]) => ms === 1_000));
  // The watcher of files has one as well.
  expect(eachSecond.length).toBeLessThan(4);
  const [pid = 0] = it.processes('sleeper-3');
  process.kill(pid, 'SIGKILL');
  await until('its end is seen', () => it.of('sleeper-3')?.state === 'OFFLINE' || it.of('sleeper-3')?.state === 'CRASHED');
  expect(it.of('sleeper-4')?.state).toBe('ONLINE');
});
