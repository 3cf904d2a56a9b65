// T5.1: whose lane is believed, and what is noted of it: one thing at a time, with signatures that are digests.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Snapshot } from '../../../src/core/model/ledger/snapshot.ts';
import type { CommitTree } from '../../../src/core/model/ledger/trees.ts';
import { renderMessage } from '../../../src/documents/machine/trailers.ts';
import { type Counters, judgeLanes } from '../../../src/features/trust/documents/lane-belief.ts';
import { LANE_NAMESPACE, laneText, sealTrailer } from '../../../src/features/trust/documents/lane-seal.ts';
import type { Checks, TrustBody } from '../../../src/features/trust/documents/trust-document.ts';
import { snapshot, view } from '../../core/samples.ts';

const fleet = '1b4e28ba-2fa1-4d2e-9b3a-0123456789ab';
/** As long as a signature. */
const made = (key: string, namespace: string, text: string) =>
  createHash('sha512').update(`${key} ${namespace} ${text}`).digest('base64');
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const checks: Checks = {
  verify: () => false,
  passkeyFault: () => null,
  verifyMachine: (key, namespace, text, signature) => signature === made(key, namespace, text),
  fingerprint: () => null,
  digest,
};
const trust: TrustBody = {
  ...{ version: 1, fleet, before: null, threshold: 1, people: {} },
  machines: { 1: { key: 'k1' }, 2: { key: 'k2' } },
};

interface Lane {
  readonly machine?: number;
  readonly key?: string;
  readonly seq?: number;
  readonly beat?: number;
  /** What stands there otherwise than it was signed. */
  readonly tree?: Partial<CommitTree>;
  /** Without this trailer. */
  readonly without?: string;
  readonly fleet?: string;
}

function laneOf(number: number, lane: Lane): CommitTree {
  const { machine = number, key = `k${machine}`, seq = 5, beat = 5, tree, without } = lane;
  const files = view(number).files;
  const text = laneText({ fleet: lane.fleet ?? fleet, machine, seq, beat, main: 'main-1', files }, digest);
  const trailers = renderMessage('x', { machine, seq, beat }).replace(new RegExp(`${without ?? '$^'}: .*\n`), '');
  const message = `${trailers}${sealTrailer(made(key, LANE_NAMESPACE, text))}`;
  const entries = new Map([...files].map(([path, id]) => [path, { mode: '100644', id }]));
  return { commit: `lane-${number}`, parent: 'main-1', message, entries, ...tree };
}

interface Case {
  readonly lane?: Lane | null;
  readonly before?: Counters;
  readonly snapshot?: Partial<Snapshot>;
  readonly keys?: TrustBody['machines'];
  readonly own?: number;
  readonly ownKey?: string | null;
}

function judged({ lane = {}, before = {}, keys = trust.machines, own = 1, ownKey = 'k1', ...more }: Case) {
  const seen = { ...snapshot({ machines: [view(1), view(2)] }), ...more.snapshot };
  const lanes = new Map([[1, laneOf(1, {})], ...(lane === null ? [] : [[2, laneOf(2, lane)] as const])]);
  return judgeLanes(trust, { snapshot: seen, trees: { lanes }, own, ownKey, checks, keys, refused: new Map() }, before);
}

const at = (key: string, seq: number, beat: number): Counters => ({ 2: { key, seq, beat } });
const entriesWith = (change: (entries: Map<string, { mode: string; id: string }>) => void) => {
  const entries = new Map(laneOf(2, {}).entries);
  change(entries);
  return { entries };
};
const boardOf = (files: ReadonlyMap<string, string>) => ({
  machines: new Map([
    [1, view(1)],
    [2, { ...view(2), files }],
  ]),
});
const files = view(2).files;
const UNSIGNED = 'its lane is not signed with its key';
const OLDER = 'its lane is older than what was seen of it';
const OTHER = 'the board says other things of it than its lane';
const GONE = 'its lane is gone';
const link = { mode: '120000', id: 'word-of-2' };

test.each<[what: string, seen: Case, why: string | undefined]>([
  ['as it was signed', {}, undefined],
  ['the same that was seen', { before: at('k2', 5, 5) }, undefined],
  ['of a lower seq', { before: at('k2', 6, 5) }, OLDER],
  ['of a lower beat', { before: at('k2', 5, 6) }, OLDER],
  ['of a lower beat than an older key had', { before: at('old', 9, 9) }, undefined],
  ['with the key of another machine', { lane: { key: 'k1' } }, UNSIGNED],
  ['for another fleet', { lane: { fleet: 'other' } }, UNSIGNED],
  ['that of another machine', { lane: { machine: 1 } }, UNSIGNED],
  ['that of another machine, with its key', { lane: { machine: 1, key: 'k2' } }, UNSIGNED],
  ['without a seq', { lane: { seq: 0, without: 'Coord-Seq' } }, UNSIGNED],
  ['without a beat', { lane: { beat: 0, without: 'Coord-Beat' } }, UNSIGNED],
  ['without its number', { lane: { without: 'Coord-Machine' } }, UNSIGNED],
  ['upon another main', { lane: { tree: { parent: 'main-0' } } }, UNSIGNED],
  ['of which more stands there than is read', { lane: { tree: { isCut: true } } }, UNSIGNED],
  ['with a document more', { lane: { tree: entriesWith((it) => it.set('x', { mode: '100644', id: 'x' })) } }, UNSIGNED],
  ['with a document less', { lane: { tree: entriesWith((it) => it.delete('results/2.json')) } }, UNSIGNED],
  ['with a link for a document', { lane: { tree: entriesWith((it) => it.set('COMPUTER_2.md', link)) } }, UNSIGNED],
  ['that is gone', { lane: null }, GONE],
  ['that cannot be read', { snapshot: { lanes: new Map() } }, GONE],
  ['beside a board that says more', { snapshot: boardOf(new Map([...files, ['x', 'x']])) }, OTHER],
  ['beside a board that says less', { snapshot: boardOf(new Map([...files].slice(1))) }, OTHER],
  ['beside a board that says other things', { snapshot: boardOf(new Map([...files].map(([path]) => [path, 'x']))) }, OTHER],
  ['of a machine that does not count', { lane: null, snapshot: { uncounted: [2] } }, undefined],
  ['of one that nobody admitted', { keys: { 1: { key: 'k1' } } }, 'it is not admitted: coord trust admit 2'],
])('T5.1 a lane %s', (_what, seen, why) => expect(judged(seen).doubted.get(2)).toBe(why));

test('T5.1 nobody doubts itself, and who is on the board alone is judged too', () => {
  expect([...judged({ lane: null, own: 2, ownKey: 'k2', snapshot: { lanes: new Map() } }).doubted.keys()]).toEqual([1]);
});

test.each<[what: string, seen: Case, noted: Counters[string] | undefined, isNews: boolean]>([
  ['a first word', {}, { key: 'k2', seq: 5, beat: 5 }, true],
  ['the same again', { before: at('k2', 5, 5) }, { key: 'k2', seq: 5, beat: 5 }, false],
  ['a higher seq', { before: at('k2', 4, 5) }, { key: 'k2', seq: 5, beat: 5 }, true],
  ['a higher beat', { before: at('k2', 5, 4) }, { key: 'k2', seq: 5, beat: 5 }, true],
  ['a new key', { before: at('old', 5, 5) }, { key: 'k2', seq: 5, beat: 5 }, true],
  ['an older word', { before: at('k2', 6, 5) }, { key: 'k2', seq: 6, beat: 5 }, false],
  ['a word that is nobody’s', { lane: { key: 'k1' }, before: at('k2', 4, 4) }, { key: 'k2', seq: 4, beat: 4 }, false],
  ['its own word beside a board that says more', { snapshot: boardOf(new Map()) }, { key: 'k2', seq: 5, beat: 5 }, true],
])('T5.1 what was seen of it is noted: %s', (_what, seen, noted, isNews) => {
  const known = { 1: { key: 'k1', seq: 5, beat: 5 } };
  const after = judged({ ...seen, before: { ...known, ...seen.before } });
  expect([after.counters[2], after.isNews]).toEqual([noted, isNews]);
});

const seal = expect.stringMatching(/==$/);
test.each<[what: string, seen: Case, own: unknown]>([
  ['signed here', {}, seal],
  ['signed by a newer folder of it, as the trust says', { ownKey: 'k0' }, seal],
  ['signed here, and not named in the trust yet', { keys: {} }, seal],
  ['signed here, with another key in the trust', { keys: { 1: { key: 'other' } } }, seal],
  ['signed by somebody else', { ownKey: 'k0', keys: {} }, null],
  ['signed here, and taken out of the trust', { keys: {}, before: { 1: { key: 'k1', seq: 1, beat: 1 } } }, undefined],
  ['of a machine without a key', { ownKey: null }, undefined],
])('T5.3 a commit on its own lane: %s', (_what, seen, own) => expect(judged(seen).ownSeal).toEqual(own));

test('T5.1 one commit on the lanes of two machines is judged for each, and by each key and fleet', () => {
  const tree = laneOf(2, {});
  const seen = snapshot({ machines: [view(2), view(3)] });
  const judgedBy = (keys: TrustBody['machines'], body = trust) => [
    ...judgeLanes(
      body,
      {
        snapshot: seen,
        trees: { lanes: new Map([2, 3].map((it) => [it, tree])) },
        own: 1,
        ownKey: null,
        checks,
        keys,
        refused: new Map(),
      },
      {},
    ).doubted.keys(),
  ];
  expect(judgedBy({ 2: { key: 'k2' }, 3: { key: 'k2' } })).toEqual([3]);
  expect(judgedBy({ 3: { key: 'k2' }, 2: { key: 'new' } })).toEqual([2, 3]);
  // The last that was judged is machine 3.
  expect(judgedBy({ 3: { key: 'k2' } })).toEqual([2, 3]);
  expect(judgedBy({ 2: { key: 'k2' } })).toEqual([3]);
  expect(judgedBy({ 2: { key: 'k2' } }, { ...trust, fleet: 'other' })).toEqual([2, 3]);
});
