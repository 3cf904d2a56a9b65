// coord retry, on real processes: what a person asks for runs, also with a change of the order, or with none of it.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, mainPath, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const entry = (fleet: Fleet, id: string) =>
  JSON.parse(fleet.board('ORDERS.json')).orders.find((it: { id: string }) => it.id === id);

test('O8 retry of an order that failed and was cancelled after that runs it', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  fleet.person().order([{ id: 'job', assign: 1, run: 'echo x >> ran; [ -e good ]' }]);
  await mac.ok('sync', '--wait');
  await mac.ok('cancel', 'job');
  expect(fleet.status().orders.job?.state).toBe('FAILED');
  writeFileSync(join(mac.home, 'good'), '');
  await mac.ok('retry', 'job');
  await mac.ok('sync', '--wait');
  expect(entry(fleet, 'job')).toEqual({ id: 'job', assign: 1, run: 'echo x >> ran; [ -e good ]', generation: 2 });
  expect(fleet.status().orders.job).toMatchObject({ state: 'COMPLETED', generation: 2 });

  // A lowered generation: the next one is above all that ran.
  fleet.person().order([{ id: 'job', assign: 1, run: 'echo x >> ran' }]);
  await mac.ok('sync');
  expect(await mac.ok('retry', 'job')).toContain('generation 3');
  await mac.ok('sync', '--wait');
  expect(mac.count('ran')).toBe(3);

  expect(await mac.here(['retry', 'job', '--edit'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('needs a terminal'),
  });
});

const hasScript = spawnSync('script', ['--version']).status === 0;

test.runIf(hasScript)('retry --edit opens the editor, and lands the change and the generation as one', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  fleet.person().order([{ id: 'job', assign: 1, run: 'echo old >> ran', timeout: '5m', cancelled: true }]);
  await mac.ok('sync', '--wait');
  const editor = (script: string) => {
    writeFileSync(join(mac.home, 'editor'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = { PATH: process.env.PATH ?? '', HOME: mac.home, COORD_HOME: mac.coordHome, COORD_DIR: mac.folder };
    const command = `'${process.execPath}' '${mainPath}' retry job --edit`;
    const args = ['-qec', command, '/dev/null'];
    const { status, stdout } = spawnSync('script', args, {
      env: { ...env, EDITOR: `'${mac.home}/editor' -x` },
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return { code: status, said: stdout };
  };
  const before = execFileSync('git', ['-C', fleet.hub, 'rev-list', '--count', 'main'], { encoding: 'utf8' });
  expect(editor('exit 1')).toMatchObject({ code: 1, said: expect.stringContaining('nothing was changed') });
  expect(editor(': > "$2"')).toMatchObject({ code: 1, said: expect.stringContaining('left empty') });
  const bad = editor(`sed -i 's/5m/soon/' "$2"`);
  expect(bad).toMatchObject({
    code: 2,
    said: expect.stringMatching(/expected "timeout" to be.*what you typed is in \S+job\.json/s),
  });
  expect(execFileSync('git', ['-C', fleet.hub, 'rev-list', '--count', 'main'], { encoding: 'utf8' })).toBe(before);

  expect(editor(`grep -q '^// ' "$2" && sed -i 's/echo old/echo new/; /timeout/d' "$2"`)).toMatchObject({ code: 0 });
  expect(entry(fleet, 'job')).toEqual({ id: 'job', assign: 1, run: 'echo new >> ran', generation: 2 });
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('new\n');
  // Somebody else raises it while the editor is open: that run is of what was listed, and not of this change.
  const other = `'${process.execPath}' '${mainPath}' --dir '${mac.folder}' retry job`;
  expect(editor(`${other} && sed -i 's/echo new/echo mine/' "$2"`)).toMatchObject({
    code: 1,
    said: expect.stringContaining('"generation" of the order "job" was changed on both sides'),
  });
  expect(entry(fleet, 'job')).toEqual({ id: 'job', assign: 1, run: 'echo new >> ran', generation: 3 });
  const log = fleet.git('log', '--format=%s', '--', 'coordination/ORDERS.json').split('\n');
  expect(log.filter((line) => line.includes('retry job'))).toHaveLength(2);
});
