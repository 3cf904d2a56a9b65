import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import { emptyResults } from '../../src/core/model/orders/run.ts';
import { faultSentence } from '../../src/core/model/status/fault.ts';
import { parseMachineDocument, renderMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { anyMachineDocument, anyResults } from './documents-samples.ts';

const PATH = 'COMPUTER_2.md';
const DOCUMENT: MachineDocument = {
  machine: 2,
  name: 'builder',
  id: '123e4567-e89b-12d3-a456-426614174000',
  instance: '00ff',
  seq: 41,
  beat: 7,
  state: 'WORKING',
  updated: '2026-11-20T22:00:00.000Z',
  heartbeatMs: 60_000,
  tags: ['gpu', 'linux'],
  tools: [],
  slots: 2,
  load: 1,
  allows: ['shell'],
  version: '0.1.0',
  lost: { 3: 41 },
  seen: { 3: '2026-11-20T20:00:00.000Z' },
  cursors: { '1': { delivered: 13, taken: 12 }, '0_all': { delivered: 2, taken: 0 } },
  peopleRead: 4,
  removedBy: null,
  extra: { colour: 'blue' },
  notes: 'The fan is loud.\n\n<!-- mine -->',
};
const run = { order: 'train', generation: 1, attempt: 1, startedAt: '2026-11-20T21:00:00.000Z' };
const ended = {
  ...run,
  state: 'FAILED',
  reason: 'timed out | `x`\n<!-- notes -->',
  exitCode: 3,
  finishedAt: '2026-11-20T21:30:00.000Z',
  tail: '',
  outputs: {},
} as const;
const REPORT = {
  ...emptyResults(2),
  running: [run],
  waiting: [{ order: 'deploy', generation: 1, state: 'BLOCKED', reason: 'not allowed; on builder: coord allow shell' }] as const,
  ended: ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'].map((order) => ({ ...ended, order })),
};

test('the page is stable', async () => {
  await expect(renderMachineDocument(DOCUMENT, REPORT)).toMatchFileSnapshot('../golden/COMPUTER_2.md');
});

test('D3: parse(render(x)) = x', () => {
  fc.assert(
    fc.property(anyMachineDocument, anyResults, (document, report) => {
      expect(parseMachineDocument(renderMachineDocument(document, report), PATH)).toEqual({ value: document, faults: [] });
    }),
    { numRuns: 500 },
  );
});

test('D3: what is rendered again is the same text', () => {
  const text = renderMachineDocument(DOCUMENT, REPORT);
  const { value } = parseMachineDocument(text, PATH);
  expect(value === null ? null : renderMachineDocument(value, REPORT)).toBe(text);
});

test('only the last five runs that ended are shown, the newest first', () => {
  const text = renderMachineDocument(DOCUMENT, REPORT);
  expect([...text.matchAll(/\*\*(e\d)\*\*/g)].map((match) => match[1])).toEqual(['e6', 'e5', 'e4', 'e3', 'e2']);
});

describe('notes belong to whoever sits at the machine', () => {
  const rendered = renderMachineDocument(DOCUMENT, REPORT);
  const notes = (text: string) => parseMachineDocument(text, PATH).value?.notes;
  test.each([
    ['without marks there are none', rendered.replace(/<!-- \/?notes -->/g, ''), ''],
    ['without the closing mark they go on to the end', rendered.replace('<!-- /notes -->\n', 'more'), `${DOCUMENT.notes}\nmore`],
    ['text behind the closing mark is not theirs', `${rendered}more`, DOCUMENT.notes],
  ])('%s', (_, text, expected) => {
    expect(notes(text)).toBe(expected);
  });
});

describe('D4: a document that cannot be relied on is a fault', () => {
  const rendered = renderMachineDocument(DOCUMENT, REPORT);
  test.each([
    ['machine: 2', 'machine: 0', '2:10 expected "machine" to be a number from 1 to 9999, found 0'],
    ['seq: 41', 'seq: -1', '6:6 expected "seq" to be a whole number, found -1'],
    [
      'state: WORKING',
      'state: DANCING',
      '4:8 expected "state" to be one of IDLE, WORKING, ACTIVE, PAUSED, EMERGENCY, LEFT, found "DANCING"',
    ],
    ['updated: 2026', 'updated: 26', '5:10 expected "updated" to be a time in UTC, found "26-11-20T22:00:00.000Z"'],
    ['lost_3: 41', 'lost_3: x', '17:9 expected "lost_3" to be a beat, found "x"'],
    ['beat: 7\n', '', 'null:null expected "beat" to be a whole number, found nothing'],
  ])('%j → %j', (from, to, sentence) => {
    const text = rendered.replace(from, to);
    expect(text).not.toBe(rendered);
    const { value, faults } = parseMachineDocument(text, PATH);
    expect(value).toBeNull();
    expect(faults.map((it) => `${it.line}:${it.column} ${faultSentence(it)}`)).toEqual([sentence]);
  });

  test('no front matter', () => {
    expect(parseMachineDocument('# hello', PATH)).toMatchObject({ value: null, faults: [{ document: PATH, level: 'fault' }] });
  });
});

test('D3: a value that is not flat cannot be carried, and is named', () => {
  const text = renderMachineDocument(DOCUMENT, REPORT).replace('\n---\n', '\nplan: [1]\n---\n');
  expect(parseMachineDocument(text, PATH)).toMatchObject({
    value: { extra: { colour: 'blue' } },
    faults: [{ level: 'warning' }],
  });
});

test.each([
  ['wake', '"02:00:5e:10:00:zz"'],
  ['wake', '"ff:ff:ff:ff:ff:ff"'],
  ['wake', '"01:00:5e:00:00:01"'],
  ['wake', '7'],
  ['wake', `"${Array.from({ length: 9 }, () => '02:00:5e:10:00:01').join(', ')}"`],
  ['networks', '192.168.1.0/24'],
  ['networks', 'n3fa2.91bc.0000'],
  ['wakes_3', 'soon'],
  ['woke_3', '"<b>"'],
])('W1 %s: %s is a fault: it would become a packet on a network', (key, value) => {
  const text = renderMachineDocument(DOCUMENT, REPORT).replace('\n---\n', `\n${key}: ${value}\n---\n`);
  const { value: read, faults } = parseMachineDocument(text, PATH);
  expect(read).toBeNull();
  expect(faults).toMatchObject([{ level: 'fault', expected: expect.stringContaining(key) }]);
});
