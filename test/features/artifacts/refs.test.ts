// A2, A3: the ref of a machine as real git holds it, and what a hostile one does to whoever asks for its files: nothing, with a reason.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ARTIFACTS_FOLDER, ARTIFACTS_REPORT, type Artifact } from '../../../src/core/model/orders/artifact.ts';
import { CALL } from '../../../src/core/model/orders/call.ts';
import { fetchHanded } from '../../../src/features/artifacts/adapters/fetch-handed.ts';
import { runPhase } from '../../../src/features/artifacts/adapters/run-phase.ts';
import { dropRun, storedNames, timeOf } from '../../../src/features/artifacts/system/artifact-store.ts';
import { createRefWorld, DAY_MS, type RefWorld } from './ref-world.ts';

const HOUR_MS = 3_600_000;

let world: RefWorld;

beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => world.end());

test('A2 the ref holds each file once, without a history, and is pushed only when there is something new', async () => {
  await world.leave({ a: 'one', b: 'one', c: 'three' });
  const first = await world.publish();
  expect([world.onRef(), first.pushTimes.length]).toEqual([['one', 'three'], 1]);
  expect((await world.publish()).pushTimes).toHaveLength(1);
  await world.leave({ d: 'four' });
  await world.publish();
  expect(world.onRef()).toEqual(['four', 'one', 'three']);
  expect(world.inHub('rev-list', '--count', 'refs/coord/artifacts/1')).toBe('1');
  expect(world.inHub('log', '-1', '--format=%B', 'refs/coord/artifacts/1')).toBe('3 files of runs [skip ci]\n\nCoord-Machine: 1');
});

test('A2, R4 in a fleet of branches the ref is a branch', async () => {
  await world.leave({ a: 'one' });
  await world.publish({ identity: { ...world.identity, namespace: 'branches' } });
  expect(world.onRef('refs/heads/coord-lanes/artifacts/1')).toEqual(['one']);
});

test('A2 what does not travel makes no ref, and what is over its time leaves disk and ref, once a day', async () => {
  await world.leave({ large: Buffer.alloc(1_100_000) });
  await world.publish();
  expect(world.inHub('for-each-ref')).toBe('');
  await world.leave({ a: 'one' });
  const now = Date.now();
  await world.publish({ nowMs: now });
  // A day later nothing is older than it may be.
  expect((await world.publish({ keepMs: 3 * DAY_MS, nowMs: now + DAY_MS })).pushTimes).toHaveLength(1);
  expect((await world.publish({ keepMs: HOUR_MS, nowMs: now + DAY_MS })).pushTimes).toHaveLength(1);
  expect([storedNames(world.paths), world.onRef()]).toEqual([[], ['one']]);
  await world.publish({ keepMs: HOUR_MS, nowMs: now + DAY_MS + 1 });
  expect(world.inHub('ls-tree', '-r', 'refs/coord/artifacts/1')).toBe('');
});

test('A2 a host that refuses the ref is asked again later, and the files wait', async () => {
  const allow = world.refuses('no large files here');
  await world.leave({ a: 'one' });
  const now = Date.now();
  expect(await world.publish({ nowMs: now })).toMatchObject({
    failures: 1,
    why: 'hook declined: no large files here',
    commit: null,
  });
  expect((await world.publish({ nowMs: now + 29_000 })).pushTimes).toHaveLength(1);
  expect(await world.publish({ nowMs: now + 31_000 })).toMatchObject({ failures: 2 });
  allow();
  expect((await world.publish({ nowMs: now + 60_000 })).failures).toBe(2);
  expect(await world.publish({ nowMs: now + 120_000 })).toMatchObject({ failures: 0, why: null });
  expect(world.onRef()).toEqual(['one']);
  const gone = await world.publish({
    nowMs: now + 120_000,
    identity: { ...world.identity, remote: join(world.root, 'nowhere.git') },
  });
  expect(gone.failures).toBe(0);
});

test('A2.7 files of a new run wait for no next try', async () => {
  const allow = world.refuses();
  await world.leave({ a: 'one' });
  const now = Date.now();
  expect(await world.publish({ nowMs: now })).toMatchObject({ failures: 1, refused: true });
  allow();
  expect(await world.publish({ nowMs: now + 10_000, hub: 'answered' })).toMatchObject({ failures: 1 });
  await world.leave({ b: 'two' });
  expect(await world.publish({ nowMs: now + 10_000 })).toMatchObject({ failures: 0 });
  expect(world.onRef()).toEqual(['one', 'two']);
});

test('A2.7 what only kept the hub out of reach holds nothing back once a cycle has reached it', async () => {
  const away = `${world.hub}.away`;
  renameSync(world.hub, away);
  await world.leave({ a: 'one' });
  const now = Date.now();
  expect(await world.publish({ nowMs: now })).toMatchObject({ failures: 1, refused: false });
  expect(await world.publish({ nowMs: now + 10_000, hub: 'silent' })).toMatchObject({ failures: 1 });
  renameSync(away, world.hub);
  expect(await world.publish({ nowMs: now + 10_000, hub: 'answered' })).toMatchObject({ failures: 0, why: null });
  expect(world.onRef()).toEqual(['one']);
});

test('A2.7 a push that gets no answer while the hub answers else is tried later and later', async () => {
  renameSync(world.hub, `${world.hub}.away`);
  await world.leave({ a: 'one' });
  const now = Date.now();
  expect(await world.publish({ nowMs: now, hub: 'answered' })).toMatchObject({ failures: 1, refused: true });
  expect(await world.publish({ nowMs: now + 10_000, hub: 'answered' })).toMatchObject({ failures: 1 });
  expect(await world.publish({ nowMs: now + 31_000, hub: 'answered' })).toMatchObject({ failures: 2 });
});

test('A2.7 a cycle that did not ask the hub, and the end of a run, leave a wait as it is', async () => {
  const away = `${world.hub}.away`;
  renameSync(world.hub, away);
  await world.leave({ a: 'one' });
  const now = Date.now();
  expect(await world.publish({ nowMs: now, hub: 'answered' })).toMatchObject({ failures: 1, refused: true });
  expect(await world.publish({ nowMs: now + 31_000, hub: 'not asked' })).toMatchObject({ failures: 2, refused: true });
  expect(await world.publish({ nowMs: now + 32_000, hub: 'not asked' })).toMatchObject({ failures: 2 });
  await world.leave({ b: 'two' });
  expect(await world.publish({ nowMs: now + 33_000 })).toMatchObject({ failures: 3, refused: true });
  expect(await world.publish({ nowMs: now + 34_000, hub: 'answered' })).toMatchObject({ failures: 3 });
  // What was once refused says nothing of a later failure.
  renameSync(away, world.hub);
  expect(await world.publish({ nowMs: now + 300_000, hub: 'answered' })).toMatchObject({ failures: 0 });
  renameSync(world.hub, away);
  await world.leave({ c: 'three' });
  expect(await world.publish({ nowMs: now + 301_000 })).toMatchObject({ failures: 1, refused: false });
});

test('A2.7 what only found the hub out of reach waits too where nobody asked the hub', async () => {
  const away = `${world.hub}.away`;
  renameSync(world.hub, away);
  await world.leave({ a: 'one' });
  const now = Date.now();
  expect(await world.publish({ nowMs: now })).toMatchObject({ failures: 1, refused: false });
  renameSync(away, world.hub);
  expect(await world.publish({ nowMs: now + 1_000, hub: 'not asked' })).toMatchObject({ failures: 1 });
  expect(await world.publish({ nowMs: now + 1_000 })).toMatchObject({ failures: 1 });
  expect(await world.publish({ nowMs: now + 1_000, hub: 'answered' })).toMatchObject({ failures: 0 });
});

test('A2.7 the first refusal after an outage is tried again after 30 s, however long the outage was', async () => {
  const away = `${world.hub}.away`;
  renameSync(world.hub, away);
  await world.leave({ a: 'one' });
  let nowMs = Date.now();
  for (let count = 1; count <= 10; count += 1, nowMs += 3_600_000)
    expect(await world.publish({ nowMs, hub: 'silent' })).toMatchObject({ failures: count, refused: false });
  renameSync(away, world.hub);
  const allow = world.refuses();
  expect(await world.publish({ nowMs, hub: 'answered' })).toMatchObject({ failures: 1, refused: true });
  allow();
  expect(await world.publish({ nowMs: nowMs + 31_000, hub: 'answered' })).toMatchObject({ failures: 0 });
});

test('A2 what lies here for a host that refuses the ref takes less than twice what would be pushed', async () => {
  world.refuses();
  const bytes = () =>
    (readdirSync(world.paths.git, { recursive: true }) as string[]).reduce(
      (sum, name) => sum + statSync(join(world.paths.git, name)).size,
      0,
    );
  for (let count = 1; count <= 10; count += 1) {
    await world.leave({ a: randomBytes(1_000_000), b: randomBytes(1_000_000) });
    const [last = ''] = storedNames(world.paths).slice(-1);
    const nowMs = timeOf(last) + 1;
    // Of the runs before nothing is kept.
    for (const name of storedNames(world.paths)) if (name !== last) dropRun(world.paths, name);
    expect(await world.publish({ nowMs })).toMatchObject({ failures: count });
    expect([count, bytes() < 4_000_000]).toEqual([count, true]);
  }
});

test('A2 whatever stood at the ref is replaced, also the answer that never came', async () => {
  await world.leave({ a: 'one' });
  await world.publish();
  const foreign = world.inHub('commit-tree', '-m', 'x', world.inHub('mktree', '--missing'));
  world.inHub('update-ref', 'refs/coord/artifacts/1', foreign);
  await world.leave({ b: 'two' });
  expect(await world.publish()).toMatchObject({ failures: 0 });
  expect(world.onRef()).toEqual(['one', 'two']);
  // Killed after the push, before it was noted; then the repository is damaged too.
  const before = readFileSync(world.paths.pushed);
  await world.leave({ c: 'three' });
  await world.publish();
  writeFileSync(world.paths.pushed, before);
  expect(await world.publish()).toMatchObject({ failures: 0 });
  rmSync(join(world.paths.git, 'HEAD'));
  rmSync(world.paths.pushed);
  expect(await world.publish()).toMatchObject({ failures: 0 });
  expect(world.onRef()).toEqual(['one', 'three', 'two']);
});

test('A2 a file that somebody changed in the store is not published under its old name', async () => {
  await world.leave({ a: 'one', b: 'two' });
  writeFileSync(join(world.paths.runs, storedNames(world.paths)[0] ?? '', '0'), 'changed');
  await world.publish();
  expect(world.onRef()).toEqual(['two']);
});

test('A2, R3 a run pushes its files before its end is told, unless its machine has halted', async () => {
  const { root, person, folder } = world;
  const work = join(root, 'work');
  mkdirSync(work);
  writeFileSync(join(work, 'a'), 'one');
  const ended = async (key: string, journal: string) => {
    writeFileSync(folder.journal, journal);
    const request = { patterns: ['*'], fleet: folder.root, upload: null, person, command: ['coord', '__artifacts'] };
    writeFileSync(
      join(root, 'spec.json'),
      JSON.stringify({ key, order: 'build', generation: 1, attempt: 1, artifacts: request }),
    );
    const env = { [CALL]: join(root, 'spec.json'), [ARTIFACTS_REPORT]: join(root, 'report.json'), [ARTIFACTS_FOLDER]: work };
    let said = '';
    const out = new Writable({
      write(chunk, _encoding, done) {
        said += String(chunk);
        done();
      },
    });
    expect(await runPhase('gather', { ...person, ...env }, out)).toBe(0);
    expect(JSON.parse(readFileSync(join(root, 'report.json'), 'utf8'))).toMatchObject({ problem: null, files: [{ name: 'a' }] });
    return said;
  };
  const halted = [
    '{"duplicate": {"commit": "x"}, "rewritten": null}',
    '{"duplicate": null, "rewritten": {"from": "x"}}',
    'no JSON',
  ];
  for (const [at, journal] of halted.entries())
    expect(await ended(`build-1.${at + 1}-abc`, journal)).toContain('the files wait here: this machine pushes nothing now');
  expect(world.inHub('for-each-ref')).toBe('');
  expect(await ended('build-2.1-abc', '{"duplicate": null}')).not.toContain('wait');
  expect(world.onRef()).toEqual(['one']);
});

test('O9, A1 what a phase starts, git and the upload, bears the key of its run: it ends with the run', async () => {
  const { root, folder } = world;
  const [bin, work, noted] = ['bin', 'done', 'noted'].map((name) => join(root, name)) as [string, string, string];
  for (const path of [bin, work]) mkdirSync(path);
  const note = (name: string, rest: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $COORD_RUN_KEY" >> ${noted}\n${rest}\n`, { mode: 0o755 });
  note('git', `PATH='${world.person.PATH}' exec git "$@"`);
  note('put', 'true');
  writeFileSync(folder.journal, '{"duplicate": null}');
  for (const [name, bytes] of Object.entries({ small: 10, large: 2_000_000 })) writeFileSync(join(work, name), 'x'.repeat(bytes));
  const person = { ...world.person, PATH: `${bin}:${world.person.PATH}` };
  const artifacts = { patterns: ['*'], upload: [join(bin, 'put')], person, fleet: folder.root };
  const spec = { key: 'build-1.1-abc', order: 'build', generation: 1, attempt: 1, artifacts };
  writeFileSync(join(root, 'spec.json'), JSON.stringify(spec));
  const env = { [CALL]: join(root, 'spec.json'), [ARTIFACTS_REPORT]: join(root, 'report.json'), [ARTIFACTS_FOLDER]: work };
  expect(await runPhase('gather', { ...person, ...env }, new Writable({ write: (_chunk, _encoding, done) => done() }))).toBe(0);
  const seen = new Set(readFileSync(noted, 'utf8').trim().split('\n'));
  expect([...seen].sort()).toEqual(['git build-1.1-abc', 'put build-1.1-abc']);
});

test('A3 files come with the hashes of their result, alone, and not into the clone', async () => {
  const files = await world.leave({ a: 'one', b: 'two', c: Buffer.alloc(900_000, 'c') });
  await world.publish();
  expect(await world.fetched(files.slice(0, 2))).toEqual(['one', 'two']);
  expect(readdirSync(join(world.folder.state, 'clone.git'))).toEqual(['config']);
});

test('A3 what is not what the result says is refused, with the reason', async () => {
  const good = world.blob('good');
  world.inHub('update-ref', 'refs/coord/artifacts/1', world.inHub('commit-tree', '-m', 'x', world.inHub('write-tree')));
  expect(await world.fetched([good])).toEqual(['good']);
  await expect(world.fetched([{ ...good, sha256: '0'.repeat(64) }])).rejects.toThrow(
    'machine 1: x has another SHA-256 than its result says',
  );
  await expect(world.fetched([{ ...good, size: 3 }])).rejects.toThrow('machine 1: x is not what its result says');
  const tree = world.inHub('write-tree');
  await expect(world.fetched([{ ...good, id: tree }])).rejects.toThrow('machine 1: x is not what its result says');
  await expect(world.fetched([{ ...good, size: 1_048_577 }])).rejects.toThrow('what travels has 1048576 at most');
  // Two names for one blob: each of them is told what it is.
  await expect(world.fetched([good, { ...good, name: 'y', sha256: '0'.repeat(64) }])).rejects.toThrow(
    'machine 1: y has another SHA-256 than its result says',
  );
  await expect(world.fetched([{ ...good, name: 'y', size: 3 }, good])).rejects.toThrow('machine 1: y is not what its result');
  expect(await world.fetched([good, { ...good, name: 'y' }])).toEqual(['good']);
  const many = Array.from({ length: 6 }, (_, at) => ({ ...good, id: `${at}`.repeat(40), size: 1_000_000 }));
  await expect(world.fetched(many)).rejects.toThrow('what travels of a run has 5242880 at most');
});

test('A3 a ref with links, submodules and names that lead elsewhere harms nobody who has to take it whole', async () => {
  const good = world.blob('good');
  const away = '0123456789012345678901234567890123456789';
  const entries = [`120000 blob ${good.id}\tlink`, `160000 commit ${away}\tmodule`, `100644 blob ${good.id}\t.gitmodules`];
  const tree = world.make(['mktree', '--missing'], entries.join('\n'));
  world.inHub('update-ref', 'refs/coord/artifacts/1', world.inHub('commit-tree', '-m', 'x', tree));
  // A host that does not give what is asked for by its id.
  const absent = { ...good, id: away };
  await expect(world.fetched([good, absent])).rejects.toThrow('x is not at the ref of machine 1 any more');
  world.inHub('update-ref', '-d', 'refs/coord/artifacts/1');
  await expect(world.fetched([absent])).rejects.toThrow('machine 1 has no such files at its ref, not yet or not any more');
});

test('A3 a host that gives no single object is asked for the whole ref', async () => {
  const [first] = await world.leave({ a: 'one', b: 'two' });
  await world.publish();
  // As a host does that knows git's protocol 0 alone: what no ref is at, it does not give.
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  const real = `PATH='${world.person.PATH}' exec git "$@"`;
  const script = `#!/bin/sh\ncase "$*" in *' fetch '*${first?.id}*) echo 'fatal: not our ref' >&2; echo > ${world.root}/asked; exit 128;; esac\n${real}\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  expect(await world.fetched(first === undefined ? [] : [first], { PATH: `${bin}:${world.person.PATH}` })).toEqual(['one']);
  expect(existsSync(join(world.root, 'asked'))).toBe(true);
});

test('A2, A3 files travel in a repo with SHA-256 ids too', async () => {
  world.end();
  world = createRefWorld('sha256');
  const files = await world.leave({ a: 'one', b: 'two' });
  expect(files[0]?.id).toHaveLength(64);
  await world.publish();
  expect([world.onRef(), await world.fetched(files)]).toEqual([
    ['one', 'two'],
    ['one', 'two'],
  ]);
});

test('A4 the files of earlier orders come below a folder of the run, and what travels must be there', async () => {
  const files = await world.leave({ 'a.txt': 'one', large: Buffer.alloc(1_100_000) });
  await world.publish();
  const into = join(world.root, 'run', 'files');
  const said: string[] = [];
  const hand = (machine: number, its = files) =>
    fetchHanded({
      fleet: world.folder,
      files: [{ as: 'BUILD', order: 'build', machine, files: its }],
      folder: into,
      person: world.person,
      say: (text) => said.push(text),
    });
  expect(await hand(1)).toMatchObject({ problem: null });
  expect(readdirSync(join(into, 'BUILD')).sort()).toEqual(['a.txt', 'large']);
  rmSync(into, { recursive: true });
  // Of another machine: what travels, and a word for what does not.
  world.inHub('update-ref', 'refs/coord/artifacts/2', 'refs/coord/artifacts/1');
  expect(await hand(2)).toMatchObject({ problem: null });
  expect([readdirSync(join(into, 'BUILD')), said]).toEqual([['a.txt'], ['large of build does not travel: it is on machine 2']]);
  rmSync(into, { recursive: true });
  const lost = [{ ...(files[0] as Artifact), id: '1'.repeat(40), sha256: '1'.repeat(64) }];
  expect((await hand(3, lost)).problem).toBe(
    'the files of build cannot be had: machine 3 has no such files at its ref, not yet or not any more',
  );
  expect(existsSync(into)).toBe(false);
  const gone = fetchHanded({
    fleet: world.folder,
    files: Array(80).fill({ as: 'B', order: 'b', machine: 2, files: [{ ...lost[0], size: 1_000_000 }] }),
    folder: into,
    person: world.person,
    say: () => {},
  });
  expect((await gone).problem).toContain('67108864 at most');
});
