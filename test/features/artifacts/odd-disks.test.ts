// A3.3: files are put on disks that lack something. The disks are stood in for: none such can be mounted by a test.
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { putFiles } from '../../../src/features/artifacts/system/put-files.ts';
import { createExclusively } from '../../../src/system/files/durable-file.ts';

const disk = vi.hoisted(() => ({ linkCode: '', foldsCase: false }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const linkSync: typeof fs.linkSync = (from, to) => {
    if (disk.linkCode === '') return real.linkSync(from, to);
    throw Object.assign(new Error(`${disk.linkCode}: link`), { code: disk.linkCode });
  };
  const existsSync: typeof fs.existsSync = (path) => {
    if (!disk.foldsCase || real.existsSync(path)) return real.existsSync(path);
    const folded = (it: string) => it.normalize('NFC').toLowerCase();
    const [folder, name] = [dirname(String(path)), folded(basename(String(path)))];
    return real.existsSync(folder) && real.readdirSync(folder).some((it) => folded(it) === name);
  };
  return { ...real, linkSync, existsSync };
});

let root: string;
beforeEach(() => {
  Object.assign(disk, { linkCode: '', foldsCase: false });
  root = fs.mkdtempSync(join(tmpdir(), 'coord-odd-disk-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const file = (name: string, content = name) => ({ name, content: Buffer.from(content) });
const read = (name: string) => fs.readFileSync(join(root, name), 'utf8');

test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP'])('A3.3 files are fetched to a disk without hard links: %s', (linkCode) => {
  disk.linkCode = linkCode;
  putFiles(root, [file('a'), { ...file('sub/b'), x: true }]);
  expect([read('a'), read('sub/b'), fs.statSync(join(root, 'sub', 'b')).mode & 0o777]).toEqual(['a', 'sub/b', 0o755]);
  expect(() => putFiles(root, [file('a', 'other')])).toThrow('a: it is there already');
  expect([read('a'), fs.readdirSync(root).sort()]).toEqual(['a', ['a', 'sub']]);
});

test('of many that create a file on a disk without hard links one wins', () => {
  disk.linkCode = 'EPERM';
  const all = ['first', 'second'].map((text) => createExclusively(join(root, 'owner'), text));
  expect([all, read('owner'), fs.readdirSync(root)]).toEqual([[true, false], 'first', ['owner']]);
});

test('A3.3 another trouble than that is told, and leaves nothing', () => {
  disk.linkCode = 'EIO';
  expect(() => putFiles(root, [file('a')])).toThrow('EIO');
  expect(fs.readdirSync(root)).toEqual([]);
});

test.each([undefined, false, true])('A3.3 two names that are one on this disk are refused, also with --force: %s', (isForced) => {
  const files = [file('new'), file('a/Report.html'), file('a/report.html')];
  disk.foldsCase = true;
  expect(() => putFiles(root, files, isForced)).toThrow(
    /^a\/report.html: on this disk it is the same name as a\/Report.html, and one of them would be lost$/,
  );
  expect(fs.readdirSync(root)).toEqual([]);
  disk.foldsCase = false;
  putFiles(root, files, isForced);
  expect([read('a/Report.html'), read('a/report.html'), fs.readdirSync(root)]).toEqual([
    ...['a/Report.html', 'a/report.html', ['a', 'new']],
  ]);
});

test('A3.3 two ways to write an umlaut are one name on such a disk', () => {
  disk.foldsCase = true;
  expect(() => putFiles(root, [file('\u00e4'), file('a\u0308')])).toThrow('on this disk it is the same name as');
  expect(fs.readdirSync(root)).toEqual([]);
});

test('A4 what is in the way in a run comes without advice that nobody can follow there', () => {
  putFiles(root, [file('a')]);
  expect(() => putFiles(root, [file('a', 'other')])).toThrow(/: it is there already$/);
  expect(() => putFiles(root, [file('a', 'other')], false)).toThrow(/: it is there already; --force replaces it$/);
});
