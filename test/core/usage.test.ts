// H4: how much of its computer a machine says is in use, what that costs, and what it decides (O3).
import { describe, expect, test } from 'vitest';
import { deriveOwnDocuments } from '../../src/core/cycle/own-documents.ts';
import { rankWaitMs } from '../../src/core/decide/ranking.ts';
import type { Usage } from '../../src/core/model/machines/usage.ts';
import { isUsageDue, saidUsage, strainOf, usageWords } from '../../src/core/presence/usage.ts';
import { at, journal, order, self, snapshot, T0, view } from './samples.ts';

const used = (cpu: number, memory = 0.1): Usage => ({ cpu, memory });

test('H4: in tenths, and what was said stands until it is off by two of them', () => {
  expect(saidUsage({ cpu: 0.449, memory: 1.7 }, undefined)).toEqual({ cpu: 0.4, memory: 1 });
  expect(saidUsage(used(0.55), used(0.4))).toEqual(used(0.4));
  expect(saidUsage(used(0.61), used(0.4))).toEqual(used(0.6));
  expect(saidUsage(used(0.2), used(0.4))).toEqual(used(0.2));
  expect(saidUsage(undefined, used(0.4))).toBe(undefined);
});

test('H4: it goes with a beat where it decides something else, and nothing was said for a while', () => {
  const late = at(900_000);
  expect(isUsageDue(used(0.9), used(0.4), T0, late)).toBe(true);
  expect(isUsageDue(used(0.9), used(0.4), T0, at(899_999))).toBe(false);
  expect(isUsageDue(used(0.4), used(0.2), T0, late)).toBe(false);
  expect(isUsageDue(used(0.1), undefined, T0, late)).toBe(true);
});

describe('what a document says', () => {
  const derived = (usage: Usage, shown: Usage | undefined, ms: number) => {
    const { tags, tools } = self();
    const own = view(1, {
      document: { name: 'm1', id: self().computer, tags, tools, ...(shown === undefined ? {} : { usage: shown }) },
    });
    const fleet = snapshot({ machines: [own] });
    const when = { waiting: [], now: at(ms), fetchedAt: at(ms), mailFiles: new Map(), idOf: (text: string) => text };
    const first = deriveOwnDocuments(fleet, journal(), { ...self(), usage: shown ?? used(0) }, when);
    // All else stands there as it is.
    const said = { ...first.document, updated: T0 };
    const same = snapshot({ machines: [view(1, { document: { ...said, ...(shown === undefined ? {} : { usage: shown }) } })] });
    return deriveOwnDocuments(same, journal(), { ...self(), usage }, when);
  };

  test('H4, C3: a change of it is no word of its own, and goes with no beat for a while', () => {
    expect(derived(used(0.9), used(0.1), 60_000)).toMatchObject({ isNew: false, rides: false });
    expect(derived(used(0.9), used(0.1), 900_000)).toMatchObject({ isNew: false, rides: true, document: { usage: used(0.9) } });
    expect(derived(used(0.4), used(0.1), 900_000)).toMatchObject({ isNew: false, rides: false });
  });
});

test.each<[usage: Usage | undefined, strain: number, words: string]>([
  [undefined, 0, ''],
  [used(0.4), 0, ''],
  [used(0.5), 1, ''],
  [used(0.1, 0.7), 1, ''],
  [used(0.9), 2, 'busy: processor 90 %'],
  [used(0.8, 1), 2, 'busy: processor 80 %, memory 100 %'],
])('H4: %o counts as %d: %s', (usage, strain, words) => {
  expect([strainOf(usage), usageWords(usage)]).toEqual([strain, words]);
});

describe('who tries first (O3)', () => {
  const any = order('x', { assign: { kind: 'any' } });
  const waits = (one: object, two: object) => {
    const { machines } = snapshot({ machines: [view(1, { document: one }), view(2, { document: two })] });
    return [1, 2].map((me) => rankWaitMs(me, any, machines, () => false));
  };

  test('O3.1: of machines with as many runs for their slots the one whose computer is used less', () => {
    expect(waits({ usage: used(0.9) }, { usage: used(0.3) })).toEqual([15_000, 0]);
    expect(waits({ usage: used(0.3) }, { usage: used(0.3, 0.6) })).toEqual([0, 15_000]);
    // Runs count before that.
    expect(waits({ usage: used(0.9), slots: 2 }, { usage: used(0.3), slots: 2, load: 1 })).toEqual([0, 15_000]);
  });

  test('O3.1: what differs by little, or is not said, changes nothing', () => {
    const plain = waits({}, {});
    expect(waits({ usage: used(0.1) }, { usage: used(0.4) })).toEqual(plain);
    expect(waits({ usage: used(0.4) }, {})).toEqual(plain);
  });
});
