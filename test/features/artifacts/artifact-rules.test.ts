// A1 to A5, what needs no disk: which patterns an order may have, who may leave files, what they add to the end of a run and to its result.
import { expect, test } from 'vitest';
import type { JournalState } from '../../../src/core/model/ledger/journal.ts';
import type { Artifact, ArtifactsReport } from '../../../src/core/model/orders/artifact.ts';
import type { Order } from '../../../src/core/model/orders/order.ts';
import { type EndedRun, type ExitRecord, emptyResults } from '../../../src/core/model/orders/run.ts';
import { because } from '../../../src/core/orders/reason-words.ts';
import { workHash } from '../../../src/core/orders/work-hash.ts';
import { shortened, withoutList } from '../../../src/core/runs/journal-retention.ts';
import { parseResults, renderResults } from '../../../src/documents/machine/results.ts';
import { parseOrders } from '../../../src/documents/orders/orders.ts';
import { artifactsEnd } from '../../../src/features/artifacts/rules/artifacts-end.ts';
import { publishArtifacts } from '../../../src/features/artifacts/steps/publishing.ts';
import { readArtifactCommand, readArtifactRule } from '../../../src/features/artifacts/system/artifact-rules.ts';
import { requestOfArtifacts } from '../../../src/features/artifacts/system/place-artifacts.ts';
import type { Machine, Sight } from '../../../src/machine/context.ts';
import type { Placement } from '../../../src/system/policy/placement.ts';
import { order } from '../../core/samples.ts';

const FILE: Artifact = { name: 'dist/a b.tgz', size: 3, sha256: 'a'.repeat(64), id: 'b'.repeat(40) };

function patternsOf(...artifacts: readonly unknown[]) {
  const { value, faults } = parseOrders(JSON.stringify({ orders: [{ id: 'a', run: 'x', artifacts }] }));
  return faults.length === 0 ? value?.orders[0]?.artifacts : null;
}

test('A1 a pattern stays below the folder, and has nothing that may mean more one day', () => {
  for (const good of ['dist/*.tgz', 'report/', '**/*.log', './a', '.next/**', 'a b', 'é?', 'a..b', '...', 'x.git'])
    expect([good, patternsOf(good)]).toEqual([good, [good]]);
  const bad = [
    '/etc/passwd',
    '~/x',
    '../x',
    'a/../../x',
    'a/..',
    '..',
    'a//b',
    '-rf',
    'a/-x',
    '.git/config',
    'a/.git',
    'a\\b',
    'a\nb',
  ];
  for (const word of [...bad, '{a,b}', '[ab]', '!a', '', 'x'.repeat(201), 3])
    expect([word, patternsOf(word)]).toEqual([word, null]);
  expect(patternsOf()).toBeNull();
  expect(patternsOf(...Array(21).fill('a'))).toBeNull();
});

test('A1, O8b other patterns make other work; a call leaves no files', () => {
  const of = (text: object) => parseOrders(JSON.stringify({ orders: [{ id: 'a', ...text }] })).value?.orders[0] as Order;
  expect(workHash(of({ run: 'x', artifacts: ['a'] }))).not.toBe(workHash(of({ run: 'x', artifacts: ['b'] })));
  expect(of({ call: { instance: 'web', path: '/x' }, artifacts: ['a'] }).artifacts).toBeUndefined();
});

const placement = (policy: object): Placement =>
  ({
    ...{ policy, machineName: 'pc', artifacts: { fleet: '/fleet' }, path: '/bin', caller: ['node', 'main.js', '__call'] },
    env: { HOME: '/home/me', SSH_AUTH_SOCK: '/agent', LD_PRELOAD: 'evil.so', NODE_OPTIONS: '--require evil' },
  }) as unknown as Placement;

test('O10 the owner allows it; coord’s own command gets none of the variables of an order', () => {
  const leaves = order('a', { artifacts: ['dist/*'], env: { LD_PRELOAD: 'evil.so' } });
  expect(requestOfArtifacts(leaves, placement({}))).toEqual({ blocked: because.artifactsNotAllowed('pc') });
  expect(requestOfArtifacts(leaves, placement({ artifacts: true, artifact_command: ['~/bin/up', '~/x'] }))).toMatchObject({
    patterns: ['dist/*'],
    command: ['node', 'main.js', '__artifacts'],
    person: { PATH: '/bin', SSH_AUTH_SOCK: '/agent' },
    upload: [expect.stringMatching(/^\/.*\/bin\/up$/), '~/x'],
  });
  expect(requestOfArtifacts(leaves, placement({ artifacts: true }))).not.toMatchObject({ person: { LD_PRELOAD: 'evil.so' } });
  // To get files nobody has to allow anything.
  expect(requestOfArtifacts(order('a', { after: ['b'] }), placement({}))).toMatchObject({ patterns: [] });
  expect(requestOfArtifacts(order('a', {}), placement({ artifacts: true }))).toBeNull();
});

test('A5 policy.yaml: what is no rule allows nothing, with the reason', () => {
  const wrong = (key: string, expected: string) => new Error(`${key}: ${expected}`);
  expect([true, false, undefined, null].map((it) => readArtifactRule(it, wrong))).toEqual([
    true,
    undefined,
    undefined,
    undefined,
  ]);
  expect(() => readArtifactRule('yes', wrong)).toThrow('artifacts: true or false');
  expect(readArtifactCommand(['a', 'b'], wrong)).toEqual(['a', 'b']);
  for (const bad of ['a', [], [''], ['a', 1], ['a\0']]) expect(() => readArtifactCommand(bad, wrong)).toThrow('artifact_command');
});

const good = { state: 'COMPLETED', reason: null, exitCode: 0, outputs: {} } as const;
const endOf = (said: Partial<ArtifactsReport>, verdict: Pick<EndedRun, 'state' | 'reason' | 'exitCode' | 'outputs'> = good) =>
  artifactsEnd(verdict, { artifacts: { problem: null, notes: [], files: [], ...said } } as unknown as ExitRecord, 'a');

test('A1, A4 what was not taken is a note; files that a run lacks make it FAILED before it began', () => {
  expect(endOf({ files: [FILE] })).toEqual({ ...good, artifacts: [FILE] });
  expect(endOf({ files: [FILE], notes: ['x', 'y', 'z', 'u', 'v'] })).toMatchObject({
    ...{ state: 'COMPLETED', reason: 'x; y; z; and 2 more, in the log', code: 'artifacts', artifacts: [FILE] },
  });
  const failed = { ...good, state: 'FAILED', reason: 'check failed with 1', exitCode: 0 } as const;
  expect(endOf({ files: [FILE], notes: ['x'] }, failed)).toMatchObject({ state: 'FAILED', reason: 'check failed with 1; x' });
  const begun = { ...good, state: 'FAILED', exitCode: null } as const;
  expect(endOf({ problem: 'the files of b cannot be had: gone' }, begun)).toMatchObject({
    ...{ state: 'FAILED', code: 'artifacts', reason: 'the files of b cannot be had: gone; to run it again: coord retry a' },
  });
  expect(artifactsEnd(good, {} as ExitRecord, 'a')).toBe(good);
});

test('A4.2 what only a new run of the earlier order brings back names it, and is not tried again', () => {
  const begun = { ...good, state: 'FAILED', exitCode: null } as const;
  const end = endOf({ problem: 'the files of b.x cannot be had: gone', again: 'b.x' }, begun);
  expect(end).toMatchObject({ state: 'FAILED', code: 'artifacts', asks: true });
  expect(end.reason).toBe('the files of b.x cannot be had: gone; to have them again: coord retry b.x; then: coord retry a');
  expect(endOf({ problem: 'the files of b cannot be had: no network' }, begun)).not.toHaveProperty('asks');
  // After an earlier step of its own chain it runs anew by itself: to retry it too would run it twice.
  const step = endOf({ problem: 'the files of a.x cannot be had: gone', again: 'a.x', goesOn: true }, begun);
  expect(step).toMatchObject({ reason: 'the files of a.x cannot be had: gone; to have them again: coord retry a.x', asks: true });
  // What the run itself ended with stays.
  expect(endOf({ problem: 'x', again: 'b' }, { ...begun, reason: 'timed out' })).not.toHaveProperty('asks');
});

test('A1.5 a run whose files were looked for says it also of none; others say nothing', () => {
  expect(endOf({ files: [], notes: ['no files match x'] })).toMatchObject({ state: 'COMPLETED', artifacts: [] });
  // Nor may it be taken for none where nobody knows what there was.
  const unknown = endOf({ files: [], unlisted: 'unknown', notes: ['no files were taken: it is full'] });
  expect(unknown).toMatchObject({ state: 'COMPLETED', unlisted: 'unknown' });
  expect(unknown).not.toHaveProperty('artifacts');
  const fetched = { artifacts: { problem: null, notes: [] } } as unknown as ExitRecord;
  expect(artifactsEnd(good, fetched, 'a')).toEqual(good);
});

const ended = {
  ...{ order: 'a', generation: 1, attempt: 1, ...good, tail: '' },
  ...{ startedAt: '2026-11-20T21:00:00.000Z', finishedAt: '2026-11-20T21:00:01.000Z' },
};

test('D3, A1 the list stands in the result; one that breaks the rules counts as none, and the run counts', () => {
  const read = (artifacts: unknown) => {
    const text = renderResults({ ...emptyResults(2), ended: [{ ...ended, artifacts: artifacts as readonly Artifact[] }] });
    const { value, faults } = parseResults(text, 'results/2.json');
    return [value?.ended[0]?.state, value?.ended[0]?.artifacts, faults];
  };
  const many = Array.from({ length: 101 }, () => FILE);
  expect(read([FILE, { ...FILE, id: undefined, at: 's3://x' }])).toEqual([
    'COMPLETED',
    [FILE, expect.objectContaining({ at: 's3://x' })],
    [],
  ]);
  const names = ['../x', '/x', 'a/../b', '', 'a\u202eb', '-x', '.git/x', 'x'.repeat(201)].map((name) => [{ ...FILE, name }]);
  const others = [
    [{ ...FILE, size: -1 }],
    [{ ...FILE, sha256: 'A'.repeat(64) }],
    [{ ...FILE, id: '../../x' }],
    [{ ...FILE, at: 'x'.repeat(501) }],
  ];
  for (const bad of [...names, ...others, many, 'x', {}]) expect(read(bad)).toEqual(['COMPLETED', undefined, []]);
});

test('O8, A1.5 an older run keeps its list, or else how many files there were', () => {
  expect(shortened({ ...ended, artifacts: [FILE] }).artifacts).toEqual([FILE]);
  const without = withoutList({ ...ended, artifacts: Array(20).fill(FILE) });
  expect([without.artifacts, without.unlisted, shortened(without).unlisted]).toEqual([undefined, 20, 20]);
});

test('H2, A2 pushes of the ref count once, whichever process made them, and none is made of a duplicate', async () => {
  const saved: unknown[] = [];
  let asked = 0;
  const machine = {
    artifactRef: {
      async publish(...[, , , ended]: readonly unknown[]) {
        asked += 1;
        expect(ended).toEqual(['a run']);
        return [100_000, 1_000_000, 1_200_000];
      },
    },
    clock: { now: () => ({ wallMs: 1_300_000 }) },
    journal: { save: async (state: unknown) => void saved.push(state) },
    step: () => {},
  } as unknown as Machine;
  const sight = {
    snapshot: { fleet: { keepArtifactsMs: 1 }, machines: new Map(), lanes: new Map() },
    hub: 'answered',
  } as unknown as Sight;
  const perform = (state: object) =>
    publishArtifacts.perform(machine, { duplicate: null, ended: ['a run'], ...state } as unknown as JournalState, sight);
  // What is older than ten minutes counts for nothing any more.
  const { state } = await perform({ pushTimes: [1_100_000] });
  expect([state.pushTimes, saved.length]).toEqual([[1_000_000, 1_100_000, 1_200_000], 1]);
  const again = await perform(state);
  expect([again.state.pushTimes, saved.length]).toEqual([state.pushTimes, 1]);
  await perform({ duplicate: 'x', pushTimes: [] });
  expect(asked).toBe(2);
});
