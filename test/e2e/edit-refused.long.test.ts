// coord edit, on real processes and a real terminal (script): what a person changes goes as a saved file does, and nothing of it is lost.
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { edit, hasScript, oneMachine } from './editor.ts';
import { endFleets } from './fleet.ts';

afterEach(endFleets);

test.runIf(hasScript)('a text that cannot go is told with its place, can be edited again, and is kept in a file', async () => {
  const { fleet, mac, text, entries } = await oneMachine();
  const bad = edit(mac, `sed -i 's/"run": "true"/"run": 7/' "$2"`, 'n\n');
  expect(bad).toMatchObject({
    code: 1,
    said: expect.stringMatching(/! ORDERS\.json line 4 column \d+: expected .*Edit it again\?/s),
  });
  const [, kept = ''] = /nothing was sent; what you typed is in (\S+)/.exec(bad.said) ?? [];
  expect(readFileSync(kept, 'utf8')).toContain('"run": 7');
  expect(edit(mac, `sed -i 's/: 1,/: 1/' "$2"`, 'n\n').said).toMatch(/! ORDERS\.json line 4 column \d+: /);
  const comments = edit(mac, `sed -i 's/ours/mine/' "$2"`);
  expect(comments).toMatchObject({
    code: 1,
    said: expect.stringContaining('only comments or layout differ: nothing was sent'),
  });
  const mixed = edit(mac, `sed -i 's/ours/mine/; s/"run": "true"/"run": "true", "title": "http:\\/\\/x"/' "$2"`);
  expect(mixed).toMatchObject({ code: 0, said: expect.stringMatching(/change a\n! your comments were not sent/) });
  const [, whole = ''] = /only what orders say; what you typed is in (\S+)/.exec(mixed.said) ?? [];
  expect(readFileSync(whole, 'utf8')).toContain('// mine');
  fleet.person().order(text);
  const failed = edit(mac, `sed -i 's/"a"/"z"/' "$2"; exit 3`);
  expect(failed).toMatchObject({
    code: 1,
    said: expect.stringMatching(/ended with 3: nothing was changed; what you typed is in /),
  });
  expect(fleet.board('ORDERS.json')).toBe(text.trim());

  const twice = `if [ -e "$HOME/once" ]; then sed -i 's/"run": 7/"run": "echo"/' "$2"; else sed -i 's/"run": "true"/"run": 7/' "$2"; touch "$HOME/once"; fi`;
  const mended = edit(mac, twice, 'y\n');
  expect(mended).toMatchObject({ code: 0, said: expect.stringContaining('ORDERS.json: change a') });
  expect(entries()).toMatchObject([{ id: 'a', run: 'echo' }]);
  const [, gone = ''] = /What you typed is in (\S+)\. Edit it again/.exec(mended.said) ?? [];
  expect(existsSync(gone)).toBe(false);
});
