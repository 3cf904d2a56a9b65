// keep_history and compact_at of fleet.yaml (R3b): read, written, and shown on the board.
import { expect, test } from 'vitest';
import { historyBlock } from '../../src/documents/board/readme-history.ts';
import { parseFleet } from '../../src/documents/fleet/fleet.ts';
import { withHistorySettings } from '../../src/documents/fleet/history-settings.ts';
import { bundleName, compactionMessage, readCompaction } from '../../src/documents/machine/compaction-message.ts';

const DAY_MS = 86_400_000;
const AT = '2026-11-26T10:00:00.000Z';
const WANTED = { keepHistoryMs: 90 * DAY_MS, compactAt: AT };

test.each([
  ['', `keep_history: 90d\ncompact_at: ${AT}\n`],
  ['# ours\nname: x', `# ours\nname: x\nkeep_history: 90d\ncompact_at: ${AT}\n`],
  ['compact_at: 2026-01-01\r\nname: x # y\r\n', `compact_at: ${AT}\r\nname: x # y\r\nkeep_history: 90d\r\n`],
])('R3b D5 written into %j, every other line stays', (before, after) => {
  const text = withHistorySettings(before, WANTED);
  expect(text).toBe(after);
  expect(parseFleet(text ?? '')).toMatchObject({ value: WANTED, faults: [] });
  const taken = withHistorySettings(text ?? '', { ...WANTED, compactAt: null });
  expect(taken).toBe(after.replace(/compact_at.*\r?\n/, ''));
});

test.each([
  '{ name: x }',
  'name: [',
  'nested:\n  compact_at: 2026-01-01\n- x',
])('R3b D5 a layout that does not allow it: %j', (text) => {
  expect(withHistorySettings(text, WANTED)).toBeNull();
});

test('R3b D4 what cannot be read is a fault, and keeps its last good value', () => {
  const { value, faults } = parseFleet('keep_history: soon\ncompact_at: 1h\n');
  expect(value?.unread).toEqual(['keepHistoryMs', 'compactAt']);
  expect(faults).toHaveLength(2);
});

test('R3b the board says what is to go, and what people do', () => {
  expect(historyBlock({ compactAt: null, keepHistoryMs: DAY_MS })).toEqual([]);
  expect(historyBlock(WANTED)).toEqual([
    '> [!NOTE]\n> **The history of this repo before 2026-08-28 goes into a file from 2026-11-26 10:00 UTC on.** Afterwards, once in each clone of it: `git pull --rebase`',
  ]);
  expect(historyBlock({ compactAt: AT, keepHistoryMs: null })[0]).toContain('The history of this repo goes into a file');
});

test('R3b what the commit says is read back; what somebody else wrote there is not', () => {
  const said = {
    announced: AT,
    keepMs: 90 * DAY_MS,
    before: '2026-08-28T00:00:00.000Z',
    bundle: bundleName('my fleet/é', 'abcdef01234567'),
  };
  expect(said.bundle).toBe('my-fleet--abcdef0123.bundle');
  const message = compactionMessage(said, { machine: 3, seq: 4, beat: 5 });
  expect(message.split('\n')[0]).toBe('history before 2026-08-28 is kept in my-fleet--abcdef0123.bundle on machine 3 [skip ci]');
  expect(readCompaction(`${message}Coord-Compacted: ${'1'.repeat(40)}\n`)).toEqual(said);
  const { keepMs: _, ...earlier } = said;
  expect(readCompaction(compactionMessage(earlier, { machine: 3, seq: 4, beat: 5 }))).toEqual(earlier);
  expect(readCompaction(message.replace('2026-08-28T', 'x'))).toBeNull();
  expect(readCompaction('Coord-Announced: x')).toBeNull();
});
