// What `coord` alone says in each state of a fleet: ten lines, and commands that fit.
import { expect, test } from 'vitest';
import type { Reading } from '../../src/cli/context.ts';
import { PLAIN } from '../../src/cli/output/paint.ts';
import { noFleet, overviewLines, overviewOf } from '../../src/cli/output/show-overview.ts';
import { orderLines, troubleLines } from '../../src/cli/output/show-status.ts';
import type { View } from '../../src/operations/sync/view.ts';
import { NoFleetHere } from '../../src/system/fleet/find-fleet.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { machine, NOW_MS, order, viewOf } from './top-samples.ts';

const nowMs = () => NOW_MS;
const folder = fleetFolderAt('/home/me/fleet');
const seen = (view: View | null, notes: readonly string[] = []) => overviewOf(folder, view, NOW_MS - 12_000, notes, nowMs);
const lines = (view: View | null, notes: readonly string[] = []) =>
  overviewLines(seen(view, notes), { paint: PLAIN, nowMs } as Reading, '/home/me');
const commands = (view: View | null) => seen(view).next.map(({ command }) => command);
const self = (more: Partial<View['self']>) => ({ self: { ...viewOf().self, ...more } });

test('a fleet that works: its name and state, that nothing needs anybody, and what one can do', () => {
  expect(lines(viewOf())).toEqual([
    'home · 3 of 3 machines online · 2 runs going · synced 12 s ago',
    'this is 1 mac, in ~/fleet',
    '',
    'Nothing needs you',
    '',
    'Next',
    '  coord run 2 uptime    run a command there, and see what it prints',
    '  coord send 2 "Hello"  write to a machine, to all, or to people (0)',
    '  coord status          see every machine and order',
  ]);
});

test('at most three things that need somebody, those of this machine first, and how many more there are', () => {
  const needsYou = ['a', 'b', 'c'].map((order) => ({ code: 'order' as const, order, why: `failed: coord retry ${order}` }));
  const sync = { ...viewOf().sync, unsyncedSince: '2026-11-21T19:00:00.000Z' };
  const [head, , , , first, second, third, more] = lines(viewOf({ needsYou, sync }));
  expect(head).toMatch(/ · not synced for \d+ (min|h)$/);
  expect(first).toMatch(/^ {2}this machine {2}unsynced since .*; try: coord doctor$/);
  expect([second, third]).toEqual(['  a             failed: coord retry a', '  b             failed: coord retry b']);
  expect(more).toBe('  and 1 more: coord status');
  expect(seen(viewOf({ needsYou })).state?.needsYou).toHaveLength(3);
  expect(lines(viewOf(), ['an alert was not delivered: coord alerts'])).toContain(
    '  this machine  an alert was not delivered: coord alerts',
  );
});

test('H2 a push that waits for its turn needs nobody, and the status says until when', () => {
  const sync = { ...viewOf().sync, heldUntil: new Date(NOW_MS + 12_000).toISOString() };
  expect(seen(viewOf({ sync })).state?.needsYou).toEqual([]);
  const reading = { paint: PLAIN, nowMs } as Reading;
  expect(troubleLines(viewOf({ sync }), reading)).toEqual([expect.stringContaining('! next push in 12 s')]);
  const past = { ...sync, heldUntil: new Date(NOW_MS).toISOString() };
  expect(troubleLines(viewOf({ sync: past }), reading)).toEqual([]);
});

test('an order for all that has failed somewhere and goes on is said before it needs anybody', () => {
  const machines = {
    1: { state: 'FAILED' as const, exitCode: 1 },
    2: { state: 'FAILED' as const },
    3: { state: 'QUEUED' as const },
  };
  const orders = { update: order('IN_PROGRESS', { assign: 'all', machines }) };
  expect(lines(viewOf({ orders })).slice(3, 5)).toEqual([
    'Nothing needs you yet',
    '  update  2 failed so far: coord order show update',
  ]);
  const ended = { update: order('FAILED', { assign: 'all', machines }) };
  expect(lines(viewOf({ orders: ended }))[3]).toBe('Nothing needs you');
  const [, line] = orderLines(viewOf({ orders }), { paint: PLAIN, nowMs } as Reading);
  expect(line).toContain('0 of 3 done · 2 failed so far');
});

test('whoever is lost or has left neither counts as online nor is given anything to do', () => {
  const machines = {
    1: machine('mac'),
    2: machine('pc', { state: 'OFFLINE' }),
    3: machine('old', { state: 'LEFT' }),
    4: machine('box', { allows: [] }),
  };
  expect(lines(viewOf({ machines }))[0]).toContain('2 of 3 machines online · nothing runs');
  expect(commands(viewOf({ machines }))).toEqual(['coord run 1 uptime', 'coord send 4 "Hello"', 'coord status']);
});

test('messages that nobody has read come before one to write', () => {
  expect(commands(viewOf(self({ unread: 2 })))).toEqual(['coord run 2 uptime', 'coord inbox', 'coord status']);
});

test('where nothing may run, the first thing is to allow it; where it has left, to come back', () => {
  expect(commands(viewOf(self({ allows: [] })))).toEqual(['coord allow shell', 'coord allow', 'coord status']);
  const slip = viewOf(self({ allows: [], policyProblem: 'policy.yaml: unknown field "slot"' }));
  expect(commands(slip)).toEqual(['coord doctor', 'coord status']);
  expect(lines(slip).join('\n')).toContain('this machine  policy.yaml: unknown field "slot"');
  const left = viewOf({ machines: { 1: machine('mac', { state: 'LEFT' }) }, ...self({ allows: [] }) });
  expect(commands(left)).toEqual(['coord status']);
  expect(lines(left).join('\n')).toContain('has left the fleet; to come back: coord join /hub.git /fleet --as 1');
});

test('a folder that never synced, and a computer without a fleet, say how to begin', () => {
  expect(lines(null)).toEqual([
    'fleet · ~/fleet · never synced',
    '',
    'Next',
    '  coord sync    look what the fleet is doing',
    '  coord doctor  find out what is wrong, if that fails',
  ]);
  const none = noFleet(new NoFleetHere('no fleet here', 'coord join <url>', [], true));
  expect(none.why).toBe('There is no fleet on this computer yet.');
  expect(none.next.map(({ command }) => command)).toEqual(['coord init <url>', 'coord join <url>', 'coord demo']);
});

test('several fleets, none of which is meant: which there are, and how to choose one', () => {
  const [home, work] = ['home', 'work'].map((name) => ({
    ...{ name, isHalted: false },
    folder: fleetFolderAt(`/home/me/${name}`),
  }));
  if (home === undefined || work === undefined) throw new Error('no fleet');
  const several = noFleet(new NoFleetHere('no fleet here; on this computer: …', 'coord use home', [home, work]));
  expect(several.why).toBe('no fleet here; on this computer: …');
  expect(several.next.map(({ command }) => command)).toEqual(['coord use home', 'coord --fleet home', 'coord use']);
  const alike = noFleet(new NoFleetHere('no fleet here', '', [home, { ...work, name: 'home' }]));
  expect(alike.next[0]?.command).toBe('coord use /home/me/home');
});
