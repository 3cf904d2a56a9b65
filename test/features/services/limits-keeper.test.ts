// L6: whose looks count for a program that was started again. Processes and what they use are made up.
import { expect, test, vi } from 'vitest';
import type { ServiceLimits, ServiceSpec } from '../../../src/core/model/machines/local-service.ts';
import { LimitsKeeper } from '../../../src/features/services/adapters/limits-keeper.ts';
import type { Seen } from '../../../src/features/services/rules/decide-services.ts';
import { newService } from '../../../src/features/services/rules/service-known.ts';
import { at } from '../../core/samples.ts';

/** What was made to come behind all others; `isShort`: too much is open on the computer. */
const computer = vi.hoisted(() => ({ isShort: false, throttled: [] as number[] }));
vi.mock('../../../src/features/services/system/used-by.ts', () => ({
  throttle(pid: number) {
    if (computer.isShort) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    computer.throttled.push(pid);
  },
}));

const LIMITS: ServiceLimits = { cpuPercent: null, memoryMb: 500, forMs: 10_000, act: 'restart' };
const SPEC: ServiceSpec = {
  ...{ name: 'builder', command: { kind: 'line', line: 'serve' }, cwd: '/', env: {}, port: null, health: null },
  ...{ healthEveryMs: 30_000, healthTimeoutMs: 5_000, specialties: [], capacity: 1, restart: 'always', startMs: 20_000 },
  limits: LIMITS,
};
const WHAT = 'it uses 600 MB of memory, more than 500 MB';

/** A program whose process is this one; null = it has none that is alive. */
function program() {
  const keeper = new LimitsKeeper();
  let limits = LIMITS;
  let alive: { pid: number; identity: string } | null = { pid: 101, identity: 'first' };
  const life = {
    get spec() {
      return { ...SPEC, limits };
    },
    process: (): Seen['process'] => ({ kind: alive === null ? 'busy' : 'alive' }),
    note: () => ({
      key: 'k',
      spec: SPEC,
      process: alive === null ? null : { ...alive, boot: 'boot-1' },
      known: newService(at(0)),
    }),
  };
  return {
    becomes(process: typeof alive) {
      alive = process;
    },
    saves(saved: ServiceLimits) {
      limits = saved;
    },
    look(second: number, memoryMb: number) {
      if (alive !== null) keeper.look(life, new Map([[alive.pid, { cpuMs: 0, memoryMb }]]), at(second * 1000));
    },
    excess: () => keeper.excess(life),
    throttle: () => keeper.throttle(),
  };
}

test.each([
  ['another number', { pid: 102, identity: 'second' }],
  ['the same number', { pid: 101, identity: 'second' }],
])('L6.3 a new process begins afresh, before the first look at it and in its own time: %s', (_, second) => {
  const it = program();
  for (const time of [0, 5, 10]) it.look(time, 600);
  expect(it.excess()).toBe(WHAT);
  it.becomes(null);
  expect(it.excess()).toBeNull();
  it.becomes(second);
  expect(it.excess()).toBeNull();
  for (const time of [15, 20]) it.look(time, 600);
  expect(it.excess()).toBeNull();
  it.look(25, 600);
  expect(it.excess()).toBe(WHAT);
});

test('L6.1 limits that their owner changed are measured anew; saved again as they were, they go on', () => {
  const it = program();
  for (const time of [0, 5, 10]) it.look(time, 600);
  it.saves({ ...LIMITS });
  expect(it.excess()).toBe(WHAT);
  it.look(15, 600);
  expect(it.excess()).toBe(WHAT);
  it.saves({ ...LIMITS, memoryMb: 1_000 });
  expect(it.excess()).toBeNull();
  for (const time of [20, 25, 30]) it.look(time, 600);
  expect(it.excess()).toBeNull();
});

test('L6.1 a program that could not be throttled for a shortage is throttled the next time, and once', () => {
  const it = program();
  it.look(0, 600);
  computer.isShort = true;
  expect(() => it.throttle()).toThrow('EMFILE');
  computer.isShort = false;
  it.look(5, 600);
  for (let time = 0; time < 2; time += 1) it.throttle();
  expect(computer.throttled).toEqual([101]);
});
