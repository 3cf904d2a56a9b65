// T5: what stays of a document that nobody vouches for. It is named, so that a field which is new counts for nothing.
import { expect, test } from 'vitest';
import { bareDocument, heldDocument } from '../../src/core/model/machines/doubted-document.ts';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import { view } from './samples.ts';

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
