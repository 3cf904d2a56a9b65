import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agentsOnPath, changeTools, toolsNamed } from '../../src/operations/machine/tools.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { computerId } from '../../src/system/fleet/computer.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { writeIdentity } from '../../src/system/fleet/identity-file.ts';
import { toolsHere } from '../../src/system/policy/own-tools.ts';

let root: string;
let path: string;
let world: World;
const folder = () => fleetFolderAt(join(root, 'fleet'));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-tools-'));
  path = join(root, 'bin');
  for (const place of [path, join(root, 'fleet', '.coord')]) mkdirSync(place, { recursive: true });
  world = { home: join(root, 'home') } as World;
  const identity = { version: 1, machine: 1, name: 'mac', tags: [], remote: 'x', branch: 'main', namespace: 'custom' } as const;
  writeIdentity(folder(), { ...identity, path, joinedAt: '2026-11-20T22:00:00.000Z' });
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program that leaves a mark if anybody starts it. */
function install(name: string): void {
  writeFileSync(join(path, name), `#!/bin/sh\ntouch ${join(root, 'started')}\n`);
  chmodSync(join(path, name), 0o755);
}

test('I5 O10 what its owner names is kept with the computer, said while there, never started to find out', () => {
  const id = computerId(world.home);
  install('docker');
  expect(changeTools(world, folder(), ['docker', 'ffmpeg', 'docker'], true)).toEqual([
    { name: 'docker', program: join(path, 'docker') },
    { name: 'ffmpeg', program: null },
  ]);
  expect(JSON.parse(readFileSync(join(world.home, 'machine.json'), 'utf8'))).toEqual({ id, tools: ['docker', 'ffmpeg'] });
  expect(toolsHere(world.home, path, [])).toEqual(['docker']);
  install('ffmpeg');
  expect(toolsHere(world.home, path, [])).toEqual(['docker', 'ffmpeg']);
  changeTools(world, folder(), ['docker'], false);
  expect(toolsNamed(world, folder())).toEqual([{ name: 'ffmpeg', program: join(path, 'ffmpeg') }]);
  expect(computerId(world.home)).toBe(id);
  install('claude');
  expect(agentsOnPath(path)).toEqual(['claude']);
  expect(toolsHere(world.home, path, [])).toEqual(['ffmpeg']);
  expect(existsSync(join(root, 'started'))).toBe(false);
});

test.each(['../etc/passwd', '/bin/sh', '', 'claude'])('O10 %j is refused as a tool', (name) => {
  expect(() => changeTools(world, folder(), ['docker', name], true)).toThrow();
  expect(toolsNamed(world, folder())).toEqual([]);
});

test('I5 a file of the computer that cannot be read is an error that says where, and no crash', () => {
  mkdirSync(world.home);
  writeFileSync(join(world.home, 'machine.json'), '{"id":');
  expect(() => computerId(world.home)).toThrow(/machine\.json cannot be read/);
});
