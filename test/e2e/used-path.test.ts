// O10.1: what one fleet may do in a folder is not what the next one may that is joined there. Real git, real processes.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const policyOf = (machine: TestMachine) => join(machine.coordHome, 'policy.yaml');
const textOf = (machine: TestMachine) => readFileSync(policyOf(machine), 'utf8');

/** pc was a machine of a fleet that may do much there; its folder is gone, and another fleet has work for whoever joins as machine 2. */
async function used(): Promise<{ pc: TestMachine; own: Fleet; other: Fleet }> {
  const [own, other] = [createFleet(), createFleet()];
  const [, pc] = await own.joined('mac', 'pc');
  const [mac] = await other.joined('mac', 'gone');
  if (!pc || !mac) throw new Error('two machines');
  await pc.ok('allow', 'env', 'PATH');
  writeFileSync(join(pc.home, 'keys'), 'KEY=hunter2\n');
  writeFileSync(
    policyOf(pc),
    `# mine, above\n${textOf(pc).replace('slots: 1', 'secrets: [keys]\n    mcp: { send: true }\n    repos: ["*"]\n    slots: 7')}`,
  );
  appendFileSync(policyOf(pc), '  # of the other one\n  /srv/other:\n    allow: [ shell ] # on purpose\n# the end\n');
  other.person().order(['2', '3'].map((number) => ({ id: `x${number}`, assign: Number(number), run: 'echo x >> ran' })));
  await mac.ok('sync');
  rmSync(pc.folder, { recursive: true });
  return { pc, own, other };
}

function expectAnew(pc: TestMachine): void {
  const text = textOf(pc);
  const entry = text.slice(text.indexOf(pc.folder), text.indexOf('# of the other one'));
  expect(entry.trim().split(/\n +/)).toEqual([`${pc.folder}:`, 'allow: []', 'folders: [ "~" ]', 'slots: 1']);
  expect(text).toMatch(/^# mine, above\n/);
  expect(text).toMatch(/\n {2}# of the other one\n {2}\/srv\/other:\n {4}allow: \[ shell \] # on purpose\n+# the end\n$/);
}

test.each([
  ['join', ['join']],
  ['init', ['init']],
  ['join --as', ['join', '--as', '2', '--again']],
])('O10.1 %s where an earlier fleet was: what that one was allowed is taken back, and said', async (_, [verb = '', ...more]) => {
  const { pc, other } = await used();
  const said = await pc.ok(verb, other.hub, pc.folder, ...more);
  expect(said).toMatch(
    /policy {3}taken back, as it was said for what was in this folder before: allow, secrets, mcp, repos, slots, env · /,
  );
  expect(said).toContain('nothing may run here yet: coord --dir');
  expect(pc.count('ran')).toBe(0);
  expectAnew(pc);
  await pc.ok('sync');
  expect(pc.count('ran')).toBe(0);
});

test('O10.1 the same fleet anew, as a new machine: nothing runs either', async () => {
  const { pc, own } = await used();
  own.person().order([{ id: 'x', assign: 3, run: 'echo x >> ran' }]);
  expect(await pc.ok('join', own.hub, pc.folder, '--again')).toContain('taken back');
  expect(pc.count('ran')).toBe(0);
  expectAnew(pc);
  expect(await pc.ok('join', own.hub, `${pc.folder}-2`, '--again')).not.toContain('taken back');
});

test.each([
  'written',
  'pushed',
  'outcome-journaled',
  'locked',
])('O10.1 killed at %s, the same command goes on: nothing runs', async (step) => {
  const { pc, other } = await used();
  const args = ['join', other.hub, pc.folder];
  expect(await pc.coord(args, { env: { COORD_CRASH_AT: step } })).toMatchObject({ code: null });
  // Of the first sync: it is a machine by then.
  if (step !== 'locked') await pc.ok(...args);
  else await pc.ok('sync');
  expect(pc.count('ran')).toBe(0);
  expectAnew(pc);
});

test('O10.1 a refused join takes nothing back: the folder may lie on a disk that is away', async () => {
  const { pc, own, other } = await used();
  const before = textOf(pc);
  expect(await pc.here(['join', own.hub, pc.folder])).toMatchObject({ code: 5, stderr: expect.stringContaining('already') });
  other.away(true);
  expect(await pc.here(['join', other.hub, pc.folder])).toMatchObject({ code: 4 });
  expect(textOf(pc)).toBe(before);
});

test('O10.2, I2 a folder that comes back as a machine of its fleet keeps settings, runs nothing', async () => {
  const fleet = createFleet();
  const [, pc] = await fleet.joined('mac', 'pc');
  if (!pc) throw new Error('two machines');
  await pc.ok('allow', 'env', 'PATH');
  writeFileSync(join(pc.folder, '.coord', 'fleet.json'), '{');
  expect(await pc.ok('join', fleet.hub, pc.folder, '--as', '2')).not.toContain('taken back');
  expect(textOf(pc)).toMatch(/allow: \[\][\s\S]*env: \[ PATH \]/);
  await pc.ok('leave');
  await pc.ok('allow', 'shell');
  await pc.ok('join', fleet.hub, pc.folder, '--as', '2');
  expect(textOf(pc)).toMatch(/allow: \[\][\s\S]*env: \[ PATH \]/);
});
