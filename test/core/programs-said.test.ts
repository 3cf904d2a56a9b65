import { describe, expect, test } from 'vitest';
import type { LocalService, SaidService } from '../../src/core/model/machines/local-service.ts';
import { canServicesWait, saidServices, serviceSigns, stateWithLoad } from '../../src/core/orders/service-report.ts';
import { at, T0, T0_MS } from './samples.ts';

const status = (change: Partial<LocalService> = {}): LocalService => ({
  name: 'builder',
  state: 'ONLINE',
  since: T0,
  pid: 1,
  port: 8001,
  specialties: ['build'],
  capacity: 2,
  managed: true,
  failures: 0,
  givenUp: false,
  detail: null,
  ...change,
});

test('L5 all calls that it takes: BUSY; what is ill or comes up is not', () => {
  expect(stateWithLoad(status(), 1)).toBe('ONLINE');
  expect(stateWithLoad(status(), 2)).toBe('BUSY');
  expect(stateWithLoad(status({ state: 'DEGRADED' }), 2)).toBe('DEGRADED');
});

test('L5 what is said is one short plain line', () => {
  const detail = `a\n\u001b[31mb\u202e ${'x'.repeat(500)}`;
  const { builder } = saidServices([status({ detail })], () => 0);
  expect(builder?.detail).toMatch(/^a \?\[31mb\? x+$/);
  expect(builder?.detail?.length).toBe(200);
});

describe('L5, H1 what has to be said at once', () => {
  const said = (change: Partial<SaidService> = {}) => {
    const { builder } = saidServices([status()], () => 0);
    if (builder === undefined) throw new Error('nothing is said');
    return { builder: { ...builder, ...change } };
  };
  const HOUR_AGO = new Date(T0_MS - 3_600_000).toISOString();
  const waits = (now: Partial<SaidService>, shown: Partial<SaidService> = {}, when = at(0)) =>
    canServicesWait(said(now), said({ since: HOUR_AGO, ...shown }), when, 60_000);

  test.each([
    ['load', { load: 1 }, {}, true],
    ['BUSY', { state: 'BUSY', load: 2 }, {}, true],
    ['not BUSY any more', {}, { state: 'BUSY' }, true],
    ['another reason', { state: 'DEGRADED', detail: 'a' }, { state: 'DEGRADED', detail: 'b' }, true],
    ['it comes up again', { state: 'STARTING' }, {}, true],
    ['it is up', {}, { state: 'STARTING' }, false],
    ['it is up, said a moment ago to come up', {}, { state: 'STARTING', since: T0 }, false],
    ['it crashed', { state: 'CRASHED' }, {}, false],
    ['it is ill', { state: 'DEGRADED' }, {}, false],
    ['it is well again', {}, { state: 'DEGRADED' }, false],
    ['it was stopped', { state: 'OFFLINE' }, {}, false],
    ['it crashed, just after it was said to be up', { state: 'CRASHED' }, { since: T0 }, true],
    ['it was given up, just after', { state: 'CRASHED', givenUp: true }, { state: 'CRASHED', since: T0 }, false],
    ['it takes more', { capacity: 3 }, {}, false],
    ['it does something else', { specialties: [] }, {}, false],
  ] as const)('%s', (_, now, shown, canWait) => {
    expect(waits(now, shown)).toBe(canWait);
  });

  test('one that is new, one that is gone; a clock that was set back holds nothing up', () => {
    expect(canServicesWait(said(), {}, at(0), 60_000)).toBe(false);
    expect(canServicesWait({}, said(), at(0), 60_000)).toBe(false);
    expect(canServicesWait({}, {}, at(0), 60_000)).toBe(true);
    expect(waits({ state: 'CRASHED' }, { since: new Date(T0_MS + 1_000).toISOString() })).toBe(false);
    expect(waits({ state: 'CRASHED' }, { since: T0 }, at(60_000))).toBe(false);
  });
});

test('C10 a daemon syncs for what others must know, and not for one that comes up', () => {
  const signs = serviceSigns([
    status(),
    status({ name: 'a', state: 'STARTING' }),
    status({ name: 'b', state: 'CRASHED', givenUp: true }),
  ]);
  expect(signs).toEqual(['program builder ONLINE', 'program b CRASHED given up']);
});
