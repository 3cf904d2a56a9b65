// What the tests of edit share with the long ones.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFleet, mainPath, type TestMachine } from './fleet.ts';

export const hasScript = spawnSync('script', ['--version']).status === 0;

/** Runs `coord edit` on a terminal; `script`: what the editor does with the file `$2`; `typed`: the answers to its questions. */
export function edit(mac: TestMachine, script: string, typed = '') {
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

export async function oneMachine() {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const text = '{\n  "orders": [\n    // ours\n    { "id": "a", "assign": 1, "run": "true", "approval": true }\n  ]\n}\n';
  fleet.person().order(text);
  await mac.ok('sync');
  const entries = () => JSON.parse(fleet.board('ORDERS.json').replace('// ours', '')).orders as Record<string, unknown>[];
  return { fleet, mac, text, entries };
}
