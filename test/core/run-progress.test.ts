// O17: how far a run is reaches others with what is said anyway, and never makes anybody say something.
import { describe, expect, test } from 'vitest';
import { isoTime } from '../../src/core/base/time.ts';
import { deriveOwnDocuments } from '../../src/core/cycle/own-documents.ts';
import type { RunProgress } from '../../src/core/model/orders/run.ts';
import { saidProgress } from '../../src/core/runs/run-progress.ts';
import { orderStatus } from '../../src/core/status/order-status.ts';
import { parseResults, renderResults } from '../../src/documents/machine/results.ts';
import { parseProgress } from '../../src/documents/machine/run-progress.ts';
import { createFleet, quiet } from '../machine/world.ts';
import { active, at, journal, order, self, snapshot, T0_MS, view } from './samples.ts';

const progress = (seconds: number, turns: number): RunProgress => ({
  last: `▸ Bash step ${turns}`,
  turns,
  costUsd: null,
  at: isoTime(T0_MS + seconds * 1000),
});

const run = active('a');
const { key: _key, stop: _stop, ...said } = run;

function own(now: RunProgress | undefined, shown: RunProgress | undefined, notes = '') {
  const running = [{ ...said, ...(shown === undefined ? {} : { progress: shown }) }];
  const mine = view(1, { document: { load: 1, state: 'WORKING' }, results: { running } });
  return deriveOwnDocuments(snapshot({ orders: [order('a')], machines: [mine] }), journal({ active: [run], notes }), self(), {
    ...{ waiting: [], now: at(0), fetchedAt: at(0), mailFiles: new Map(), idOf: (text: string) => text },
    ...(now === undefined ? {} : { progress: new Map([[run.key, now]]) }),
  });
}

describe('what is said of it', () => {
  test.each<
    [
      what: string,
      now: RunProgress | undefined,
      shown: RunProgress | undefined,
      notes: string,
      expected: { isNew: boolean; rides: boolean },
    ]
  >([
    ['nothing is known, nothing is said', undefined, undefined, '', { isNew: false, rides: false }],
    ['the first word goes with any push', progress(0, 1), undefined, '', { isNew: false, rides: true }],
    ['the same', progress(0, 1), progress(0, 1), '', { isNew: false, rides: false }],
    ['a little later, a beat stays the same tree', progress(60, 2), progress(0, 1), '', { isNew: false, rides: false }],
    ['five minutes later it goes with a beat', progress(300, 3), progress(0, 1), '', { isNew: false, rides: true }],
    ['news takes it along', progress(60, 2), progress(0, 1), 'news', { isNew: true, rides: true }],
    ['what was said stands while nothing can be read', undefined, progress(0, 1), '', { isNew: false, rides: false }],
  ])('C3, H1 %s', (_, now, shown, notes, expected) => {
    const word = own(now, shown, notes);
    expect({ isNew: word.isNew, rides: word.rides }).toEqual(expected);
    if (word.rides) expect(word.results.running[0]?.progress).toEqual(now);
  });

  test('D3 it is rendered and read, and stands in the status of the order', () => {
    const { results } = own(progress(0, 1), undefined);
    expect(parseResults(renderResults(results), 'results/1.json').value).toEqual(results);
    const machines = new Map([[1, view(1, { results })]]);
    expect(orderStatus(order('a'), machines)).toMatchObject({ state: 'IN_PROGRESS', progress: progress(0, 1) });
    expect(orderStatus(order('a', { assign: { kind: 'any' } }), machines)).toMatchObject({ progress: progress(0, 1) });
  });

  test('one short clean line', () => {
    const long = { ...progress(0, 1), last: `KEY=secret\u001b[31m ${'x'.repeat(500)}\nmore` };
    const { last } = saidProgress(long, (text) => text.replace('secret', '[redacted]'));
    expect(last).toHaveLength(120);
    expect(last).toMatch(/^KEY=\[redacted\].*…$/);
  });
});

test.each([
  ['no JSON', 'x'],
  ['another shape', '{"last":5,"turns":1,"costUsd":null,"at":"2026-11-20T22:00:00.000Z"}'],
  ['no time', '{"last":"x","turns":1,"costUsd":null,"at":"now"}'],
  ['numbers that are none', '{"last":"x","turns":-1,"costUsd":null,"at":"2026-11-20T22:00:00.000Z"}'],
])('O17 a run may write anything there, and what is %s counts for nothing', (_, text) => {
  expect(parseProgress(text)).toBeNull();
});

test('C3, F1, H1 a run that tells of itself all the time makes no push or write; the next word has it', async () => {
  const world = await createFleet(2, 2);
  const [one, two] = world.machines as [(typeof world.machines)[0], (typeof world.machines)[0]];
  world.script('long', () => ({ ms: Infinity, exitCode: 0 }));
  world.orders([{ id: 'long', assign: 1, run: 'x' }]);
  await quiet(world);
  const before = { ...one.calls };
  for (let turn = 1; turn <= 5; turn += 1) {
    one.runner.saysProgress = progress(turn, turn);
    world.pass(2_000);
    expect((await one.cycle()).push).toBeNull();
  }
  expect(one.calls).toMatchObject({ push: before.push, write: before.write, save: before.save });

  world.orders([
    { id: 'long', assign: 1, run: 'x' },
    { id: 'short', assign: 1, run: 'x' },
  ]);
  await one.cycle();
  await quiet(world);
  expect((await world.status()).orders.long).toMatchObject({ state: 'IN_PROGRESS', progress: progress(5, 5) });
  expect((await two.cycle()).push).toBeNull();

  // Beats of ten minutes: two of them changed the tree, the others were the same tree.
  const mains = new Set<string | undefined>();
  for (let second = 60; second <= 600; second += 30) {
    one.runner.saysProgress = progress(second, second);
    world.pass(30_000);
    await one.cycle();
    mains.add(world.hub.refs.get('refs/heads/main'));
  }
  expect(mains.size).toBeLessThanOrEqual(4);
  expect((await world.status()).orders.long?.progress?.turns).toBeGreaterThan(300);
});
