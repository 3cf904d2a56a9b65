// What `coord daemon stop --runs` says that it stopped is what ran, and has ended.
import { expect, test } from 'vitest';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { stopAll } from '../../src/operations/daemon/control.ts';

test('O9 a run that ended by itself was not stopped and stays as it ended; one that goes on is named', async () => {
  const sights: Record<string, string> = { done: 'ended', quick: 'running', stuck: 'running', unborn: 'neverBegan' };
  const active = Object.keys(sights).map((order) => ({ key: order, order, stop: null }));
  const [told, saved]: [string[], JournalState[]] = [[], []];
  const opened = {
    runner: {
      look: async (key: string) => ({ kind: sights[key] }),
      stop: async (key: string) => void told.push(key),
      untilOneEnds: async ([key]: string[]) => key === 'quick',
    },
    journal: { save: async (state: JournalState) => void saved.push(state) },
  } as unknown as Parameters<typeof stopAll>[0];
  const state = { active } as unknown as JournalState;
  expect(await stopAll(opened, state)).toEqual({ stopped: ['quick'], going: ['stuck'] });
  expect(told).toEqual(['quick', 'stuck', 'unborn']);
  expect(saved[0]?.active.map(({ key, stop }) => [key, stop])).toEqual([
    ['done', null],
    ['quick', 'halted'],
    ['stuck', 'halted'],
    ['unborn', 'halted'],
  ]);
});
