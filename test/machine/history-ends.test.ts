// O8a: what a run's end reads of a long history: the newest part of its month, and what is before it only where that may hold the run.
import { expect, test } from 'vitest';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import type { EndedRun } from '../../src/core/model/orders/run.ts';
import { renderRun } from '../../src/documents/machine/run-history.ts';
import { runHistoryPath } from '../../src/documents/paths.ts';
import { DOCUMENT_LIMITS } from '../../src/documents/text/limits.ts';
import { runHistoryFiles, withoutWrittenRuns } from '../../src/machine/steps/run-history.ts';
import type { Ledger } from '../../src/ports.ts';
import { ended } from '../core/samples.ts';

/** A lane with these parts, by name; what is read of it is noted. */
function lane(parts: Record<string, string>) {
  const read: string[] = [];
  const ledger = {
    async read(ids: Iterable<string>) {
      const all = [...ids];
      read.push(...all);
      return new Map(all.map((id) => [id, { kind: 'text' as const, text: parts[id] ?? '' }]));
    },
  } as unknown as Ledger;
  const files = new Map(
    Object.keys(parts).map((part) => [runHistoryPath(part, { machine: 1, files: new Set(), isNumbered: true }), part]),
  );
  const snapshot = { machines: new Map([[1, { files, lane: { files }, document: { machine: 1 } }]]) } as unknown as Snapshot;
  const state = (movedRuns: readonly EndedRun[]) => ({ machine: 1, movedRuns }) as unknown as JournalState;
  return { read, ledger, snapshot, state };
}

const of = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => ended(`o${from + at}`));
const lines = (runs: readonly EndedRun[]) => runs.map(renderRun).join('');

test('O8a one more run after years: the newest part of its month alone is read', async () => {
  const years = Object.fromEntries(
    ['2024-01', '2026-10', '2026-11', '2026-11.2', '2031-01'].map((part) => [part, lines(of(1, 3))]),
  );
  const { read, ledger, snapshot, state } = lane({ ...years, '2026-11.10': lines(of(4, 6)) });
  const files = await runHistoryFiles(ledger, state(of(7, 7)), snapshot);
  expect([...files]).toEqual([['history/1/2026-11.10.m1.jsonl', lines(of(4, 7))]]);
  expect((await withoutWrittenRuns(ledger, state(of(7, 7)), snapshot)).movedRuns).toEqual(of(7, 7));
  expect(read).toEqual(['2026-11.10', '2026-11.10']);
});

test('O8a, R5 a push that filled a part and began the next, and was never answered: no run twice', async () => {
  const { read, ledger, snapshot, state } = lane({
    '2026-11': lines(of(1, 3)),
    '2026-11.2': lines(of(4, 6)),
    '2026-11.3': lines(of(7, 8)),
  });
  const moved = of(5, 9);
  expect((await withoutWrittenRuns(ledger, state(moved), snapshot)).movedRuns).toEqual(of(9, 9));
  expect([...(await runHistoryFiles(ledger, state(moved), snapshot))]).toEqual([
    ['history/1/2026-11.3.m1.jsonl', lines(of(7, 9))],
  ]);
  expect(new Set(read)).toEqual(new Set(['2026-11.3', '2026-11.2']));
});

test('O8a a full part is left as it is, and the next one begins', async () => {
  const full = `${lines(of(1, 3))}`.padEnd(DOCUMENT_LIMITS.sizeBytesMax - 100, 'x');
  const { ledger, snapshot, state } = lane({ '2026-11': full });
  const files = await runHistoryFiles(ledger, state(of(4, 4)), snapshot);
  expect([...files.keys()]).toEqual(['history/1/2026-11.2.m1.jsonl']);
  expect(files.get('history/1/2026-11.2.m1.jsonl')).toBe(lines(of(4, 4)));
});

test('O8a, D3a a new part has the name without the number while another machine cannot read that', async () => {
  const { ledger, snapshot, state } = lane({});
  const pathsBeside = async (document: object) => {
    const machines = new Map<number, unknown>([...snapshot.machines, [2, { document: { machine: 2, ...document } }]]);
    return [...(await runHistoryFiles(ledger, state(of(1, 1)), { ...snapshot, machines } as unknown as Snapshot)).keys()];
  };
  for (const reads of [undefined, 1, 2]) expect(await pathsBeside({ state: 'IDLE', reads })).toEqual(['history/1/2026-11.jsonl']);
  expect(await pathsBeside({ state: 'LEFT', reads: 2 })).toEqual(['history/1/2026-11.m1.jsonl']);
  expect(await pathsBeside({ state: 'IDLE', reads: 3 })).toEqual(['history/1/2026-11.m1.jsonl']);
});

test('O8a where both names of a part stand there, one of them goes on, and the other one is left alone', async () => {
  const { ledger, state } = lane({ plain: lines(of(1, 2)), numbered: lines(of(3, 4)) });
  const both = [
    ['history/1/2026-11.jsonl', 'plain'],
    ['history/1/2026-11.m1.jsonl', 'numbered'],
  ] as const;
  for (const order of [both, [...both].reverse()]) {
    const files = new Map(order);
    const snapshot = { machines: new Map([[1, { files, lane: { files }, document: { machine: 1 } }]]) } as unknown as Snapshot;
    const written = await runHistoryFiles(ledger, state(of(5, 5)), snapshot);
    expect([...written]).toEqual([['history/1/2026-11.jsonl', lines([...of(1, 2), ...of(5, 5)])]]);
  }
});
