import { describe, expect, test } from 'vitest';
import type { PauseEdit } from '../../src/core/model/ledger/intention.ts';
import { newFleetText, parseFleet } from '../../src/documents/fleet/fleet.ts';
import { applyPauseEdit } from '../../src/documents/fleet/pause-edit.ts';

const UNTIL = '2026-11-20T22:00:00.000Z';
const pause = (id: string, until: string | null = null, note = ''): PauseEdit => ({ kind: 'pause', id, until, note });
const resume = (id: string): PauseEdit => ({ kind: 'resume', id });

describe('what people type', () => {
  test.each([
    ['paused: all', [{ who: 'fleet', until: null, note: '' }]],
    ['paused: true', [{ who: 'fleet', until: null, note: '' }]],
    ['paused:', []],
    ['paused: []', []],
    ['paused: false', []],
    ['paused: 2', [{ who: '2', until: null, note: '' }]],
    [
      'paused: [2, Mac]\npaused_until: 2026-11-20 22:00\npause_note: moving house',
      [
        { who: '2', until: UNTIL, note: 'moving house' },
        { who: 'mac', until: UNTIL, note: 'moving house' },
      ],
    ],
    [
      'paused: { fleet: { until: 2026-11-20T22:00Z, note: x }, 2: }',
      [
        { who: '2', until: null, note: '' },
        { who: 'fleet', until: UNTIL, note: 'x' },
      ],
    ],
  ])('%s', (text, paused) => {
    expect(parseFleet(text)).toMatchObject({ value: { paused }, faults: [] });
  });

  test.each([
    'paused: 0',
    'paused: 2.5',
    'paused: { 2: 3 }',
    'paused: { 2: { until: soon } }',
    'paused: { 2: { til: x } }',
  ])('D4 what cannot be is a fault at its place: %s', (text) => {
    const { value, faults } = parseFleet(`# one\n${text}\n`);
    expect(value?.paused).toEqual([]);
    expect(faults).toMatchObject([{ line: 2, column: 9, level: 'fault' }]);
    expect(applyPauseEdit(text, pause('3')).kind).toBe('cannot');
  });
});

describe('D5 the smallest edit', () => {
  const edited = (text: string, ...edits: PauseEdit[]) =>
    edits.reduce((before, edit) => {
      const outcome = applyPauseEdit(before, edit);
      if (outcome.kind !== 'edited') throw new Error(`${edit.kind}: ${JSON.stringify(outcome)}`);
      return outcome.text;
    }, text);

  test('added at the end, every other line as it was', () => {
    const text = newFleetText({ name: 'My fleet', url: null, pushesPerMinute: null });
    const after = edited(text, pause('2', UNTIL, 'a "quoted" # note'));
    expect(after.startsWith(text)).toBe(true);
    expect(after.slice(text.length)).toBe('paused:\n  2: { until: "2026-11-20T22:00:00.000Z", note: "a \\"quoted\\" # note" }\n');
  });

  test.each([
    'lease: 5m\n',
    'lease: 5m\n\n',
    '# nothing yet\r\n',
    '',
    '\n',
  ])('D5.2 a pause that is over leaves nothing of itself in %j', (text) => {
    const twice = [pause('2'), pause('3', UNTIL), resume('3'), resume('2'), pause('2'), resume('2')];
    expect(edited(text, ...twice)).toBe(text);
  });

  test('in the midst of others, in place, its comments kept, whatever form it had', () => {
    const text = '# top\r\nname: f # mine\r\npaused: [2, mac] # the old ones\r\n# about the lease\r\nlease: 5m\r\n';
    expect(edited(text, pause('fleet'))).toBe(
      '# top\r\nname: f # mine\r\n# the old ones\r\npaused:\r\n  2: {}\r\n  "mac": {}\r\n  fleet: {}\r\n# about the lease\r\nlease: 5m\r\n',
    );
  });

  test('a common end becomes each one’s own', () => {
    const text = 'paused_until: 2026-11-20 22:00\npaused:\n- 1\n- 2\nlease: 5m';
    const after = edited(text, resume('1'));
    expect(after).toBe('paused:\n  2: { until: "2026-11-20T22:00:00.000Z" }\nlease: 5m');
  });

  test('R5 said again it is there already', () => {
    const after = edited('', pause('2', UNTIL, 'x'), pause('fleet'));
    expect(applyPauseEdit(after, pause('2', UNTIL, 'x'))).toEqual({ kind: 'unchanged' });
    expect(applyPauseEdit(after, resume('3'))).toEqual({ kind: 'unchanged' });
    expect(edited(after, pause('2'))).toContain('  2: {}\n');
  });

  test.each(['{ name: f, paused: [2] }', 'name: [', 'name: f\n...\n'])('never a guess: %s', (text) => {
    expect(applyPauseEdit(text, pause('3')).kind).toBe('cannot');
  });

  test('a name that only looks like the key, and text in other values, are left alone', () => {
    const text = 'name: "paused: no"\npaused_by: me\n';
    expect(edited(text, pause('2'))).toBe(`${text}paused:\n  2: {}\n`);
  });
});

test.each([pause('2'), resume('fleet')])('a route below that cannot be read stands in nobody’s way: %j', (edit) => {
  const text = 'paused: all\nrouting:\n  bug: { tags: 3 }\n';
  expect(parseFleet(text).faults).toHaveLength(1);
  expect(applyPauseEdit(text, edit).kind).toBe('edited');
});
