// A1.5, A4: which files a run is given of the orders that it comes after, however many other runs ended in between.
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handedTo } from '../../../src/core/decide/dependency-outputs.ts';
import type { Artifact, HandedFiles } from '../../../src/core/model/orders/artifact.ts';
import type { Order } from '../../../src/core/model/orders/order.ts';
import { type EndedRun, emptyResults, type OlderRun, type ResultsDocument } from '../../../src/core/model/orders/run.ts';
import { workHash } from '../../../src/core/orders/work-hash.ts';
import { remember, shortened } from '../../../src/core/runs/journal-retention.ts';
import { capResults } from '../../../src/core/runs/results-retention.ts';
import { parseResults, renderResults } from '../../../src/documents/machine/results.ts';
import { fetchHanded } from '../../../src/features/artifacts/adapters/fetch-handed.ts';
import { ended, order, snapshot, T0, view } from '../../core/samples.ts';
import { createRefWorld, type RefWorld } from './ref-world.ts';

const filesOf = (count: number): readonly Artifact[] =>
  [...Array(count)].map((_, at) => ({ name: `dist/${at}.txt`, size: 3, sha256: 'a'.repeat(64), id: 'b'.repeat(40) }));
const later = [...Array(21)].map((_, at) => ended(`quick-${at}`));

/** What the results of machine 1 say after these runs, as others read them. */
function said(runs: readonly EndedRun[]): ResultsDocument {
  const { ended: full, older } = remember({ ended: [], older: [], movedRuns: [] }, runs);
  const all = capResults({ ...emptyResults(1), ended: full, older }, () => true);
  const { value } = parseResults(renderResults(all), 'results/1.json');
  if (value === null) throw new Error('no results');
  return value;
}

/** What `deploy` on machine 2 is given after it. */
function handed(build: Order, results: Partial<ResultsDocument>): readonly HandedFiles[] {
  const deploy = order('deploy', { after: [build.id], assign: { kind: 'machine', machine: 2 } });
  const seen = snapshot({
    orders: [build, deploy],
    machines: [view(1, { results: { ...emptyResults(1), ...results } }), view(2)],
  });
  return handedTo({}, deploy, seen.orders, seen.machines, 2).files ?? [];
}

const build = order('build', { artifacts: ['dist/'] });

test('A1.5, A4 a long list of files is handed on too after 21 other runs', () => {
  for (const count of [15, 60]) {
    const files = filesOf(count);
    expect(handed(build, said([ended('build', { artifacts: files }), ...later]))).toEqual([
      { as: 'BUILD', order: 'build', machine: 1, files },
    ]);
  }
});

test('A1.5 of many long lists the newest stay; of the others the line says how many files there were', () => {
  const files = filesOf(80);
  const runs = [...Array(30)].map((_, at) => ended(`b${at}`, { artifacts: files }));
  const { older } = remember({ ended: [], older: [], movedRuns: [] }, [
    ended('short', { artifacts: filesOf(2) }),
    ...runs,
    ...later,
  ]);
  expect(older[0]?.artifacts).toHaveLength(2);
  expect(older[1]).toMatchObject({ order: 'b0', unlisted: 80 });
  expect(older[1]).not.toHaveProperty('artifacts');
  expect(older.findLast(({ order: id }) => id.startsWith('b'))?.artifacts).toEqual(files);
  expect(JSON.stringify(older).length).toBeLessThan(250_000);
  // It reaches those who come after it, and stays as more runs end.
  const again = remember({ ended: [], older, movedRuns: [] }, later);
  expect(again.older[1]?.unlisted).toBe(80);
  const its: OlderRun = { ...(older[1] as OlderRun), order: 'build' };
  const { value } = parseResults(renderResults({ ...emptyResults(1), older: [its] }), 'results/1.json');
  expect(handed(build, value ?? {})).toEqual([{ as: 'BUILD', order: 'build', machine: 1, files: [], unlisted: 80 }]);
});

test('A4 an order that declares files and left none hands on an empty folder; others hand on nothing', () => {
  const nothing = said([ended('build')]);
  expect(handed(build, nothing)).toEqual([{ as: 'BUILD', order: 'build', machine: 1, files: [] }]);
  expect(handed(order('build'), nothing)).toEqual([]);
});

test('A4.4 what has not COMPLETED, or not there, comes as that and not as an empty folder', () => {
  const one = { order: 'build', files: [] };
  const raised = order('build', { artifacts: ['dist/'], generation: 2 });
  const first = said([ended('build', { artifacts: filesOf(2) })]);
  const goesOn = { order: 'build', generation: 2, attempt: 1, startedAt: T0 };
  for (const results of [first, { ...first, running: [goesOn] }])
    expect(handed(raised, results)).toEqual([{ ...one, as: 'BUILD', machine: 1, notCompleted: 2 }]);
  const everywhere = order('build', { artifacts: ['dist/'], assign: { kind: 'all' } });
  expect(handed(everywhere, said([ended('build')]))).toEqual([
    { ...one, as: 'BUILD_1', machine: 1 },
    { ...one, as: 'BUILD_2', machine: 2, isAbsent: true },
    { ...one, as: 'BUILD', machine: 2, isAbsent: true },
  ]);
  // Of an order that declares none nothing is missing.
  expect(handed({ ...raised, artifacts: [] }, first)).toEqual([]);
});

const unknown = [{ as: 'BUILD', order: 'build', machine: 1, files: [], unlisted: 'unknown' }];

test('A1.5 a list that breaks the rules says that there were some; it stays so once its line is short', () => {
  const results = said([ended('build', { artifacts: filesOf(150) })]);
  expect(handed(build, results)).toEqual(unknown);
  const again = parseResults(renderResults(results), 'results/1.json').value;
  expect(handed(build, again ?? {})).toEqual(unknown);
  expect(handed(build, { older: results.ended.map(shortened) })).toEqual(unknown);
  expect(handed(build, said([ended('build', { artifacts: filesOf(150) }), ...later]))).toEqual(unknown);
});

test('A1.5, D4 whatever a line says of unlisted files, the other runs of its document are read', () => {
  const { artifacts: _, ...line } = shortened(ended('build'));
  const read = (unlisted: unknown) => {
    const older = [{ ...line, unlisted } as OlderRun, shortened(ended('other'))];
    const { value, faults } = parseResults(renderResults({ ...emptyResults(1), older }), 'results/1.json');
    expect([value?.older.length, faults]).toEqual([2, []]);
    return handed(build, value ?? {}).map((it) => it.unlisted);
  };
  for (const count of [1, 150, 1_000_000]) expect(read(count)).toEqual([count]);
  for (const broken of [0, -1, 1.5, 'many', null, {}]) expect(read(broken)).toEqual(['unknown']);
});

test('A1.5 a short line that says nothing of files does not say that there were none', () => {
  const line = shortened(ended('build'));
  expect(handed(build, { older: [line] })).toEqual(unknown);
  expect(handed(order('build'), { older: [line] })).toEqual([]);
  // A full record knows, unless nobody vouches for it (T5.6), or only a person said that it is done.
  expect(handed(build, { ended: [ended('build', { code: 'doubted' })] })).toEqual(unknown);
  const lost = ended('build', { state: 'FAILED', code: 'interrupted', exitCode: null });
  const resolved = { ...build, resolved: { generation: 1, as: 'COMPLETED', note: null } } as const;
  // What comes after it goes on; which files there are, nobody says.
  expect(handed(resolved, { ended: [lost] })).toEqual([{ as: 'BUILD', order: 'build', machine: 1, files: [], isAbsent: true }]);
  // Nor does a record know it of files that the entry did not name then.
  const before = ended('build', { work: 'of an entry without files' });
  expect(handed(build, { ended: [before] })).toEqual(unknown);
  expect(handed(build, { ended: [{ ...before, work: workHash(build) }] })).toMatchObject([{ files: [] }]);
  expect(handed(build, { ended: [{ ...before, work: workHash(build) }] })[0]).not.toHaveProperty('unlisted');
  const none = said([ended('build', { artifacts: [] }), ...later]);
  expect(none.older[0]).toMatchObject({ order: 'build', artifacts: [] });
  expect(handed(build, none)).toEqual([{ as: 'BUILD', order: 'build', machine: 1, files: [] }]);
});

let world: RefWorld;
beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => world.end());

test('A4.2 none come as an empty folder; files that no result lists make the run FAILED', async () => {
  const given: HandedFiles = { as: 'BUILD', order: 'build', machine: 2, files: [] };
  const asked = { fleet: world.folder, folder: `${world.root}/files`, person: world.person, say: () => {} };
  expect((await fetchHanded({ ...asked, files: [given] })).problem).toBeNull();
  expect((await fetchHanded({ ...asked, files: [{ ...given, as: 'ABSENT', isAbsent: true }] })).problem).toBeNull();
  expect(readdirSync(asked.folder)).not.toContain('ABSENT');
  expect(readdirSync(`${world.root}/files/BUILD`)).toEqual([]);
  // Before anything is fetched of what comes before it.
  const lost = { name: 'a', size: 1, sha256: 'a'.repeat(64), id: 'b'.repeat(40) };
  const other: HandedFiles = { as: 'OTHER', order: 'other', machine: 2, files: [lost] };
  expect(await fetchHanded({ ...asked, files: [other, { ...given, unlisted: 80 }] })).toEqual({
    problem:
      'the files of build cannot be had: 80 files, which the result of machine 2 does not list any more after all its later runs',
    notes: [],
    again: 'build',
  });
  const step: HandedFiles = { ...given, order: 'release.build', ofChain: true, unlisted: 80 };
  expect(await fetchHanded({ ...asked, files: [step] })).toMatchObject({ again: 'release.build', goesOn: true });
  expect((await fetchHanded({ ...asked, files: [{ ...given, unlisted: 'unknown' }] })).problem).toBe(
    'the files of build cannot be had: the result of machine 2 does not say which it left',
  );
  // That one may come to its end by itself.
  expect(await fetchHanded({ ...asked, files: [{ ...given, notCompleted: 2 }] })).toEqual({
    problem: 'the files of build cannot be had: it has not COMPLETED on machine 2 in generation 2',
    notes: [],
  });
});
