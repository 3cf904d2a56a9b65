import { expect, test } from 'vitest';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import { deriveStatus } from '../../src/core/status/derive-status.ts';
import { NO_MAIL, snapshot, T0, view } from './samples.ts';

const paused = (machine: number, until: string | null) =>
  view(machine, { document: { state: 'PAUSED', paused: { until, note: '' } } });
const needs = (change: Parameters<typeof snapshot>[0], more: object = {}) =>
  deriveStatus({ ...snapshot(change), sources: '', ...more }).needsYou;

test('an emergency comes first', () => {
  const machines = [view(1, { document: { state: 'EMERGENCY', emergency: { what: 'fire', since: T0 } } })];
  const faults = [{ document: 'fleet.yaml', line: 1, column: 1, level: 'fault', expected: 'x', found: 'y' } as const];
  expect(needs({ machines }, { faults })).toMatchObject([
    {
      machine: 1,
      why: 'EMERGENCY since 2026-11-20 22:00 UTC: fire; when it is over: coord emergency --over on that machine, or the heading "## resolved" in messages/0_TO_1.md',
    },
    { document: 'fleet.yaml' },
  ]);
});

test('P1 a pause without an end, and who can take it back', () => {
  const machines = [paused(1, null), paused(2, T0), paused(3, null)];
  const fleet = (...who: string[]) => ({
    fleet: { ...DEFAULT_FLEET, paused: who.map((it) => ({ who: it, until: null, note: '' })) },
  });
  expect(needs({ machines })).toEqual([
    { code: 'pause', machine: 1, why: '1 m1 is paused with no end time: coord resume, there, if its next sync does not end it' },
    { code: 'pause', machine: 3, why: '3 m3 is paused with no end time: coord resume, there, if its next sync does not end it' },
  ]);
  expect(needs({ machines }, fleet('m1'))[0]).toEqual({
    code: 'pause',
    machine: 1,
    why: '1 m1 is paused with no end time: coord resume 1',
    told: ['1 m1 is paused with no end time', { way: 'resume' }],
  });
  expect(needs({ machines }, fleet('fleet'))).toMatchObject([
    { code: 'pause', why: 'the fleet is paused with no end time: coord resume --fleet' },
  ]);
});

test('P2 a pause of a name that no machine has is said, and pauses nobody', () => {
  const fleet = (...who: string[]) => ({
    fleet: { ...DEFAULT_FLEET, paused: who.map((it) => ({ who: it, until: T0, note: '' })) },
  });
  expect(needs({ machines: [view(1)] }, fleet('fleet', '1', 'm1'))).toEqual([]);
  expect(needs({ machines: [view(1)] }, fleet('flet', '2'))).toEqual([
    {
      code: 'pause',
      document: 'fleet.yaml',
      why: '"paused" names "flet", but no machine has that name: nothing is paused by it',
    },
    { code: 'pause', document: 'fleet.yaml', why: '"paused" names "2", but no machine has that name: nothing is paused by it' },
  ]);
});

test('D4 what two faults say alike at one line is asked for once', () => {
  const twice = { document: 'ORDERS.json', line: 1, level: 'fault', expected: 'each id once', found: 'a twice' } as const;
  const faults = [
    { ...twice, column: 1 },
    { ...twice, column: 40 },
    { ...twice, line: 2, column: 1 },
  ];
  expect(needs({ machines: [view(1)] }, { faults })).toHaveLength(2);
});

test('M3 messages to people, by sender, until they answer', () => {
  const message = (number: number, priority: 'normal' | 'urgent' = 'normal') => ({ number, at: T0, priority, body: 'x' });
  const mail = { ...NO_MAIL, machines: new Map([[1, new Map([['0', [message(1), message(2), message(3, 'urgent')]]])]]) };
  const answered = view(1, { document: { peopleRead: 1 } });
  expect(needs({ machines: [answered] }, { mail })).toEqual([
    {
      code: 'message',
      document: 'messages/1_TO_0.md',
      why: '2 messages to people, urgent, the newest of 2026-11-20 22:00 UTC; answer in messages/0_TO_1.md',
    },
  ]);
  expect(needs({ machines: [view(1, { document: { peopleRead: 3 } })] }, { mail })).toEqual([]);
});
