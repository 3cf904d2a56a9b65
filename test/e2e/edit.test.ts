// coord edit, on real processes and a real terminal (script): what a person changes goes as a saved file does, and nothing of it is lost.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { edit, hasScript, oneMachine } from './editor.ts';
import { endFleets, mainPath } from './fleet.ts';

afterEach(endFleets);

test.runIf(hasScript)('coord edit sends what was changed, on top of what others changed meanwhile (D5)', async () => {
  const { fleet, mac, text, entries } = await oneMachine();
  expect(edit(mac, 'true')).toMatchObject({ code: 0, said: expect.stringContaining('unchanged: nothing was sent') });
  expect(fleet.board('ORDERS.json')).toBe(text.trim());

  const add = `sed -i 's/"run": "true"/"run": "false"/; s/^  ]/    ,{ "id": "b", "assign": 1, "run": "true", "approval": true }\\n  ]/' "$2"`;
  const meanwhile = `'${process.execPath}' '${mainPath}' --dir '${mac.folder}' order set a --title 'Theirs'`;
  const done = edit(mac, `${meanwhile} > /dev/null\n${add}`);
  expect(done).toMatchObject({ code: 0, said: expect.stringContaining('ORDERS.json: change a, add b') });
  expect(fleet.board('ORDERS.json')).toContain('// ours');
  expect(entries()).toMatchObject([{ id: 'a', run: 'false', title: 'Theirs' }, { id: 'b' }]);

  // Both changed one field: main's stands, and it is said once.
  const theirs = meanwhile.replace("'Theirs'", "'Theirs again'");
  expect(edit(mac, `${theirs} > /dev/null\nsed -i 's/"Theirs"/"Mine"/; s/"run": "false"/"run": "echo"/' "$2"`)).toMatchObject({
    code: 1,
    said: expect.stringMatching(
      /ORDERS\.json: change a\n.*not done: change a: "title" of the order "a" was changed on both sides/s,
    ),
  });
  expect(entries()[0]).toMatchObject({ title: 'Theirs again', run: 'echo' });
  expect((await mac.json('status')).sync).toMatchObject({ lostEdits: [], notTaken: [] });

  // What was refused is not said to be changed as well.
  const third = meanwhile.replace("'Theirs'", "'Third'");
  const refused = edit(mac, `${third} > /dev/null\nsed -i 's/"Theirs again"/"Mine"/' "$2"`);
  expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('not done: change a') });
  expect(refused.said).not.toContain('ORDERS.json: change');
});

test.runIf(hasScript)(
  'what was saved here and could not be taken is what the editor opens, and goes once it is mended',
  async () => {
    const { mac, text, entries } = await oneMachine();
    const path = join(mac.folder, 'coordination', 'ORDERS.json');
    writeFileSync(path, text.replace('"run": "true",', '"run": "echo"'));
    await mac.ok('sync');
    expect((await mac.json<{ sync: { notTaken: unknown[] } }>('status')).sync.notTaken).toHaveLength(1);
    expect(edit(mac, `sed -i 's/"echo"/"echo",/' "$2"`)).toMatchObject({
      code: 0,
      said: expect.stringContaining('ORDERS.json: change a'),
    });
    expect(entries()).toMatchObject([{ id: 'a', run: 'echo' }]);
    expect(readFileSync(path, 'utf8')).toContain('"run": "echo", "approval"');
    expect((await mac.json<{ sync: { notTaken: unknown[] } }>('status')).sync.notTaken).toEqual([]);
  },
);

test('off a terminal coord edit says what to do instead; offline the edit waits', async () => {
  const { fleet, mac } = await oneMachine();
  expect(await mac.coord(['edit'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /needs a terminal for the editor, found none\n {2}try: edit \S+ORDERS\.json, save, and: coord sync/,
    ),
  });
  if (!hasScript) return;
  fleet.away(true);
  expect(edit(mac, `sed -i 's/"run": "true"/"run": "echo"/' "$2"`)).toMatchObject({
    code: 0,
    said: expect.stringMatching(/change a\n.*saved here, not pushed yet/s),
  });
  fleet.away(false);
  await mac.ok('sync');
  expect(fleet.board('ORDERS.json')).toContain('"run": "echo"');
});
