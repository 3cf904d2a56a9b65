// A1: what is taken of a folder that a run left, and what is not, with the reason. The folder is a hostile one.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArtifactsReport } from '../../../src/core/model/orders/artifact.ts';
import { type Gathering, gather } from '../../../src/features/artifacts/adapters/gather.ts';
import { keepDraft, storedNames, storedRun, storePaths } from '../../../src/features/artifacts/system/artifact-store.ts';

const NOBODY = 65_534;

let root: string;
let folder: string;
let paths: ReturnType<typeof storePaths>;

beforeEach(() => {
  // Where another user can come too: the folder that the system names may be closed to all but root.
  root = realpathSync(mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'coord-gather-')));
  folder = join(root, 'work');
  mkdirSync(folder);
  paths = storePaths({ state: join(root, '.coord') });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, content: string | Buffer = name): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

const run = { key: 'build-1.1-abc', order: 'build', generation: 1, attempt: 1 };

type Gathered = ArtifactsReport & Required<Pick<ArtifactsReport, 'files'>>;
function taken(patterns: readonly string[], more: Partial<Gathering> = {}): Promise<Gathered> {
  const request = { patterns, upload: null, person: { PATH: process.env.PATH ?? '' } };
  return gather({ paths, run, folder, request, format: 'sha1', say: () => {}, ...more });
}

const namesOf = ({ files }: Gathered) => files.map(({ name }) => name);

test('A1 files are taken as they are, with size, SHA-256 and the id of their blob, and lie in the store', async () => {
  put('dist/a.txt', 'hello\n');
  put('dist/deep/er/b', '');
  put('other', 'x');
  const { files, notes, problem } = await taken(['dist/']);
  expect([notes, problem]).toEqual([[], null]);
  expect(files).toEqual([
    {
      name: 'dist/a.txt',
      size: 6,
      sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
      id: 'ce013625030ba8dba906f756967f9e9ca394464a',
    },
    expect.objectContaining({ name: 'dist/deep/er/b', size: 0, id: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' }),
  ]);
  const [name = ''] = storedNames(paths);
  expect(storedRun(paths, name)).toMatchObject({ order: 'build', generation: 1, attempt: 1, files });
  expect(readFileSync(join(paths.runs, name, '0'), 'utf8')).toBe('hello\n');
  expect(readdirSync(paths.root)).toEqual(['runs']);
});

test('A1 nothing that a link leads to is taken, whichever link', async () => {
  const secret = join(root, 'secret');
  writeFileSync(secret, 'secret');
  mkdirSync(join(root, 'outside'));
  writeFileSync(join(root, 'outside', 'key'), 'secret');
  put('out/good');
  symlinkSync('/etc/passwd', join(folder, 'out', 'passwd'));
  symlinkSync('good', join(folder, 'out', 'inside'));
  linkSync(secret, join(folder, 'out', 'hard'));
  symlinkSync(join(root, 'outside'), join(folder, 'out', 'folder'));
  symlinkSync(root, join(folder, 'up'));
  execFileSync('mkfifo', [join(folder, 'out', 'pipe')]);
  const report = await taken(['out/**', 'up/**', 'up/outside/key']);
  expect(namesOf(report)).toEqual(['out/good']);
  expect([...report.notes].sort()).toEqual([
    'not taken: out/folder: it is a link',
    'not taken: out/hard: it has another name too (a hard link)',
    'not taken: out/inside: it is a link',
    'not taken: out/passwd: it is a link',
    'not taken: out/pipe: it is no file',
    'not taken: up: it is a link',
  ]);
});

test('A1 a folder, or a file, that becomes a link after it was found is not followed', async () => {
  put('out/key', 'mine');
  put('b/file', 'mine');
  mkdirSync(join(root, 'outside'));
  writeFileSync(join(root, 'outside', 'key'), 'secret');
  const step = (name: string) => {
    if (name !== 'files-found') return;
    renameSync(join(folder, 'out'), join(folder, 'out.real'));
    symlinkSync(join(root, 'outside'), join(folder, 'out'));
    rmSync(join(folder, 'b', 'file'));
    symlinkSync(join(root, 'outside', 'key'), join(folder, 'b', 'file'));
  };
  const report = await taken(['out/*', 'b/*'], { step });
  expect(report).toMatchObject({
    files: [],
    notes: ['not taken: b/file: it is a link', 'not taken: out/key: a link leads to it'],
  });
  expect(storedNames(paths)).toEqual([]);
  // The folder of the run itself.
  renameSync(folder, `${folder}.real`);
  symlinkSync(join(root, 'outside'), folder);
  const elsewhere = { files: [], unlisted: 'unknown', notes: ['no files were taken: its folder is another one now'] };
  expect(await taken(['*'])).toMatchObject(elsewhere);
});

test('A1 a file that changes while it is read is read again, three times at most', async () => {
  put('once', 'one');
  put('always', 'x');
  put('same', 'aaaa');
  let onces = 0;
  const step = (name: string) => {
    if (name !== 'file-opened') return;
    appendFileSync(join(folder, 'always'), 'x');
    if (onces++ === 0) appendFileSync(join(folder, 'once'), ' two');
  };
  const first = await taken(['once'], { step });
  expect(first.files).toMatchObject([{ name: 'once', size: 7 }]);
  const second = await taken(['always', 'same'], { step });
  expect(second).toMatchObject({ files: [{ name: 'same' }], notes: ['not taken: always: it changed while it was read'] });
  // As long as before: its times tell.
  const third = await taken(['same'], {
    step: (name) => name === 'file-read' && writeFileSync(join(folder, 'same'), 'bbbb'),
  });
  expect(third.notes).toEqual(['not taken: same: it changed while it was read']);
  // One that shrinks under the reader.
  put('large', Buffer.alloc(3_000_000));
  let shrinks = 0;
  const fourth = await taken(['large'], {
    step: (name) => name === 'file-opened' && shrinks++ === 0 && truncateSync(join(folder, 'large'), 10),
  });
  expect(fourth.files).toMatchObject([{ name: 'large', size: 10 }]);
});

test('A1 a file that is gone, or cannot be read, keeps no other from being taken', async () => {
  for (const name of ['a', 'b', 'c']) put(name);
  const report = await taken(['*'], { step: (name) => name === 'files-found' && rmSync(join(folder, 'b')) });
  expect([namesOf(report), report.notes]).toEqual([['a', 'c'], ['not taken: b: it is gone']]);
});

test('A1 a folder that cannot be entered keeps no other file from being taken, and is said', async () => {
  put('a.txt');
  put('sub/b.txt');
  put('sub/private/c.txt');
  chmodSync(join(folder, 'sub', 'private'), 0);
  const isRoot = process.getuid?.() === 0;
  // Nothing is closed to root.
  if (isRoot) {
    for (const name of ['', 'work', 'work/sub', 'work/sub/private', 'work/a.txt', 'work/sub/b.txt'])
      chownSync(join(root, name), NOBODY, NOBODY);
    process.seteuid?.(NOBODY);
  }
  try {
    const report = await taken(['**/*.txt']);
    expect([namesOf(report), report.notes]).toEqual([['a.txt', 'sub/b.txt'], ['not taken: sub/private: it cannot be read']]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(join(folder, 'sub', 'private'), 0o700);
  }
});

test('A1 names that cannot be told to others are left out, and shown so that they can be seen', async () => {
  const odd = ['new\nline', '-rf', 'bell\u0007', 'right\u202eleft', 'back\\slash', 'zero\u200bwidth'];
  for (const name of ['plain name', 'é', '日本.txt', 'x'.repeat(150), ...odd]) put(`o/${name}`, 'x');
  mkdirSync(join(folder, 'o', '.git'));
  writeFileSync(join(folder, 'o', '.git', 'config'), 'x');
  mkdirSync(join(folder, 'o', '.GIT'));
  writeFileSync(join(folder, 'o', '.GIT', 'config'), 'x');
  // A name that is no UTF-8.
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/o/`), Buffer.from([0xff, 0xfe])]), 'x');
  mkdirSync(join(folder, 'o', 'y'.repeat(150)));
  writeFileSync(join(folder, 'o', 'y'.repeat(150), 'z'.repeat(100)), 'x');
  const report = await taken(['o/*', 'o/.*/*']);
  expect([...namesOf(report)].sort()).toEqual(['o/plain name', `o/${'x'.repeat(150)}`, 'o/é', 'o/日本.txt'].sort());
  // With both folders that `o/.*/*` may mean something in.
  expect(report.notes).toHaveLength(odd.length + 4);
  expect(report.notes.join('')).not.toMatch(/[\u0000-\u001f\u202e\u200b]/);
  expect(report.notes).toContain('not taken: o/-rf: its name begins with a dash');
});

test('A1, A2 small files travel up to 5 MiB of a run, larger ones stay, all by the order of their names', async () => {
  const mib = 1024 * 1024;
  put('a', Buffer.alloc(mib));
  put('b', Buffer.alloc(mib + 1));
  for (const name of ['c', 'd', 'e', 'f', 'g']) put(name, Buffer.alloc(mib, name));
  put('h', 'small');
  const { files } = await taken(['*']);
  expect(files.map(({ name, id }) => (id === undefined ? `${name} stays` : name))).toEqual([
    ...['a', 'b stays', 'c', 'd', 'e', 'f', 'g stays', 'h stays'],
  ]);
});

test('A1 of more than 100 files, or of names that are too long together, none is taken', async () => {
  for (let count = 0; count < 100; count += 1) put(`many/${count}`, 'x');
  expect((await taken(['many/*'])).files).toHaveLength(100);
  put('many/more', 'x');
  // A4.4: nobody may take it for none.
  const none = { files: [], unlisted: 'unknown', notes: ['no files were taken: more than 100 files match; pack them into one'] };
  expect(await taken(['many/*'])).toMatchObject(none);
  for (let count = 0; count < 80; count += 1) put(`long/${'n'.repeat(150)}${count}`, 'x');
  const { files, notes } = await taken(['long/*']);
  expect([files, notes]).toEqual([[], ['no files were taken: their names are too long together; pack them into one']]);
  expect(storedNames(paths)).toHaveLength(1);
});

test('A1 patterns that nothing matches are said, and make no failure', async () => {
  put('a');
  expect(await taken(['dist/*', 'x'])).toEqual({ problem: null, files: [], notes: ['no files match dist/*, x'] });
});

test('A5 the owner’s command gets path, name and SHA-256 of what does not travel, and says where it is', async () => {
  put('large', Buffer.alloc(2_000_000, 'x'));
  put('small', 'x');
  const script = join(root, 'to-store');
  const kept = join(root, 'kept');
  const words = `#!/bin/sh\necho "$@" > ${root}/said\ncp "$3" ${kept}\necho "s3://bucket/$5"\necho more\nexit \${COORD_TEST_EXIT:-0}\n`;
  writeFileSync(script, words, { mode: 0o755 });
  const request = (person: Record<string, string>) => ({
    patterns: ['*'],
    upload: [script, '--to', 'here; touch x'] as const,
    person: { PATH: process.env.PATH ?? '', ...person },
  });
  const { files, notes } = await taken([], { request: request({}) });
  const [large] = files;
  expect(files).toMatchObject([{ name: 'large', at: `s3://bucket/${large?.sha256}` }, { name: 'small' }]);
  expect([large?.id, notes]).toEqual([undefined, []]);
  expect(readFileSync(join(root, 'said'), 'utf8')).toBe(
    `--to here; touch x ${join(paths.root, `making-${run.key}`, '0')} large ${large?.sha256}\n`,
  );
  expect(readFileSync(kept)).toHaveLength(2_000_000);
  const failed = await taken([], { request: request({ COORD_TEST_EXIT: '3' }) });
  expect(failed.notes).toEqual(['large stays here: artifact_command ended with 3']);
  expect(failed.files.map(({ at }) => at)).toEqual([undefined, undefined]);
  const missing = await taken([], { request: { ...request({}), upload: [join(root, 'none')] } });
  expect(missing.notes[0]).toContain('large stays here: artifact_command could not be started');
});

test('A5 runs that end together keep the store within its size: each makes room again once it counts', async () => {
  put('mine');
  const other = { order: 'other', generation: 1, attempt: 1 };
  const files = [{ name: 'large', size: 4 * 1024 ** 3, sha256: 'f' }];
  const report = await taken(['mine'], {
    step(name) {
      // It had made room as well, and could not see the files of this one.
      if (name !== 'files-copied') return;
      const draft = join(paths.root, 'making-other-1.1-abc');
      mkdirSync(draft);
      writeFileSync(join(draft, '0'), '');
      keepDraft(paths, draft, 'other-1.1-abc', { ...other, files });
    },
  });
  expect(namesOf(report)).toEqual(['mine']);
  expect(storedNames(paths).map((name) => storedRun(paths, name)?.order)).toEqual(['build']);
});

test('A5 files that count are told, also where making room after them failed', async () => {
  put('mine');
  const files = [
    { name: 'large', size: 4 * 1024 ** 3, sha256: 'f' },
    { name: 'small', size: 1, sha256: 'f', id: 'f' },
  ];
  const report = await taken(['mine'], {
    step(name) {
      if (name !== 'files-copied') return;
      const draft = join(paths.root, 'making-other-1.1-abc');
      // As one that could not be removed.
      mkdirSync(join(draft, '0'), { recursive: true });
      writeFileSync(join(draft, '1'), '');
      keepDraft(paths, draft, 'other-1.1-abc', { order: 'other', generation: 1, attempt: 1, files });
    },
  });
  expect([report.problem, namesOf(report)]).toEqual([null, ['mine']]);
});
