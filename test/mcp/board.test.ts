// Resources: documents of the board and nothing else, bounded, with every character visible.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BOARD_BYTES_MAX, boardFiles, boardText } from '../../src/mcp/board.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-mcp-'));
const folder = fleetFolderAt(root);

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  const at = join(folder.projection, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
}

test('a document is cut where it is too long, and shows what cannot be seen', () => {
  put('README.md', `a\u202eb${'x'.repeat(BOARD_BYTES_MAX)}`);
  put('STATUS.json', '{"name":"a\u200bb\u{e0041}"}');
  const readme = boardText(folder, 'README.md');
  expect(readme?.isCut).toBe(true);
  expect(readme?.text.startsWith('a\\u{202e}bxx')).toBe(true);
  expect(readme?.text.length).toBeLessThan(BOARD_BYTES_MAX + 20);
  expect(boardText(folder, 'STATUS.json')).toEqual({ text: '{"name":"a\\u200bb\\udb40\\udc41"}', isCut: false });
});

test('no way leads out, and what is no document of the board is none', () => {
  put('../secret.md', 'secret');
  put('other.md', 'other');
  symlinkSync(join(root, 'secret.md'), join(folder.projection, 'README.md'));
  mkdirSync(join(root, 'logs'));
  writeFileSync(join(root, 'logs', '1_TO_2.md'), 'secret');
  symlinkSync(join(root, 'logs'), join(folder.projection, 'messages'));
  for (const path of [
    'README.md',
    'messages/1_TO_2.md',
    '../secret.md',
    'other.md',
    '',
    '.',
    '/etc/passwd',
    'results',
    'README.md\0',
  ])
    expect(boardText(folder, path), path).toBeNull();
  expect(boardFiles(folder)).toEqual([]);
});

test('what is listed is what coord left there: the pages first, two hundred at most', () => {
  const paths = ['messages/1_TO_2.md', 'COMPUTER_1.md', 'STATUS.json', 'ORDERS.json', 'README.md', 'fleet.yaml'];
  const many = Array.from({ length: 300 }, (_, at) => `results/${at + 1}.json`);
  for (const path of [...paths, ...many]) put(path, '{}');
  mkdirSync(folder.state, { recursive: true });
  const projected = Object.fromEntries([...paths, ...many, 'results/999.json'].map((path) => [path, ['x']]));
  writeFileSync(folder.projected, JSON.stringify(projected));
  const files = boardFiles(folder).map(({ path }) => path);
  expect(files.slice(0, 6)).toEqual([
    'README.md',
    'ORDERS.json',
    'STATUS.json',
    'COMPUTER_1.md',
    'fleet.yaml',
    'messages/1_TO_2.md',
  ]);
  expect(files).toHaveLength(200);
  expect(files).not.toContain('results/999.json');
});
