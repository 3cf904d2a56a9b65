// D9: hand-offs come into the journal once each, and the newest stay.
import { describe, expect, test } from 'vitest';
import type { HandOff } from '../../../src/core/model/messages/hand-off.ts';
import type { MailIntentions } from '../../../src/core/model/messages/mail.ts';
import {
  acceptHandOffs,
  handOffStatus,
  newestOfEach,
  newestOfProjects,
  projectName,
  takeOverHandOffs,
} from '../../../src/features/handoff/rules/hand-offs.ts';

const time = (minute: number) => new Date(Date.parse('2026-11-20T22:00:00.000Z') + minute * 60_000).toISOString();
const handOff = (minute: number, change: Partial<HandOff> = {}): HandOff => {
  return { at: time(minute), project: 'app', order: null, done: `did ${minute}`, open: null, where: null, next: null, ...change };
};
const recorded = (minute: number): MailIntentions['handoff'] => {
  const { at, ...rest } = handOff(minute);
  return { id: `id-${minute}`, recordedAt: at, kind: 'handoff', handOff: rest };
};
const minutes = (list: readonly HandOff[]) => list.map(({ done }) => Number(done.slice(4)));

test('D9 what was recorded is there once, newest first, however often it is said', () => {
  const batch = [recorded(1), recorded(2)];
  const once = acceptHandOffs([], batch);
  expect(minutes(once)).toEqual([2, 1]);
  expect(once[0]).toEqual({ id: 'id-2', ...handOff(2) });
  expect(acceptHandOffs(once, batch)).toBe(once);
  expect(minutes(acceptHandOffs(once, [...batch, recorded(3)]))).toEqual([3, 2, 1]);
});

test('D9 the newest 20 stay, also where a batch is longer and is said again after a crash', () => {
  const batch = Array.from({ length: 25 }, (_, at) => recorded(at));
  const first = acceptHandOffs([], batch);
  expect(minutes(first)).toEqual(Array.from({ length: 20 }, (_, at) => 24 - at));
  expect(acceptHandOffs(first, batch)).toBe(first);
  expect(minutes(acceptHandOffs(first, [...batch, recorded(30)])).slice(0, 2)).toEqual([30, 24]);
});

test('D9 a clock that was set back puts none below an older one', () => {
  const known = acceptHandOffs([], [recorded(50)]);
  expect(minutes(acceptHandOffs(known, [recorded(1)]))).toEqual([1, 50]);
});

test('I2 those of the lane are taken over, once', () => {
  const mine: ReturnType<typeof acceptHandOffs>[number][] = [{ ...handOff(3), id: 'x' }];
  const both = takeOverHandOffs(mine, [handOff(5), handOff(3), handOff(1)]);
  expect(minutes(both)).toEqual([5, 3, 1]);
  expect(takeOverHandOffs(both, [handOff(5), handOff(3), handOff(1)])).toBe(both);
  expect(
    minutes(
      takeOverHandOffs(
        [],
        Array.from({ length: 30 }, (_, at) => handOff(at)),
      ),
    ),
  ).toHaveLength(20);
});

describe('what is shown first', () => {
  const all = new Map([
    [1, [handOff(9), handOff(2, { project: 'web' })]],
    [2, [handOff(12), handOff(3, { project: 'web' })]],
    [3, []],
  ]);

  test('the newest of each machine, and of each project', () => {
    expect(newestOfEach(all).map(({ machine, done }) => [machine, done])).toEqual([
      [2, 'did 12'],
      [1, 'did 9'],
    ]);
    expect(newestOfProjects(all).map(({ machine, project }) => [machine, project])).toEqual([
      [2, 'app'],
      [2, 'web'],
    ]);
  });

  test('STATUS.json says the next step, else what was done, shortened; and nothing where there is none', () => {
    const long = handOff(1, { done: 'd', next: `${'x'.repeat(300)}\nmore` });
    expect(handOffStatus(new Map([[1, [long]]])).handOffs?.[0]).toEqual({
      machine: 1,
      at: time(1),
      project: 'app',
      text: `${'x'.repeat(159)}…`,
    });
    expect(handOffStatus(new Map([[3, []]]))).toEqual({});
  });
});

test('a project is one line in which nothing looks like the end of its name', () => {
  expect(projectName(' my \n app · order x ')).toBe('my app order x');
  expect(projectName('\u0007')).toBe('');
  expect(projectName('x'.repeat(500))).toHaveLength(120);
});
