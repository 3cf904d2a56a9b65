// coord edit, on real processes and a real terminal (script): what a person changes goes as a saved file does, and nothing of it is lost.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, mainPath, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const hasScript = spawnSync('script', ['--version']).status === 0;

/** Runs `coord edit` on a terminal; `script`: what the editor does with the file `$2`; `typed`: the answers to its questions. */
function edit(mac: TestMachine, script: string, typed = '') {
  writeFileSync(join(mac.home, 'editor'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const command = `'${process.execPath}' '${mainPath}' edit`;
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    env: {
      ...{ PATH: process.env.PATH ?? '', HOME: mac.home, COORD_HOME: mac.coordHome, COORD_DIR: mac.folder },
      ...{ EDITOR: `'${mac.home}/editor' -x`, NO_COLOR: '1', TMPDIR: mac.home },
    },
    encoding: 'utf8',
    input: typed,
  });
  return { code: status, said: stdout.replaceAll('\r', '') };
}

async function oneMachine() {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const text = '{\n  "orders": [\n    // ours\n    { "id": "a", "assign": 1, "run": "true", "approval": true }\n  ]\n}\n';
  fleet.person().order(text);
  await mac.ok('sync');
  const entries = () => JSON.parse(fleet.board('ORDERS.json').replace('// ours', '')).orders as Record<string, unknown>[];
  return { fleet, mac, text, entries };
}

test.runIf(hasScript)(
  'coord edit sends what was changed, on top of what others changed meanwhile (D5)',
  async () => {
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
  },
  60_000,
);

test.runIf(hasScript)(
  'a text that cannot go is told with its place, can be edited again, and is kept in a file',
  async () => {
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
  },
  60_000,
);

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
  60_000,
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
}, 60_000);
