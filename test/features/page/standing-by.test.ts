import { expect, test } from 'vitest';
import type { StatusMachine } from '../../../src/core/model/status/status.ts';
import { standingBy } from '../../../src/features/page/rules/standing-by.ts';

const idle = { name: 'm', state: 'IDLE', runs: [] } as unknown as StatusMachine;
const fleet = (count: number, more: Readonly<Record<string, Partial<StatusMachine>>> = {}, meant = '') =>
  standingBy(
    Array.from({ length: count }, (_, at) => {
      const number = String(at + 1);
      return { number, machine: { ...idle, ...more[number] }, isMeant: number === meant };
    }),
  );

test('each machine of a fleet that is not large has its tile', () => {
  expect(fleet(24).size).toBe(0);
  expect(fleet(25).size).toBe(25);
});

test('in a large fleet a machine has its tile that does something, says something, or is looked for', () => {
  const well = { state: 'ONLINE' as const, load: 0, capacity: 1, specialties: [], since: '2026-11-20T12:00:00Z' };
  const resting = fleet(
    30,
    {
      1: { state: 'WORKING', runs: ['job'] },
      2: { state: 'OFFLINE' },
      3: { emergency: 'smoke' },
      4: { back: true },
      5: { programs: { web: { ...well, state: 'CRASHED' } } },
      6: { programs: { web: { ...well, givenUp: true } } },
      7: { state: 'PAUSED' },
      9: { programs: { web: well } },
      30: { doubted: 'its lane is gone' },
    },
    '8',
  );
  expect([...resting]).toEqual(Array.from({ length: 21 }, (_, at) => String(at + 9)));
});
