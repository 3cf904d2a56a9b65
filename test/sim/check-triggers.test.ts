// The judge of triggers, judged: what it has to notice, and what it has to let pass.
import { expect, test } from 'vitest';
import { createTriggerChecks } from './check-triggers.ts';
import type { Computer } from './computer.ts';
import type { Entry } from './people.ts';
import { MAIN } from './sim-hub.ts';
import { createTruth, type Execution } from './truth.ts';

const ID = 'alarm@1T000000000000000001';
const M1 = { name: 'm1' } as Computer;
const told = (...ended: string[]) => ({
  running: new Set<string>(),
  ended: new Set(ended),
  completed: new Set<string>(),
  asks: new Set<string>(),
});

function run(change: Partial<Execution>, event: Record<string, string> = {}): Execution {
  const given = { KIND: 'completed', ORDER: 'build', GENERATION: '1', ATTEMPT: '1', MACHINE: '2', ...event };
  return {
    ...{
      key: 'k',
      order: ID,
      generation: 1,
      attempt: 1,
      computer: 'm1',
      machine: 1,
      startedMs: 0,
      endedMs: 1,
      how: 'exited',
      exitCode: 0,
    },
    given: Object.fromEntries(Object.entries(given).map(([name, value]) => [`COORD_EVENT_${name}`, value])),
    ...{ isLeased: false, asks: false },
    ...change,
  };
}

/** What it says of these starts; machine 1 looked first when lane 2 had told these ends. */
function judge(ends: readonly string[], ...starts: Execution[]): string {
  const truth = createTruth();
  const checks = createTriggerChecks(truth);
  const entry: Entry = { id: 'alarm', assign: 1, run: 'true', attempts: 1, generation: 1, on: { completed: 'build' } };
  truth.versions.set('main', {
    entries: new Map([['alarm', entry]]),
    isWhole: true,
    paused: [],
    routing: new Map(),
    template: null,
  });
  const meant = { assigns: new Set(['1']), attemptsMax: 1, needs: [], isFree: true, schedules: new Set<string>() };
  truth.meant.set('alarm@1', { ...meant, isAlwaysScheduled: false, isAlwaysTriggered: true });
  truth.toldIn.set('lane', told(...ends));
  truth.happened.add('emergency 2 2026-11-20T22:00:00Z').add('lost 2');
  truth.executions.push(run({ order: 'build', machine: 2 }));
  checks.onFetch(
    M1,
    new Map([
      [MAIN, 'main'],
      ['refs/coord/machines/2', 'lane'],
    ]),
  );
  for (const start of starts) checks.onStart(M1, start);
  return truth.violations.map(({ text }) => text).join('; ');
}

test('O19: an event that came after the first look, once or tried again', () => {
  expect(judge([], run({}), run({ attempt: 2 }))).toBe('');
  expect(judge(['build/2.1'], run({}))).toBe('');
});

test('O19.14: an end of a run that began where the trigger was shown came after it', () => {
  const build = run({ order: 'build', generation: 1, machine: 2 });
  expect(judge(['build/1.1'], build, run({}))).toBe('');
  expect(judge(['build/1.1'], { ...build, machine: 3 }, run({}))).toContain('was there before the trigger');
});

const CRY = { KIND: 'emergency', AT: '2026-11-20T22:00:00Z' };

test('O19: an emergency that was said, and a machine that was called lost, also a second time', () => {
  expect(judge([], run({}, CRY))).toBe('');
  expect(judge([], run({}, { KIND: 'lost' }), run({ order: 'alarm@1T000000000000000002' }, { KIND: 'lost' }))).toBe('');
});

test.each<[words: string, ends: readonly string[], starts: Execution[]]>([
  ['was there before the trigger', ['build/1.1'], [run({})]],
  ['stands for', [], [run({}), run({ order: 'alarm@1T000000000000000002' })]],
  ['stands for', [], [run({}), run({}, { MACHINE: '3' })]],
  ['which never was', [], [run({}, { ORDER: 'other' })]],
  ['which never was', [], [run({}, { ...CRY, AT: '2026-11-20T23:00:00Z' })]],
  ['which never was', [], [run({}, { KIND: 'lost', MACHINE: '3' })]],
  ['stands for', [], [run({}, CRY), run({ order: 'alarm@1T000000000000000002' }, CRY)]],
  ['waits for events', [], [run({ order: 'alarm' })]],
  ['says depth 3', [], [run({ order: 'alarm@3T000000000000000001' })]],
  ['came of 4 events', [], [run({ order: 'alarm@4T000000000000000001' })]],
])('O19: %s', (words, ends, starts) => {
  expect(judge(ends, ...starts)).toContain(words);
});
