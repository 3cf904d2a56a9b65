// The exit codes that --help names, as each command gives them: what can be brought about for every command alike. In this process, as
// main.ts does it; a few by the real program.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/cli.ts';
import { makeWorld, openJournal } from '../../src/compose.ts';
import { createFleet, endFleets, type Fleet, mainPath, type Status, type TestMachine } from '../e2e/fleet.ts';
import { exitCodesOf, places } from './manual.ts';

let fleet: Fleet;
let machine: TestMachine;
const cwd = process.cwd();
const { HOME } = process.env;

beforeAll(() => {
  fleet = createFleet();
  machine = fleet.machine('mac');
  process.env.HOME = machine.home;
  process.env.COORD_HOME = machine.coordHome;
  const here = join(fleet.root, 'mac');
  mkdirSync(here, { recursive: true });
  process.chdir(here);
});

afterAll(() => {
  process.chdir(cwd);
  process.env.HOME = HOME;
  delete process.env.COORD_HOME;
  endFleets();
});

async function coord(words: readonly string[]): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  const spies = [
    vi.spyOn(process.stdout, 'write').mockReturnValue(true),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text;
      return true;
    }),
  ];
  const world = () => makeWorld({ env: process.env, cwd: process.cwd(), entry: pathToFileURL(mainPath).href });
  try {
    return { code: await runCli(words, { makeWorld: world, journal: openJournal, mainPath, version: '0.0.0' }), stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** But for what ends with 0 whatever it is given (M9). */
const leaves = places().filter(({ words, command }) => command.commands.length === 0 && words !== 'hook');
const codesOf = (words: string) => exitCodesOf(words).map(([code]) => code);

/** The command with all that it requires. */
function filled({ words, command }: (typeof leaves)[number]): string[] {
  const options = command.options.filter((option) => option.mandatory).flatMap((option) => [option.long ?? '', '1']);
  const needed = command.registeredArguments.filter((argument) => argument.required || argument.name() === 'command');
  const values = needed.map((argument) =>
    argument.name() === 'url' ? fleet.hub : argument.name() === 'what' ? 'shell' : (argument.argChoices?.[0] ?? 'x'),
  );
  return [...words.split(' '), ...options, ...values];
}

test.each(leaves.map((place) => [place.words, place] as const))('coord %s: an unknown option', async (words, place) => {
  // Beyond its first word a command of `coord run` may have any option.
  const { code, stderr } = await coord(filled(place).toSpliced(words.split(' ').length, 0, '--no-such-option'));
  expect(code).toBe(words === 'run' ? 255 : 2);
  expect(stderr).toContain("unknown option '--no-such-option'");
});

test.each([
  ['https://me:pa ss@host/r.git'],
  ['join', '-https://me:pa ss@host/r.git'],
])('a usage error shows no password: coord %s %s', async (...words) => {
  const { code, stderr } = await coord(words.filter((word) => word !== undefined));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/unknown (command|option) '-?https:\/\/host\/r.git'/)]);
});

// An agent starts its server anywhere: its tools say so then (test/e2e/mcp.test.ts).
// Workspaces and logins at brokers are the computer's. The overview says how to begin (test/e2e/quick.long.test.ts).
const outside = leaves.filter(
  ({ words }) =>
    !['init', 'overview', 'help', 'demo', 'completion', 'mcp', 'workspace list', 'workspace prune', 'bell login'].includes(words),
);
test.each(outside.map((place) => [place.words, place] as const))('coord %s: no fleet found', async (words, place) => {
  const dir = words === 'doctor' ? ['--dir', fleet.root] : [];
  const { code, stderr } = await coord([...dir, ...filled(place)]);
  if (words === 'run') expect(code).toBe(255);
  else {
    expect(code, stderr).toBe(3);
    expect(codesOf(words)).toContain('3');
  }
});

test.each([
  ['status', 3],
  ['sync', 3],
  ['run 1 true', 255],
])('the same by the real program: coord %s', async (words, expected) => {
  expect((await machine.coord(words.split(' '))).code).toBe(expected);
  expect((await machine.coord([...words.split(' '), '--no-such-option'])).code).toBe(expected === 3 ? 2 : 255);
});

test('a policy that cannot be read refuses what would change it, and is the exit code of a sync', async () => {
  await fleet.joined('pc');
  const pc = fleet.machine('pc');
  writeFileSync(join(pc.coordHome, 'policy.yaml'), 'fleets: [');
  for (const words of [['sync'], ['allow', 'shell'], ['deny', 'shell']]) {
    expect((await pc.coord(words)).code, words[0]).toBe(5);
    expect(codesOf(words[0] ?? '')).toContain('5');
  }
});

test('O10 several at once are refused with what to type, and nothing changes', async () => {
  const [nas] = await fleet.joined('nas');
  const said = async (...words: readonly string[]) => {
    const { code, stderr } = (await nas?.coord(words)) ?? { code: -1, stderr: '' };
    return [code, stderr];
  };
  for (const [one, other] of [
    ['shell', 'artifacts'],
    ['artifacts', 'shell'],
    ['wake', 'call'],
  ] as const)
    for (const verb of ['allow', 'deny'])
      expect(await said(verb, one, other)).toEqual([
        2,
        expect.stringContaining(`coord ${verb} ${one} && coord ${verb} ${other}`),
      ]);
  for (const [words, expected] of [
    ['allow folder', 'expected a path after folder, found nothing\n  try: coord allow folder ~/app'],
    ['deny repo', 'expected an address after repo, found nothing\n  try: coord deny repo git@example.com:me/app.git'],
    ['allow env', 'expected the name of a variable after env, found nothing'],
    ['allow tool', 'expected an agent and one of its tools after tool, found nothing'],
    ['allow folder ', 'expected a path after folder, found nothing\n  try: coord allow folder ~/app'],
    ['deny env ', 'expected the name of a variable after env, found nothing'],
    ['allow shel', 'found shel; did you mean shell?\n  try: coord allow shell'],
    ['allow foldr ~/x', 'did you mean folder?\n  try: coord allow folder ~/x'],
    ['allow mcp', 'found nothing\n  try: coord allow mcp send'],
  ] as const)
    expect(await said(...words.split(' ')), words).toEqual([2, expect.stringContaining(expected)]);
  expect(await said('allow', 'artifacts', '~/x')).toEqual([2, expect.stringContaining('takes no value, found ~/x')]);
  expect((await nas?.coord(['allow']))?.stdout).toMatch(/^kinds of work: shell\n.*^artifacts: +no\nwaking: +no\n/ms);
});

test('an empty word, such as a variable of the shell that is not set, is no folder and no fleet', async () => {
  const [tv] = await fleet.joined('tv');
  for (const [words, what] of [
    [['--dir', '', 'status'], 'folder'],
    [['--dir=', 'leave', '--purge'], 'folder'],
    [['--fleet', '', 'status'], 'fleet'],
    [['use', ''], 'fleet'],
    [['join', fleet.hub, ''], 'folder'],
    [['artifacts', 'x', '--get', ''], 'folder'],
  ] as const) {
    const done = await tv?.coord(words);
    expect([done?.code, done?.stdout, done?.stderr], words.join(' ')).toEqual([
      2,
      '',
      expect.stringContaining(`expected a ${what}, found nothing`),
    ]);
  }
  expect((await tv?.coord(['allow', 'folder', 'app']))?.stdout).toContain(`folder ${tv?.folder}/app is now allowed`);
});

test('I4 a machine that has left says nothing more: 5, as help names it', async () => {
  const [old] = await fleet.joined('old');
  const machine = String((await old?.json<Status>('status'))?.self.machine);
  await old?.ok('order', 'add', 'kept', '--for', machine, '--', 'true');
  await old?.ok('leave');
  for (const words of [
    'order add more --for 1 -- true',
    'order remove kept',
    'cancel kept',
    'pause 1',
    'wait kept',
    'inbox --wait',
  ]) {
    const done = await old?.coord(words.split(' '));
    expect(done?.code, words).toBe(5);
    expect(done?.stderr, words).toMatch(/has left the fleet: .*\n {2}try: /);
    expect(done?.stderr, words).toContain(`try: coord join ${fleet.hub} ${old?.folder} --as ${machine}\n`);
    expect(codesOf(words.replace(/ (more|kept|1|--wait).*/, '')), words).toContain('5');
  }
  const [other] = await fleet.joined('other');
  expect(await other?.coord(['pause', machine])).toMatchObject({
    code: 1,
    stderr: `coord: machine ${machine} has left the fleet\n  try: coord machines\n`,
  });
  expect((await other?.coord(['resume', machine]))?.code).toBe(0);
});

test('a remote that is away: 4 where it counts, 0 where the disk is enough', async () => {
  const [box] = await fleet.joined('box');
  fleet.away(true);
  expect((await box?.coord(['sync']))?.code).toBe(4);
  expect((await box?.coord(['order', 'add', 'x', '--for', '1', 'true']))?.code).toBe(0);
  expect((await box?.coord(['wait', 'nothing']))?.code).toBe(1);
  expect((await fleet.machine('late').coord(['join', fleet.hub]))?.code).toBe(4);
  // It waits until the remote is back, or for as long as it may.
  expect((await box?.coord(['wait', 'x', '--timeout', '1s']))?.code).toBe(124);
  expect(codesOf('wait')).not.toContain('4');
  fleet.away(false);
  expect([codesOf('sync'), codesOf('join')].every((codes) => codes.includes('4'))).toBe(true);
});
