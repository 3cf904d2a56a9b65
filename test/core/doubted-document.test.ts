// T5: what stays of documents that nobody vouches for. It is named, so that a field which is new counts for nothing.
import { expect, test } from 'vitest';
import { bareDocument, bareResults, heldDocument } from '../../src/core/model/machines/doubted-document.ts';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import type { ResultsDocument } from '../../src/core/model/orders/run.ts';
import { ended, view } from './samples.ts';

const said = {
  ...view(3).document,
  ...{ lost: { 2: 9 }, seen: { 2: '2026-11-20T23:00:00.000Z' }, cursors: { '0': { delivered: 4, taken: 4 } }, peopleRead: 7 },
  ...{ usage: { cpu: 0.5 }, extra: { odd: 'word' }, wakes: { 9: 'now' }, hub: 'ws://elsewhere', key: 'ssh-ed25519 A' },
  ...{ paused: { until: null, note: 'later' }, emergency: { text: 'it burns', since: null }, programs: {} },
  ...{ ofALaterVersion: { acts: true } },
} as unknown as MachineDocument;

test('T5 of a machine that nobody vouches for stay who it is and its settings, and no field that is new', () => {
  const { machine, seq, tags } = said;
  expect(bareDocument(said)).toMatchObject({ machine, seq, tags, lost: {}, seen: {}, cursors: {}, peopleRead: 0, extra: {} });
  const named = ['machine', 'name', 'id', 'instance', 'seq', 'beat', 'state', 'updated', 'heartbeatMs', 'removedBy', 'notes'];
  const settings = [
    'tags',
    'tools',
    'slots',
    'load',
    'allows',
    'version',
    'lost',
    'seen',
    'cursors',
    'peopleRead',
    'extra',
    'reads',
    'form',
  ];
  expect(Object.keys(bareDocument(said)).sort()).toEqual([...named, ...settings].sort());
});

test('T5 for decisions what keeps work from it stays, too', () => {
  const more = Object.keys(heldDocument(said)).filter((key) => !(key in bareDocument(said)));
  expect(more.sort()).toEqual(['emergency', 'paused', 'programs']);
});

test('T5.6 of its runs stay which they were and how they ended, and no field that is new', () => {
  const more = {
    told: { kind: 'question' },
    watched: ['b@1'],
    returned: true,
    artifacts: [{ name: 'a' }],
    ofALaterVersion: true,
  };
  const end = { ...ended('a', { tail: 'it said so', outputs: { url: 'x' }, work: 'w', asks: true }), ...more };
  const running = { order: 'b', generation: 1, attempt: 1, startedAt: end.startedAt, attempts: 2, leaseMs: 1, work: 'w' };
  const results = {
    ...view(3).results,
    ...{ running: [{ ...running, progress: { last: 'nearly done' }, ...more }], ended: [end], older: [end] },
    ...{ waiting: [{ order: 'c', generation: 1, state: 'BLOCKED', reason: 'it said so' }], ofALaterVersion: [1] },
  } as unknown as ResultsDocument;
  const bare = bareResults(results, 'nobody vouches for it');
  const { order, generation, attempt, state, exitCode, startedAt, finishedAt } = end;
  const stays = { order, generation, attempt, state, exitCode, startedAt, finishedAt, work: 'w', asks: true };
  const said = { ...stays, reason: 'nobody vouches for it', code: 'doubted', tail: '', outputs: {} };
  const { machine, claimed, before } = results;
  expect(bare).toStrictEqual({ machine, claimed, before, running: [running], waiting: [], ended: [said], older: [said] });
});
