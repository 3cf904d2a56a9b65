// A scheduled order on real processes and a real hub. The processes of coord see the wall clock through a shifted Date.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { clockOff } from './clock-off.ts';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const MINUTE_MS = 60_000;

/** What the runs wrote to a file that they all share. */
function told(fleet: Fleet): string[] {
  const path = join(fleet.root, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

test('section 5: every minute, on one of two machines, once; an hour of sleep is one late run', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  const tell = `echo "$COORD_ORDER" >> ${join(fleet.root, 'told')}; echo "said by $COORD_ORDER"`;
  await mac.ok('order', 'add', 'tick', '--for', 'mac,pc', '--schedule', '* * * * *', '--timezone', 'Europe/Berlin', '--', tell);
  expect(fleet.board('ORDERS.json')).toContain('"schedule": "* * * * *"');
  await pc.ok('sync');
  expect((await mac.json('status')).orders.tick).toMatchObject({ state: 'QUEUED', reason: 'by its schedule' });
  expect(told(fleet)).toEqual([]);
  const off = (ms: number) => ({ env: clockOff(fleet, ms) });
  const untilRuns = async (ms: number, count: number) => {
    for (let round = 0; round < 40 && told(fleet).length < count; round += 1)
      await Promise.all([mac, pc].map((machine) => machine.coord(['sync'], off(ms))));
    // Whoever comes later finds it done.
    for (const machine of [mac, pc, mac, pc]) await machine.coord(['sync'], off(ms));
  };
  // Real time goes on meanwhile: another minute may come, but never the same one twice.
  await untilRuns(5 * MINUTE_MS, 1);
  const first = told(fleet);
  expect(first[0]).toMatch(/^tick@\d{8}T\d{4}Z$/);
  await untilRuns(65 * MINUTE_MS, first.length + 1);
  const second = told(fleet);
  expect(new Set(second).size).toBe(second.length);
  // Not sixty.
  expect(second.length).toBeLessThan(8);
  expect(fleet.status().orders.tick).toMatchObject({
    state: 'COMPLETED',
    reason: expect.stringMatching(/^last 20.* UTC on [12] (mac|pc)$/),
  });
  const shown = await mac.ok('order', 'show', 'tick');
  expect(shown).toMatch(/^schedule: +\* \* \* \* \* Europe\/Berlin$/m);
  expect(shown).toMatch(/^next: +20.*:00\.000Z$/m);
  expect(shown.match(/^last: /gm)?.length).toBe(second.length);
  const runner = fleet.status().orders.tick?.machine === 1 ? mac : pc;
  expect(await runner.ok('logs', 'tick')).toContain(`said by ${second.at(-1)}`);
  expect(await mac.ok('cancel', 'tick')).toContain('it will not run again');
  expect(fleet.status().orders.tick?.state).toBe('CANCELLED');
});

test('D4 a line that never comes is refused, on the command line and on the board', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const never = await mac.here(['order', 'add', 'x', '--schedule', '0 0 31 2 *', '--', 'true']);
  expect(never.code).not.toBe(0);
  expect(never.stderr).toContain('never comes');
  const alone = await mac.here(['order', 'add', 'x', '--overlap', 'queue', '--', 'true']);
  expect(alone.stderr).toContain('--schedule');
  fleet.person().order([{ id: 'x', run: 'true', schedule: '0 3 * * *', timezone: 'Nowhere/City' }]);
  await mac.ok('sync');
  expect(fleet.status().needsYou[0]?.why).toContain('"timezone" to be a time zone');
});

test('O12 what a machine that is alone runs by a schedule did not end elsewhere', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  fleet.person().order([{ id: 'every', assign: 'all', run: 'echo x', schedule: '* * * * *' }]);
  await mac.ok('sync');
  const { stdout } = await mac.coord(['sync', '--wait'], { env: clockOff(fleet, 2 * MINUTE_MS) });
  expect(stdout).toContain('finished every@');
  expect(stdout).not.toContain('elsewhere');
});

test('O12, D11 what a schedule put out is shown after it has left the list, with when it was due', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  await mac.ok('order', 'add', 'nightly', '--for', 'pc', '--schedule', '* * * * *', '--', 'echo it said this');
  await pc.ok('sync');
  const env = clockOff(fleet, 2 * MINUTE_MS);
  await pc.coord(['sync', '--wait'], { env });
  await mac.coord(['order', 'remove', 'nightly'], { env });
  await mac.coord(['sync'], { env });
  const shown = await mac.coord(['logs', 'nightly'], { env });
  expect(shown).toMatchObject({ code: 0, stdout: 'it said this\n' });
  expect(shown.stderr).toMatch(/^due 20\d\d-\d\d-\d\d \d\d:\d\d UTC, generation 1, attempt 1, on 2: COMPLETED, /);
});
