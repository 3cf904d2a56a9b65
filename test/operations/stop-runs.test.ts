// What `coord daemon stop --runs` says that it stopped is what ran, and has ended.
import { expect, test } from 'vitest';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { stopAll } from '../../src/operations/daemon/control.ts';

test('O9 a run that ended by itself was not stopped and stays as it ended; one that goes on is named', async () => {
  const sights: Record<string, string> = {
    done: 'ended',
    quick: 'running',
    stuck: 'running',
    deaf: 'running',
    unborn: 'neverBegan',
  };
  const active = Object.keys(sights).map((order) => ({ key: order, order, stop: null }));
  const [told, saved]: [string[], JournalState[]] = [[], []];
  const opened = {
    runner: {
      look: async (key: string) => ({ kind: sights[key] }),
      stop: async (key: string) => void told.push(key),
      // Of the deaf one only the watchdog is gone: the wait is over, and its processes live.
      untilOneEnds: async ([key = '']: string[]) => {
        if (key === 'quick') sights[key] = 'ended';
        return key !== 'stuck';
      },
    },
    journal: { save: async (state: JournalState) => void saved.push(state) },
  } as unknown as Parameters<typeof stopAll>[0];
  const state = { active } as unknown as JournalState;
  expect(await stopAll(opened, state)).toEqual({ stopped: ['quick'], going: ['stuck', 'deaf'] });
  expect(told).toEqual(['quick', 'stuck', 'deaf', 'unborn']);
  expect(saved[0]?.active.map(({ key, stop }) => [key, stop])).toEqual([
    ['done', null],
    ['quick', 'halted'],
    ['stuck', 'halted'],
    ['deaf', 'halted'],
    ['unborn', 'halted'],
  ]);
});
