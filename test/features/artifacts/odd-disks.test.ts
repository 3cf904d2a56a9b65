// A3.3: files are put on disks that lack something. The disks are stood in for: none such can be mounted by a test.
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { putFiles } from '../../../src/features/artifacts/system/put-files.ts';

const disk = vi.hoisted(() => ({ linkCode: '', foldsCase: false }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const linkSync: typeof fs.linkSync = (from, to) => {
    if (disk.linkCode === '') return real.linkSync(from, to);
    throw Object.assign(new Error(`${disk.linkCode}: link`), { code: disk.linkCode });
  };
  const existsSync: typeof fs.existsSync = (path) => {
    if (!disk.foldsCase || real.existsSync(path)) return real.existsSync(path);
    const [folder, name] = [dirname(String(path)), basename(String(path)).toLowerCase()];
    return real.existsSync(folder) && real.readdirSync(folder).some((it) => it.toLowerCase() === name);
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

test('A3.3 another trouble than that is told, and leaves nothing', () => {
  disk.linkCode = 'EIO';
  expect(() => putFiles(root, [file('a')])).toThrow('EIO');
  expect(fs.readdirSync(root)).toEqual([]);
});
