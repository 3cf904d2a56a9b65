// The judges of templates, judged: what they have to notice, and what they have to let pass.
import { expect, test } from 'vitest';
import { createHoldChecks } from './check-holds.ts';
import { laneOf } from './check-lanes.ts';
import { createTemplateChecks } from './check-templates.ts';
import type { Computer } from './computer.ts';
import type { Entry } from './people.ts';
import { createSimHub, MAIN } from './sim-hub.ts';
import { createTruth, type Execution } from './truth.ts';
import type { Template } from './versions.ts';

const NONE = new Set<string>();
const M1 = { name: 'm1', number: 1 } as Computer;
const template = (v: string, digest: string, ...steps: string[]): Template => {
  return { v, digest, steps: steps.map((id) => ({ id, assign: 1, attempts: 1 })) };
};
/** The lowest digest is that of 2, the next one that of 0. */
const VERSIONS = [template('0', 'a', 'a', 'b'), template('1', 'b', 'c', 'a', 'b'), template('2', '0', 'd', 'a', 'b')];
const USE: Entry = { id: 'o', use: 't', assign: 'any', run: 'true', attempts: 1, generation: 1 };
const NEXT: Entry = { id: 'next', assign: 1, run: 'true', attempts: 1, generation: 1, after: ['o'] };

type Ran = Partial<Execution> & Pick<Execution, 'order'>;

/** A run on machine 2 of version 0 that completed, changed so. */
function ran({ order, generation = 1, ...change }: Ran, v = '0'): Execution {
  return {
    ...{ key: `${order}-key`, order, generation, attempt: 1, computer: 'm2', machine: 2, startedMs: 0, endedMs: 1 },
    ...{ how: 'exited', exitCode: 0, given: { COORD_WITH_V: v }, isLeased: false, asks: false },
    ...change,
  };
}

/** What is said of the start on machine 1, which was shown all that was told, on the lane or on the board alone; version 1 is in force. */
function judge(start: Execution, told: readonly Execution[], others: readonly Execution[] = [], where = 'lane'): string {
  const truth = createTruth();
  for (const version of VERSIONS) truth.templates.set(version.v, version);
  const entries = new Map([USE, NEXT].map((entry) => [entry.id, entry]));
  const [, inForce = null] = VERSIONS;
  truth.versions.set('main', { entries, isWhole: true, paused: [], routing: new Map(), template: inForce });
  const names = new Set(told.map(({ order, generation }) => `${order}/${generation}.1`));
  const results = { running: NONE, ended: names, completed: names, asks: NONE };
  if (where === 'lane') truth.toldIn.set('lane', results);
  else truth.toldInBlob.set('copy', results);
  const here = { ...start, computer: 'm1', machine: 1, exitCode: null, endedMs: null, how: null };
  truth.executions.push(...told, ...others, here);
  const shown = new Map([
    [MAIN, 'main'],
    [laneOf(2), 'lane'],
  ]);
  const copy = new Map([['coordination/results/2.json', { mode: '100644', id: 'copy' } as const]]);
  const hub = { ...createSimHub(), filesOf: () => copy };
  for (const checks of [createTemplateChecks(truth, hub), createHoldChecks(truth, hub)])
    checks.onStart({ ...M1, shown } as Computer, here);
  return truth.violations.map(({ clause, text }) => `${clause} ${text}`).join('; ');
}

const [A, B] = [ran({ order: 'o.a' }), ran({ order: 'o.b' })];
const NOW = ran({ order: 'next', given: { COORD_FROM_O_KEY: 'o.b-key' } });

test('O20.3, O20.4: it begins with what is in force, and goes on as it began', () => {
  expect(judge(ran({ order: 'o.c' }, '1'), [])).toBe('');
  expect(judge(B, [A])).toBe('');
  // D2: main is ahead of the lane.
  expect(judge(B, [A], [], 'board')).toBe('');
  // Nobody was shown it yet.
  expect(judge(ran({ order: 'o.c' }, '1'), [], [A])).toBe('');
  // Begun at once with two.
  expect(judge(B, [A, ran({ order: 'o.c' }, '1')])).toBe('');
  // What another version completed stands, and each step comes after the one before it.
  const failed = ran({ order: 'o.d', exitCode: 1 }, '2');
  expect(judge(ran({ order: 'o.b' }, '2'), [A, failed])).toBe('');
  expect(judge(ran({ order: 'o.b' }, '2'), [ran({ order: 'o.a' }, '2'), failed])).toContain('before d, which comes first');
  // Lowered: what ran in the higher generation stands.
  const [higherC, higherA] = [ran({ order: 'o.c', generation: 2 }, '1'), ran({ order: 'o.a', generation: 2 }, '1')];
  expect(judge(ran({ order: 'o.b' }, '1'), [A, higherC, higherA])).toBe('');
});

test('O13.4: to wait for an order that takes a template is to wait for all of its steps', () => {
  expect(judge(NOW, [A, B])).toBe('');
  expect(judge(NOW, [A])).toContain('O4a next/1.1 on m1 was started before o.b was completed');
  // It has not begun, so its steps are those in force.
  expect(judge(NOW, [])).toContain('before o.c was completed');
  expect(judge({ ...NOW, given: { COORD_FROM_O_KEY: 'o.a-key' } }, [A, B])).toContain('O7 next/1.1');
});

test.each<[words: string, start: Execution, told: readonly Execution[], others: readonly Execution[]]>([
  ['and 1, ', A, [], []],
  ['the order began with 0', ran({ order: 'o.b' }, '1'), [A, ran({ order: 'o.c' }, '1')], []],
  ['the order began with 1', B, [A, ran({ order: 'o.c', generation: 2 }, '1')], []],
  ['there is no such step', ran({ order: 'o.c' }), [A], []],
  ['before a, which comes first', B, [], [A]],
  ['before c, which comes first', ran({ order: 'o.a' }, '1'), [], []],
])('O20: %s', (words, start, told, others) => {
  expect(judge(start, told, others)).toContain(words);
});
