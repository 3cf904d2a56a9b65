// `coord compact --at-least`: a standing word, as an order that comes each day has it. Real git, real processes.
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { clockOff } from './clock-off.ts';
import { historyOf, later, type OldFleet, oldFleet, said } from './compact-fleet.ts';
import { endFleets } from './fleet.ts';
import { envOf, mainPath } from './program.ts';

afterEach(endFleets);

const STANDING = ['--keep', '30d', '--at-least', '2MB'];
const REFUSES_MAIN = 'while read old new ref; do case $ref in refs/heads/main) echo no; exit 1;; esac; done';
const ANNOUNCED = /^history before .* is shortened from /;

/** So much of the history is of no use any more. */
async function withOldBytes({ fleet, mac, pc }: OldFleet, bytes: number): Promise<void> {
  fleet.person().push({ 'large.txt': randomBytes(bytes / 2).toString('hex') });
  fleet.person().push({ 'large.txt': 'no more' });
  await said(mac, pc);
}

test('R3b --at-least: nothing is announced before so much would go, and the day is waited for as ever', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  const early = await later(fleet, mac, 40, ...STANDING);
  expect(early).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^nothing to do yet: of history older than 30d, less than 1 MB would go\n/),
  });
  expect(fleet.board('fleet.yaml')).not.toContain('compact_at');
  await withOldBytes(opened, 6_000_000);
  // The first look has put a commit of day 40 on main: what is below it is no older than that.
  expect((await later(fleet, mac, 80, ...STANDING)).stdout).toMatch(ANNOUNCED);
  expect((await later(fleet, mac, 80.9, ...STANDING)).stdout).toMatch(ANNOUNCED);
  // The next day, as a laptop is closed over the weekend: no fault, and nothing is done.
  const before = historyOf(fleet);
  const waits = await later(fleet, mac, 81, ...STANDING);
  expect(waits).toMatchObject({ code: 0, stderr: '' });
  expect(waits.stdout).toMatch(
    /^machine 2 pc has not said that it saw the announcement yet: it is waited for until \d{4}-\d\d-\d\d/,
  );
  expect(historyOf(fleet)).toContain(before[0]);
  await said(pc, mac);
  expect((await later(fleet, mac, 81, ...STANDING)).stdout).toMatch(/^shortened the history: \d+ commits before /);
  expect(historyOf(fleet)).not.toContain(before[0]);
  expect((await later(fleet, mac, 82, ...STANDING)).stdout).toMatch(/^nothing to do yet: |^no history is older than 30d\n/);
});

test('R3b --at-least: what a person has announced is done as it was announced', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await withOldBytes(opened, 6_000_000);
  expect((await later(fleet, mac, 40, '--keep', '20d')).stdout).toMatch(ANNOUNCED);
  const announced = fleet.board('fleet.yaml');
  expect((await later(fleet, mac, 40.5, ...STANDING)).stdout).toMatch(ANNOUNCED);
  expect(fleet.board('fleet.yaml')).toBe(announced);
  await said(pc, mac);
  expect((await later(fleet, mac, 41.5, ...STANDING)).stdout).toMatch(/^shortened the history: /);
  expect(fleet.board('fleet.yaml')).toMatch(/keep_history: 20d$/);
});

test('R3b R1a where the announcement waits here for the host, no second one is made', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await withOldBytes(opened, 6_000_000);
  fleet.hook('pre-receive', REFUSES_MAIN);
  expect((await later(fleet, mac, 40, ...STANDING)).stdout).toMatch(ANNOUNCED);
  const again = await later(fleet, mac, 41, ...STANDING);
  expect(again).toMatchObject({ code: 5 });
  expect(again.stderr).toContain('an edit of fleet.yaml waits here, not on the remote yet');
  expect((await later(fleet, mac, 41, '--cancel')).stdout).toBe('the history stays as it is\n');
  fleet.hook('pre-receive', 'exit 0');
  await said(mac, pc);
  expect(fleet.board('fleet.yaml')).toBe('heartbeat: 1h');
});

test('R3b an announcement that comes to main after its time has its day all the same', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await withOldBytes(opened, 6_000_000);
  fleet.hook('pre-receive', REFUSES_MAIN);
  expect((await later(fleet, mac, 40, ...STANDING)).stdout).toMatch(ANNOUNCED);
  fleet.hook('pre-receive', 'exit 0');
  expect((await later(fleet, mac, 45, ...STANDING)).stdout).toMatch(ANNOUNCED);
  await said(pc, mac);
  expect((await later(fleet, mac, 45.9, ...STANDING)).stdout).toMatch(ANNOUNCED);
  expect((await later(fleet, mac, 46, ...STANDING)).stdout).toMatch(/^shortened the history: /);
});

test('R3b what would halt a machine is not announced', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await withOldBytes(opened, 6_000_000);
  const tree = fleet.git('rev-parse', 'main^{tree}');
  asIfSeen(fleet, fleet.git('-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit-tree', tree, '-m', 'elsewhere'));
  const refused = await later(fleet, mac, 40, ...STANDING);
  expect(refused).toMatchObject({ code: 5 });
  expect(refused.stderr).toMatch(/does not hold what machine 2 pc saw last[\s\S]*coord machines remove 2/);
  expect(fleet.board('fleet.yaml')).not.toContain('compact_at');
});

/** Machine 2 has that as the main that it saw last. */
function asIfSeen(fleet: OldFleet['fleet'], commit: string): void {
  const lane = fleet.git('rev-parse', 'refs/coord/machines/2');
  const [tree, message] = [fleet.git('rev-parse', `${lane}^{tree}`), fleet.git('log', '-1', '--format=%B', lane)];
  const made = fleet.git(
    '-c',
    'user.name=pc',
    '-c',
    'user.email=pc@example.com',
    'commit-tree',
    tree,
    '-p',
    commit,
    '-m',
    message,
  );
  fleet.git('update-ref', 'refs/coord/machines/2', made);
}

test('R3b --at-least: what a machine that sleeps holds is not announced each time', async () => {
  const opened = await oldFleet();
  const { fleet, mac } = opened;
  await withOldBytes(opened, 6_000_000);
  const all = await later(fleet, mac, 40, '--at-least', '2MB', '--keep', '30d');
  expect(all.stdout).toMatch(ANNOUNCED);
  expect((await later(fleet, mac, 40, '--cancel')).code).toBe(0);
  await opened.pc.ok('sync');
  // What it saw last is the oldest commit of all: as if it had slept since.
  const [first = ''] = historyOf(fleet);
  asIfSeen(fleet, first);
  expect((await later(fleet, mac, 40, ...STANDING)).stdout).toBe(
    'nothing to do yet: of history older than 30d, less than 1 MB would go\n' +
      '  what machine 2 pc saw last stays, with all that is newer, though some of it is older than that\n',
  );
});

test('R3b an order of the machine itself is such a word, and coord goes on under it', async () => {
  const opened = await oldFleet();
  const { fleet, mac, pc } = opened;
  await withOldBytes(opened, 6_000_000);
  const at = async (days: number, generation: number) => {
    const env = clockOff(fleet, days * 86_400_000);
    // A run gets none of what a test sets.
    const set = Object.entries({ ...envOf(mac), ...env }).map(([name, value]) => `${name}='${value}'`);
    const run = `env ${set.join(' ')} '${process.execPath}' '${mainPath}' --dir '${mac.folder}' compact ${STANDING.join(' ')}`;
    fleet.person().order([{ id: 'shorten', assign: 1, generation, run }]);
    await mac.coord(['sync', '--wait'], { env });
    return fleet.status().orders.shorten;
  };
  const before = historyOf(fleet);
  expect(await at(40, 1)).toMatchObject({ state: 'COMPLETED', tail: expect.stringMatching(ANNOUNCED) });
  await said(pc, mac);
  expect(await at(42, 2)).toMatchObject({ state: 'COMPLETED', tail: expect.stringContaining('shortened the history') });
  expect(historyOf(fleet)).not.toContain(before[0]);
  for (const machine of [mac, pc]) expect((await machine.coord(['sync'])).code).toBe(0);
});
