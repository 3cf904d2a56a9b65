// F1.5: which push of a daemon leaves the fold out, and how long main may lack what nobody waits for: one thing at a time.
import { describe, expect, test } from 'vitest';
import type { FoldTerms } from '../../src/core/cycle/quiet-news.ts';
import type { MachineDocument } from '../../src/core/model/machines/machine.ts';
import type { ResultsDocument } from '../../src/core/model/orders/run.ts';
import { createFoldPatience, type FoldPatience } from '../../src/machine/pace/fold-patience.ts';
import { foldCanWait, lacksOnlyQuiet } from '../../src/machine/pace/fold-waits.ts';
import { at, ended, snapshot, T0, view } from '../core/samples.ts';

const FREE: FoldTerms = { mayLack: () => true, mayLackMine: () => true, isMineQuiet: () => true };
const shown = view(1);

interface Case {
  readonly terms?: Partial<FoldTerms> | null;
  readonly isNew?: boolean;
  readonly byPerson?: boolean;
  /** Main has what this machine has said. */
  readonly isOnBoard?: boolean;
  readonly document?: Partial<MachineDocument>;
  readonly results?: Partial<ResultsDocument>;
  /** Documents beside those two, by path: on the lane, and in this push. */
  readonly before?: Readonly<Record<string, string>>;
  readonly after?: Readonly<Record<string, string>>;
}

function newsOf({
  isNew = false,
  byPerson = false,
  isOnBoard = true,
  document = {},
  results = {},
  before = {},
  after = before,
}: Case) {
  const lane = { ...shown, files: new Map([...shown.files, ...Object.entries(before)]) };
  const machine = { ...lane, lane: { commit: 'lane-1', parent: null, beat: 1, files: lane.files } };
  const base = snapshot({ machines: [machine] });
  const seen = {
    ...base,
    main: { ...base.main, byMachine: !byPerson },
    board: { ...base.board, files: isOnBoard ? lane.files : new Map<string, string>() },
  };
  const said = view(1, { document, results });
  const texts = Object.entries(after).map(([path, text]) => [path, { text }] as const);
  const files = new Map([...[...said.files].map(([path]) => [path, { text: 'new' }] as const), ...texts]);
  return {
    snapshot: seen,
    now: at(0),
    idOf: (text: string) => text,
    shown: isNew ? undefined : machine,
    word: { view: said, files },
  };
}

const TO_TWO = 'messages/1_TO_2.md';

describe('F1.5: what a push tells', () => {
  test.each<[what: string, seen: Case, waits: boolean, isQuiet: boolean]>([
    ['a beat', {}, true, true],
    ['a state', { document: { state: 'BUSY' as MachineDocument['state'] } }, false, false],
    [
      'whom it saw when, and its heartbeat',
      { document: { seen: { 2: T0 }, heartbeatMs: 1, updated: 'now', seq: 2, beat: 2 } },
      true,
      true,
    ],
    ['receipts', { document: { cursors: { 2: 1 } as unknown as MachineDocument['cursors'], peopleRead: 3 } }, true, true],
    ['its use', { document: { usage: {} as MachineDocument['usage'] & object } }, true, true],
    ['a claim', { results: { claimed: [ended('a') as unknown as ResultsDocument['claimed'][number]] } }, true, true],
    ['that another machine is lost', { document: { lost: { 2: 1 } } }, false, false],
    ['an end', { results: { ended: [ended('a')] } }, false, false],
    ['its first word', { isNew: true }, false, false],
    ['a beat, by a sync', { terms: null }, false, true],
    ['a beat, where people pushed last', { byPerson: true }, false, true],
    ['a beat, after main was behind for long', { terms: { mayLack: () => false } }, false, true],
    [
      'a beat, while main lacks its news',
      { isOnBoard: false, terms: { mayLackMine: () => false, isMineQuiet: () => false } },
      false,
      false,
    ],
    ['a beat, while main lacks for long what is none', { isOnBoard: false, terms: { mayLackMine: () => false } }, false, true],
    ['a beat, while main lacks what is none', { isOnBoard: false }, true, true],
    ['a beat, by a sync, while main lacks its word', { isOnBoard: false, terms: null }, false, false],
    ['a beat, where main has its word', { terms: { mayLackMine: () => false, isMineQuiet: () => false } }, true, true],
    ['a message for a machine', { after: { [TO_TWO]: 'hello' } }, true, true],
    ['a message for people', { after: { 'messages/1_TO_0.md': 'hello' } }, false, false],
    ['a message for all', { after: { 'messages/1_TO_ALL.md': 'hello' } }, false, false],
    ['what stands for people already', { before: { 'messages/1_TO_0.md': 'hello' } }, true, true],
    ['another hand-off', { before: { 'handoffs/1.json': 'a' }, after: { 'handoffs/1.json': 'b' } }, false, false],
    ['that a hand-off is over', { before: { 'handoffs/1.json': 'a' }, after: {} }, false, false],
  ])('F1.5 %s', (_what, seen, waits, isQuiet) => {
    const terms = seen.terms === null ? undefined : { ...FREE, ...seen.terms };
    expect([foldCanWait(terms, newsOf(seen)), lacksOnlyQuiet(terms, newsOf(seen))]).toEqual([waits, isQuiet]);
  });
});

const MINUTE_MS = 60_000;
type Outcome = Parameters<FoldPatience['ended']>[0];

interface Cycle {
  /** What the remote said to each; absent = there was no push. */
  readonly push?: { readonly lane: string; readonly main?: string; readonly board?: string };
  /** What main had of each document that it is behind with. */
  readonly behind?: Readonly<Record<string, string>>;
  readonly lacksOnlyQuiet?: boolean;
  readonly lacksMine?: boolean;
  /** F4. */
  readonly branch?: string;
}

function cycle({ push, behind = {}, lacksMine = true, lacksOnlyQuiet: isQuiet = true, branch }: Cycle): Outcome {
  const changes = new Map(Object.keys(behind).map((path) => [path, { text: 'new' }]));
  const composed = { board: { changes, lacksMine }, leavesFold: push?.main === undefined, lacksOnlyQuiet: isQuiet };
  const base = snapshot({ fleet: { board: branch ?? null } });
  const seen = { composed, snapshot: { ...base, board: { ...base.board, files: new Map(Object.entries(behind)) } } };
  return { push: push === undefined ? null : { main: null, board: null, ...push }, seen } as unknown as Outcome;
}

const left: Cycle = { push: { lane: 'accepted' }, behind: { a: '1' } };
const folded: Cycle = { push: { lane: 'accepted', main: 'accepted' }, behind: { a: '1' } };
const refused: Cycle = { push: { lane: 'accepted', main: 'refused' }, behind: { a: '1' } };
const blind = { push: null, seen: null } as unknown as Outcome;

/** Each cycle a minute after the one before; asked a minute after the last. */
function asked(cycles: readonly (Cycle | Outcome)[], afterMs = MINUTE_MS) {
  const folds = createFoldPatience();
  for (const [index, one] of cycles.entries()) folds.ended('seen' in one ? one : cycle(one), at(index * MINUTE_MS));
  const now = at((cycles.length - 1) * MINUTE_MS + afterMs);
  return [folds.mayLack(now), folds.mayLackMine(now), folds.isMineQuiet()];
}

describe('F1.5: how long main may lack it', () => {
  test.each<[what: string, expected: boolean[], cycles: readonly (Cycle | Outcome)[], afterMs?: number]>([
    ['a daemon that has just begun folds its own', [true, false, false], []],
    ['what was left out waits', [true, true, true], [left]],
    ['for less than a quarter of an hour', [true, true, true], [left], 15 * MINUTE_MS - 1],
    ['and no longer', [false, false, true], [left], 15 * MINUTE_MS],
    ['from the first on', [false, false, true], [left, left], 14 * MINUTE_MS],
    ['through a cycle that saw nothing', [false, false, true], [left, blind], 14 * MINUTE_MS],
    ['through one that pushed nothing', [false, false, true], [left, { behind: { a: '1' } }], 14 * MINUTE_MS],
    ['until main has it', [true, false, false], [left, { lacksMine: false }], 14 * MINUTE_MS],
    ['until it is folded', [true, false, false], [left, folded], 14 * MINUTE_MS],
    ['a fold that was refused waits as well', [false, false, true], [refused], 15 * MINUTE_MS],
    ['not where somebody waits for it', [true, false, false], [left, { ...left, lacksOnlyQuiet: false }]],
    ['what reached no lane is not lacked', [true, false, false], [{ ...left, push: { lane: 'refused' } }]],
    ['nor what was not pushed', [true, false, false], [{ behind: { a: '1' } }]],
    ['of two documents the older counts', [false, false, true], [left, { ...left, behind: { a: '1', b: '1' } }], 14 * MINUTE_MS],
    ['a newer version on main begins anew', [true, false, true], [left, { ...left, behind: { a: '2' } }], 14 * MINUTE_MS],
    [
      'F4 a branch of its own has it',
      [true, false, false],
      [left, { push: { lane: 'accepted', main: '', board: 'accepted' }, branch: 'b' }],
    ],
    ['F4 main alone has it not', [true, true, true], [{ push: { lane: 'accepted', main: 'accepted' }, branch: 'b' }]],
  ])('F1.5 %s', (_what, expected, cycles, afterMs) => {
    expect(asked(cycles, afterMs)).toEqual(expected);
  });
});
