// Commands that are typed anywhere on a computer: with one fleet, with two, with a default, and what acts on no fleet but its own.
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, mainPath, type TestMachine } from './fleet.ts';

let fleet: Fleet;
let pc: TestMachine;
let second: string;

beforeAll(async () => {
  fleet = createFleet();
  [pc] = (await fleet.joined('pc')) as [TestMachine];
  fleet.person().push({ 'coordination/fleet.yaml': 'name: home\n' });
  await pc.ok('sync');
  second = join(fleet.root, 'second');
});

afterAll(endFleets);

const anywhere = (...args: readonly string[]) => pc.coord(args, { cwd: pc.home });

test('one fleet: coord sync and its like work in the home folder, and say which fleet it is', async () => {
  const label = `fleet: home (${pc.folder})\n`;
  expect(await anywhere('sync')).toMatchObject({ code: 0, stdout: 'nothing new\n', stderr: label });
  expect(await anywhere('status')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 pc · /), stderr: label });
  expect(await anywhere('order', 'add', 'hi', '--for', '1', 'echo hi')).toMatchObject({ code: 0 });
  expect(await anywhere('wait', 'hi')).toMatchObject({ code: 0 });
  expect(await anywhere()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^home · 1 of 1 machine online/) });
});

test('a program that asks for JSON, and whoever stands in the folder or names it, hears nothing of it', async () => {
  for (const words of [
    ['status', '--json'],
    ['sync', '--json'],
    ['order', 'show', 'hi', '--json'],
    ['__complete', 'orders'],
  ])
    expect(await anywhere(...words), words.join(' ')).toMatchObject({ code: 0, stderr: '' });
  expect(await pc.coord(['status'])).toMatchObject({ code: 0, stderr: '' });
  expect(await anywhere('--fleet', 'home', 'status')).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  'leave',
  'adopt',
  'service remove',
  'cron remove',
])('coord %s is for the folder that one stands in, or names', async (words) => {
  const help = expect.stringContaining(`try: coord --fleet home ${words}\n`);
  expect(await anywhere(...words.split(' '))).toMatchObject({ code: 3, stderr: help });
  expect((await pc.json('status')).machines['1']?.state).not.toBe('LEFT');
});

test('two fleets: none is guessed, coord use chooses, --fleet beats it, and one that is gone is said', async () => {
  const hub = join(fleet.root, 'second.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', hub]);
  expect(await anywhere('init', hub, second, '--name', 'other')).toMatchObject({ code: 0 });
  const both = `home (${pc.folder}), second (${second})`;
  expect(await anywhere('sync')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(
      `${pc.home} lies in no fleet; this computer has 2 fleets: ${both}\n  try: coord use, which lists them; or coord --fleet <fleet> sync\n`,
    ),
  });
  expect((await anywhere()).stdout).toContain('coord use second');
  expect(await anywhere('use', 'nobody')).toMatchObject({ code: 3, stderr: expect.stringContaining(`expected ${both}`) });
  expect((await anywhere('use', 'second')).stdout).toBe(`the default fleet of this computer is now second (${second})\n`);
  expect((await anywhere('use', '--json')).stdout).toContain(`"folder": "${second}",\n    "default": true`);
  expect(await anywhere('status')).toMatchObject({ code: 0, stderr: `fleet: second (${second})\n` });
  expect((await anywhere('--fleet', 'home', 'status')).stdout).toMatch(/^1 pc /);
  expect((await pc.coord(['status'])).stdout).toMatch(/^1 pc /);
  renameSync(second, `${second}.unplugged`);
  expect(await anywhere('status')).toMatchObject({ code: 3, stderr: expect.stringContaining(`is gone: expected ${second}`) });
  expect((await anywhere('use')).stderr).toBe(`! the default is gone: second (${second})\n`);
  renameSync(`${second}.unplugged`, second);
});

test('a run of an order acts on its own fleet, or one that it is told, whatever the default is', async () => {
  const call = (words: string) => `'${process.execPath}' '${mainPath}' ${words}`;
  const run = `cd "$HOME"; ${call('use')}; ${call('status')} | head -1; ${call(`--dir '${second}' status`)} | head -1`;
  await pc.ok('order', 'add', 'looks', '--for', '1', '--', 'sh', '-c', run);
  await pc.ok('sync', '--wait');
  const log = await pc.ok('logs', 'looks');
  expect(log).toMatch(/\nsecond .* default\n1 pc · .*\n1 other · /);
});

test('what is left for good is forgotten as the default', async () => {
  expect(await pc.coord(['leave', '--purge'], { cwd: second })).toMatchObject({ code: 0 });
  expect(existsSync(join(pc.coordHome, 'default-fleet'))).toBe(false);
  expect(await anywhere('status')).toMatchObject({ code: 0, stderr: `fleet: home (${pc.folder})\n` });
});
