import { describe, expect, test } from 'vitest';
import { observeRuns } from '../../src/core/cycle/observe-runs.ts';
import { decide } from '../../src/core/decide/decide.ts';
import { rankWaitMs } from '../../src/core/decide/ranking.ts';
import type { LocalService } from '../../src/core/model/machines/local-service.ts';
import type { Self } from '../../src/core/model/machines/self.ts';
import type { Call } from '../../src/core/model/orders/call.ts';
import type { Order } from '../../src/core/model/orders/order.ts';
import type { ExitRecord } from '../../src/core/model/orders/run.ts';
import { isEligible } from '../../src/core/orders/assignment.ts';
import { chooseService, serves } from '../../src/core/orders/service-choice.ts';
import { saidServices } from '../../src/core/orders/service-report.ts';
import { loadByService, serviceLoads } from '../../src/core/runs/service-loads.ts';
import { orderStatus } from '../../src/core/status/order-status.ts';
import { active, at, journal, order, self, snapshot, T0, view } from './samples.ts';

const build = { kind: 'specialty', name: 'build' } as const;
const builder = { kind: 'instance', name: 'builder' } as const;

function service(name: string, change: Partial<LocalService> = {}): LocalService {
  const rest = { since: T0, pid: 1, port: 8001, specialties: ['build'], capacity: 1 };
  return { name, state: 'ONLINE', ...rest, managed: true, failures: 0, givenUp: false, detail: null, ...change };
}

function call(to: Call['to'] = build): Call {
  return { kind: 'call', to, method: 'GET', path: '/', headers: {}, body: null, expect: null };
}

const three = [service('a', { capacity: 2 }), service('b', { capacity: 2 }), service('c', { capacity: 2 })];

describe('O14: which program a call goes to', () => {
  test.each<[what: string, to: Call['to'], services: readonly LocalService[], load: Record<string, number>, expected: string]>([
    ['the first of equals, by the order of the file', build, three, {}, 'a'],
    ['the least loaded', build, three, { a: 1, b: 1 }, 'c'],
    ['the least loaded of those with room', build, [service('a'), service('b', { capacity: 5 })], { a: 1, b: 4 }, 'b'],
    ['a healthy one before one that is not', build, [service('a', { state: 'DEGRADED' }), service('b')], {}, 'b'],
    ['one that was BUSY when it was looked at last, and is not now', build, [service('a', { state: 'BUSY' })], {}, 'a'],
    [
      'a specialty, whatever its case',
      { kind: 'specialty', name: ' Build ' },
      [service('a', { specialties: ['BUILD'] })],
      {},
      'a',
    ],
    ['not one with another specialty', build, [service('a', { specialties: ['draw'] }), service('b')], {}, 'b'],
    ['a name, whatever it is good for', builder, [service('a'), service('builder', { specialties: [] })], {}, 'builder'],
    [
      'busy, by name',
      builder,
      [service('builder', { capacity: 2 })],
      { builder: 2 },
      'busy: waits: builder is busy, 2 of 2 calls',
    ],
    ['busy, all of them', build, [service('a'), service('b')], { a: 1, b: 1 }, 'busy: waits: all 2 programs for build are busy'],
    [
      'busy, the only one',
      build,
      [service('a')],
      { a: 1 },
      'busy: waits: a, the only healthy program for build, is busy, 1 of 1 calls',
    ],
    [
      'down, and may come by itself',
      build,
      [service('a', { state: 'STARTING' }), service('b', { state: 'OFFLINE' })],
      {},
      'down: waits: a is STARTING, b is OFFLINE',
    ],
    [
      'crashed, and tried again',
      builder,
      [service('builder', { state: 'CRASHED', failures: 2 })],
      {},
      'down: waits: builder is CRASHED',
    ],
    [
      'given up',
      builder,
      [service('builder', { state: 'CRASHED', givenUp: true })],
      {},
      'none: builder is given up; on m1: coord instance start builder',
    ],
    [
      'nobody wants it to run',
      builder,
      [service('builder', { state: 'OFFLINE' })],
      {},
      'none: builder is OFFLINE; on m1: coord instance start builder',
    ],
    [
      'started by somebody else, and not there',
      builder,
      [service('builder', { state: 'OFFLINE', managed: false })],
      {},
      'none: builder is OFFLINE; on m1: start it',
    ],
    [
      'nowhere to be reached',
      builder,
      [service('builder', { port: null })],
      {},
      'none: builder has no port; on m1: set one in .coord/instances.yaml',
    ],
    [
      'not there, by name',
      builder,
      [service('a')],
      {},
      'none: no program builder; on m1: name it in .coord/instances.yaml, then run coord daemon',
    ],
    [
      'not there, by specialty',
      { kind: 'specialty', name: 'draw' },
      [service('a')],
      {},
      'none: no program for draw; on m1: give one that specialty in .coord/instances.yaml, then run coord daemon',
    ],
  ])('O14 %s', (_, to, services, load, expected) => {
    const choice = chooseService({ to }, { services, load: new Map(Object.entries(load)), name: 'm1' });
    expect(choice.kind === 'service' ? choice.service : `${choice.kind}: ${choice.why.reason}`).toBe(expected);
  });

  test('O14 load is counted from what runs', () => {
    const runs = [active('a', { program: 'x' }), active('b'), active('c', { program: 'x' }), active('d', { program: 'y' })];
    expect([...loadByService(runs)]).toEqual([
      ['x', 2],
      ['y', 1],
    ]);
  });

  test('O14 what a machine says of its programs is enough to know whether a call may go there', () => {
    const services = said(service('b', { specialties: ['Test', 'build'] }), service('c'));
    expect(serves({ programs: services }, { kind: 'specialty', name: 'TEST' })).toBe(true);
    expect(serves({ programs: services }, { kind: 'specialty', name: 'b' })).toBe(false);
    expect(serves({ programs: services }, { kind: 'instance', name: 'test' })).toBe(false);
    expect(serves({}, builder)).toBe(false);
  });
});

const said = (...services: readonly LocalService[]) => saidServices(services, serviceLoads({ active: [] }));

function decided(orders: readonly Order[], services: readonly LocalService[], state: Parameters<typeof journal>[0] = {}) {
  const me: Self = { ...self({ allow: ['call'], slots: 9 }), services };
  const machines = [view(1, { document: { allows: ['call'], slots: 9, programs: said(...services) } })];
  const when = { now: at(0), fetchedAt: at(0), unplaced: new Map() };
  const { actions, waiting } = decide(snapshot({ orders, machines }), journal(state), me, when);
  return {
    acts: actions.map(
      (it) => `${it.kind} ${'order' in it ? it.order.id : 'name' in it ? it.name : it.key} ${'service' in it ? it.service : '-'}`,
    ),
    waits: waiting.map((it) => `${it.order} ${it.state}: ${it.reason}`),
  };
}

const own = (id: string, change: Partial<Order> = {}) => order(id, { work: call(), ...change });
const shared = (id: string) => own(id, { assign: { kind: 'any' } });
const claim = (id: string) => ({ order: id, generation: 1, attempt: 1, nonce: 'n', attempts: 1, leaseMs: 60_000 });

describe('O14: calls and what else is decided', () => {
  test('O14 starts of one cycle count each other, and what runs counts', () => {
    const state = { active: [active('runs', { program: 'a' })] };
    expect(decided([own('x'), own('y'), own('z')], [service('a', { capacity: 2 }), service('b')], state)).toEqual({
      acts: ['stop runs-1.1-k -', 'start x b', 'start y a'],
      waits: ['z ASSIGNED: waits: all 2 programs for build are busy'],
    });
  });

  test('O14 a claim is made only where a program is free, and holds its place until it starts', () => {
    expect(decided([shared('x'), shared('y')], [service('a')])).toEqual({ acts: ['claim x a'], waits: [] });
    expect(decided([shared('x'), own('y')], [service('a')], { claims: [claim('x')] })).toEqual({
      acts: [],
      waits: ['y ASSIGNED: waits: a, the only healthy program for build, is busy, 1 of 1 calls'],
    });
  });

  test.each<[what: string, services: readonly LocalService[], named: readonly string[]]>([
    ['whose program went down', [service('a', { state: 'CRASHED' })], []],
    ['whose program is gone', [], []],
    ['whose program takes no more', [service('a', { capacity: 0 })], []],
    ['whose program is stopped', [service('a', { state: 'OFFLINE' })], []],
  ])('O14 a claim %s is given back to the others', (_, services) => {
    expect(decided([shared('x')], services, { claims: [claim('x')] }).acts).toEqual(['unclaim x/1.1 -']);
  });

  test('O14 who has no such program says nothing of a shared call, and who has one that is stopped says so', () => {
    expect(decided([shared('x')], [service('a', { specialties: [] })])).toEqual({ acts: [], waits: [] });
    expect(decided([shared('x')], [service('a', { state: 'STARTING' })])).toEqual({ acts: [], waits: [] });
    expect(decided([shared('x')], [service('a', { state: 'OFFLINE' })]).waits).toEqual([
      'x BLOCKED: a is OFFLINE; on m1: coord instance start a',
    ]);
  });

  test('O14 an order for this machine says why it waits', () => {
    expect(decided([own('x')], []).waits[0]).toMatch(/^x BLOCKED: no program for build; on m1: /);
    expect(decided([own('x')], [service('a', { state: 'STARTING' })]).waits).toEqual(['x ASSIGNED: waits: a is STARTING']);
  });

  test('O3, O14 machines without such a program are nobody to wait for', () => {
    const documents = [
      { programs: said(service('b', { specialties: [] })) },
      { programs: said(service('a')) },
      {},
      { programs: said(service('a')), allows: ['shell'] },
    ];
    const machines = new Map(
      documents.map((document, index) => [index + 1, view(index + 1, { document: { allows: ['call'], ...document } })]),
    );
    const x = own('x', { assign: { kind: 'list', of: [3, 1, 4, 2] } });
    expect([1, 2, 3, 4].filter((machine) => isEligible(machine, x, machines))).toEqual([2]);
    expect(rankWaitMs(2, x, machines, () => false)).toBe(0);
  });

  test('O14, C1 a call is for machines with its program, whichever calls were asked about before', () => {
    const documents = [{ programs: said(service('a')) }, { programs: said(service('b', { specialties: [] })) }];
    const machines = new Map(
      documents.map((document, index) => [index + 1, view(index + 1, { document: { allows: ['call'], ...document } })]),
    );
    const meant = (kind: 'instance' | 'specialty', name: string) => {
      const x = own('x', { assign: { kind: 'any' } });
      const to = { kind, name };
      return [1, 2].filter((machine) => isEligible(machine, { ...x, work: { ...(x.work as Call), to } }, machines));
    };
    expect([meant('instance', 'a'), meant('instance', 'b'), meant('instance', 'build')]).toEqual([[1], [2], []]);
    expect([meant('specialty', 'build'), meant('specialty', 'a'), meant('instance', 'a')]).toEqual([[1], [], [1]]);
  });

  test.each<[what: string, change: Partial<Order>, documents: readonly object[], reason: string]>([
    [
      'nobody has it',
      {},
      [{ allows: ['call'] }, { allows: ['call'] }],
      'no program for build; on one of 1, 2: name it in .coord/instances.yaml, then run coord daemon',
    ],
    [
      'the only one has none',
      {},
      [{ allows: ['call'] }],
      'no program for build; on 1 m1: name it in .coord/instances.yaml, then run coord daemon',
    ],
    ['nobody allows it', {}, [{}, { programs: said(service('a')) }], 'not allowed; on 2 m2: coord allow call'],
    [
      'a check is a command',
      { check: { kind: 'line', line: 'true' } },
      [{ allows: ['call'], programs: said(service('a')) }],
      'not allowed; on 1 m1: coord allow shell',
    ],
  ])('O14 everybody sees why it is BLOCKED: %s', (_, change, documents, reason) => {
    const machines = new Map(documents.map((document, index) => [index + 1, view(index + 1, { document })]));
    expect(orderStatus({ ...shared('x'), ...change }, machines)).toMatchObject({ state: 'BLOCKED', reason });
  });

  test('O10 a check beside a call needs what a command needs, and without one variables are nobody’s', () => {
    const env = { PATH: '/evil' };
    expect(decided([own('x', { check: { kind: 'line', line: 'true' } })], [service('a')]).waits).toEqual([
      'x BLOCKED: not allowed; on m1: coord allow shell',
    ]);
    expect(decided([own('x', { env })], [service('a')]).acts).toEqual(['start x a']);
  });
});

describe('O14: what became of a call', () => {
  const exit: ExitRecord = {
    ...{ why: 'exited', stop: null, detail: null, exitCode: 1, signal: null, checkExitCode: null, checkRan: false },
    ...{ startedAt: T0, finishedAt: T0, leftovers: 0, droppedBytes: 0 },
  };
  const outputs = { status: '500', problem: 'a answered 500' };
  const end = (run: object, change: Partial<ExitRecord>) => {
    const sights = new Map([['x-1.1-k', { kind: 'ended' as const, exit: { ...exit, ...change }, tail: '', outputs }]]);
    return observeRuns(journal({ active: [active('x', run)] }), sights, (text) => text, T0).ended[0];
  };

  test('O14 the caller says why it failed, and no other run can', () => {
    expect(end({ program: 'a' }, {})).toMatchObject({ state: 'FAILED', reason: 'a answered 500', outputs: { status: '500' } });
    expect(end({ program: 'a' }, { why: 'timeout' })).toMatchObject({ reason: 'timed out' });
    expect(end({}, {})).toMatchObject({ state: 'FAILED', reason: null, outputs });
  });
});
