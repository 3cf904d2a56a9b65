// T2.2: whoever joins on a terminal where a trust is pinned is asked nothing, and puts nothing in its place.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { pinPath } from '../../../src/features/trust/system/trust-pin.ts';
import { hasScript } from '../../e2e/editor.ts';
import { createFleet, endFleets, type Fleet, mainPath, type TestMachine } from '../../e2e/fleet.ts';
import { gitsStarted } from '../../ledger/git-world.ts';
import { bothSigned, keyOf } from './people.ts';

afterEach(endFleets);

/** Comes back as machine 2 on a terminal, and says yes to whatever is asked. */
function comeBack(fleet: Fleet, { home, coordHome, folder }: TestMachine) {
  writeFileSync(join(folder, '.coord', 'fleet.json'), '{');
  const command = [process.execPath, mainPath, 'join', fleet.hub, folder, '--as', '2'].map((it) => `'${it}'`).join(' ');
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env.PATH ?? '', HOME: home, COORD_HOME: coordHome, NO_COLOR: '1' },
    encoding: 'utf8',
    input: 'y\ny\n',
  });
  return { code: status, said: stdout.replaceAll('\r', '') };
}

const pinOf = ({ coordHome, folder }: TestMachine) => readFileSync(pinPath(coordHome, folder), 'utf8');

test.skipIf(!hasScript)('T2.2 a come-back on a terminal goes on with what is pinned, and asks nothing', async () => {
  const { fleet, mac, pc } = await bothSigned();
  await pc.ok('sync');
  const before = pinOf(pc);
  const { code, said } = comeBack(fleet, pc);
  expect([code, said]).toEqual([0, expect.stringMatching(/back in the fleet[\s\S]*trust {4}signatures are demanded here\n/)]);
  expect(said).not.toContain('Is this the one');
  expect(pinOf(pc)).toBe(before);
  // Whoever took that back is not asked either.
  await pc.ok('trust', 'off');
  const off = comeBack(fleet, pc);
  expect([off.code, off.said]).toEqual([0, expect.stringContaining('to demand that here too: coord trust on')]);
  expect(off.said).not.toContain('Is this the one');
  expect(await pc.ok('trust')).toContain('open: whoever can push');
  await mac.ok('sync');
});

test('T2.2 --trust at a join where a trust is pinned names a root of that one, or is refused', async () => {
  const { fleet, mac, pc } = await bothSigned();
  await pc.ok('sync');
  const before = pinOf(pc);
  const [root = ''] = /SHA256:[A-Za-z0-9+/]{43}/.exec(await mac.ok('trust')) ?? [];
  const back = (fingerprint: string) => {
    writeFileSync(join(pc.folder, '.coord', 'fleet.json'), '{');
    return pc.here(['join', fleet.hub, pc.folder, '--as', '2', '--trust', fingerprint]);
  };
  const other = `SHA256:${'A'.repeat(43)}`;
  expect(await back(other)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining(`goes by the trust from before, of which ${other} is no root key`),
  });
  expect(pinOf(pc)).toBe(before);
  expect(await back(root)).toMatchObject({ code: 0, stdout: expect.stringContaining('signatures are demanded') });
});

test.skipIf(!hasScript)('T2.2 where the fleet shows another trust than is pinned, a yes takes it not', async () => {
  const [{ fleet, pc }, other] = [await bothSigned(), await bothSigned()];
  await pc.ok('sync');
  const before = pinOf(pc);
  const theirs = (version: number) => other.fleet.board(`trust/${version}.json`);
  const files = (versions: readonly number[]) =>
    Object.fromEntries(versions.map((it) => [`coordination/trust/${it}.json`, theirs(it)]));
  fleet.person().push(files([1, 2]));
  const line = comeBack(fleet, pc);
  expect([line.code, line.said]).toEqual([5, expect.stringContaining('trust/2.json is not taken: it is of another fleet')]);
  expect(pinOf(pc)).toBe(before);
  fleet.person().push({ 'coordination/trust/3.json': theirs(2) });
  const next = comeBack(fleet, pc);
  expect([next.code, next.said]).toEqual([5, expect.stringMatching(/trust\/3.json is not taken: it is version 2, not 3/)]);
  expect(pinOf(pc)).toBe(before);
});

test('C3, T4 a join with --trust where nothing is pinned opens the ledger once to see whom it trusts', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.calm('mac');
  if (!mac) throw new Error('one machine');
  keyOf(mac);
  await mac.ok('trust', 'on', '--yes', '--name', 'anna');
  const [root = ''] = /SHA256:[A-Za-z0-9+/]{43}/.exec(await mac.ok('trust')) ?? [];
  const pc = fleet.machine('pc');
  const trace = join(fleet.root, 'trace');
  const joined = await pc.coord(['join', fleet.hub, pc.folder, '--trust', root], { env: { GIT_TRACE2_EVENT: trace } });
  expect(joined).toMatchObject({ code: 0, stdout: expect.stringContaining('signatures are demanded here') });
  expect(gitsStarted(trace).join(' ')).toMatch(/push cat-file fetch .*push$/);
});
