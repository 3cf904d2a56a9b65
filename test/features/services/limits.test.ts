// L6: what a local service may use of its computer, and what is done where it uses more. The last tests watch real processes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ServiceKnown, ServiceLimits, ServiceSpec } from '../../../src/core/model/machines/local-service.ts';
import { parseInstances } from '../../../src/features/services/documents/instances.ts';
import { type Seen, step } from '../../../src/features/services/rules/decide-services.ts';
import { type LimitWatch, limitsEveryMs, lookAtLimits } from '../../../src/features/services/rules/limits.ts';
import { newService } from '../../../src/features/services/rules/service-known.ts';
import { at } from '../../core/samples.ts';
import { endSupervised, supervised, until } from './supervised.ts';

afterAll(endSupervised);

const parse = (limits: string) =>
  parseInstances(`instances:\n  builder: { command: x, limits: ${limits} }\n`, { path: 'instances.yaml', home: '/home/me' });

test('L6: limits in the file, with what they are where nothing is said', () => {
  expect(parse('{ cpu_percent: 80 }').services[0]?.limits).toEqual({
    ...{ cpuPercent: 80, memoryMb: null, forMs: 120_000, act: 'call' },
  });
  expect(parse('{ cpu_percent: 150, memory_mb: 500, for: 5m, then: restart }').services[0]?.limits).toEqual({
    ...{ cpuPercent: 150, memoryMb: 500, forMs: 300_000, act: 'restart' },
  });
});

test.each([
  ['{ for: 2m }', 'cpu_percent or memory_mb, found neither'],
  ['{ cpu_percent: 0 }', '"cpu_percent" to be a whole number'],
  ['{ cpu_percent: 80, then: kill }', '"then" as one of restart, call, throttle'],
  ['{ memory_mb: 80, then: throttle }', '"then: throttle" to have cpu_percent alone'],
  ['high', 'expected "limits" to be { cpu_percent: 80'],
])('L6: %s', (limits, words) => {
  const { services, faults } = parse(limits);
  expect([services, faults.join()]).toEqual([[], expect.stringContaining(words)]);
});

describe('L6 what counts', () => {
  const LIMITS: ServiceLimits = { cpuPercent: 80, memoryMb: 500, forMs: 60_000, act: 'call' };

  /** Each look: at which second, with so many seconds of processor and MB of memory. */
  const watched = (looks: readonly (readonly [number, number, number])[], limits = LIMITS) =>
    looks.reduce<LimitWatch | null>(
      (known, [second, cpu, memoryMb]) => lookAtLimits(limits, known, { cpuMs: cpu * 1000, memoryMb }, at(second * 1000)),
      null,
    );

  const excess = (...looks: (readonly [number, number, number])[]) => watched(looks)?.told?.what ?? null;

  test('more than it may for as long as it may not, in every look', () => {
    expect(excess([0, 0, 100], [30, 29, 100], [60, 58, 100], [90, 88, 100])).toBe('it uses 100 % of a processor, more than 80 %');
    expect(excess([0, 0, 100], [30, 29, 100], [60, 58, 100], [89, 88, 100])).toBe(null);
    expect(excess([0, 0, 100], [30, 29, 100], [40, 30, 100], [70, 59, 100], [125, 110, 100])).toBe(null);
    expect(excess([0, 0, 600], [30, 1, 600], [60, 1, 700])).toBe('it uses 700 MB of memory, more than 500 MB');
  });

  test('once it is told it is told in the same words, until it is another limit', () => {
    const told: [number, number, number][] = [[0, 0, 100], [30, 29, 100], [60, 58, 100], [90, 88, 100]]; // biome-ignore format: looks
    const WHAT = 'it uses 100 % of a processor, more than 80 %';
    expect(excess(...told, [105, 102, 100])).toBe(WHAT);
    expect(excess(...told, [105, 102, 600])).toContain('and 600 MB of memory');
  });

  test('L6.2 what was told of is over once every look for as long showed less, and not before', () => {
    const told: [number, number, number][] = [[0, 0, 600], [30, 0, 600], [60, 0, 600]]; // biome-ignore format: looks
    const WHAT = 'it uses 600 MB of memory, more than 500 MB';
    expect(excess(...told)).toBe(WHAT);
    expect(excess(...told, [75, 0, 400], [90, 0, 400], [105, 0, 400], [120, 0, 400])).toBe(WHAT);
    expect(excess(...told, [75, 0, 400], [90, 0, 400], [105, 0, 400], [120, 0, 400], [135, 0, 400])).toBe(null);
    // A load that swings around the limit is told of once.
    const swings = [75, 90, 105, 120, 135, 150, 165, 180, 195].map(
      (second, nth) => [second, 0, nth % 4 === 3 ? 700 : 400] as const,
    );
    for (const [nth] of swings.entries()) expect(excess(...told, ...swings.slice(0, nth))).toBe(WHAT);
    // What is over is told of anew only after it was too much for as long again.
    const over = [75, 90, 105, 120, 135].map((second) => [second, 0, 400] as const);
    expect(excess(...told, ...over, [150, 0, 700])).toBe(null);
  });

  test.each([
    ['a sleep of the computer', at(86_400_000)],
    ['a wall clock that is set forward', at(15_000, { wallMs: at(86_400_000).wallMs })],
    ['a wall clock that is set back', at(15_000, { wallMs: at(-86_400_000).wallMs })],
  ])('L6.1 %s is no time in which every look showed more', (_, second) => {
    const used = { cpuMs: 0, memoryMb: 600 };
    const seen = lookAtLimits(LIMITS, lookAtLimits(LIMITS, null, used, at(0)), used, second);
    expect(seen.told).toBeNull();
    const after = (ms: number) => ({ ...second, wallMs: second.wallMs + ms, monotonicMs: second.monotonicMs + ms });
    const looks = [15_000, 30_000, 45_000, 60_000].reduce((known, ms) => lookAtLimits(LIMITS, known, used, after(ms)), seen);
    expect(looks.told?.what).toBe('it uses 600 MB of memory, more than 500 MB');
  });

  test('another start of the computer, and processor time that is less than it was, begin anew', () => {
    const before = watched([[0, 0, 1]]);
    const rebooted = lookAtLimits(LIMITS, before, { cpuMs: 1e6, memoryMb: 1 }, at(60_000, { boot: 'boot-2' }));
    expect(rebooted.over).toBe(null);
    expect(watched([[0, 100, 1], [60, 1, 1]])?.over).toBe(null); // biome-ignore format: two looks
    expect(watched([[0, 0, 1], [0.1, 100, 1]])?.over).toBe(null); // biome-ignore format: two looks
  });

  test('it is looked at more often than it may use too much, and never without a pause', () => {
    expect([600_000, 20_000, 1_000].map((forMs) => limitsEveryMs({ ...LIMITS, forMs }))).toEqual([15_000, 5_000, 1_000]);
  });
});

describe('L6 what is done', () => {
  const spec = (act: ServiceLimits['act']): ServiceSpec => ({
    ...{ name: 'builder', command: { kind: 'line', line: 'serve' }, cwd: '/', env: {}, port: null, health: null },
    ...{ healthEveryMs: 30_000, healthTimeoutMs: 5_000, specialties: [], capacity: 1, restart: 'always', startMs: 20_000 },
    limits: { cpuPercent: 80, memoryMb: null, forMs: 60_000, act },
  });

  const ONLINE: ServiceKnown = { ...newService(at(0)), state: 'ONLINE', next: null, startedAt: at(0), healthyAt: at(0) };

  const seen = (excess: string | null): Seen => ({
    ...{ process: { kind: 'alive' }, health: null, isStale: false, isItsTurn: true, wish: null, excess },
  });

  const WHY = 'it uses 98 % of a processor, more than 80 %';

  test('call: a person is called, nothing is done to it, and it is over when it uses less', () => {
    const { known, act } = step(spec('call'), ONLINE, seen(WHY), at(90_000));
    expect([known, act]).toMatchObject([{ state: 'DEGRADED', givenUp: true, detail: WHY }, null]);
    expect(step(spec('call'), known, seen(null), at(100_000)).known).toMatchObject({ state: 'ONLINE', givenUp: false });
  });

  test('restart: it is started again with the reason, and given up as it is the fourth time', () => {
    let known = ONLINE;
    for (let round = 0; round < 3; round += 1) {
      const ended = step(spec('restart'), known, seen(WHY), at(90_000));
      expect(ended).toMatchObject({ act: 'end', known: { state: 'CRASHED', detail: `${WHY}: it is started again` } });
      const none = { ...seen(null), process: { kind: 'none' as const } };
      known = { ...step(spec('restart'), ended.known, none, at(91_000)).known, state: 'ONLINE' };
    }
    expect(step(spec('restart'), known, seen(WHY), at(95_000))).toMatchObject({
      ...{ act: null, known: { state: 'DEGRADED', givenUp: true, detail: `${WHY}; gave up after 3 restarts` } },
    });
  });

  test('throttle: it stays ONLINE behind all others, and says so', () => {
    expect(step(spec('throttle'), ONLINE, seen(WHY), at(90_000))).toMatchObject({
      ...{ act: 'throttle', known: { state: 'ONLINE', givenUp: false, detail: `${WHY}; others come before it now` } },
    });
  });
});

describe('L6 real processes', () => {
  const burns = 'while :; do :; done & while :; do :; done';

  const lines = (then: string) => `instances:
  burns: { command: ${JSON.stringify(burns)}, limits: { cpu_percent: 20, for: 1s, then: ${then} } }
  rests: { command: "exec sleep 60", limits: { cpu_percent: 20, memory_mb: 400, for: 1s, then: ${then === 'throttle' ? 'call' : then} } }
`;

  test('one that burns is called out, with all that it started; one that rests is not', async () => {
    const it = supervised();
    it.save(lines('call'));
    await it.begin();
    await until('it is called out', () => it.of('burns')?.givenUp === true);
    expect(it.of('burns')).toMatchObject({
      state: 'DEGRADED',
      detail: expect.stringMatching(/^it uses \d+ % of a processor, more than 20 %$/),
    });
    expect(it.of('rests')).toMatchObject({ state: 'ONLINE', givenUp: false });
  });

  test('one that takes memory is started again, with the reason', async () => {
    const it = supervised();
    const file = join(it.home, 'takes.mjs');
    writeFileSync(file, 'globalThis.taken = Buffer.alloc(300e6, 1); setInterval(() => {}, 1000);');
    const command = JSON.stringify([process.execPath, file]);
    it.save(`instances:\n  takes: { command: ${command}, limits: { memory_mb: 200, for: 1s, then: restart } }\n`);
    await it.begin();
    await until('it is started again', () => it.log.join('\n').includes('MB of memory, more than 200 MB: it is started again'));
  });
});
