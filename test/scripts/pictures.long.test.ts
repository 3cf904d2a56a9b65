// npm run pictures, with the real programs: what people see of COMPUTER_N.md on a phone.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyResults } from '../../src/core/model/orders/run.ts';
import { renderMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { view } from '../core/samples.ts';
import { hasProgram } from '../programs.ts';

test.skipIf(!hasProgram('cmark-gfm') || !hasProgram('chromium'))(
  'D3a the table of a machine that says much is below 700 px, and hostile text breaks out of nothing',
  () => {
    const scratch = mkdtempSync(join(tmpdir(), 'coord-pictures-test-'));
    try {
      const board = join(scratch, 'board');
      mkdirSync(board);
      const seen = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [at + 2, '2026-11-20T20:00:00.000Z']));
      const cursors = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [at, { delivered: 9, taken: 9 }]));
      const emergency = { what: '</code></pre></details><table><tr><td>', since: '2026-11-20T20:00:00.000Z' };
      const lists = { tags: ['gpu', 'linux', 'office'], tools: ['git', 'docker', 'claude'], allows: ['shell', 'agent'] };
      const { document } = view(1, { document: { ...lists, seen, cursors, emergency } });
      writeFileSync(join(board, 'COMPUTER_1.md'), renderMachineDocument(document, emptyResults(1)));
      const script = join(import.meta.dirname, '..', '..', 'scripts', 'pictures.mjs');
      const out = execFileSync(process.execPath, [script, board, join(scratch, 'pictures')], { encoding: 'utf8' });
      const [, page, tables] = /^COMPUTER_1\.md at 360 px: page (\d+), tables (.*)$/m.exec(out) ?? [];
      expect(Number(page)).toBe(360);
      // One table, that of the front matter: nothing in the block opened another. Fonts differ; with all settings in it, it is 2,000 px and more.
      expect(tables).toMatch(/^\d+$/);
      expect(Number(tables)).toBeLessThan(700);
      expect(readdirSync(join(scratch, 'pictures'))).toHaveLength(4);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
);
